"""Which referrals have documents that wait for the virus scanner, and which are to be scanned again: a scanner knows
more next week than today. A clean document is scanned again after one, two, four, eight and sixteen days: whenever it
has been here twice as long as at its last check, for thirty days."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from portal.domain import referral_events as happened
from portal.domain.documents import Verdict
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.projections.projection import Projection

SOONEST = timedelta(days=1)
LAST = timedelta(days=30)
DUE = """
select id from document_checks where due_at <= now() and scanner <> $1 order by due_at, id limit $2
"""
STANDING = """
select coalesce(sum(waiting), 0)::bigint as waiting,
  coalesce(now() - min(waiting_since), interval '0') as longest from document_checks where waiting > 0
"""


class Check(msgspec.Struct, frozen=True):
    """Where one document stands. `scanner`: which one looked last, with its version."""

    verdict: Verdict
    attached_at: datetime
    checked_at: datetime | None = None
    scanner: str = ""


class Checks(msgspec.Struct, frozen=True):
    """By document."""

    documents: dict[UUID, Check] = {}


class DocumentChecks(msgspec.Struct, frozen=True, kw_only=True):
    """The documents of one referral. `due_at`: when the first of them is to be scanned again, `scanner` what looked at
    that one last; nothing personal."""

    id: UUID
    waiting: int = 0
    waiting_since: datetime | None = None
    due_at: datetime | None = None
    scanner: str = ""
    cannot_read: int | None = None
    content: Checks | None = None


class Standing(msgspec.Struct, frozen=True):
    """How many documents wait, and for how long the longest."""

    waiting: int
    longest: timedelta


def again_at(attached_at: datetime, checked_at: datetime) -> datetime | None:
    """When a clean document is to be scanned again; None where it never is."""
    at = checked_at + max(SOONEST, checked_at - attached_at)
    return at if at <= attached_at + LAST else None


def evolve(row: DocumentChecks | None, envelope: Envelope) -> DocumentChecks | None:
    """The row after this event; there is none while there are no documents."""
    event, known = envelope.event, row.content.documents if row and row.content else {}
    match event:
        case happened.DocumentAttached(document=document):
            return _row(envelope.stream_id, {**known, document.id: Check(Verdict.PENDING, event.timestamp)})
        case happened.DocumentChecked(document=id) if id in known:
            checked = Check(event.verdict, known[id].attached_at, event.timestamp, event.scanner)
            return _row(envelope.stream_id, {**known, id: checked})
        case happened.DocumentRemoved(document=id):
            return _row(envelope.stream_id, {key: each for key, each in known.items() if key != id})
        case happened.ReferralErased() | happened.DraftEnded():
            return None
    return row


def _row(referral: UUID, documents: dict[UUID, Check]) -> DocumentChecks | None:
    if not documents:
        return None
    waiting = [each.attached_at for each in documents.values() if each.verdict is Verdict.PENDING]
    due_at, scanner = min(_due(documents), default=(None, ""))
    return DocumentChecks(
        id=referral,
        waiting=len(waiting),
        waiting_since=min(waiting, default=None),
        due_at=due_at,
        scanner=scanner,
        content=Checks(documents),
    )


def _due(documents: dict[UUID, Check]) -> list[tuple[Any, str]]:
    clean = (each for each in documents.values() if each.verdict is Verdict.CLEAN and each.checked_at)
    due = ((again_at(each.attached_at, each.checked_at), each.scanner) for each in clean if each.checked_at)
    return [(at, scanner) for at, scanner in due if at]


def stub(envelope: Envelope) -> DocumentChecks:
    """A referral whose beginning cannot be read: nothing is known of its documents."""
    return DocumentChecks(id=envelope.stream_id)


DOCUMENT_CHECKS = Projection("document_checks", DocumentChecks, evolve, stub)


async def due_referrals(connection: Connection, version: str, most: int) -> Sequence[UUID]:
    """The referrals with a document that is due, which another version of the scanner looked at last."""
    return [record["id"] for record in await connection.fetch(DUE, version, most)]


async def standing(connection: Connection) -> Standing:
    """How many documents wait to be checked."""
    record = await connection.fetchrow(STANDING)
    assert record is not None  # noqa: S101 - sums always answer
    return Standing(record["waiting"], record["longest"])
