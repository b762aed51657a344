"""All pages: how each group of them is reached, and what stands before it."""

from litestar import Response, Router

from portal.http.assets import ASSETS
from portal.http.depending import AnyRequest
from portal.http.keeping import kept_for_later
from portal.http.limiting import Door, keep_to_rates
from portal.http.pages import codes, council_sign_in, leaving, passwords, proof, registering, sign_in
from portal.http.pages.account import my_account, my_app, my_details, my_email, my_password, my_sessions
from portal.http.pages.journey.pages import JOURNEY
from portal.http.pages.public import PUBLIC
from portal.http.pages.short_forms import SHORT_FORMS
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
    route_handlers=[
        *(*registering.HANDLERS, *sign_in.HANDLERS, *codes.HANDLERS, *passwords.HANDLERS),
        *(*council_sign_in.HANDLERS, *proof.HANDLERS, *my_account.HANDLERS, *my_details.HANDLERS),
        *(*my_password.HANDLERS, *my_email.HANDLERS, *my_app.HANDLERS, *my_sessions.HANDLERS),
    ],
    dependencies=PAGE_DEPENDENCIES,
    request_max_body_size=MOST_BEFORE_SIGNING_IN,
    middleware=[Door(MOST_BEFORE_SIGNING_IN)],
)
LEAVING = Router("/", route_handlers=leaving.HANDLERS, dependencies=PAGE_DEPENDENCIES)
PAGES = Router(
    "/",
    route_handlers=[PUBLIC, LEAVING, WAYS_IN, SHORT_FORMS, ACCOUNT, JOURNEY, STAFF_PAGES, ASSETS],
    before_request=before_showing,
)
