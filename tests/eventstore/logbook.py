"""A log for a test: the store on a fresh database, without the rest of the portal."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import asyncpg

from portal.domain.catalogue import CATALOGUE
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.services import Service
from portal.eventstore.append import Append
from portal.eventstore.appender import Appender
from portal.eventstore.connection import Pool
from portal.eventstore.envelope import Metadata
from portal.eventstore.following import Handle
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import Row
from portal.eventstore.store import EventStore
from portal.eventstore.subscription import Subscription
from portal.eventstore.work import Command, Work, perform
from tests.databases import Database

KEYRING = Keyring({1: b"k" * 32})
NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)


@dataclass
class Log:
    """A store with all that it stands on."""

    database: Database
    pool: Pool
    appender: Appender
    store: EventStore

    def subscription(self, name: str, handle: Handle) -> Subscription:
        """A reader of this log."""
        return Subscription(name, self.pool, KEYRING, CATALOGUE, handle)

    async def count(self, what: str, *values: Any) -> int:
        """How many rows; `what`: a table, and a condition if there is one."""
        found: int = await self.pool.fetchval(f"select count(*) from {what}", *values)  # noqa: S608
        return found

    async def as_owner(self, statement: str, *values: Any) -> None:
        """What the application may not do: damage, erase, alter."""
        connection = await asyncpg.connect(self.database.owner)
        try:
            await connection.execute(statement, *values)
        finally:
            await connection.close()

    async def destroy_key(self, stream_id: UUID) -> None:
        """Erase: everything in this stream is unreadable from here on."""
        await self.as_owner("update keys set wrapped = null, destroyed_at = now() where stream_id = $1", stream_id)

    async def started(self, service: Service = Service.SOCIAL_CARE, command: Command | None = None) -> UUID:
        """A new referral."""

        async def decide(work: Work) -> Referral:
            referral = Referral.start(uuid4(), service, uuid4(), "", NOON)
            work.add(referral)
            return referral

        answer, _ = await perform(self.store, command or asked("start"), decide)
        assert isinstance(answer, Referral)
        return answer.id

    async def child_added(self, referral: UUID, child: Child | None = None) -> int:
        """One more child on a referral; the position of the event."""
        _, position = await perform(self.store, asked("child"), adding(referral, child or a_child()))
        return position


@asynccontextmanager
async def a_log(database: Database, name: str = "log", connections: int = 2, most: int = 64) -> AsyncIterator[Log]:
    """A log on a database. `name`: what its connections call themselves, the appender's with `-appender` behind."""
    connect = partial(connected, database.application, f"{name}-appender")
    async with asyncpg.create_pool(
        database.application, min_size=1, server_settings={"application_name": name}
    ) as pool:
        appender = Appender(connect, connections, most)
        try:
            yield Log(database, pool, appender, EventStore(pool, appender, KEYRING, CATALOGUE))
        finally:
            await asyncio.wait_for(appender.close(), 10)


async def connected(url: str, name: str = "") -> "asyncpg.Connection[Any]":
    """A connection that says who it is."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url, server_settings={"application_name": name})
    return connection


def asked(what: str, digest: str = "") -> Command:
    """A command that nobody has given before."""
    return Command("account:tested", f"{uuid4()}|{what}", Metadata(actor="account:tested", digest=digest))


def a_child(given_name: str = "Amara", family_name: str = "Okafor") -> Child:
    """Somebody made up."""
    return Child(id=uuid4(), given_name=given_name, family_name=family_name, estimated_age=6)


def adding(referral: UUID, child: Child) -> Callable[[Work], Awaitable[Referral]]:
    """The command "add this child"."""

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral)
        assert loaded is not None
        loaded.add_child(child, now)
        return loaded

    return decide


def a_row(stream_id: UUID | None = None, version: int = 1, topic: str = "made.up", id: UUID | None = None) -> Row:
    """A row of the log, in clear; what is in it does not matter."""
    return Row(id or uuid4(), stream_id or uuid4(), version, topic, b"{}", None, "{}")


def one(row: Row, *claims: bytes) -> Append:
    """An append of one row, with the names its stream takes."""
    return Append((row,), claims=tuple((name, row.stream_id) for name in claims))


async def until(database: Database, query: str, *values: object) -> None:
    """Ask until the answer is yes."""
    watcher = await connected(database.owner, "watcher")
    async with asyncio.timeout(10):
        while not await watcher.fetchval(query, *values):  # noqa: ASYNC110 - a database has no events to wait for
            await asyncio.sleep(0.01)
    await watcher.close()
