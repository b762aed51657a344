"""One command from beginning to end: load, decide, append; once, however often it is asked.

The id of each event is made from who asked, the key they sent with the request and the event's place in the command.
So the database itself refuses to do a command twice, and a repeat is answered from what the first one did.
"""

import asyncio
import random
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import TypeVar
from uuid import NAMESPACE_OID, UUID, uuid4, uuid5

import msgspec

from portal.domain.aggregate import Aggregate, Event
from portal.eventstore.append import Conflict, KeyDestroyed, Unknown
from portal.eventstore.envelope import Metadata
from portal.eventstore.keyring import Key, Wrapped
from portal.eventstore.store import A, EventStore, Repeat

MOST_EVENTS = 32  # of one command
TRIES = 12  # after a conflict: load again, decide again
PAUSE = 0.01  # seconds at most before the second of them; twice that before each further one, up to ...
LONGEST_PAUSE = 0.3  # ... seconds
R = TypeVar("R")
_COMMANDS = uuid5(NAMESPACE_OID, "portal:command")


class KeyReused(Exception):
    """The same idempotency key came with another request."""


class Command(msgspec.Struct, frozen=True):
    """What makes a request this request. `scope`: who asks (account or draft token, opaque); `key`: what they sent to
    name the request; `metadata.digest`: keyed hash of what was asked, so that a key used twice is noticed."""

    scope: str
    key: str
    metadata: Metadata
    former_scope: str = ""  # under which the same request may have been sent before: signed out, with a draft's token

    def id_for(self, what: str) -> UUID:
        """An id for something the command makes: the same at each repeat."""
        return uuid5(_COMMANDS, f"{self.scope}|{self.key}|{what}")

    def within(self, scope: str) -> "Command":
        """The same command, named within another scope: for those who are not anybody yet."""
        return Command(scope, self.key, self.metadata)

    def afresh(self) -> "Command":
        """The same request as a new command: for what has to be on record each time, such as looking."""
        return self.part(str(uuid4()))

    def part(self, name: str) -> "Command":
        """A command within this one, committed on its own."""
        return Command(self.scope, f"{self.key}|{name}", self.metadata)

    @property
    def event_ids(self) -> list[UUID]:
        return [self.id_for(str(ordinal)) for ordinal in range(MOST_EVENTS)]


def own_command(cause: UUID, what: str) -> Command:
    """A command of the portal itself, caused by an event: done once, however often the job runs."""
    return Command("portal", f"{cause}|{what}", Metadata(actor="portal"))


def fresh_command(what: str, actor: str = "portal") -> Command:
    """A command from the command line, or of a worker: each call is a new one."""
    return Command("portal", f"{uuid4()}|{what}", Metadata(actor=actor))


class Work:
    """The aggregates one command has loaded or made. Each try of a command has a fresh one."""

    def __init__(self, store: EventStore, command: Command) -> None:
        self._store = store
        self.command = command
        self._aggregates: dict[UUID, Aggregate] = {}
        self._keys: dict[UUID, Key] = {}
        self._minted: list[Wrapped] = []
        self._claims: list[tuple[bytes, UUID]] = []
        self._notes: list[Event] = []

    async def load(self, kind: type[A], stream_id: UUID) -> tuple[A | None, datetime]:
        """The aggregate, or None, and the database's clock."""
        loaded = await self._store.load(kind, stream_id)
        if loaded.aggregate:
            self._aggregates[stream_id] = loaded.aggregate
        if loaded.key:
            self._keys[stream_id] = loaded.key
        return loaded.aggregate, loaded.now

    async def now(self) -> datetime:
        """The database's clock, for a command that makes something new and loads nothing."""
        return await self._store.now()

    def add(self, aggregate: Aggregate, *claims: bytes) -> None:
        """A new aggregate, with the unique names it takes."""
        self._aggregates[aggregate.id] = aggregate
        self.claim(aggregate.id, *claims)

    def claim(self, stream_id: UUID, *names: bytes) -> None:
        """Names that only this stream may hold."""
        self._claims.extend((name, stream_id) for name in names)

    async def be_sure(self) -> None:
        """Before saying again that something is done which this command does not write itself."""
        await self._store.be_sure()

    async def note(self, kind: type[Event], stream_id: UUID, **fields: object) -> None:
        """One event at the end of a stream that nobody decides on (who looked): no need to load what went before."""
        tail = await self._store.tail(stream_id)
        if tail.key:
            self._keys[stream_id] = tail.key
        else:
            self._mint(stream_id)
        event = kind(originator_id=stream_id, originator_version=tail.version + 1, timestamp=tail.now, **fields)
        self._notes.append(event)

    async def commit(self, answer: object = None) -> int:
        """Append what was decided; 0 where that is nothing. Raises Conflict, KeyDestroyed or Unknown.

        The aggregate that is the command's answer goes first, so that a repeat finds it by the first event.
        """
        in_order = sorted(self._aggregates.values(), key=lambda aggregate: aggregate is not answer)
        decided = [event for aggregate in in_order for event in _collected(aggregate)]
        events = [*decided, *self._notes]
        if not events:
            return 0
        for stream_id in dict.fromkeys(event.originator_id for event in decided if not event.IN_CLEAR):
            if stream_id not in self._keys:
                self._mint(stream_id)
        ids = self.command.event_ids[: len(events)]
        return await self._store.append(events, ids, self._keys, self.command.metadata, self._minted, self._claims)

    def _mint(self, stream_id: UUID) -> None:
        self._keys[stream_id], wrapped = self._store.keyring.mint(stream_id)
        self._minted.append(wrapped)


async def perform(
    store: EventStore, command: Command, decide: Callable[[Work], Awaitable[R]]
) -> tuple[R | Repeat, int]:
    """Do a command, or find that it is done: what `decide` returned, or where the first doing left the stream; and the
    position that readers must have passed to see it (0: nothing was written).

    A conflict means that somebody else wrote first: load again, decide again, after a random pause, so that those who
    collided do not collide again. Unknown means that the answer was lost, and a refusal may mean that
    the same command, sent twice, was done a moment ago ("has been sent already"): so the command is looked up once
    more before the caller is told.
    """
    conflicts = 0
    while True:
        if repeat := await _done_before(store, command):
            return repeat, repeat.position
        if conflicts == TRIES:
            raise Unknown("too many others are writing here")
        try:
            work = Work(store, command)
            result = await decide(work)
            return result, await work.commit(result)
        except (Conflict, KeyDestroyed):  # in both cases the stream has moved on, to its tombstone in the second
            longest = min(PAUSE * 2**conflicts, LONGEST_PAUSE)
            conflicts += 1
            await asyncio.sleep(random.uniform(0, longest))  # noqa: S311 - nothing secret
        except Exception:  # perhaps because its twin has done it meanwhile; else it is not decided again
            if repeat := await _done_before(store, command):
                return repeat, repeat.position
            raise


async def _done_before(store: EventStore, command: Command) -> Repeat | None:
    former = command.within(command.former_scope).event_ids if command.former_scope else []
    repeat = await store.repeated([*command.event_ids, *former])
    if repeat and repeat.digest != command.metadata.digest:
        raise KeyReused
    return repeat


def _collected(aggregate: Aggregate) -> list[Event]:
    return list(aggregate.collect_events())  # type: ignore[arg-type]
