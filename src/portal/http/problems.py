"""Every way a request can fail: what is wrong, where, and what to do about it. As problem+json (RFC 9457) to the API's
callers, as a page to everybody else."""

import logging
from collections.abc import Callable, Mapping
from http import HTTPStatus
from itertools import islice
from math import ceil
from typing import Any

import asyncpg
import msgspec
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException

from portal.addresses.port import LookupUnavailable, NotAPostcode
from portal.application.doorman import TooManyAtOnce
from portal.application.limits import TooOften
from portal.application.opening import NotLetIn
from portal.application.passwords import Busy
from portal.application.reading_documents import NoPreview
from portal.application.state_tokens import ChangedSince, MustSayWhatYouSaw
from portal.application.visitors import NotAllowed, NotFound, NotSignedIn, ProveAgain
from portal.directory.port import DirectoryUnavailable
from portal.documents.checking.children import CheckUnavailable
from portal.documents.checking.kinds import NoSuchPage, Unsound
from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.domain.refusals import Fault, Refused
from portal.domain.working_days import ENGLAND, in_words
from portal.eventstore.append import Unknown
from portal.eventstore.envelope import CannotRead, Erased
from portal.eventstore.keyring import KeyUnusable
from portal.eventstore.work import KeyReused
from portal.http.depending import WHO
from portal.http.error_pages import error_page, is_page, to_sign_in
from portal.http.forms import ForgedForm
from portal.http.linking_back import to_proof, to_set_up
from portal.http.reading import MOST_FAULTS, BadBody, faults_of_request
from portal.logs import facts
from portal.printing.pdf import CannotPrint

log = logging.getLogger(__name__)
AnyRequest = Request[Any, Any, Any]
SEND_AGAIN = "Send the same request again with the same Idempotency-Key: it is done once, however often it is sent."


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """An error. `detail` says what to do; `faults` names every place to put right, as JSON pointers."""

    title: str
    status: int
    detail: str
    request: str
    faults: tuple[Fault, ...] = ()


def answer(
    request: AnyRequest,
    status: HTTPStatus,
    detail: str,
    faults: tuple[Fault, ...] = (),
    headers: Mapping[str, str] | None = None,
    on_page: str = "",
) -> Response[Any]:
    """A problem as the answer to a request. `on_page`: what a page says, where the API's words are for programs."""
    if page := error_page(request, status, on_page or detail, headers or {}):
        return page
    problem = Problem(status.phrase, status, detail, str(request.scope["state"].get("request_id", "")), faults)
    return Response(
        problem,
        status_code=status,
        media_type="application/problem+json; charset=utf-8",
        headers=dict(headers or {}),
    )


def refused(request: AnyRequest, exc: Refused) -> Response[Any]:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if exc.faults else HTTPStatus.CONFLICT
    return answer(request, status, exc.says, exc.faults)


def changed_since(request: AnyRequest, exc: ChangedSince) -> Response[Any]:
    detail = (
        f"This answer was changed at {exc.at.astimezone(ENGLAND):%H:%M}, after you opened this page. Your change has "
        "not been saved. Check the latest answer and try again."
    )
    return answer(request, HTTPStatus.PRECONDITION_FAILED, detail)


def invalid(request: AnyRequest, exc: ValidationException) -> Response[Any]:
    faults = tuple(islice(faults_of_request(request, exc), MOST_FAULTS))
    return answer(request, HTTPStatus.BAD_REQUEST, "Some of what was sent cannot be used.", faults)


def http_error(request: AnyRequest, exc: HTTPException) -> Response[Any]:
    status = HTTPStatus(exc.status_code)
    says = {
        404: "There is nothing here, or it is not yours.",
        405: "This address does not take that method.",
        413: "That is too long to be sent at once.",
    }
    headers = {key: value for key, value in (exc.headers or {}).items() if key.lower() == "allow"}
    return answer(request, status, says.get(status, exc.detail if status < 500 else SORRY), headers=headers)


NOT_KNOWN = (
    "We cannot tell whether what you sent was saved. Wait a moment, go back and send it again. It is done once, "
    "however often you send it."
)
SORRY = "Sorry, there is a problem with the service. Try again later: what you send again is done once."


