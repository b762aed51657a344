"""Loading aggregates and saving what they decided: the only way in and out of the log for commands."""

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from portal.domain.aggregate import Aggregate, Event
from portal.eventstore.append import Append
from portal.eventstore.appender import Appender
from portal.eventstore.certain import certain
from portal.eventstore.codec import Catalogue, tombstone_topics
from portal.eventstore.connection import Pool
from portal.eventstore.envelope import CannotRead, Damaged, Envelope, Erased, Metadata, Unreadable, tombstone_of
from portal.eventstore.keyring import Key, Keyring, KeyUnusable, Wrapped
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS, to_envelopes, to_row

A = TypeVar("A", bound=Aggregate)

HISTORY = f"""
select {COLUMNS}, {KEY_COLUMNS}, clock.now
from (select clock_timestamp() as now) clock
left join events e on e.stream_id = $1 and ($2::int is null or e.version <= $2 or e.topic = any($3::text[]))
  and e.topic <> all($4::text[])
left join keys k on k.id = e.key_id
order by e.version
"""  # noqa: S608 - column names of our own
TAIL = """
select coalesce(max(e.version), 0) as version, k.id, k.kek_version, k.wrapped, clock_timestamp() as now
from (select $1::uuid as stream_id) asked
left join events e using (stream_id) left join keys k using (stream_id)
group by k.id, k.kek_version, k.wrapped
"""
KEY_FIELDS = ("id", "kek_version", "wrapped")
ONE = f"select {COLUMNS}, {KEY_COLUMNS} from events e left join keys k on k.id = e.key_id where e.id = $1"  # noqa: S608
REPEATED = """
select e.id, e.stream_id, e.version, e.position, e.metadata, pg_logical_emit_message(true, 'portal.repeat', '')
from events e where e.id = any($1::uuid[])
"""


class History(msgspec.Struct, frozen=True):
    """A stream as it was read: its events, its key if it has one, and the database's clock at that moment."""

    envelopes: list[Envelope]
    key: Key | None
    now: datetime


class Tail(msgspec.Struct, frozen=True):
    """The end of a stream: its last version (0: empty), its key if it has one, and the database's clock."""

    version: int
    key: Key | None
    now: datetime


class Loaded(msgspec.Struct, Generic[A], frozen=True):
    """An aggregate (None where the stream is empty) with the key of its stream and `now` for the command."""

    aggregate: A | None
    key: Key | None
    now: datetime


class Repeat(msgspec.Struct, frozen=True):
    """Where a command that was done before left its stream, and the digest of what it asked."""

    stream_id: UUID
    version: int
    position: int
    digest: str


