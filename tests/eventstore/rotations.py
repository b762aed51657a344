"""A log whose keys are about to be wrapped anew, and other processes that know more or fewer versions."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from portal.domain.catalogue import CATALOGUE
from portal.domain.referral import Referral
from portal.eventstore.envelope import CannotRead
from portal.eventstore.keyring import Keyring, Reload
from portal.eventstore.rewrapping import Round, rewrap
from portal.eventstore.store import EventStore
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from tests.databases import Database
from tests.eventstore.logbook import Log

OLD: Mapping[int, bytes] = {1: b"k" * 32}
BOTH: Mapping[int, bytes] = {1: b"k" * 32, 2: b"n" * 32}
NEW: Mapping[int, bytes] = {2: b"n" * 32}


@asynccontextmanager
async def a_connection(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection of a command line's own."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    try:
        yield connection
    finally:
        await connection.close()


async def rewrapped(database: Database, keks: Mapping[int, bytes] = BOTH, batch: int = 500) -> Round:
    """All keys under the newest version."""
    async with a_connection(database.application) as connection:
        *_, done = [each async for each in rewrap(connection, Keyring(keks), batch)]
    return done


def store_with(log: Log, keks: Mapping[int, bytes], reload: Reload | None = None) -> EventStore:
    """The store as another process has it."""
    return EventStore(log.pool, log.appender, Keyring(keks, reload), CATALOGUE)


async def readable(store: EventStore, streams: list[UUID]) -> int:
    """How many of these referrals can be read."""
    count = 0
    for stream in streams:
        try:
            count += (await store.load(Referral, stream)).aggregate is not None
        except CannotRead:
            continue
    return count


def inbox_of(store: EventStore, log: Log) -> Projector:
    """The staff inbox as that process projects it."""
    return Projector(log.pool, store.keyring, CATALOGUE, (STAFF_INBOX,))


async def many_keys(database: Database, count: int, keks: Mapping[int, bytes] = OLD) -> None:
    """Keys of streams that do not matter."""
    keyring = Keyring(keks)
    rows = [keyring.mint(uuid4())[1] for _ in range(count)]
    async with a_connection(database.owner) as owner:
        records = [(row.id, row.stream_id, row.kek_version, row.wrapped) for row in rows]
        columns = ("id", "stream_id", "kek_version", "wrapped")
        await owner.copy_records_to_table("keys", columns=columns, records=records)
