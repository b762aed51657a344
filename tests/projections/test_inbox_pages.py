"""Pages and counts of the inbox are those of the sorted whole, whatever is asked for."""

import random
from collections.abc import AsyncIterator
from datetime import timedelta
from itertools import combinations
from typing import Any
from uuid import UUID

import asyncpg
import pytest_asyncio

from portal.application.casework import ASKABLE
from portal.domain.services import Service
from portal.projections.staff_inbox import STAFF_INBOX, Cursor, InboxRow, InboxStatus, inbox_counts, inbox_page
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, NOON

Connection = Any
CHANCE = random.Random(7)
ROWS = [
    InboxRow(
        id=UUID(int=CHANCE.getrandbits(128)),
        service=CHANCE.choice([*Service]),
        status=status,
        urgent=CHANCE.random() < 0.2,
        received_at=NOON - timedelta(minutes=CHANCE.randrange(60)) if status is not InboxStatus.DRAFT else None,
    )
    for status in CHANCE.choices([*InboxStatus], k=400)
]


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[Connection]:
    """To an inbox with these rows."""
    connection = await asyncpg.connect(database.application)
    columns = tuple(STAFF_INBOX.columns)
    records = [tuple(getattr(row, name) for name in columns) for row in ROWS]
    await connection.copy_records_to_table("staff_inbox", columns=columns, records=records)
    yield connection
    await connection.close()


async def pages(
    connection: Connection, services: tuple[Service, ...], statuses: tuple[InboxStatus, ...], size: int
) -> list[UUID]:
    """Page after page, until there is no next one."""
    ids: list[UUID] = []
    after: Cursor | None = None
    while True:
        rows, after = await inbox_page(connection, KEYRING, services, statuses, after, size)
        ids += [row.id for row in rows]
        if after is None:
            return ids
        assert len(rows) == size


async def test_the_urgent_come_first_then_the_longest_waiting_whatever_services_and_statuses_are_asked_for(
    connection: Connection,
) -> None:
    for services in subsets(tuple(Service)):
        for statuses in subsets(ASKABLE):
            found = [row for row in ROWS if row.service in services and row.status in statuses]
            found.sort(key=lambda row: (not row.urgent, row.received_at, row.id))
            assert await pages(connection, services, statuses, 50) == [row.id for row in found], (services, statuses)


async def test_pages_of_any_size_have_no_gaps_and_no_repeats(connection: Connection) -> None:
    at_once = await pages(connection, tuple(Service), ASKABLE, 1000)
    assert len(at_once) == len([row for row in ROWS if row.status in ASKABLE])
    for size in (7, 25, 26):
        assert await pages(connection, tuple(Service), ASKABLE, size) == at_once


async def test_a_row_of_a_newer_version_does_not_end_the_inbox(connection: Connection) -> None:
    at_once = await pages(connection, tuple(Service), ASKABLE, 1000)
    key, wrapped = KEYRING.mint(at_once[3])
    insert = "insert into keys (id, stream_id, kek_version, wrapped) values ($1, $2, $3, $4)"
    await connection.execute(insert, wrapped.id, wrapped.stream_id, wrapped.kek_version, wrapped.wrapped)
    newer = key.seal(b'{"children": "of another shape"}', f"row|staff_inbox|{at_once[3]}")
    await connection.execute("update staff_inbox set content = $2 where id = $1", at_once[3], newer)
    rows, after = await inbox_page(connection, KEYRING, tuple(Service), ASKABLE, None, 5)
    assert [row.id for row in rows] == [*at_once[:3], at_once[4]]
    others, _ = await inbox_page(connection, KEYRING, tuple(Service), ASKABLE, after, 1000)
    assert after and [row.id for row in others] == at_once[5:]


async def test_counts_are_exact_until_they_are_many(connection: Connection) -> None:
    for services in subsets(tuple(Service)):
        for most in (1, 30, 1000):
            expected = {
                status: min(most, sum(row.service in services and row.status is status for row in ROWS))
                for status in ASKABLE
            }
            assert await inbox_counts(connection, services, ASKABLE, most) == expected, (services, most)


async def test_a_draft_is_on_no_page_whoever_asks(connection: Connection) -> None:
    assert await pages(connection, tuple(Service), (InboxStatus.DRAFT,), 50) == []
    assert await inbox_counts(connection, tuple(Service), (InboxStatus.DRAFT,), 50) == {InboxStatus.DRAFT: 0}


def subsets(of: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    return [some for size in range(len(of) + 1) for some in combinations(of, size)]
