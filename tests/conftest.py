"""A PostgreSQL for the tests, and a fresh database for each that asks for one."""

import os
import secrets
import shutil
import tempfile
from collections.abc import AsyncIterator, Generator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
import pytest_asyncio

from portal.addresses.loading import DEMONSTRATION, load
from portal.database.embedded import Server, discard, postgres
from portal.database.migrating import ensure_application_role, migrate
from tests.databases import Database
from tests.portals import Playground, playground

APPLICATION = "portal_application"
TEMPLATE = "portal_template"
# Files in memory: a fresh database then takes 20 ms, however busy the disk is (where it takes 40 to 300).
MEMORY = Path("/dev/shm")  # noqa: S108 - only mkdtemp in it


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--fsync", choices=("on", "off"), default="off", help="whether the tests' PostgreSQL syncs to disk"
    )


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A PostgreSQL for this worker alone. It starts in about a second, when the first test asks for it."""
    fsync = request.config.getoption("--fsync")
    parent = Path(tempfile.mkdtemp(prefix="portal-tests-", dir=MEMORY if fsync == "off" and roomy(MEMORY) else None))
    parent.chmod(0o711)  # for PostgreSQL, which runs as nobody if we are root
    try:
        with postgres(parent / "home", fsync=fsync, full_page_writes=fsync, max_wal_size="256MB") as server:
            yield server
    finally:
        discard(parent / "home")
        parent.rmdir()


def roomy(folder: Path) -> bool:
    """Whether a folder can take a cluster or two: containers often have 64 MB of shared memory only."""
    return os.access(folder, os.W_OK) and shutil.disk_usage(folder).free > 2 * 1024**3


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def template(cluster: Server) -> Database:
    """A database that is migrated once, to be copied."""
    owner = with_database(cluster.url, TEMPLATE)
    connection = await asyncpg.connect(cluster.url)
    await connection.execute(f"create database {TEMPLATE}")
    await connection.close()
    application = await ensure_application_role(owner, APPLICATION, secrets.token_urlsafe(18))
    await migrate(owner, APPLICATION)
    connection = await asyncpg.connect(owner)
    await load(connection, DEMONSTRATION)
    await connection.close()
    return Database(owner, application)


@pytest_asyncio.fixture
async def database(cluster: Server, template: Database) -> AsyncIterator[Database]:
    """A fresh, migrated database."""
    async with fresh_database(cluster, f"template {TEMPLATE}") as url:
        name = urlsplit(url).path.lstrip("/")
        yield Database(url, with_database(template.application, name))


@asynccontextmanager
async def fresh_database(cluster: Server, options: str = "") -> AsyncIterator[str]:
    """The owner's address of a new database, which is dropped afterwards whoever is in it."""
    name = f"test_{secrets.token_hex(8)}"
    connection = await asyncpg.connect(cluster.url)
    try:
        await connection.execute(f"create database {name} {options} strategy file_copy")
        yield with_database(cluster.url, name)
        await connection.execute(f"drop database {name} with (force)")
    finally:
        await connection.close()


def with_database(url: str, name: str) -> str:
    """The same address with another database."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@pytest_asyncio.fixture
async def play(database: Database) -> AsyncIterator[Playground]:
    """A whole portal on a fresh database (tests/portals.py)."""
    async with playground(database) as ground:
        yield ground


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """In CI a skipped test is a failed one: there, `.ci/run` has installed whatever a test needs."""
    report = yield
    if report.skipped and os.environ.get("CI") == "true" and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{item.nodeid} was skipped: {report.longrepr}"
    return report
