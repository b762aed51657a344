"""Events to bytes and back. Only what the catalogue lists can be read; older shapes are lifted on the way."""

from collections.abc import Mapping
from functools import lru_cache
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
    state: dict[str, object] = {name: getattr(event, name) for name in _own_fields(type(event))}
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


@lru_cache
def _own_fields(kind: type[Event]) -> list[str]:
    return [name for name in kind.__struct_fields__ if name not in _IN_COLUMNS]
