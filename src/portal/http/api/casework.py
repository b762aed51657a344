"""The desk: inbox, opening, acknowledging, feedback, dashboard."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.exceptions import ValidationException
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter

from portal.application import casework, confirming, searching
from portal.application.casework import Cursor, Dashboard, InboxRow, InboxStatus, Listed, Tab
from portal.application.searching import Sought
from portal.domain.documents import Verdict
from portal.domain.facts import line
from portal.domain.referral_parts import CaseRecord, Feedback
from portal.domain.services import Service
from portal.http.api.referral_view import DeskView, desk_view
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal


class InboxLine(msgspec.Struct, frozen=True, kw_only=True):
    """A referral on the desk: until it is opened, only initials, ages and who referred in general; how many documents
    it has, and how many of them wait to be checked for viruses or contain one."""

    id: UUID
    service: Service
    status: InboxStatus
    urgent: bool
    reference: str | None
    received_at: datetime | None
    acknowledged_at: datetime | None
    changed_at: datetime | None
    children: list[Listed]
    adult: Listed | None
    referrer: str
    referrer_not_verified: bool
    documents: int
    documents_waiting: int
    documents_infected: int
    cannot_be_read: bool


class Confirmation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How staff made sure that a professional works where they say."""

    how: Annotated[
        str, line("How did you make sure?", "Rang the school's office on its own number", longest=500, required=True)
    ]


class Inbox(msgspec.Struct, frozen=True):
    """One page; `next` is what to send as `after` for the page after it. `tabs` counts every status, whichever are
    asked for, of the service asked for or of all that you see."""

    referrals: list[InboxLine]
    next: str | None
    tabs: list[Tab]


class FoundReferrals(msgspec.Struct, frozen=True):
    """The newest referrals about such a person, 50 at most. Where there are `more`, say more about the person."""

    referrals: list[InboxLine]
    more: bool


@get("/inbox", summary="The inbox")
async def list_inbox(
    portal: ThePortal,
    who: Asking,
    service: FromQuery[Service | None] = None,
    status: Annotated[
        list[InboxStatus] | None,
        QueryParameter(description="One or several; without any, all but the erased."),
    ] = None,
    after: Annotated[str | None, QueryParameter(description="`next` of the page before", max_length=100)] = None,
) -> Inbox:
    """Urgent first, then the longest waiting. LADO referrals are shown to, and counted for, LADO staff only."""
    page = await casework.inbox(portal, who, service, status or casework.SHOWN, read_cursor(after) if after else None)
    return Inbox([_line(row) for row in page.rows], page.next and written_cursor(page.next), page.tabs)


@post("/inbox/search", status_code=200, summary="Search for a person")
async def search_inbox(portal: ThePortal, who: Asking, data: JSONBody[Sought]) -> FoundReferrals:
    """The referrals about a child or an adult of concern of whom all that you give is known, the newest first. It is a
    POST so that names do not stand in access logs. Nothing is opened by it."""
    found = await searching.search(portal, who, data)
    return FoundReferrals([_line(row) for row in found.rows], found.more)


@post("/inbox/{referral_id:uuid}/opening", status_code=200, summary="Open a referral")
async def open_referral(portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]) -> DeskView:
    """In full. That it was opened, when and by whom is on record for ever."""
    return desk_view(portal, await casework.open_referral(portal, who, command, referral_id))


@post("/inbox/{referral_id:uuid}/acknowledgement", status_code=200, summary="Acknowledge a referral")
async def acknowledge_referral(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]
) -> DeskView:
    """Its referrer sees that it was read. A second time changes nothing."""
    outcome = await casework.acknowledge(portal, who, command, referral_id)
    return desk_view(portal, await portal.settle(outcome, "staff_inbox", "dashboard", "submitted_forms"))


@post("/inbox/{referral_id:uuid}/feedback", status_code=201, summary="Answer the referrer")
async def issue_feedback(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    data: JSONBody[Feedback],
) -> DeskView:
    """On the whole referral or on one child. The referrer is mailed that an answer is there,
    and reads it after signing in."""
    outcome = await casework.issue_feedback(portal, who, command, referral_id, data)
    return desk_view(portal, await portal.settle(outcome, "staff_inbox", "dashboard", "submitted_forms"))


@post("/inbox/{referral_id:uuid}/referrer/confirmation", status_code=200, summary="Confirm a professional")
async def confirm_referrer(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    data: JSONBody[Confirmation],
) -> DeskView:
    """Whoever sent this referral works where they say. Until then a professional whose address the council does not
    know is "not verified", and reads no feedback. It holds for everything they have sent or will send."""
    outcome = await confirming.confirm_referrer(portal, who, command, referral_id, data.how)
    return desk_view(portal, await portal.settle(outcome, "staff_inbox"))


@post("/inbox/{referral_id:uuid}/case-records", status_code=201, summary="Note the case system's number")
async def record_in_case_system(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    data: JSONBody[CaseRecord],
) -> DeskView:
    """Where the referral, or what concerns one child of it, is kept in the council's case system."""
    outcome = await casework.record_in_case_system(portal, who, command, referral_id, data)
    return desk_view(portal, await portal.settle(outcome))


@get("/dashboard", summary="The dashboard")
async def read_dashboard(portal: ThePortal, who: Asking) -> Dashboard:
    """The last 31 days, of the services this member of staff sees."""
    return await casework.dashboard(portal, who)


def _line(row: InboxRow) -> InboxLine:
    verdicts = list(row.content.documents.values()) if row.content else []
    return InboxLine(
        id=row.id,
        service=row.service,
        status=row.status,
        urgent=row.urgent,
        reference=row.reference,
        received_at=row.received_at,
        acknowledged_at=row.acknowledged_at,
        changed_at=row.changed_at,
        children=list(row.content.children.values()) if row.content else [],
        adult=row.content.adult if row.content else None,
        referrer=row.content.referrer if row.content else "",
        referrer_not_verified=row.content.referrer_not_verified if row.content else False,
        documents=len(verdicts),
        documents_waiting=verdicts.count(Verdict.PENDING),
        documents_infected=verdicts.count(Verdict.INFECTED),
        cannot_be_read=row.cannot_read is not None,
    )


def written_cursor(cursor: Cursor) -> str:
    """Where a page begins, as text."""
    urgent, received_at, last = cursor
    return f"{int(urgent)}_{received_at.astimezone(UTC).isoformat().replace('+00:00', 'Z')}_{last}"


def read_cursor(written: str) -> Cursor:
    """The same back from text. Raises ValidationException."""
    try:
        urgent, received_at, last = written.split("_")
        cursor = urgent == "1", datetime.fromisoformat(received_at), UUID(last)
        if written_cursor(cursor) != written:
            raise ValueError
        return cursor
    except (ValueError, OverflowError):
        raise ValidationException("after", extra=[{"key": "after", "source": "query"}]) from None


CASEWORK = Router(
    "/",
    route_handlers=[
        list_inbox,
        search_inbox,
        open_referral,
        acknowledge_referral,
        issue_feedback,
        confirm_referrer,
        record_in_case_system,
        read_dashboard,
    ],
    dependencies=DEPENDENCIES,
    tags=["The desk"],
)
