"""Events to bytes and back. Only what the catalogue lists can be read; older shapes are lifted on the way."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

import msgspec

from portal.domain.aggregate import Created, Event

Catalogue = Mapping[str, type[Event]]
_IN_COLUMNS = ("originator_id", "originator_version", "originator_topic")


def tombstone_topics(catalogue: Catalogue) -> list[str]:
    """The topics of the events after which their stream's key is destroyed."""
    return [topic for topic, kind in catalogue.items() if kind.ENDS_KEY]


def encode(event: Event) -> bytes:
    """The event's own fields as JSON; stream, version and topic are columns of their own."""
    state = msgspec.to_builtins(event, builtin_types=(datetime, date, UUID))
    for column in _IN_COLUMNS:
        state.pop(column, None)
    if event.class_version > 1:
        state["class_version"] = event.class_version
    return msgspec.json.encode(state)


def decode(catalogue: Catalogue, topic: str, state: bytes, stream_id: UUID, version: int) -> Event:
    """The event that the bytes were. KeyError: no such topic in the catalogue. msgspec.ValidationError: other bytes."""
    kind = catalogue[topic]
    fields = msgspec.json.decode(state)
    if issubclass(kind, Created):
        fields["originator_topic"] = kind.AGGREGATE
    for old in range(fields.pop("class_version", 1), kind.class_version):
        getattr(kind, f"upcast_v{old}_v{old + 1}")(fields)
    return msgspec.convert({**fields, "originator_id": stream_id, "originator_version": version}, kind)