def unexpected(request: AnyRequest, exc: Exception) -> Response[Any]:
    """The last resort. Where it happened is logged, what was said is not: it may be personal."""
    frames, at = [], exc.__traceback__
    while at:
        frames.append(f"{at.tb_frame.f_code.co_filename.rpartition('/')[2]}:{at.tb_lineno}")
        at = at.tb_next
    fault, number = type(exc).__name__, request.scope["state"].get("request_id")
    log.error("request %s: %s", number, fault, extra=facts(fault=fault, places=frames[-6:]))
    return answer(request, HTTPStatus.INTERNAL_SERVER_ERROR, SORRY)


def saying(
    status: HTTPStatus, detail: str, on_page: str = "", **headers: str
) -> Callable[[AnyRequest, Exception], Response[Any]]:
    """A handler that always says the same."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda request, exc: answer(request, status, detail, headers=named, on_page=on_page)


def pointing(status: HTTPStatus, at: str) -> Callable[[AnyRequest, Exception], Response[Any]]:
    """A handler that repeats an error made of our own words, at one place."""
    return lambda request, exc: answer(request, status, str(exc), (Fault(at, str(exc)),))


def erased(request: AnyRequest, exc: Erased) -> Response[Any]:
    """Without the rule: who asked for it is not everybody's business."""
    detail = (
        f"This was erased on {in_words(exc.tombstone.timestamp)}. Nobody can read any more what was in it. If you are "
        "worried about a child or have something to tell us, start a new referral or call us."
    )
    return answer(request, HTTPStatus.GONE, detail)


def bad_body(request: AnyRequest, exc: BadBody) -> Response[Any]:
    return answer(request, exc.status, exc.says, exc.faults)


def too_often(request: AnyRequest, exc: TooOften) -> Response[Any]:
    """When to come back, and whom to ring: a child cannot wait for a limit."""
    seconds = ceil(exc.wait.total_seconds())
    minutes = ceil(seconds / 60)
    council = request.app.state.portal.council
    detail = (
        f"That was too many times. Try again in {minutes} minute{'' if minutes == 1 else 's'}. If you are worried "
        f"about a child now, call {council.front_door_phone}, or {council.out_of_hours_phone} out of hours. If they "
        "are in danger, call 999."
    )
    return answer(request, HTTPStatus.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(seconds)})


def unavailable(request: AnyRequest, exc: Exception) -> Response[Any]:
    """The database, or a way outside, is away or too slow. Somebody has to learn which."""
    log.warning("unavailable", extra=facts(fault=type(exc).__name__))
    detail = f"We cannot tell whether this was saved. {SEND_AGAIN}"
    return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, detail, headers={"Retry-After": "2"}, on_page=NOT_KNOWN)


def not_signed_in(request: AnyRequest, exc: NotSignedIn) -> Response[Any]:
    """A page that needs somebody signed in leads there and back again."""
    detail = "Sign in first. What you have written so far is kept."
    return to_sign_in(request) or answer(request, HTTPStatus.UNAUTHORIZED, detail)


def prove_again(request: AnyRequest, exc: ProveAgain) -> Response[Any]:
    """A page leads to the one that asks for the code, and back again."""
    if is_page(request):
        return to_proof(request)
    detail = "Enter a new code from your authenticator app first (POST /api/v1/me/proof), then do this."
    return answer(request, HTTPStatus.FORBIDDEN, detail)


def not_allowed(request: AnyRequest, exc: NotAllowed) -> Response[Any]:
    """Staff whose roles rest are led to setting up the app that they lack."""
    who = request.scope["state"].get(WHO)
    if who and who.must_enrol and is_page(request):
        return to_set_up(request)
    return answer(request, HTTPStatus.FORBIDDEN, "You do not have permission to do this.")


def damaged_document(request: AnyRequest, exc: Exception) -> Response[Problem]:
    """Somebody has to learn that what was acknowledged cannot be read."""
    log.error("a document cannot be read", extra=facts(fault=type(exc).__name__))
    return answer(request, HTTPStatus.CONFLICT, "This file cannot be read. Our staff can see that and will act.")


