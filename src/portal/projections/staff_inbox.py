"""The staff inbox: what has arrived, urgent first, with no more of it than initials and ages until it is opened."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from portal.domain import referral_events as happened
from portal.domain.documents import Verdict
from portal.domain.people import Adult, Child, age
from portal.domain.services import Capacity, Service
from portal.domain.working_days import day_of
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.eventstore.keyring import Keyring
from portal.projections.projection import WITH_KEYS, Projection, opened_rows


class InboxStatus(StrEnum):
    """Where a referral stands on the desk. `DRAFT` rows wait behind the scenes and are never shown."""

    DRAFT = "draft"
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class Listed(msgspec.Struct, frozen=True):
    """A person as a list may show them."""

    initials: str
    age: int | None = None


class InboxContent(msgspec.Struct, frozen=True):
    """The personal part of a row."""

    children: dict[UUID, Listed] = {}
    adult: Listed | None = None
    referrer: str = ""  # organisation, or the capacity of a member of the public; never their name
    documents: dict[UUID, Verdict] = {}
    referrer_not_verified: bool = False  # a professional whom staff have not confirmed yet


class InboxRow(msgspec.Struct, frozen=True, kw_only=True):
    """One referral on the desk. `changed_at`: when its referrer last added to it or withdrew it after sending."""

    id: UUID
    service: Service
    status: InboxStatus
    urgent: bool = False
    reference: str | None = None
    received_at: datetime | None = None
    acknowledged_at: datetime | None = None
    changed_at: datetime | None = None
    cannot_read: int | None = None
    content: InboxContent | None = None


def evolve(row: InboxRow | None, envelope: Envelope) -> InboxRow | None:
    """The row after this event."""
    event = envelope.event
    if isinstance(event, happened.ReferralStarted):
        return InboxRow(id=envelope.stream_id, service=event.service, status=InboxStatus.DRAFT, content=InboxContent())
    if isinstance(event, happened.ReferralErased):
        return _erased(envelope.stream_id, event)
    if row is None or isinstance(event, happened.DraftEnded):
        return None
    return msgspec.structs.replace(row, **_changes(row, event))


def _erased(referral: UUID, event: happened.ReferralErased) -> InboxRow | None:
    """What remains of what was sent, made from the tombstone alone: the same in a rebuild."""
    if event.reference is None:
        return None
    return InboxRow(
        id=referral,
        service=event.service,
        status=InboxStatus.ERASED,
        urgent=event.urgent,
        reference=event.reference,
        received_at=event.received_at,
        acknowledged_at=event.acknowledged_at,
    )


def _changes(row: InboxRow, event: Any) -> dict[str, Any]:
    content = row.content or InboxContent()
    match event:
        case happened.ChildAdded(child=child) | happened.ChildDetailsGiven(child=child):
            return _content(content, children={**content.children, child.id: _listed(child, event.timestamp)})
        case happened.ChildRemoved(child_id=gone):
            return _content(content, children={key: child for key, child in content.children.items() if key != gone})
        case happened.AdultOfConcernNamed(adult=adult):
            return _content(content, adult=_listed(adult, event.timestamp))
        case happened.DocumentAttached(document=document):
            added = {"changed_at": event.timestamp} if row.received_at else {}
            return {**added, **_content(content, documents={**content.documents, document.id: Verdict.PENDING})}
        case happened.DocumentChecked(document=id, verdict=verdict) if id in content.documents:
            return _content(content, documents={**content.documents, id: verdict})
        case happened.DocumentRemoved(document=gone):
            return _content(content, documents={key: each for key, each in content.documents.items() if key != gone})
        case happened.CapacityDeclared(capacity=capacity):
            return _content(content, referrer=capacity.value)
        case happened.ServiceChanged(service=service):
            return {"service": service}
        case happened.ReferralSubmitted():
            return _arrived(content, event)
        case happened.Acknowledged():
            status = InboxStatus.ACKNOWLEDGED if row.status is InboxStatus.NEW else row.status
            return {"acknowledged_at": event.timestamp, "status": status}
        case happened.FeedbackIssued():
            return {"status": InboxStatus.ANSWERED}
        case happened.ReferralAmended() | happened.ConsentWithdrawn():
            return {"changed_at": event.timestamp}
        case happened.ReferrerConfirmed():
            return _content(content, referrer_not_verified=False)
        case happened.ReferralWithdrawn():
            return {"changed_at": event.timestamp, "status": InboxStatus.WITHDRAWN}
    return {}


def _arrived(content: InboxContent, event: happened.ReferralSubmitted) -> dict[str, Any]:
    at_work = content.referrer == Capacity.PROFESSIONAL
    return {
        "status": InboxStatus.NEW,
        "urgent": event.urgent,
        "reference": event.reference,
        "received_at": event.received_at,
        **_content(
            content,
            referrer=event.referrer.organisation if at_work else content.referrer,
            referrer_not_verified=event.referrer.not_verified,
        ),
    }


def _content(content: InboxContent, **changes: Any) -> dict[str, Any]:
    return {"content": msgspec.structs.replace(content, **changes)}


def _listed(person: Child | Adult, at: datetime) -> Listed:
    return Listed(person.initials, age(person, day_of(at)) if isinstance(person, Child) else None)


def stub(envelope: Envelope) -> InboxRow:
    """A referral whose beginning cannot be read: on the desk, so that somebody sees it."""
    return InboxRow(
        id=envelope.stream_id,
        service=Service.SOCIAL_CARE,
        status=InboxStatus.NEW,
        urgent=True,
        received_at=envelope.recorded_at,
    )


def set_aside(row: InboxRow, envelope: Envelope) -> InboxRow:
    """A referral that was sent is on the desk, and first, also where what was sent cannot be read."""
    if envelope.topic != happened.ReferralSubmitted.TOPIC or row.received_at is not None:
        return row
    return msgspec.structs.replace(row, status=InboxStatus.NEW, urgent=True, received_at=envelope.recorded_at)


STAFF_INBOX = Projection("staff_inbox", InboxRow, evolve, stub, set_aside)

# One branch for each service and status, read in the order of the index staff_inbox_desk and no further than the page;
# whole rows are fetched of those shown only. Ordering each branch and writing the size out keep the planner to it.
INBOX = f"""
select p.*, {WITH_KEYS}
from (
  select first.id from unnest($1::text[]) asked (service) cross join unnest($2::text[]) shown (status)
  cross join lateral (
    select not urgent as waits, received_at, id from staff_inbox
    where received_at is not null and service = asked.service and status = shown.status {{after}}
    order by not urgent, received_at, id limit {{size}}
  ) first
  order by first.waits, first.received_at, first.id limit {{size}}
) page
join staff_inbox p on p.id = page.id left join keys k on k.stream_id = p.id
order by not p.urgent, p.received_at, p.id
"""  # noqa: S608 - names of our own
AFTER = "and (not urgent, received_at, id) > ($3, $4, $5)"
COUNTS = """
select shown.status, (
  select count(*) from (
    select from unnest($1::text[]) asked (service)
    cross join lateral (
      select from staff_inbox
      where received_at is not null and service = asked.service and status = shown.status
      order by not urgent, received_at, id limit {most}
    ) those limit {most}
  ) counted
) as referrals
from unnest($2::text[]) shown (status)
"""
Cursor = tuple[bool, datetime, UUID]  # urgent, received_at, id of the last row of the page before


async def inbox_page(
    connection: Connection,
    keyring: Keyring,
    services: Sequence[Service],
    statuses: Sequence[InboxStatus],
    after: Cursor | None,
    size: int,
) -> tuple[list[InboxRow], Cursor | None]:
    """One page of the inbox, and behind which row the next one begins (None: this was the last): urgent first, then the
    longest waiting, of the services this person may see. No service and no status may be named twice."""
    query = INBOX.format(after=AFTER if after else "", size=int(size) + 1)
    begin = (not after[0], *after[1:]) if after else ()
    records = await connection.fetch(query, list(services), list(statuses), *begin)
    shown = records[:size]  # also those that cannot be opened: the next page begins behind them all the same
    more = len(records) > size
    last = (shown[-1]["urgent"], shown[-1]["received_at"], shown[-1]["id"]) if more else None
    return opened_rows(keyring, STAFF_INBOX, shown), last


async def inbox_counts(
    connection: Connection, services: Sequence[Service], statuses: Sequence[InboxStatus], most: int
) -> dict[InboxStatus, int]:
    """How many referrals to these services stand at each status, counted to `most` and no further."""
    records = await connection.fetch(COUNTS.format(most=int(most)), list(services), list(statuses))
    return {InboxStatus(record["status"]): record["referrals"] for record in records}
