"""Signing in with the council's own directory: the way there, and back to where one was."""

from urllib.parse import quote, unquote

from litestar import Response, get, post
from litestar.datastructures import Cookie

from portal.application import joining
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.depending import TheCaller, sent_cookie
from portal.http.faults import of_refusal
from portal.http.pages.codes import NoFields, signed_in
from portal.http.pages.sign_in import sign_in_page
from portal.http.session_cookies import take_up_session
from portal.http.views import TheView, View, own_path

NOT_SIGNED_IN = "You were not signed in by the council's own sign-in. Start again."


@post("/sign-in/directory", status_code=200, include_in_schema=False)
async def set_out(view: TheView) -> Response[str]:
    """There, by a page of its own: browsers do not follow a form to another site (form-action in headers.py). Whoever
    is signed in is asked again for password and second factor, since something dangerous needs it."""
    form, _ = await view.form("directory")
    answers_in(form, NoFields)
    address, token = await joining.set_out(view.portal, fresh=view.who.account is not None)
    given = {cookies.DIRECTORY: token, cookies.BACK: quote(view.then, safe="/")}
    return _moving(view, address, [cookies.cookie(name, value, view.address) for name, value in given.items()])


@get(joining.RETURN, include_in_schema=False)
async def come_back(view: TheView, caller: TheCaller) -> Response[str]:
    """Signs in. A browser that comes straight from the other site has not sent the cookie of a form begun here before
    (SameSite), so it is asked to come once more."""
    sent = view.request.query_params
    if view.request.headers.get("sec-fetch-site") == "cross-site":
        return _moving(view, f"{joining.RETURN}?{view.request.scope['query_string'].decode('latin-1')}", [])
    try:
        if "error" in sent or not sent.get("state") or not sent.get("code"):
            raise Refused(NOT_SIGNED_IN)
        token = sent_cookie(view.request, view.portal, cookies.DIRECTORY)
        account, session, command = await joining.come_back(
            view.portal, token, sent["state"], sent["code"], sent.get("iss")
        )
    except Refused as refused:
        return sign_in_page(view, faults=of_refusal(refused))
    visitor, given = await take_up_session(view.portal, view.who, caller, command, account, session)
    back = own_path(unquote(sent_cookie(view.request, view.portal, cookies.BACK)))
    taken = [cookies.no_cookie(name, view.address) for name in (cookies.DIRECTORY, cookies.BACK)]
    return signed_in(view, visitor, [*given, *taken], back)


def _moving(view: View, address: str, given: list[Cookie]) -> Response[str]:
    """A page that leads on by itself, and by a link where that does not happen."""
    return view.page("account/moving.html", "The council's own sign-in", address=address, cookies=given)


HANDLERS = [set_out, come_back]