def unavailable_file(request: AnyRequest, exc: Exception) -> Response[Problem]:
    """The store of documents is away; reading again does no harm."""
    log.warning("unavailable", extra=facts(fault=type(exc.__cause__ or exc).__name__))
    says = "Files cannot be read just now. Try again in a moment."
    return answer(request, HTTPStatus.SERVICE_UNAVAILABLE, says, headers={"Retry-After": "5"})


HANDLERS: dict[Any, Any] = {
    Refused: refused,
    ChangedSince: changed_since,
    MustSayWhatYouSaw: saying(
        HTTPStatus.PRECONDITION_REQUIRED,
        "There is an answer here already. Read the form, and send the token of this part in If-Match to replace it.",
        "There is an answer here already. Go back, load the page again and check the latest answer.",
    ),
    NotSignedIn: not_signed_in,
    NotAllowed: not_allowed,
    ProveAgain: prove_again,
    NotLetIn: saying(HTTPStatus.FORBIDDEN, NotLetIn.says),
    NotFound: saying(HTTPStatus.NOT_FOUND, "There is nothing here, or it is not yours."),
    KeyReused: saying(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "This Idempotency-Key was used for another request. Make a new one for each new request.",
        "This form was sent before. Load its page again and send it again.",
    ),
    DirectoryUnavailable: saying(
        HTTPStatus.SERVICE_UNAVAILABLE, "The council's sign-in does not answer just now. Try again later."
    ),
    NoPreview: saying(HTTPStatus.CONFLICT, "There is no picture of this kind of file. Download it instead."),
    NoSuchPage: saying(HTTPStatus.NOT_FOUND, "This file has no such page."),
    Unsound: saying(HTTPStatus.CONFLICT, "No picture could be made of this file. Download it instead."),
    CheckUnavailable: saying(
        HTTPStatus.SERVICE_UNAVAILABLE, "No picture can be made just now. Try again in a moment.", Retry_After="5"
    ),
    NoSuchDocument: damaged_document,
    KeyUnusable: damaged_document,
    StoreUnavailable: unavailable_file,
    TooManyAtOnce: saying(
        HTTPStatus.SERVICE_UNAVAILABLE, "Many files are being uploaded. Try again in a moment.", Retry_After="5"
    ),
    NotAPostcode: pointing(HTTPStatus.UNPROCESSABLE_ENTITY, "/postcode"),
    LookupUnavailable: saying(
        HTTPStatus.SERVICE_UNAVAILABLE, "Addresses cannot be looked up just now. Enter the address yourself instead."
    ),
    CannotPrint: saying(
        HTTPStatus.SERVICE_UNAVAILABLE, "The copy cannot be made just now. Nothing is lost. Try again in a moment."
    ),
    TooOften: too_often,
    Busy: saying(HTTPStatus.SERVICE_UNAVAILABLE, "Many people are signing in. Try again in a moment.", Retry_After="5"),
    Erased: erased,
    CannotRead: saying(HTTPStatus.CONFLICT, "Part of this record cannot be read. Our staff can see that and will act."),
    BadBody: bad_body,
    ForgedForm: saying(
        HTTPStatus.FORBIDDEN,
        "This page is out of date, perhaps because you signed in again. Reload it and send it again.",
    ),
    Unknown: unavailable,
    OSError: unavailable,
    TimeoutError: unavailable,
    asyncpg.PostgresConnectionError: unavailable,
    asyncpg.InterfaceError: unavailable,
    asyncpg.InternalClientError: unavailable,
    asyncpg.exceptions.OperatorInterventionError: unavailable,
    asyncpg.InsufficientResourcesError: unavailable,
    asyncpg.exceptions.CannotConnectNowError: unavailable,
    asyncpg.LockNotAvailableError: unavailable,
    asyncpg.IdleInTransactionSessionTimeoutError: unavailable,
    ValidationException: invalid,
    HTTPException: http_error,
    Exception: unexpected,
}
