"""Where somebody who has signed in begins: staff at the first of their pages, everybody else at the start page."""

from litestar import Response, get

from portal.http.views import STAFF_NAVIGATION, TheView, links_for


@get("/home", include_in_schema=False)
async def go_home(view: TheView) -> Response[str]:
    """On to there."""
    return view.to(next((href for href, _ in links_for(view.who, STAFF_NAVIGATION)), "/"))


HANDLERS = [go_home]
