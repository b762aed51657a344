"""A projection is built anew beside the one in use; nobody waits, nothing is missed, nothing happens again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
import pytest
import pytest_asyncio

from portal.domain.catalogue import CATALOGUE
from portal.eventstore.standing import standings
from portal.projections.dashboard import DASHBOARD
from portal.projections.projector import Projector
from portal.projections.rebuilding import BESIDE, BeingRebuilt, Progress, Rebuild, discard_unfinished
from portal.projections.staff_inbox import STAFF_INBOX
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log
from tests.projections.desk import FLIP, rows

INDEXES = "select indexname, indexdef from pg_indexes where tablename = 'staff_inbox' order by 1"
RIGHTS = """
select privilege_type from information_schema.role_table_grants
where table_name = 'staff_inbox' and grantee = 'portal_application' order by 1
"""


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    async with a_log(database) as log:
        await projector(log).prepare()
        yield log


def projector(log: Log) -> Projector:
    return Projector(log.pool, KEYRING, CATALOGUE, [STAFF_INBOX, DASHBOARD])


async def project(log: Log) -> None:
    reader = projector(log)
    while await reader.step():
        pass


@asynccontextmanager
async def a_rebuild(log: Log) -> AsyncIterator[Rebuild]:
    owner = await asyncpg.connect(log.database.owner)
    yield Rebuild(owner, log.pool, KEYRING, CATALOGUE, STAFF_INBOX)
    await owner.close()


async def rebuilt(log: Log) -> list[Progress]:
    async with a_rebuild(log) as rebuild:
        return [progress async for progress in rebuild.run()]


async def test_a_row_that_was_wrong_is_right_afterwards_and_the_table_is_what_it_was(log: Log) -> None:
    referral = await log.started()
    await log.child_added(referral, a_child("Amara", "Okafor"))
    await project(log)
    expected = await rows(log)
    indexes, rights = await log.pool.fetch(INDEXES), await log.pool.fetch(RIGHTS)
    await log.as_owner("update staff_inbox set content = null, status = 'withdrawn'")
    told = await rebuilt(log)
    assert told[-1] == Progress(told[-1].head, told[-1].head)
    assert await rows(log) == expected
    assert await log.pool.fetch(INDEXES) == indexes
    assert await log.pool.fetch(RIGHTS) == rights
    assert [each.name for each in await standings(log.pool)] == ["dashboard", "staff_inbox"]


async def test_the_desk_reads_and_is_moved_on_while_it_is_rebuilt_and_nothing_is_missed(log: Log) -> None:
    for _ in range(30):
        await log.started()
    reader, over, began = projector(log), asyncio.Event(), []

    async def work() -> None:
        while not over.is_set():
            began.append(await log.started())
            await reader.reach(await log.store.head(), 5)
            found = await log.pool.fetchval("select count(*) from staff_inbox where id = $1", began[-1])
            assert found == 1, "what was just sent was not on the desk"

    working = asyncio.create_task(work())
    await asyncio.sleep(0.1)
    for _ in range(3):
        await rebuilt(log)
    over.set()
    await working
    await project(log)
    assert len(began) > 3
    assert await log.count("staff_inbox") == 30 + len(began)
    assert len({each.position for each in await standings(log.pool)}) == 1


async def test_what_a_killed_rebuild_left_behind_is_thrown_away_by_the_next(log: Log) -> None:
    referral = await log.started()
    await project(log)
    await log.as_owner(f"create table staff_inbox{BESIDE} (id uuid)")
    await log.as_owner("insert into checkpoints values ($1, 99)", f"staff_inbox{BESIDE}")
    await rebuilt(log)
    assert set(await rows(log)) == {referral}


async def test_what_a_killed_rebuild_left_behind_is_removed_when_the_database_is_migrated(log: Log) -> None:
    await log.as_owner(f"create table people_index{BESIDE} (id uuid, terms text)")
    await log.as_owner("insert into checkpoints values ($1, 99)", f"people_index{BESIDE}")
    await log.as_owner("insert into parked values ($1, gen_random_uuid(), 1, 'made up')", f"people_index{BESIDE}")
    owner = await asyncpg.connect(log.database.owner)
    async with a_rebuild(log) as rebuild:
        await log.started()
        running = rebuild.run()
        await anext(running)
        await discard_unfinished(owner)  # of one that is running nothing is removed
        assert [progress async for progress in running] == []
    await discard_unfinished(owner)
    await owner.close()
    assert await log.pool.fetchval("select count(*) from pg_tables where tablename like $1", f"%{BESIDE}") == 0
    assert await log.count("parked") == 0
    assert [each.name for each in await standings(log.pool)] == ["dashboard", "staff_inbox"]


async def test_only_one_rebuild_at_a_time(log: Log) -> None:
    await log.started()
    async with a_rebuild(log) as one:
        first = one.run()
        await anext(first)
        with pytest.raises(BeingRebuilt):
            await rebuilt(log)
        assert [progress async for progress in first] == []
    await rebuilt(log)


async def test_what_cannot_be_read_is_parked_in_the_new_one_too(log: Log) -> None:
    hurt = await log.started()
    await log.child_added(hurt)
    await log.as_owner(FLIP, hurt, 2)
    await project(log)
    query = "select subscription, stream_id, position, why from parked order by 1"
    parked = await log.pool.fetch(query)
    assert len(parked) == 2
    await rebuilt(log)
    assert await log.pool.fetch(query) == parked
    assert (await rows(log))[hurt].cannot_read


async def test_a_table_that_is_held_is_left_in_place_and_in_use(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.projections.rebuilding.TRIES", 2)
    referral = await log.started()
    await project(log)
    holding = await asyncpg.connect(log.database.owner)
    async with holding.transaction():
        await holding.fetch("select * from staff_inbox")
        with pytest.raises(asyncpg.LockNotAvailableError):
            await rebuilt(log)
    await holding.close()
    assert set(await rows(log)) == {referral}
    await log.child_added(referral)
    await project(log)
    assert [each.name for each in await standings(log.pool)] == ["dashboard", "staff_inbox"]
