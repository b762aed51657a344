"""A batch of events on its way into the tables of several projections: one query to read, one statement to write.

Every round trip counts: it is by them that a referral is on the desk sooner or later. An event that cannot be read or
folded parks its stream, for that projection: its row says so, and everything else goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Damaged, Envelope, Unreadable, tombstone_of
from portal.eventstore.keyring import Key, Keyring
from portal.projections.projection import ITSELF, WITH_KEYS, Projection, key_of

log = logging.getLogger(__name__)
NO_LONGER = "delete from parked where subscription = $1 and stream_id = any($2::uuid[])"
PARK = "insert into parked (subscription, stream_id, position, why) values ($1, $2, $3, $4) on conflict do nothing"
Keys = dict[UUID, Key | None]


class Batch:
    """The rows of one projection that a batch touches, as they were and as they will be."""

    def __init__(self, projection: Projection[Any]) -> None:
        self.projection = projection
        self.to_park: dict[UUID, tuple[int, str]] = {}
        self.ended: list[UUID] = []  # erased: nothing is left that could be read on
        self._found: dict[UUID, Any] = {}
        self._rows: dict[UUID, Any] = {}
        self._parked: set[UUID] = set()

    def take(self, record: Mapping[str, Any], before: str, key: Key | None) -> None:
        """A stream as the tables have it."""
        stream = record["stream_id"]
        if self.projection.table in record["parked_by"]:
            self._parked.add(stream)
        if record[f"{before}id"] is None:
            return
        try:
            self._found[stream] = self._rows[stream] = self.projection.opened(record, key, before)
        except msgspec.ValidationError:
            self.to_park[stream] = (ITSELF, "its row cannot be read")

    def forget(self) -> None:
        """Fold as if these streams had never been seen."""
        self._parked, self.to_park, self._rows = set(), {}, {}

    def fold(self, envelope: Envelope) -> None:
        """What one event does to its row."""
        stream, tombstone = envelope.stream_id, tombstone_of([envelope])
        if tombstone:  # it needs nothing of what could not be read, and ends the row that could not be
            self.to_park.pop(stream, None)
            self.ended.append(stream)
            self._found.setdefault(stream, None)
        elif stream in self._parked or stream in self.to_park:
            return self._set_aside(envelope)
        if isinstance(envelope.event, Damaged):  # of whatever kind: somebody has to see it
            return self._park(envelope, envelope.event.why)
        if isinstance(envelope.event, Unreadable) or not self.projection.concerns(envelope):
            return
        row = self._rows.get(envelope.stream_id)
        if row is not None and row.cannot_read == ITSELF and not tombstone:
            return self._park(envelope, "its row cannot be read")
        try:
            self._rows[envelope.stream_id] = self.projection.evolve(row, envelope)
        except Exception as fault:  # whatever a fold does not expect: the desk goes on without this one stream
            self._park(envelope, f"it cannot be folded: {type(fault).__name__}")

    def kept(self) -> list[Any]:
        """The rows to write: those that are new or not what they were."""
        return [row for id, row in self._rows.items() if row is not None and row != self._found.get(id)]

    def gone(self) -> list[UUID]:
        """The rows to delete."""
        return [id for id in self._found if self._rows.get(id) is None]

    def _park(self, envelope: Envelope, why: str) -> None:
        table = self.projection.table
        log.error("%s: parked stream %s at event %d: %s", table, envelope.stream_id, envelope.position, why)
        self.to_park[envelope.stream_id] = (envelope.position, why)
        row = self._rows.get(envelope.stream_id)
        if row is None and self.projection.concerns(envelope):
            row = self.projection.stub(envelope)
        if row is not None:
            self._rows[envelope.stream_id] = msgspec.structs.replace(row, cannot_read=envelope.position)
        self._set_aside(envelope)

    def _set_aside(self, envelope: Envelope) -> None:
        row = self._rows.get(envelope.stream_id)
        if row is not None:
            self._rows[envelope.stream_id] = self.projection.set_aside(row, envelope)


async def read(connection: Connection, keyring: Keyring, batches: Sequence[Batch], streams: list[UUID]) -> Keys:
    """Take what the tables have of these streams into the batches; the keys of the streams."""
    keys: Keys = {}
    query = _touched(tuple(batch.projection for batch in batches))
    for record in await connection.fetch(query, streams):
        keys[record["stream_id"]] = key = key_of(keyring, record)
        for number, batch in enumerate(batches):
            batch.take(record, _before(number), key)
    return keys


async def write(
    connection: Connection, batches: Sequence[Batch], keys: Keys, names: Sequence[str], position: int
) -> None:
    """Write what has changed, and move the checkpoints of these names on."""
    for batch in batches:
        if gone := batch.gone():
            await connection.execute(f"delete from {batch.projection.table} where id = any($1::uuid[])", gone)  # noqa: S608
        if batch.ended:
            await connection.execute(NO_LONGER, batch.projection.table, batch.ended)
        if batch.to_park:
            parked = [(batch.projection.table, stream, *why) for stream, why in batch.to_park.items()]
            await connection.executemany(PARK, parked)
    changed = [(batch.projection, kept) for batch in batches if (kept := batch.kept())]
    values: list[Any] = [list(names), position]
    for projection, rows in changed:
        values += map(list, zip(*(projection.sealed(row, keys.get(row.id)) for row in rows), strict=True))
    await connection.execute(_moving(tuple(projection for projection, _ in changed)), *values)


def _before(number: int) -> str:
    return f"t{number}_"


@lru_cache
def _touched(projections: tuple[Projection[Any], ...]) -> str:
    """The query that reads the rows of streams in all these tables at once."""
    numbered = list(enumerate(projections))
    columns = [f"t{n}.{name} as {_before(n)}{name}" for n, each in numbered for name in each.columns]
    joins = [f"left join {each.table} t{n} on t{n}.id = s.id" for n, each in numbered]
    return (
        f"select s.id as stream_id, {WITH_KEYS}, "  # noqa: S608 - names of our own
        f"array(select q.subscription from parked q where q.stream_id = s.id) as parked_by, {', '.join(columns)} "
        f"from unnest($1::uuid[]) as s (id) left join keys k on k.stream_id = s.id {' '.join(joins)}"
    )


@lru_cache
def _moving(projections: tuple[Projection[Any], ...]) -> str:
    """The statement that writes rows of all these tables at once, and moves the checkpoints."""
    place, writes = 3, []
    for number, projection in enumerate(projections):
        writes.append(f"w{number} as ({_upsert(projection, place)})")
        place += len(projection.columns)
    written = f"with {', '.join(writes)} " if writes else ""
    return f"{written}update checkpoints set position = $2 where name = any($1::text[])"  # noqa: S608


def _upsert(projection: Projection[Any], first: int) -> str:
    names = ", ".join(projection.columns)
    arrays = ", ".join(f"${place}::{kind}[]" for place, kind in enumerate(projection.columns.values(), first))
    updates = ", ".join(f"{name} = excluded.{name}" for name in projection.columns if name != "id")
    return (
        f"insert into {projection.table} ({names}) select {names} from unnest({arrays}) as new ({names}) "  # noqa: S608
        f"on conflict (id) do update set {updates}"
    )
