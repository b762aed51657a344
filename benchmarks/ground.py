"""What the measures stand on: a real PostgreSQL in a temporary home, and a fresh database for each."""

import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from portal.database.embedded import Server, discard, postgres
from portal.database.migrating import ensure_application_role, migrate
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.appender import Appender
from portal.eventstore.connection import Pool
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import Row
from portal.eventstore.store import EventStore
from portal.eventstore.waking import tell_others
from portal.keys.secrets import Secrets

SECRETS = Secrets(
    keks={1: b"k" * 32},
    blind_index=b"b" * 32,
    codes=b"c" * 32,
    links=b"l" * 32,
    peppers={1: b"p" * 32},
    tokens=b"t" * 32,
    mailbox=b"m" * 32,
)
KEYRING = Keyring(SECRETS.keks)
APPLICATION = "portal_measured"
TEMPLATE = "portal_measured_template"
ROW_COLUMNS = Row.__struct_fields__


@dataclass(frozen=True)
class Database:
    """The addresses of one database, for its owner and for the application."""

    owner: str
    application: str

    async def as_owner(self, *statements: str) -> None:
        """What is done between measurements."""
        connection = await asyncpg.connect(self.owner)
        for statement in statements:
            await connection.execute(statement)
        await connection.close()

    async def copy(self, table: str, columns: tuple[str, ...], records: list[tuple[Any, ...]]) -> None:
        """Put rows in as they are: what is measured is reading them."""
        connection = await asyncpg.connect(self.owner)
        await connection.copy_records_to_table(table, columns=columns, records=records)
        await connection.close()


@dataclass(frozen=True)
class Ground:
    """A server to measure on; `url` is its owner's, `application` the application's, both for the template."""

    url: str
    application: str

    @asynccontextmanager
    async def database(self) -> AsyncIterator[Database]:
        """A fresh, migrated database, dropped afterwards."""
        name = f"measured_{secrets.token_hex(6)}"
        connection = await asyncpg.connect(self.url)
        await connection.execute(f"create database {name} template {TEMPLATE} strategy file_copy")
        try:
            yield Database(within(self.url, name), within(self.application, name))
        finally:
            await connection.execute(f"drop database {name} with (force)")
            await connection.close()


@contextmanager
def a_server() -> Iterator[Server]:
    """A PostgreSQL that syncs to disk, as the portal's own does, with room for a long run; removed afterwards."""
    parent = Path(tempfile.mkdtemp(prefix="portal-bench-"))
    parent.chmod(0o711)  # for PostgreSQL, which runs as nobody if we are root
    try:
        with postgres(parent / "home", shared_buffers="256MB", max_wal_size="4GB") as server:
            yield server
    finally:
        discard(parent / "home")
        parent.rmdir()


async def prepared(url: str) -> Ground:
    """A ground on a running server."""
    template = within(url, TEMPLATE)
    connection = await asyncpg.connect(url)
    await connection.execute(f"create database {TEMPLATE}")
    await connection.close()
    application = await ensure_application_role(template, APPLICATION, secrets.token_urlsafe(18))
    await migrate(template, APPLICATION)
    return Ground(url, application)


@dataclass(frozen=True)
class Log:
    """An event store on a database, as a process of the portal has it."""

    pool: Pool
    store: EventStore


@asynccontextmanager
async def a_log(database: Database, **appending: int) -> AsyncIterator[Log]:
    """With the task that tells other processes. `appending`: other arguments for the appender than its own."""
    async with asyncpg.create_pool(database.application, min_size=1, max_size=10, reset=leave_as_is) as pool:
        connect = partial(connected, database.application)
        appender = Appender(connect, **appending)
        store = EventStore(pool, appender, KEYRING, CATALOGUE)
        telling = asyncio.create_task(tell_others(connect, store.committed, ()))
        try:
            yield Log(pool, store)
        finally:
            telling.cancel()
            await appender.close()


@asynccontextmanager
async def a_connection(database: Database) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection of one's own, closed afterwards."""
    connection = await connected(database.application)
    try:
        yield connection
    finally:
        await connection.close()


async def connected(url: str) -> "asyncpg.Connection[Any]":
    """A connection of one's own."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url)
    return connection


def within(url: str, name: str) -> str:
    """The same address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


async def leave_as_is(_: object) -> None:
    """As the portal's pool has it: giving a connection back costs no round trip."""
