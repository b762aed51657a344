"""What people see when something cannot be done: what happened, what to do, whom to ring, and a number to quote."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from urllib.parse import quote, urlsplit

from litestar import Response

from portal.application.visitors import Visitor
from portal.http.depending import WHO, AnyRequest
from portal.http.origins import SAFE, WATCHED
from portal.http.views import View, own_path
from portal.logs import facts

log = logging.getLogger(__name__)
TITLES: Mapping[int, str] = {
    HTTPStatus.UNAUTHORIZED: "Sign in to continue",
    HTTPStatus.FORBIDDEN: "You cannot do this",
    HTTPStatus.NOT_FOUND: "Page not found",
    HTTPStatus.METHOD_NOT_ALLOWED: "Page not found",
    HTTPStatus.REQUEST_TIMEOUT: "Your answers did not reach us",
    HTTPStatus.GONE: "This was erased",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "That is too long",
    HTTPStatus.TOO_MANY_REQUESTS: "Try again later",
    HTTPStatus.INTERNAL_SERVER_ERROR: "Sorry, there is a problem with the service",
    HTTPStatus.SERVICE_UNAVAILABLE: "Sorry, the service is unavailable",
}
OTHERWISE = "This cannot be done"
NOT_FOUND = (
    "If you typed the address, check that it is right. If you followed a link to a form, sign in with the account that "
    "the form belongs to."
)
SAYS: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: NOT_FOUND,
    HTTPStatus.METHOD_NOT_ALLOWED: NOT_FOUND,
    HTTPStatus.INTERNAL_SERVER_ERROR: "Try again later. What you have saved is kept.",
}


def is_page(request: AnyRequest) -> bool:
    """Whether a person looks at the answer: anything but the API, and what machines watch."""
    path = request.scope["path"]
    return path != "/api" and not path.startswith("/api/") and path not in WATCHED


def error_page(request: AnyRequest, status: int, says: str, headers: Mapping[str, str]) -> Response[str] | None:
    """The page of an error; None where the answer is for a program, or where not even this page can be made."""
    if not is_page(request):
        return None
    state = request.scope["state"]
    try:
        view = View(request, request.app.state.portal, state.get(WHO) or Visitor())
        title = TITLES.get(status, OTHERWISE)
        page = view.page("error.html", title, status=status, says=SAYS.get(status, says), number=state["request_id"])
    except Exception as fault:
        log.error("no page for an error", extra=facts(fault=type(fault).__name__))
        return None
    page.headers.update(headers)
    return page


def to_sign_in(request: AnyRequest) -> Response[None] | None:
    """To the sign-in page, and from there back to this one; None where something was sent, or for a program."""
    if not is_page(request) or request.method not in SAFE:
        return None
    then = quote(request.scope["path"], safe="/")
    return Response(None, status_code=303, headers={"Location": f"/sign-in?then={then}"})


def to_proof(request: AnyRequest) -> Response[None] | None:
    """To the page that asks for a new code, and from there back to where somebody was; None for a program."""
    if not is_page(request):
        return None
    came_from = own_path(urlsplit(request.headers.get("referer", "")).path)
    then = request.scope["path"] if request.method in SAFE else came_from or "/home"
    return Response(None, status_code=303, headers={"Location": f"/proof?then={quote(then, safe='/')}"})
