"""With several hosts in its address the portal finds the one that takes writes, also past one that does not answer."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import asyncpg
import pytest

from portal.eventstore import hosts
from portal.eventstore.connection import open_pool
from portal.eventstore.hosts import connect_to_primary, each_host
from tests.databases import Database


@asynccontextmanager
async def silent() -> AsyncIterator[str]:
    """A host that takes connections and says nothing, as one does that hangs."""
    over = asyncio.Event()

    async def say_nothing(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await over.wait()
        writer.close()

    server = await asyncio.start_server(say_nothing, "127.0.0.1", 0)
    yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    over.set()
    server.close()


def with_hosts(url: str, *others: str) -> str:
    """The same address, with other hosts before its own."""
    target = urlsplit(url)
    own = f"{target.hostname}:{target.port}"
    return url.replace(own, ",".join((*others, own)))


def test_each_host_of_an_address_is_an_address() -> None:
    assert each_host("postgresql://u:p%40@a:1,b:2,[::1]:3/portal?sslmode=require") == [
        "postgresql://u:p%40@a:1/portal?sslmode=require",
        "postgresql://u:p%40@b:2/portal?sslmode=require",
        "postgresql://u:p%40@[::1]:3/portal?sslmode=require",
    ]
    assert each_host("postgresql:///portal") == ["postgresql:///portal"]


async def test_a_host_that_hangs_is_passed_by(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hosts, "OF_SEVERAL", 0.2)
    async with silent() as hanging:
        url = with_hosts(database.application, hanging)
        connection = await connect_to_primary(url, timeout=5)
        assert await connection.fetchval("select 1") == 1
        await connection.close()
        pool = await open_pool({"dsn": url, "timeout": 5})
        assert await pool.fetchval("select 1") == 1
        await pool.close()
        with pytest.raises(TimeoutError):  # this control shows what the test above could miss
            await asyncpg.connect(url, timeout=0.6)


async def test_a_host_where_nobody_listens_is_passed_by(database: Database) -> None:
    connection = await connect_to_primary(with_hosts(database.application, "127.0.0.1:1"), timeout=5)
    await connection.close()


async def test_what_the_last_host_says_is_what_is_raised(database: Database) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await connect_to_primary(with_hosts(database.application + "_", "127.0.0.1:1").replace("@", "x@"), timeout=5)
    with pytest.raises(OSError):
        await connect_to_primary("postgresql://u@127.0.0.1:1,127.0.0.1:2/portal", timeout=5)
