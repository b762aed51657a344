"""An event with what the store knows about it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.aggregate import Event


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """Who asked for it, in which request: opaque ids only. `digest` tells a repeated command from another one."""

    actor: str = ""
    request: str = ""
    session: str = ""
    digest: str = ""


class Unreadable(msgspec.Struct, frozen=True):
    """What an event whose key was destroyed decodes to. Folds skip it."""

    topic: str


class Damaged(msgspec.Struct, frozen=True):
    """What an event decodes to whose bytes are not what was written, or whose topic nobody knows. Parks its stream."""

    topic: str
    why: str


class Envelope(msgspec.Struct, frozen=True):
    """One row of the log, decoded. `position` orders all events, `version` those of one stream."""

    position: int
    id: UUID
    stream_id: UUID
    version: int
    topic: str
    event: Event | Any  # Event, Unreadable or Damaged; msgspec cannot name a union of Structs without tags
    metadata: Metadata
    recorded_at: datetime


def tombstone_of(envelopes: Sequence[Envelope]) -> Envelope | None:
    """The tombstone that a stream ends with; None where it has not been erased."""
    last = envelopes[-1] if envelopes else None
    return last if last and isinstance(last.event, Event) and last.event.ENDS_KEY else None


class CannotRead(Exception):
    """A stream that was asked for holds an event that cannot be read. Says where, never what."""

    def __init__(self, stream_id: UUID, version: int, why: str) -> None:
        super().__init__(f"event {version} of stream {stream_id} cannot be read: {why}")


class Erased(CannotRead):
    """A stream that was asked for has been erased; its `tombstone` is all that remains."""

    def __init__(self, stream_id: UUID, tombstone: Event) -> None:
        super().__init__(stream_id, tombstone.originator_version, "the stream has been erased")
        self.tombstone = tombstone
