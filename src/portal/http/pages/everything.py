"""All pages: how each group of them is reached, and what stands before it."""

from litestar import Response, Router

from portal.http.assets import ASSETS
from portal.http.depending import AnyRequest
from portal.http.keeping import kept_for_later
from portal.http.limiting import Door, keep_to_rates
from portal.http.pages import codes, passwords, registering, sign_in
from portal.http.pages.journey.pages import JOURNEY
from portal.http.pages.public import PUBLIC
from portal.http.pages.staff_pages import STAFF_PAGES
from portal.http.pages.ways_in import WAYS_IN
from portal.http.views import PAGE_DEPENDENCIES

MOST_BEFORE_SIGNING_IN = 8_000  # bytes of a form where anybody may send it and passwords are hashed


async def before_showing(request: AnyRequest) -> Response[str] | None:
    """What every request for a page is asked before its form is read. What a link adds to an address, such as where it
    was found, is nobody's fault, so unlike the API's a page does not mind."""
    await keep_to_rates(request)
    return await kept_for_later(request)


ACCOUNT = Router(
    "/",
    route_handlers=[*registering.HANDLERS, *sign_in.HANDLERS, *codes.HANDLERS, *passwords.HANDLERS],
    dependencies=PAGE_DEPENDENCIES,
    request_max_body_size=MOST_BEFORE_SIGNING_IN,
    middleware=[Door(MOST_BEFORE_SIGNING_IN)],
)
PAGES = Router(
    "/", route_handlers=[PUBLIC, WAYS_IN, ACCOUNT, JOURNEY, STAFF_PAGES, ASSETS], before_request=before_showing
)
