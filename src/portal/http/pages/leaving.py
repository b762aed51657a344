"""Leaving quickly: "Exit this page" by a way of our own, the page that explains it before it is needed, and how to be
safe online. For young people and families, whom somebody may watch (GOV.UK Design System, Exit this page)."""

from litestar import Response, get

from portal.application import signing_in
from portal.http import cookies
from portal.http.views import EXIT, TheView

OF_ITS_OWN_SITE = ("same-origin", "none", "")  # Sec-Fetch-Site: a link of ours, typed, or an older browser


@get(EXIT, status_code=303, include_in_schema=False)
async def leave(view: TheView) -> Response[str]:
    """Away, at once: signed out, with what this browser holds of a form taken back. By the link of another site nobody
    is signed out."""
    if view.request.headers.get("Sec-Fetch-Site", "") not in OF_ITS_OWN_SITE:
        return view.to("/")
    await signing_in.sign_out(view.portal, view.who)
    return view.to(view.portal.council.pages.exit_url, cookies=cookies.taken_back(view.address))


@get("/leaving-quickly", include_in_schema=False)
async def show_leaving(view: TheView) -> Response[str]:
    """Before a form is begun: how to leave quickly, and what that does to what was written."""
    return view.page("public/leaving.html", "How to leave this service quickly", onwards=view.then or "/")


@get("/staying-safe", include_in_schema=False)
async def show_staying_safe(view: TheView) -> Response[str]:
    """What somebody who looks at the device afterwards still sees."""
    return view.page("public/staying_safe.html", "Staying safe online", back="/")


HANDLERS = [leave, show_leaving, show_staying_safe]
