"""Projections go together; one that is new, or fails, goes alone, and the desk does not wait for it."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import pytest
import pytest_asyncio

from portal.domain.catalogue import CATALOGUE
from portal.projections.dashboard import DASHBOARD
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from portal.projections.submitted_forms import SUBMITTED_FORMS
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_log

TABLES = [STAFF_INBOX.table, SUBMITTED_FORMS.table, DASHBOARD.table]


def projector(log: Log) -> Projector:
    return Projector(log.pool, KEYRING, CATALOGUE, [STAFF_INBOX, SUBMITTED_FORMS, DASHBOARD])


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log with checkpoints for all."""
    async with a_log(database) as log:
        await projector(log).prepare()
        yield log


async def positions(log: Log) -> dict[str, int]:
    return {row["name"]: row["position"] for row in await log.pool.fetch("select name, position from checkpoints")}


async def ids(log: Log, table: str) -> set[UUID]:
    return {row["id"] for row in await log.pool.fetch(f"select id from {table}")}  # noqa: S608


async def drained(reader: Projector) -> None:
    while await reader.step():
        pass


@pytest.fixture
def in_small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.eventstore.following.BATCH", 3)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.projections.projector.LONGEST_PAUSE", 0.05)


async def test_all_are_moved_by_one_commit(log: Log) -> None:
    await log.started()
    await drained(projector(log))
    written = "select count(distinct xmin::text) from checkpoints where name = any($1)"
    assert await log.pool.fetchval(written, TABLES) == 1
    assert len(set((await positions(log)).values())) == 1


@pytest.mark.usefixtures("in_small_batches")
async def test_a_new_projection_is_caught_up_alone_while_the_others_stay_at_the_front(log: Log) -> None:
    began = [await log.started() for _ in range(10)]
    reader = projector(log)
    await drained(reader)
    await log.as_owner("delete from dashboard")
    await log.as_owner("update checkpoints set position = 0 where name = 'dashboard'")
    new = await log.started()
    assert await reader.step()
    at = await positions(log)
    assert at["staff_inbox"] == at["submitted_forms"] == await log.store.head()
    assert at["dashboard"] < at["staff_inbox"]
    assert new in await ids(log, "staff_inbox")
    await drained(reader)
    assert await ids(log, "dashboard") == {*began, new}
    assert set((await positions(log)).values()) == {await log.store.head()}
    assert await reader.step() is False
    assert not reader.apart


async def test_one_that_is_a_little_behind_gets_what_it_missed_and_nothing_twice(log: Log) -> None:
    reader = projector(log)
    first = await log.started()
    await drained(reader)
    before = await log.store.head()
    await log.child_added(first)
    await drained(reader)
    await log.as_owner("update checkpoints set position = $1 where name = 'submitted_forms'", before)
    await log.started()
    await drained(reader)
    assert len(set((await positions(log)).values())) == 1
    found = await log.pool.fetchval("select count(*) from submitted_forms")
    assert found == 2


@pytest.mark.usefixtures("impatient")
async def test_one_whose_table_is_broken_fails_alone_and_misses_nothing_once_it_is_mended(log: Log) -> None:
    await log.as_owner("alter table dashboard rename to dashboard_away")
    reader, began = projector(log), [await log.started() for _ in range(3)]
    await drained(reader)
    assert await ids(log, "staff_inbox") == await ids(log, "submitted_forms") == set(began)
    assert (await positions(log))["dashboard"] == 0
    await log.as_owner("alter table dashboard_away rename to dashboard")
    began.append(await log.started())
    for _ in range(100):
        await drained(reader)
        if not reader.apart:
            break
        await asyncio.sleep(0.02)
    assert await ids(log, "dashboard") == await ids(log, "staff_inbox") == set(began)


async def test_a_request_does_not_wait_for_one_that_goes_alone(log: Log) -> None:
    await log.as_owner("alter table dashboard rename to dashboard_away")
    reader = projector(log)
    await log.started()
    await drained(reader)
    assert not await reader.reach_all(["dashboard"], await log.store.head(), patience=60)


async def test_two_processes_move_them_on_once(log: Log, database: Database) -> None:
    async with a_log(database, "other") as other:
        readers = [projector(log), projector(other)]
        began: set[UUID] = set()
        for _ in range(20):
            began.add(await log.started())
            await asyncio.gather(*(reader.step() for reader in readers))
        for reader in readers:
            await drained(reader)
    for table in TABLES:
        assert await ids(log, table) == began
