"""The projector: moves all projections on together, in one transaction.

One that is far behind (it is new, or was away), or that fails, goes apart, so that it holds no other up: it is caught
up by itself, and joins the others again when it is close.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import asyncpg
import msgspec

from portal.eventstore import following
from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection, Pool
from portal.eventstore.envelope import Envelope
from portal.eventstore.feed import READ
from portal.eventstore.following import LONGEST_PAUSE, Following, prepare
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import to_envelopes
from portal.projections.batch import Batch, read, write
from portal.projections.projection import Projection

log = logging.getLogger(__name__)
# The faults of one projection, of its rows or its table. Others are those of the database, and all have to wait.
ITS_OWN = (
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.SyntaxOrAccessError,
    LookupError,
    TypeError,
    ValueError,
)
CHECKPOINTS = "select name, position from checkpoints where name = any($1::text[])"


class Apart(msgspec.Struct):
    """A projection that is not moved with the others. Until when (by the loop's clock) it may not join them again, and
    until when it rests altogether."""

    join_at: float = 0
    step_at: float = 0


class Projector(Following):
    """Moves these projections on. `apart`: those of them that go alone for now, by table."""

    def __init__(
        self, pool: Pool, keyring: Keyring, catalogue: Catalogue, projections: Sequence[Projection[Any]]
    ) -> None:
        super().__init__("projections", pool, keyring, catalogue)
        self.projections = {each.table: each for each in projections}
        self.apart: dict[str, Apart] = {}
        self._alone = {
            each.table: Projector(pool, keyring, catalogue, [each]) for each in projections if len(projections) > 1
        }

    async def prepare(self) -> None:
        await prepare(self._pool, *self.projections)

    async def reach_all(self, tables: Iterable[str], position: int, patience: float) -> bool:
        """Work until all of these have passed a position, at most `patience` seconds. One that goes apart is not
        waited for: it may take longer than anybody has."""
        if self.apart:
            await self._let_join()
        wanted = set(tables)
        if wanted & self.apart.keys():
            return False
        return await self.reach(position, patience) and not wanted & self.apart.keys()

    async def step(self, wait_for: int = 0) -> bool:
        if self.apart:
            await self._let_join()
        try:
            moved = await super().step(wait_for)
        except ITS_OWN as fault:
            if len(self.projections) == 1:
                raise
            log.warning("the projections go apart, one of them failed: %s", type(fault).__name__)
            for table in self._together():  # each by itself: then it shows which one it is
                self.apart[table] = Apart(join_at=_now() + LONGEST_PAUSE)
            return True
        return moved if wait_for else await self._catch_up() or moved

    async def _catch_up(self) -> bool:
        """A batch of each that goes alone."""
        moved = False
        for table in [table for table, apart in self.apart.items() if apart.step_at <= _now()]:
            try:
                moved = await self._alone[table].step() or moved
            except Exception as fault:  # the others go on, and health shows that it is behind
                log.warning("%s: %s, trying again in %.0f s", table, type(fault).__name__, LONGEST_PAUSE)
                rest = _now() + LONGEST_PAUSE
                self.apart[table] = Apart(join_at=rest, step_at=rest)
        return moved

    async def _let_join(self) -> None:
        rested = [table for table, apart in self.apart.items() if apart.join_at <= _now()]
        for row in await self._pool.fetch(CHECKPOINTS, rested):
            if not _far(row["position"], self.position):
                del self.apart[row["name"]]

    def _together(self) -> list[str]:
        return [table for table in self.projections if table not in self.apart]

    async def _batch(self, skip: str) -> bool:
        tables = self._together()
        return bool(tables) and await self._move(tables, skip)

    async def _move(self, tables: Sequence[str], skip: str) -> bool:
        """Move these on by one batch, as one."""
        async with self._pool.acquire() as connection, connection.transaction():
            query = f"{CHECKPOINTS} order by name for update {skip}"
            found = {row["name"]: row["position"] for row in await connection.fetch(query, tables)}
            if not found:
                return False
            front = max(found.values())
            for table in [table for table, at in found.items() if _far(at, front)]:
                self.apart[table] = Apart()
                del found[table]
            self._stand_at(front)
            records = await self._feed.batch(connection, following.BATCH)
            if not records and min(found.values()) == front:
                return False
            await self._fold(connection, found, front, to_envelopes(self._catalogue, self._keyring, records))
        self.position = self._feed.position
        self.moved.set()
        return True

    async def _fold(
        self, connection: Connection, found: Mapping[str, int], front: int, new: Sequence[Envelope]
    ) -> None:
        """Fold the batch into each, and what it has missed of what is settled before."""
        batches = {table: Batch(self.projections[table]) for table in found}
        lowest = min(found.values())
        missed = await connection.fetch(READ, lowest, front - lowest) if lowest < front else []
        missed = [record for record in missed if record["position"] <= front]  # where there are holes, it reads too far
        envelopes = [*to_envelopes(self._catalogue, self._keyring, missed), *new]
        streams = list({envelope.stream_id for envelope in envelopes})
        keys = await read(connection, self._keyring, list(batches.values()), streams)
        for table, at in found.items():
            for envelope in envelopes:
                if envelope.position > at:
                    batches[table].fold(envelope)
        await write(connection, list(batches.values()), keys, list(found), self._feed.position)


def _far(position: int, front: int) -> bool:
    return front - position > following.BATCH


def _now() -> float:
    return asyncio.get_running_loop().time()
