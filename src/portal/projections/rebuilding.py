"""Building a projection anew beside the one that is in use, and putting it in its place in one transaction.

The table is renamed, so it is the database's owner who does this; the folding is done as the application, like any
projecting. Nothing waits for it: the old rows are read and moved on until the new ones have caught up. Reactions are
no projection: nothing that happened outside because of an event happens again.
"""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import msgspec

from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Pool
from portal.eventstore.keyring import Keyring
from portal.projections.projection import Projection
from portal.projections.projector import Projector

BESIDE = "_rebuilt"
TRIES = 20  # to get the table to oneself, each for ...
PATIENCE = "250ms"  # ... so long: whoever wants to read it meanwhile waits behind us
CATCHING_UP = 5.0  # seconds for the last few events, while the old one is held
LOCK = 0x72656275696C74  # any number that nothing else in the database locks by
RIGHTS = "grant select, insert, update, delete on {table} to {role}"
UNFINISHED = "select quote_ident(tablename) as name from pg_tables where tablename like '%' || $1"
INDEXES = "select indexname, indexdef from pg_indexes where schemaname = current_schema() and tablename = $1"


class BeingRebuilt(Exception):
    """Somebody else is rebuilding a projection of this database."""


class Progress(msgspec.Struct, frozen=True):
    """How far a rebuild has come: the position it has passed, of the log's last."""

    position: int
    head: int


class Rebuild:
    """A rebuild of one projection. `owner`: a connection as the database's owner, `pool`: the application's."""

    def __init__(
        self,
        owner: "asyncpg.Connection[Any]",
        pool: Pool,
        keyring: Keyring,
        catalogue: Catalogue,
        projection: Projection[Any],
    ) -> None:
        self._owner = owner
        self._pool = pool
        self._projection = projection
        self._new = msgspec.structs.replace(projection, beside=BESIDE)
        self._projector = Projector(pool, keyring, catalogue, [self._new])

    async def run(self) -> AsyncIterator[Progress]:
        """All of it; tells how it is getting on after each batch. What an earlier one left unfinished is thrown away.
        Raises BeingRebuilt."""
        if not await self._owner.fetchval("select pg_try_advisory_lock($1)", LOCK):
            raise BeingRebuilt
        try:
            await self._begin()
            await self._projector.prepare()
            while await self._projector.step():
                head = await self._owner.fetchval("select coalesce(max(position), 0) from events")
                yield Progress(self._projector.position, head)
            await self._put_in_place()
        finally:
            await _discard_all(self._owner)
            await self._owner.execute("select pg_advisory_unlock($1)", LOCK)

    async def _begin(self) -> None:
        await _discard_all(self._owner)
        old, new = self._projection.table, self._new.table
        role = await self._pool.fetchval("select quote_ident(current_user)")
        await self._owner.execute(f"create table {new} (like {old} including all)")
        await self._owner.execute(RIGHTS.format(table=new, role=role))

    async def _put_in_place(self) -> None:
        """Take the table's place as soon as nobody is reading it; until then go on beside it."""
        for left in reversed(range(TRIES)):
            try:
                async with self._owner.transaction():
                    await self._owner.execute(f"set local lock_timeout = '{PATIENCE}'")
                    return await self._swap()
            except asyncpg.LockNotAvailableError:
                if not left:
                    raise

    async def _swap(self) -> None:
        """The old one is held where it stands, the new one caught up to there; then it has its name and checkpoint."""
        old, new = self._projection.table, self._new.table
        held = await self._owner.fetchval("select position from checkpoints where name = $1 for update", old)
        await self._projector.reach(held or 0, CATCHING_UP)
        if self._projector.position < (held or 0):
            raise asyncpg.LockNotAvailableError
        names = await self._names_of_indexes(old, new)
        await self._owner.execute(f"drop table {old}")
        await self._owner.execute(f"alter table {new} rename to {old}")
        for there, wanted in names.items():
            await self._owner.execute(f'alter index "{there}" rename to "{wanted}"')
        await self._owner.execute("delete from parked where subscription = $1", old)
        await self._owner.execute("update parked set subscription = $1 where subscription = $2", old, new)
        await self._owner.execute("update checkpoints set position = $2 where name = $1", old, self._projector.position)

    async def _names_of_indexes(self, old: str, new: str) -> dict[str, str]:
        """What each index of the new table is called in the old one."""
        wanted = {_shape(row["indexdef"], old): row["indexname"] for row in await self._owner.fetch(INDEXES, old)}
        return {row["indexname"]: wanted[_shape(row["indexdef"], new)] for row in await self._owner.fetch(INDEXES, new)}


async def discard_unfinished(owner: "asyncpg.Connection[Any]") -> None:
    """Remove what killed rebuilds left behind: nobody moves it on, so what is erased would stay in it."""
    if await owner.fetchval("select pg_try_advisory_lock($1)", LOCK):
        await _discard_all(owner)
        await owner.execute("select pg_advisory_unlock($1)", LOCK)


async def _discard_all(owner: "asyncpg.Connection[Any]") -> None:
    for record in await owner.fetch(UNFINISHED, BESIDE):
        await owner.execute(f"drop table {record['name']}")
    await owner.execute("delete from checkpoints where name like '%' || $1", BESIDE)
    await owner.execute("delete from parked where subscription like '%' || $1", BESIDE)


def _shape(definition: str, table: str) -> str:
    """An index without its name and its table's."""
    return definition.partition(f".{table} ")[2] + ("unique" if definition.startswith("CREATE UNIQUE") else "")
