"""The web application: routes, guards, and how errors are answered."""

from collections.abc import AsyncIterator, Callable, Collection
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from litestar import Litestar, Response, Router
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.spec import Contact, License, Server
from litestar.routes import BaseRoute, HTTPRoute

from portal.http.acts import refuse_the_unnamed
from portal.http.api.accounts import ACCOUNTS
from portal.http.api.addresses import ADDRESSES
from portal.http.api.audit import AUDIT
from portal.http.api.casework import CASEWORK
from portal.http.api.challenges import CHALLENGES
from portal.http.api.copies import COPIES
from portal.http.api.council import COUNCIL
from portal.http.api.directory import DIRECTORY
from portal.http.api.documents import DOCUMENTS
from portal.http.api.enquiries import ENQUIRIES
from portal.http.api.exceptions import EXCEPTIONS
from portal.http.api.form import FORM
from portal.http.api.own_account import OWN_ACCOUNT
from portal.http.api.password_guidance import PASSWORD_GUIDANCE
from portal.http.api.people import PEOPLE
from portal.http.api.proof import PROOF
from portal.http.api.questions import QUESTIONS
from portal.http.api.referrals import REFERRALS
from portal.http.api.sessions import SESSIONS
from portal.http.api.staff import STAFF
from portal.http.depending import AnyRequest
from portal.http.describing import DescribedPlugin, operation_id
from portal.http.guard import Guard
from portal.http.health import health, live
from portal.http.limiting import Door, keep_to_rates
from portal.http.pages.everything import MOST_BEFORE_SIGNING_IN, PAGES
from portal.http.pages.mailbox import MAILBOX
from portal.http.problems import HANDLERS
from portal.http.reading import PortalRequest, refuse_repeats
from portal.http.reports import REPORTS

MOST = 1_000_000  # bytes of a body


async def before_reading(request: AnyRequest) -> Response[None] | None:
    """What every request to the API is asked before its body is read."""
    if request.method == "OPTIONS":
        return _methods_taken(request)
    await keep_to_rates(request)
    await refuse_repeats(request)
    return None


def _methods_taken(request: AnyRequest) -> Response[None]:
    """Where one address has several handlers, Litestar's own answer names the first one's method only."""
    template = request.scope["path_template"]
    taken = {method for route in request.app.routes if route.path_format == template for method in _methods(route)}
    return Response(None, status_code=204, headers={"Allow": ", ".join(sorted(taken))})


def _methods(route: BaseRoute) -> Collection[str]:
    return route.methods if isinstance(route, HTTPRoute) else ()


SMALL = Router(
    "/",
    route_handlers=[ACCOUNTS, OWN_ACCOUNT, PASSWORD_GUIDANCE, CHALLENGES, DIRECTORY, PROOF, SESSIONS],
    request_max_body_size=MOST_BEFORE_SIGNING_IN,
    middleware=[Door(MOST_BEFORE_SIGNING_IN)],
)
API = Router(
    "/api/v1",
    route_handlers=[
        SMALL,
        REFERRALS,
        PEOPLE,
        ADDRESSES,
        FORM,
        QUESTIONS,
        DOCUMENTS,
        COPIES,
        CASEWORK,
        AUDIT,
        EXCEPTIONS,
        STAFF,
        COUNCIL,
        ENQUIRIES,
    ],
    before_request=before_reading,
)
ABOUT = """
Refer a child or report an adult who works with children, and answer such referrals at the desk.

**Signing in** is two steps: `POST /api/v1/sign-in`, then the mailed code to `POST /api/v1/challenge/code`, which sets a
cookie. Send the portal's own address as `Origin` with every request that changes something, and an `Idempotency-Key`:
the same request with the same key is done once and answered the same.

**Errors** are `application/problem+json`: `detail` says what to do, `faults` names every place with a JSON pointer.
"""


def create_app(
    lifespan: Callable[[Litestar], AbstractAsyncContextManager[None]], address: str, demonstration: bool
) -> Litestar:
    """The application. `lifespan` sets `app.state.portal` (and `mailbox` in the demonstration)."""
    app = Litestar(
        route_handlers=[API, PAGES, health, live, REPORTS, *([MAILBOX] if demonstration else [])],
        lifespan=[lifespan],
        guards=[refuse_the_unnamed],
        exception_handlers=HANDLERS,
        request_class=PortalRequest,
        logging_config=None,  # logs.py sets it up
        request_max_body_size=MOST,
        openapi_config=OpenAPIConfig(
            title="Children's services referral portal",
            version="1.0.0",
            description=ABOUT,
            openapi_router=Router("/api", route_handlers=[], after_request=_in_our_words, include_in_schema=False),
            render_plugins=[DescribedPlugin(path="/openapi.json")],
            operation_id_creator=operation_id,
            use_handler_docstrings=True,
            license=License(name="MIT", identifier="MIT"),
            contact=Contact(name="The council's help desk"),
            servers=[Server(url=address)],
        ),
    )
    app.asgi_handler = Guard(address, demonstration)(app.asgi_handler)  # outside routing: what has no route passes too
    return app


def _in_our_words(response: Response[bytes]) -> Response[bytes]:
    """Litestar's OpenAPI routes answer an unknown address below /api with a page of their own."""
    if response.status_code == 404:
        raise NotFoundException
    return response


@asynccontextmanager
async def nothing(_: Litestar) -> AsyncIterator[None]:
    """No lifespan: for reading the OpenAPI description without a database."""
    yield
