"""Concurrent appends of a process, written together: one statement and one commit for all that are waiting.

An append that finds a connection free is written at once, by itself. While all are busy, appends wait, and whoever
finishes takes what has gathered. A batch that is refused was rolled back whole; its appends are then tried one by one,
so that only the one at fault fails. Anything else (connection lost, time-out) means "unknown" for every append of the
batch: each caller looks its command up.
"""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

import asyncpg

from portal.eventstore.append import Append, Conflict, Connect, KeyDestroyed, Rejected, Unknown, insert
from portal.eventstore.certain import certain

Positions = dict[UUID, int]
Waiting = tuple[Append, "asyncio.Future[Positions]"]
REFUSALS = (Conflict, KeyDestroyed, Rejected)
# A plan made anew for each batch costs more than it gains: the statement reads keys by their id, whatever it is handed.
PREPARE = "set plan_cache_mode = force_generic_plan"


class Writer:
    """A connection that is made when it is needed, and made anew when its state is not known any more."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._connection: asyncpg.Connection[Any] | None = None

    async def write(self, appends: Sequence[Append]) -> Positions:
        """Write these together. Raises one of REFUSALS, or Unknown."""
        try:
            if self._connection is None or self._connection.is_closed():
                self._connection = await self._connect()
                await self._connection.execute(PREPARE)
            with certain(self._connection):
                return await insert(self._connection, appends)
        except REFUSALS:
            raise
        except BaseException as lost:  # a cancelled caller too leaves a statement behind that nobody waits for
            if self._connection is not None:
                self._connection.terminate()
            if isinstance(lost, Exception) and not isinstance(lost, Unknown):
                raise Unknown(type(lost).__name__) from None
            raise

    async def close(self) -> None:
        if self._connection is not None:
            with suppress(Exception):
                await self._connection.close(timeout=2)


class Appender:
    """Writes the appends of a process over a few connections of its own, at most `most` of them in one statement."""

    def __init__(self, connect: Connect, connections: int = 2, most: int = 64) -> None:
        self._most = most
        self._writers = [Writer(connect) for _ in range(connections)]
        self._free = list(self._writers)
        self._waiting: list[Waiting] = []
        self._busy: set[asyncio.Task[None]] = set()
        self._freed = asyncio.Event()

    async def append(self, append: Append) -> Positions:
        """Returns once committed, with the position of each event id. Raises Conflict, KeyDestroyed, Rejected or
        Unknown."""
        if self._free:  # then nobody waits
            return await self._write_alone(self._free.pop(), append)
        done: asyncio.Future[Positions] = asyncio.get_running_loop().create_future()
        self._waiting.append((append, done))
        return await done

    async def close(self) -> None:
        """Write what is waiting, then stop. Nothing may be appended afterwards."""
        while len(self._free) < len(self._writers):
            self._freed.clear()
            await self._freed.wait()
        await asyncio.gather(*(writer.close() for writer in self._writers))

    async def _write_alone(self, writer: Writer, append: Append) -> Positions:
        try:
            return await writer.write([append])
        finally:
            self._give_back(writer)

    def _give_back(self, writer: Writer) -> None:
        if self._waiting:  # in a task of its own: whoever gives it back does not wait for the others
            task = asyncio.create_task(self._write_waiting(writer))
            self._busy.add(task)
            task.add_done_callback(self._busy.discard)
        else:
            self._free.append(writer)
            self._freed.set()

    async def _write_waiting(self, writer: Writer) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[: self._most], self._waiting[self._most :]
            await self._write_batch(writer, batch)
        self._give_back(writer)

    async def _write_batch(self, writer: Writer, batch: Sequence[Waiting]) -> None:
        try:
            positions = await writer.write([append for append, _ in batch])
        except REFUSALS as refused:
            if len(batch) == 1:
                return _tell(batch[0], refused)
            for one in batch:
                await self._write_batch(writer, [one])
        except Unknown as unknown:
            for one in batch:
                _tell(one, Unknown(*unknown.args))
        else:
            for one in batch:
                _tell(one, positions)


def _tell(waiting: Waiting, outcome: Positions | Exception) -> None:
    append, done = waiting
    if done.done():  # who asked has been cancelled
        return
    if isinstance(outcome, Exception):
        done.set_exception(outcome)
    else:
        done.set_result({row.id: outcome[row.id] for row in append.rows})
