"""Detours: to a page that has to come first, and from there back to where somebody was."""

from urllib.parse import quote, urlsplit

from litestar import MediaType, Response

from portal.http.depending import AnyRequest
from portal.http.origins import SAFE

PROOF = "/proof"
SET_UP = "/account/authenticator"


def to_proof(request: AnyRequest) -> Response[str]:
    """To the page that asks for a new code."""
    return _first(PROOF, request)


def to_set_up(request: AnyRequest) -> Response[str]:
    """To the page where staff set up the authenticator app without which their roles rest."""
    return _first(SET_UP, request)


def _first(page: str, request: AnyRequest) -> Response[str]:
    """To that page; then back to this one, or where a form was sent, to the page it stood on: browsers say so to the
    portal itself (Referrer-Policy), and the origin was judged before."""
    asked = request.method in SAFE
    back = request.scope["path"] if asked else urlsplit(request.headers.get("referer", "")).path
    then = f"?then={quote(back, safe='/')}" if back else ""
    return Response("", status_code=303, media_type=MediaType.HTML, headers={"Location": f"{page}{then}"})
