"""Concurrent appends of one process, written together: one statement and one commit for all that are waiting.

A lone append is not held back: whatever waits when a connection is free is what goes. A conflict rolls the whole
batch back and its appends are then tried one by one, so that only the conflicting one fails. Anything else
(connection lost, time-out) means "unknown" for every append of the batch: each caller looks its command up.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from portal.eventstore.keyring import Wrapped
from portal.eventstore.rows import Row

APPEND = """
with minted as (
  insert into keys (id, stream_id, kek_version, wrapped)
  select * from unnest($8::uuid[], $9::uuid[], $10::int[], $11::bytea[]) returning id
), claimed as (
  insert into claims (name, stream_id) select * from unnest($12::bytea[], $13::uuid[])
), usable as materialized (  -- for share: not even a plain update can destroy the key until we have committed
  select id from keys where id = any($6::uuid[]) and wrapped is not null for share
)
insert into events (id, stream_id, version, topic, state, key_id, metadata)
select id, stream_id, version, topic,
  -- a key destroyed meanwhile leaves no state, which the table refuses: nothing is ever sealed for a dead key
  case when key_id is null or key_id in (select id from usable union all select id from minted) then state end,
  key_id, metadata
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[], $6::uuid[], $7::jsonb[])
  as new (id, stream_id, version, topic, state, key_id, metadata)
returning id, position
"""
Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]


class Conflict(Exception):
    """Another writer was first: the stream has moved on, or the name is taken, or the command is done already."""


class KeyDestroyed(Exception):
    """The stream's key was destroyed while something was being appended."""


class Unknown(Exception):
    """The answer of the database did not arrive: the append may or may not have happened. Look the command up."""


class Append(msgspec.Struct, frozen=True):
    """All that one command writes: events of its aggregates, keys of new streams, claims on unique names."""

    rows: tuple[Row, ...]
    keys: tuple[Wrapped, ...] = ()
    claims: tuple[tuple[bytes, UUID], ...] = ()


Batch = list[tuple[Append, "asyncio.Future[dict[UUID, int]]"]]


class Appender:
    """Collects the appends of a process and writes them over a few connections of its own.

    `connect` makes a connection; a lost one is replaced at the next append. `most` appends go in one statement.
    """

    def __init__(self, connect: Connect, connections: int = 2, most: int = 64) -> None:
        self._connect = connect
        self._most = most
        self._waiting: Batch = []
        self._closing = False
        self._wake = asyncio.Event()
        self._writers = [asyncio.create_task(self._write()) for _ in range(connections)]

    async def append(self, append: Append) -> dict[UUID, int]:
        """Returns once committed, with the position of each event id. Raises Conflict, KeyDestroyed or Unknown."""
        done: asyncio.Future[dict[UUID, int]] = asyncio.get_running_loop().create_future()
        self._waiting.append((append, done))
        self._wake.set()
        return await done

    async def close(self) -> None:
        """Write what is waiting, then stop. Nothing may be appended afterwards."""
        self._closing = True
        self._wake.set()
        await asyncio.gather(*self._writers)

    async def _write(self) -> None:
        connection: asyncpg.Connection[Any] | None = None
        while self._waiting or not self._closing:
            await self._wake.wait()
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            if not self._waiting and not self._closing:
                self._wake.clear()
            if batch:
                connection = await self._write_batch(connection, batch)
        if connection:
            with suppress(Exception):
                await connection.close(timeout=2)

    async def _write_batch(self, connection: "asyncpg.Connection[Any] | None", batch: Batch) -> Any:
        try:
            if connection is None or connection.is_closed():
                connection = await self._connect()
        except Exception as lost:
            return _tell_all(batch, Unknown(type(lost).__name__))
        await self._insert_all(connection, batch)
        return connection

    async def _insert_all(self, connection: "asyncpg.Connection[Any]", batch: Batch) -> None:
        try:
            positions = await _insert(connection, [append for append, _ in batch])
        except (Conflict, KeyDestroyed) as refused:
            if len(batch) == 1:
                return _tell(batch[0][1], refused)
            for one in batch:
                await self._insert_all(connection, [one])
        except Exception as lost:
            connection.terminate()  # its state is unknown; a fresh one costs little
            _tell_all(batch, Unknown(type(lost).__name__))
        else:
            for append, done in batch:
                _tell(done, {row.id: positions[row.id] for row in append.rows})


async def _insert(connection: "asyncpg.Connection[Any]", appends: Sequence[Append]) -> dict[UUID, int]:
    rows = sorted((row for append in appends for row in append.rows), key=lambda row: (row.stream_id, row.version))
    keys = sorted((key for append in appends for key in append.keys), key=lambda key: key.stream_id)
    claims = sorted(claim for append in appends for claim in append.claims)
    try:  # everything sorted: two batches meet their rows in the same order, and do not dead-lock
        written = await connection.fetch(APPEND, *_columns(rows, Row), *_columns(keys, Wrapped), *_pairs(claims))
    except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
        raise Conflict from None
    except asyncpg.NotNullViolationError:
        raise KeyDestroyed from None
    return {record["id"]: record["position"] for record in written}


def _columns(structs: Sequence[Any], kind: type[msgspec.Struct]) -> list[list[Any]]:
    return [[getattr(struct, name) for struct in structs] for name in kind.__struct_fields__]


def _pairs(claims: Sequence[tuple[bytes, UUID]]) -> tuple[list[bytes], list[UUID]]:
    return [name for name, _ in claims], [stream for _, stream in claims]


def _tell_all(batch: Batch, failure: Exception) -> None:
    for _, done in batch:
        _tell(done, failure)


def _tell(done: "asyncio.Future[dict[UUID, int]]", outcome: dict[UUID, int] | Exception) -> None:
    if done.done():
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result(outcome)
