"""The two short forms, and the desk of the teams that answer them."""

from datetime import UTC, datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.exceptions import ValidationException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from portal.application import enquiries
from portal.application.enquiries import Cursor, EnquiryRow, EnquiryStatus
from portal.application.enquiring import send_enquiry, what_happens_next
from portal.application.portal import Outcome, Portal
from portal.domain.enquiry import Answer, Enquiry
from portal.domain.enquiry_forms import EnquiryKind, FosterEnquiry, ServiceFeedback, told
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal


class Receipt(msgspec.Struct, frozen=True):
    """What was sent has arrived. Keep the reference; `what_happens_next` says by when we mean to answer."""

    reference: str
    sent_at: datetime
    what_happens_next: str


class Enquiries(msgspec.Struct, frozen=True):
    """One page; `next` is what to send as `after` for the page after it."""

    enquiries: list[EnquiryRow]
    next: str | None


class EnquiryView(msgspec.Struct, frozen=True, kw_only=True):
    """One in full: its answers by name."""

    id: UUID
    kind: EnquiryKind
    reference: str
    sent_at: datetime
    answers: dict[str, Any]
    answered_at: datetime | None
    how_answered: str


@post("/service-feedback", summary="Give feedback about a service")
async def send_service_feedback(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[ServiceFeedback]
) -> Receipt:
    """What went well or could be better in a service that you, or your child, received. It needs no account, and no
    name unless you would like an answer. It is no referral: if you are worried about a child, start one or call us."""
    return await _receipt(portal, await send_enquiry(portal, who, command, data))


@post("/foster-enquiries", summary="Ask about becoming a foster carer")
async def send_foster_enquiry(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[FosterEnquiry]
) -> Receipt:
    """It needs no account: an e-mail address or a phone number is enough."""
    return await _receipt(portal, await send_enquiry(portal, who, command, data))


@get("/enquiries", summary="What the short forms brought")
async def list_enquiries(
    portal: ThePortal,
    who: Asking,
    kind: FromQuery[EnquiryKind | None] = None,
    status: Annotated[
        list[EnquiryStatus] | None, QueryParameter(description="One or several; without any, the new ones.")
    ] = None,
    after: Annotated[str | None, QueryParameter(description="`next` of the page before", max_length=100)] = None,
) -> Enquiries:
    """The longest waiting first: feedback for the team for feedback, fostering for the fostering team."""
    statuses = tuple(dict.fromkeys(status or (EnquiryStatus.NEW,)))
    rows, following = await enquiries.list_enquiries(portal, who, kind, statuses, read_cursor(after) if after else None)
    return Enquiries(rows, following and written_cursor(following))


@post("/enquiries/{enquiry_id:uuid}/opening", status_code=200, summary="Open one")
async def open_enquiry(portal: ThePortal, who: Asking, command: TheCommand, enquiry_id: FromPath[UUID]) -> EnquiryView:
    """In full. That it was opened, when and by whom is on record."""
    return _view(await enquiries.open_enquiry(portal, who, command, enquiry_id))


@post("/enquiries/{enquiry_id:uuid}/answer", status_code=200, summary="Mark one as answered")
async def answer_enquiry(
    portal: ThePortal, who: Asking, command: TheCommand, enquiry_id: FromPath[UUID], data: JSONBody[Answer]
) -> EnquiryView:
    """Notes how it was answered, by telephone or letter, or that nothing is to be answered."""
    outcome = await enquiries.answer_enquiry(portal, who, command, enquiry_id, data)
    return _view(await portal.settle(outcome, "enquiries"))


async def _receipt(portal: Portal, outcome: Outcome[Enquiry]) -> Receipt:
    enquiry = await portal.settle(outcome, "enquiries")
    return Receipt(enquiry.reference, enquiry.created_on, what_happens_next(portal, enquiry))


def _view(enquiry: Enquiry) -> EnquiryView:
    return EnquiryView(
        id=enquiry.id,
        kind=enquiry.kind,
        reference=enquiry.reference,
        sent_at=enquiry.created_on,
        answers=told(enquiry.form),
        answered_at=enquiry.answered_at,
        how_answered=enquiry.how_answered,
    )


def written_cursor(cursor: Cursor) -> str:
    """Where a page begins, as text."""
    sent_at, last = cursor
    return f"{sent_at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{last}"


def read_cursor(written: str) -> Cursor:
    """The same back from text. Raises ValidationException."""
    try:
        sent_at, last = written.split("_")
        cursor = datetime.fromisoformat(sent_at), UUID(last)
        if written_cursor(cursor) != written:
            raise ValueError
        return cursor
    except (ValueError, OverflowError):
        raise ValidationException("after", extra=[{"key": "after", "source": "query"}]) from None


ENQUIRIES = Router(
    "/",
    route_handlers=[send_service_feedback, send_foster_enquiry, list_enquiries, open_enquiry, answer_enquiry],
    dependencies=DEPENDENCIES,
    tags=["The short forms"],
)
