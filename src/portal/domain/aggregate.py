"""The library's aggregates with msgspec Structs as events.

An event says what it does to its aggregate (`apply`), so a module of events reads as the aggregate's biography; the
aggregate's own methods only decide. Guards stand in the methods, never in `apply`: history must replay although the
rules have changed since. Topics are registered names, never Python paths, so a rename cannot orphan history.
"""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec
from eventsourcing.domain import BaseAggregate, CanInitAggregate, CanMutateAggregate
from eventsourcing.utils import register_topic


class Event(msgspec.Struct, CanMutateAggregate[UUID], frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What happened. `class_version` counts the shapes it has had; `upcast_vN_vN+1(state)` lifts an older one.

    `ENDS_KEY` marks a tombstone: the last event of its stream, whose key is destroyed because of it. `IN_CLEAR`: it
    holds nothing personal, and is never sealed; all others are, with the key of their stream.
    """

    originator_id: UUID
    originator_version: int
    timestamp: datetime
    TOPIC: ClassVar[str] = ""
    ENDS_KEY: ClassVar[bool] = False
    IN_CLEAR: ClassVar[bool] = False
    class_version: ClassVar[int] = 1

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if topic := cls.__dict__.get("TOPIC"):
            register_topic(topic, cls)

    def _as_dict(self) -> dict[str, Any]:
        return msgspec.structs.asdict(self)


class Created(Event, CanInitAggregate[UUID], frozen=True, kw_only=True):
    """The first event of a stream. Its aggregate is named by the class, never by stored bytes: the library would
    import whatever they name."""

    originator_topic: str
    AGGREGATE: ClassVar[str] = ""


class Aggregate(BaseAggregate[UUID]):
    """Base of the aggregates. TOPIC is not annotated: the library makes a dataclass of any class with an annotation,
    and that would replace an inherited `__init__`.
    """

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if topic := cls.__dict__.get("TOPIC"):
            register_topic(topic, cls)