class EventStore:
    """The log of one database. `pool` reads, `appender` writes; `committed` is set after every commit of ours."""

    def __init__(self, pool: Pool, appender: Appender, keyring: Keyring, catalogue: Catalogue) -> None:
        self._pool = pool
        self._appender = appender
        self.keyring = keyring
        self.catalogue = catalogue
        self._tombstones = tombstone_topics(catalogue)
        self.committed = asyncio.Event()

    async def history(self, stream_id: UUID, upto_version: int | None = None, without: Collection[str] = ()) -> History:
        """All events of a stream in order, or those up to a version, or `without` those of some topics. From its
        tombstone on, which is always there, the others are unreadable, whether or not their key is destroyed yet."""
        records = await self._pool.fetch(HISTORY, stream_id, upto_version, self._tombstones, list(without))
        now, found = records[0]["now"], [record for record in records if record["id"] is not None]
        live = next((record for record in reversed(found) if record["key_id"] and record["wrapped"]), None)
        key = live and self._unwrapped(live["key_id"], live["kek_version"], live["wrapped"])
        envelopes = to_envelopes(self.catalogue, self.keyring, found)
        if tombstone := tombstone_of(envelopes):
            envelopes = [msgspec.structs.replace(each, event=Unreadable(each.topic)) for each in envelopes[:-1]]
            envelopes.append(tombstone)
        return History(envelopes, key, now)

    async def load(self, kind: type[A], stream_id: UUID, upto_version: int | None = None) -> Loaded[A]:
        """An aggregate from its events. Erased where they end with a tombstone, CannotRead where one is damaged."""
        history = await self.history(stream_id, upto_version)
        return Loaded(replay(kind, history.envelopes), history.key, history.now)

    async def glance(self, kind: type[A], stream_id: UUID, without: Collection[str]) -> A | None:
        """An aggregate as far as events of these topics have no part in it: to be looked at, never to be changed. Takes
        the same time however many of them there are. Raises like `load`."""
        found = (await self.history(stream_id, without=without)).envelopes
        if tombstone_of(found):
            return replay(kind, found)
        return replay(kind, [_as_number(each, number) for number, each in enumerate(found, 1)])

    async def tail(self, stream_id: UUID) -> Tail:
        """Where a stream ends, without reading it."""
        [record] = await self._pool.fetch(TAIL, stream_id)
        key = self._unwrapped(*(record[name] for name in KEY_FIELDS)) if record["wrapped"] else None
        if record["id"] and key is None:
            raise CannotRead(stream_id, record["version"], "its key cannot be used")
        return Tail(record["version"], key, record["now"])

    def _unwrapped(self, key_id: UUID, kek_version: int, wrapped: bytes) -> Key | None:
        """The key, or None where it cannot be used: then the events it sealed say so."""
        try:
            return self.keyring.unwrap(key_id, kek_version, wrapped)
        except KeyUnusable:
            return None

    async def event(self, event_id: UUID) -> Envelope | None:
        """One event by its id."""
        records = await self._pool.fetch(ONE, event_id)
        return to_envelopes(self.catalogue, self.keyring, records)[0] if records else None

    async def append(
        self,
        events: Sequence[Event],
        ids: Sequence[UUID],
        keys: Mapping[UUID, Key],
        metadata: Metadata,
        minted: Sequence[Wrapped] = (),
        claims: Sequence[tuple[bytes, UUID]] = (),
    ) -> int:
        """Write all in one transaction and return the highest position. `keys` by stream id; a stream without one is
        written in clear. Raises Conflict, KeyDestroyed, Rejected or Unknown (append.py)."""
        rows = [
            to_row(id, event, keys.get(event.originator_id), metadata) for id, event in zip(ids, events, strict=True)
        ]
        positions = await self._appender.append(Append(tuple(rows), tuple(minted), tuple(claims)))
        self.committed.set()
        return max(positions.values())

    async def repeated(self, ids: Sequence[UUID]) -> Repeat | None:
        """What a command with these event ids did, if it was done before.

        The logical message makes this transaction wait for the standby as a write would: without it a fail-over could
        lose a referral that we have said is sent (security.md, finding 1).
        """
        async with self._pool.acquire() as connection:
            with certain(connection):
                records = await connection.fetch(REPEATED, list(ids))
        if not records:
            return None
        first = min(records, key=lambda record: ids.index(record["id"]))
        version = max(record["version"] for record in records if record["stream_id"] == first["stream_id"])
        digest = msgspec.json.decode(first["metadata"], type=Metadata).digest
        return Repeat(first["stream_id"], version, max(record["position"] for record in records), digest)

    async def be_sure(self) -> None:
        """Wait until what was read is safe, as a commit of our own would (security.md, finding 1)."""
        async with self._pool.acquire() as connection:
            with certain(connection):
                await connection.execute("select pg_logical_emit_message(true, 'portal.repeat', '')")

    async def now(self) -> datetime:
        """The database's clock."""
        found: datetime = await self._pool.fetchval("select clock_timestamp()")
        return found

    async def head(self) -> int:
        """The highest position that is committed."""
        found: int = await self._pool.fetchval("select coalesce(max(position), 0) from events")
        return found

    async def claimed_by(self, name: bytes) -> UUID | None:
        """The stream that holds a unique name."""
        return (await self.claimed([name])).get(name)

    async def claimed(self, names: Sequence[bytes]) -> dict[bytes, UUID]:
        """The streams that hold these unique names, of those that are taken."""
        records = await self._pool.fetch("select name, stream_id from claims where name = any($1::bytea[])", names)
        return {record["name"]: record["stream_id"] for record in records}


def _as_number(envelope: Envelope, number: int) -> Envelope:
    """The event as if it were this one of its stream, for a fold that some are left out of."""
    if not isinstance(envelope.event, Event):
        return envelope
    event = msgspec.structs.replace(envelope.event, originator_version=number)
    return msgspec.structs.replace(envelope, event=event)


def replay(kind: type[A], envelopes: Sequence[Envelope]) -> A | None:
    """The aggregate after these events, None before the first. Erased where they end with a tombstone."""
    if tombstone := tombstone_of(envelopes):
        raise Erased(tombstone.stream_id, tombstone.event)
    aggregate: Any = None
    for envelope in envelopes:
        if isinstance(envelope.event, Unreadable | Damaged):
            why = "its key was destroyed" if isinstance(envelope.event, Unreadable) else envelope.event.why
            raise CannotRead(envelope.stream_id, envelope.version, why)
        aggregate = envelope.event.mutate(aggregate)
    if aggregate is not None and not isinstance(aggregate, kind):
        raise CannotRead(envelopes[0].stream_id, 1, f"it is not the beginning of a {kind.__name__}")
    return aggregate
