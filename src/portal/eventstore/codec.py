"""Events to bytes and back. Only what the catalogue lists can be read; older shapes are lifted on the way."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.aggregate import Created, Event

Catalogue = Mapping[str, type[Event]]
_IN_COLUMNS = ("originator_id", "originator_version", "originator_topic")


class CannotDecode(Exception):
    """These bytes are no event of the catalogue; says why without repeating anything of them."""


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
    """The event that the bytes were. Raises CannotDecode: no such topic, a shape newer than this code, other bytes."""
    kind = catalogue.get(topic)
    if kind is None:
        raise CannotDecode("its topic is not in the catalogue")
    try:
        fields = msgspec.json.decode(state)
        shape = fields.pop("class_version", 1)
        if type(shape) is not int or shape < 1:
            raise CannotDecode("it does not say which shape it has")
        if shape > kind.class_version:
            raise CannotDecode("its shape is newer than this version of the portal")
        return msgspec.convert(_lifted(kind, fields, shape, stream_id, version), kind)
    except CannotDecode:
        raise
    except Exception:  # whatever bytes nobody of ours wrote can provoke; the text of a fault may be personal
        raise CannotDecode("its bytes are not those of such an event") from None


def _lifted(kind: type[Event], fields: dict[str, Any], shape: int, stream_id: UUID, version: int) -> dict[str, Any]:
    """The fields as the class has them today. Each upcaster is given the event's own fields, and changes them."""
    for old in range(shape, kind.class_version):
        getattr(kind, f"upcast_v{old}_v{old + 1}")(fields)
    if issubclass(kind, Created):
        fields["originator_topic"] = kind.AGGREGATE
    return {**fields, "originator_id": stream_id, "originator_version": version}


@lru_cache
def _own_fields(kind: type[Event]) -> list[str]:
    return [name for name in kind.__struct_fields__ if name not in _IN_COLUMNS]
