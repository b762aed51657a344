"""What the teams for feedback and fostering have to answer. Nothing personal until one is opened."""

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from portal.domain.enquiry import (
    ENQUIRY,
    EnquiryAnswered,
    EnquiryErased,
    FosterEnquirySent,
    ServiceFeedbackSent,
)
from portal.domain.enquiry_forms import EnquiryKind
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.projections.projection import Projection


class EnquiryStatus(StrEnum):
    """Whether somebody has answered it."""

    NEW = "new"
    ANSWERED = "answered"


class EnquiryRow(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the list."""

    id: UUID
    kind: EnquiryKind
    status: EnquiryStatus
    reference: str | None
    sent_at: datetime
    answered_at: datetime | None = None
    cannot_read: int | None = None


def evolve(row: EnquiryRow | None, envelope: Envelope) -> EnquiryRow | None:
    """The row after this event; none of what is erased."""
    event = envelope.event
    if isinstance(event, ServiceFeedbackSent | FosterEnquirySent):
        return EnquiryRow(
            id=envelope.stream_id,
            kind=event.form.KIND,
            status=EnquiryStatus.NEW,
            reference=event.reference,
            sent_at=event.timestamp,
        )
    if row is None or isinstance(event, EnquiryErased):
        return None
    if isinstance(event, EnquiryAnswered):
        return msgspec.structs.replace(row, status=EnquiryStatus.ANSWERED, answered_at=event.timestamp)
    return row


def stub(envelope: Envelope) -> EnquiryRow:
    """One whose beginning cannot be read: its topic, which stands in clear, says whose it is to see."""
    fostering = envelope.topic == FosterEnquirySent.TOPIC
    return EnquiryRow(
        id=envelope.stream_id,
        kind=EnquiryKind.FOSTER_ENQUIRY if fostering else EnquiryKind.SERVICE_FEEDBACK,
        status=EnquiryStatus.NEW,
        reference=None,
        sent_at=envelope.recorded_at,
    )


ENQUIRIES = Projection("enquiries", EnquiryRow, evolve, stub, of=ENQUIRY)
PAGE_OF = """
select p.* from enquiries p
where kind = any($1::text[]) and status = any($2::text[]) and ($3::timestamptz is null or (sent_at, id) > ($3, $4))
order by sent_at, id limit $5
"""
Cursor = tuple[datetime, UUID]  # sent_at, id of the last row of the page before


async def enquiries_page(
    connection: Connection,
    kinds: Sequence[EnquiryKind],
    statuses: Sequence[EnquiryStatus],
    after: Cursor | None,
    size: int,
) -> tuple[list[EnquiryRow], Cursor | None]:
    """A page of them, the longest waiting first, and behind which row the next one begins (None: this was the last)."""
    begin = after or (None, None)
    records = await connection.fetch(PAGE_OF, list(kinds), list(statuses), *begin, size + 1)
    rows = [ENQUIRIES.opened(record, None) for record in records[:size]]
    return rows, (rows[-1].sent_at, rows[-1].id) if len(records) > size else None
