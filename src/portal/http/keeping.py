"""A form that comes after its session has run out: it is kept, and whoever sent it is asked to sign in again."""

from urllib.parse import quote

from litestar import Response
from litestar.enums import MediaType

from portal.application.keeping import begun_here, is_kept, keep_form
from portal.application.portal import Portal
from portal.http import cookies
from portal.http.depending import AnyRequest, provide_portal, provide_who, sent_cookie
from portal.http.forms import TOKEN, require_form
from portal.http.notices import notice_cookie


async def kept_for_later(request: AnyRequest) -> Response[str] | None:
    """The answer to a form that comes too late; None where it does not, or needs nobody signed in."""
    path = request.scope["path"]
    portal = provide_portal(request.app.state)
    token = sent_cookie(request, portal, cookies.SESSION)
    if request.method != "POST" or not token or not is_kept(path):
        return None
    who = await provide_who(request, portal)
    if who.account is not None or await begun_here(portal, who.draft_key, path):
        return None
    said = notice_cookie(await _kept(request, portal, token), portal.correspondence.address)
    where = {"Location": f"/sign-in?then={quote(path, safe='/')}"}
    return Response("", status_code=303, media_type=MediaType.HTML, headers=where, cookies=[said])


async def _kept(request: AnyRequest, portal: Portal, token: str) -> str:
    """Whether the form was kept, as the notice that says so. Files are not: nothing was read of them."""
    if request.content_type[0] == "multipart/form-data":
        return "no-files-kept"
    form = await require_form(request)
    form.pop(TOKEN, None)
    return "kept" if await keep_form(portal, token, request.scope["path"], form) else "not-kept"
