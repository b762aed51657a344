"""Documents in the portal's own database: the same backup, the same standby, nothing else to run."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import asyncpg

from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.eventstore.append import Unknown
from portal.eventstore.certain import certain
from portal.eventstore.connection import Pool

AT_ONCE = 2  # parts being written: the other connections of a process are for everybody else
PAGE = 500  # ids
FIRST = UUID(int=0)
# A part alone waits for no disk and no standby: nobody is told of it. What is safe is told of all of them, at the end.
WRITE = """
insert into document_parts (document, number, sealed) values ($1, $2, $3)
returning set_config('synchronous_commit', 'off', true)
"""
SAFE = "select pg_logical_emit_message(true, 'portal.document', '')"
READ = "select sealed from document_parts where document = $1 and number = $2"
DELETE = "delete from document_parts where document = $1"
OLD = """
select document, written_at from document_parts
where number = 0 and written_at < $1 and (written_at, document) > ($2, $3) order by written_at, document limit $4
"""
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, Unknown)


class PostgresStore:
    """Parts are rows, each written before the next is read, so that a process never holds more than a few."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._writing = asyncio.Semaphore(AT_ONCE)

    async def write(self, document: UUID, parts: AsyncIterator[bytes]) -> None:
        number = 0
        async for part in parts:
            with _told():
                async with self._writing:
                    await self._pool.execute(WRITE, document, number, part)
            number += 1
        with _told():
            async with self._pool.acquire() as connection:
                with certain(connection):
                    await connection.execute(SAFE)

    async def read(self, document: UUID) -> AsyncIterator[bytes]:
        number = 0
        while True:
            with _told():
                part: bytes | None = await self._pool.fetchval(READ, document, number)
            if part is None:
                break
            yield part
            number += 1
        if number == 0:
            raise NoSuchDocument

    async def delete(self, document: UUID) -> None:
        with _told():
            await self._pool.execute(DELETE, document)

    async def written_before(self, instant: datetime) -> AsyncIterator[UUID]:
        with _told():
            after: datetime = await self._pool.fetchval("select '-infinity'::timestamptz")
        last = FIRST
        while True:
            with _told():
                found = await self._pool.fetch(OLD, instant, after, last, PAGE)
            for record in found:
                yield record["document"]
            if len(found) < PAGE:
                return
            after, last = found[-1]["written_at"], found[-1]["document"]

    async def close(self) -> None:
        """The pool is the portal's."""


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except AWAY as away:
        raise StoreUnavailable(type(away).__name__) from away
