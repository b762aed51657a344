"""The dashboard: how many referrals arrived by day, service and status, and whether they are read in time."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from portal.domain import referral_events as happened
from portal.domain.services import Service
from portal.domain.working_days import after_working_days, day_of
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.projections.projection import Projection

DAYS = 31  # how far back the dashboard looks


class Measure(msgspec.Struct, frozen=True, kw_only=True):
    """What the dashboard counts of one referral; nothing personal. `due_at`: end of the first working day after
    arrival, by which it must be acknowledged."""

    id: UUID
    service: Service
    status: str
    received_at: datetime | None = None
    received_on: str | None = None  # the day in England, as 2026-11-23
    due_at: datetime | None = None
    acknowledged_at: datetime | None = None
    cannot_read: int | None = None


class Count(msgspec.Struct, frozen=True):
    """How many referrals arrived on a day for a service and stand at this status now."""

    day: date
    service: Service
    status: str
    referrals: int


class Dashboard(msgspec.Struct, frozen=True):
    """The last 31 days. `share_in_time`: of those whose time is over or which were acknowledged, the share that was
    acknowledged within one working day; None before the first."""

    counts: list[Count]
    oldest_not_acknowledged: datetime | None
    not_acknowledged: int
    share_in_time: float | None


def evolve(row: Measure | None, envelope: Envelope) -> Measure | None:
    """The measure after this event."""
    event = envelope.event
    if isinstance(event, happened.ReferralStarted):
        return Measure(id=envelope.stream_id, service=event.service, status="draft")
    if isinstance(event, happened.ReferralErased):
        return _erased(envelope.stream_id, event)
    if row is None or isinstance(event, happened.DraftEnded):
        return None
    return msgspec.structs.replace(row, **_changes(row, event))


def _erased(referral: UUID, event: happened.ReferralErased) -> Measure | None:
    """What remains of what was sent, made from the tombstone alone: the same in a rebuild."""
    if event.received_at is None:
        return None
    arrived, acknowledged_at = _arrived(event.received_at), event.acknowledged_at
    return Measure(id=referral, service=event.service, status="erased", acknowledged_at=acknowledged_at, **arrived)


def _arrived(received_at: datetime) -> dict[str, Any]:
    return {
        "received_at": received_at,
        "received_on": day_of(received_at).isoformat(),
        "due_at": after_working_days(received_at),
    }


def _changes(row: Measure, event: Any) -> dict[str, Any]:
    match event:
        case happened.ServiceChanged(service=service):
            return {"service": service}
        case happened.ReferralSubmitted(received_at=received_at):
            return {"status": "new", **_arrived(received_at)}
        case happened.Acknowledged():
            status = "acknowledged" if row.status == "new" else row.status
            return {"status": status, "acknowledged_at": event.timestamp}
        case happened.FeedbackIssued():
            return {"status": "answered"}
        case happened.ReferralWithdrawn():
            return {"status": "withdrawn"}
    return {}


def stub(envelope: Envelope) -> Measure:
    """A referral that cannot be read is counted nowhere; the inbox shows it."""
    return Measure(id=envelope.stream_id, service=Service.SOCIAL_CARE, status="draft")


DASHBOARD = Projection("dashboard", Measure, evolve, stub)

COUNTS = """
select received_on as day, service, status, count(*) as referrals from dashboard
where received_at > now() - make_interval(days => $2) and service = any($1::text[])
group by 1, 2, 3 order by 1 desc, 2, 3
"""
WAITING = """
select min(received_at) as oldest, count(*) as waiting from dashboard
where acknowledged_at is null and received_at is not null and status <> 'erased' and service = any($1::text[])
"""
IN_TIME = """
select avg((acknowledged_at <= due_at)::int)::float from (
  select coalesce(acknowledged_at, 'infinity') as acknowledged_at, due_at from dashboard
  where received_at > now() - make_interval(days => $2) and service = any($1::text[])
    and (acknowledged_at is not null or due_at < now() and status <> 'erased')
) judged
"""


async def read_dashboard(connection: Connection, services: Sequence[Service]) -> Dashboard:
    """The numbers of these services."""
    names = list(services)
    counts = [msgspec.convert(dict(row), Count) for row in await connection.fetch(COUNTS, names, DAYS)]
    waiting = await connection.fetchrow(WAITING, names)
    in_time: float | None = await connection.fetchval(IN_TIME, names, DAYS)
    return Dashboard(counts, waiting and waiting["oldest"], waiting["waiting"] if waiting else 0, in_time)
