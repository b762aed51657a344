"""A log of one's own for each test."""

from collections.abc import AsyncIterator

import pytest_asyncio

from tests.databases import Database
from tests.eventstore.logbook import Log, a_log


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log on a fresh database."""
    async with a_log(database) as log:
        yield log
