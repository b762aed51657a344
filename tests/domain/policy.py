"""Given what happened, when somebody asks for something, then this happens, or it is refused: no database, no mocks.

    Given(STARTED).when(lambda referral: referral.add_child(AMARA, NOW)).then(told(ChildAdded, child=AMARA))

`told` leaves out what every event has: whose it is, which one it is, when it was. `Given` and `then` fill that in and
then compare all of it. Whatever happens is also read back from its bytes: history must make the same aggregate again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, cast
from uuid import UUID

import pytest

from portal.domain.aggregate import Aggregate, Created, Event
from portal.domain.catalogue import CATALOGUE
from portal.domain.refusals import Refused
from portal.eventstore.codec import decode, encode
from portal.eventstore.envelope import Envelope, Metadata

A = TypeVar("A", bound=Aggregate)
NOW = datetime(2026, 11, 23, 10, 30, tzinfo=UTC)  # a Monday
STREAM = UUID(int=1)  # whose history every test here is


@dataclass(frozen=True)
class Told:
    """An event but for whose it is and which one it is."""

    kind: type[Event]
    fields: dict[str, Any]
    at: datetime = NOW

    def as_event(self, version: int) -> Event:
        topic = {"originator_topic": self.kind.AGGREGATE} if issubclass(self.kind, Created) else {}
        return self.kind(originator_id=STREAM, originator_version=version, timestamp=self.at, **topic, **self.fields)


def told(kind: type[Event], at: datetime = NOW, **fields: Any) -> Told:
    """What happened, as a test tells it."""
    return Told(kind, fields, at)


class Given(Generic[A]):
    """What has happened until now."""

    def __init__(self, *history: Told) -> None:
        self.history = [each.as_event(version) for version, each in enumerate(history, 1)]

    @property
    def aggregate(self) -> A:
        """What this history makes."""
        return cast(A, replayed(self.history))

    def when(self, command: Callable[[A], object]) -> Outcome:
        """Somebody asks for something."""
        aggregate = self.aggregate
        try:
            command(aggregate)
        except Refused as refusal:
            return Outcome(self.history, aggregate, refusal)
        return Outcome(self.history, aggregate, None)


def begin(command: Callable[[], Aggregate]) -> Outcome:
    """Somebody asks for something new."""
    try:
        return Outcome([], command(), None)
    except Refused as refusal:
        return Outcome([], None, refusal)


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    history: Sequence[Event]
    aggregate: Aggregate | None
    refusal: Refused | None

    def then(self, *expected: Told) -> None:
        """Exactly this happened."""
        if self.refusal:
            raise self.refusal
        assert self.aggregate is not None
        events = cast(list[Event], self.aggregate.collect_events())
        assert events == [each.as_event(version) for version, each in enumerate(expected, len(self.history) + 1)]
        assert replayed([*self.history, *map(read_back, events)]) == self.aggregate

    def then_nothing(self) -> None:
        """It was allowed, and nothing happened."""
        self.then()

    def refused(self, words: str) -> Outcome:
        """It was refused in these words (a part of them), and nothing happened."""
        assert words in self._refusal().says
        return self

    def refused_at(self, *pointers: str) -> Outcome:
        """It was refused, and the faults are in just these places."""
        assert [fault.at for fault in self._refusal().faults] == list(pointers)
        return self

    def _refusal(self) -> Refused:
        if self.refusal is None:
            pytest.fail("this was not refused")
        assert self.aggregate is None or not self.aggregate.pending_events
        return self.refusal


def enveloped(events: Iterable[Event]) -> list[Envelope]:
    """The events as the feed hands them out."""
    return [
        Envelope(
            position=position,
            id=UUID(int=position),
            stream_id=event.originator_id,
            version=event.originator_version,
            topic=event.TOPIC,
            event=event,
            metadata=Metadata(),
            recorded_at=event.timestamp,
        )
        for position, event in enumerate(events, 1)
    ]


def replayed(events: Sequence[Event]) -> Aggregate | None:
    """What this history makes, the way the store makes it."""
    aggregate: Aggregate | None = None
    for event in events:
        aggregate = cast("Aggregate | None", event.mutate(aggregate))
    return aggregate


def read_back(event: Event) -> Event:
    """The event, from the bytes it is stored as."""
    return decode(CATALOGUE, event.TOPIC, encode(event), event.originator_id, event.originator_version)
