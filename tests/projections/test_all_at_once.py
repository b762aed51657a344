"""Projecting, going apart, joining, rebuilding and reading parked streams again, all at once: every table ends as
if each event had been folded once, in order."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import asyncpg
import pytest

from portal.domain.catalogue import CATALOGUE
from portal.eventstore.standing import standings
from portal.projections.dashboard import DASHBOARD
from portal.projections.parked import retry_parked
from portal.projections.projection import Projection
from portal.projections.projector import Apart, Projector
from portal.projections.rebuilding import Rebuild
from portal.projections.staff_inbox import STAFF_INBOX
from portal.projections.submitted_forms import SUBMITTED_FORMS
from tests.databases import Database
from tests.eventstore.conftest import log
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log

__all__ = ["log"]

PROJECTIONS: list[Projection[Any]] = [STAFF_INBOX, SUBMITTED_FORMS, DASHBOARD]
SECONDS = 6.0


def projector(log: Log) -> Projector:
    return Projector(log.pool, KEYRING, CATALOGUE, PROJECTIONS)


async def rows(log: Log) -> dict[str, list[Any]]:
    """Every row of every table; sealed content by its being there, since sealing twice gives other bytes."""
    found = {}
    for each in PROJECTIONS:
        records = await log.pool.fetch(f"select * from {each.table} order by id")  # noqa: S608
        found[each.table] = [[bool(v) if isinstance(v, bytes) else v for v in record.values()] for record in records]
    return found


async def write(log: Log) -> None:
    await asyncio.sleep(random.random() * 0.1)
    referral = await log.started()
    for name in random.sample("ABCD", random.randint(0, 3)):
        await log.child_added(referral, a_child("Amara", name))


async def project(log: Log) -> None:
    """A worker that is interrupted, and whose projections go apart for no reason."""
    reader = projector(log)
    for _ in range(random.randint(1, 20)):
        if random.random() < 0.2:
            reader.apart[random.choice(PROJECTIONS).table] = Apart(join_at=random.random() * 0.1)
        with suppress(TimeoutError):
            await asyncio.wait_for(reader.step(), random.uniform(0.001, 0.2))


async def rebuild(log: Log) -> None:
    owner = await asyncpg.connect(log.database.owner)
    try:
        with suppress(asyncpg.LockNotAvailableError):
            async for _ in Rebuild(owner, log.pool, KEYRING, CATALOGUE, random.choice(PROJECTIONS)).run():
                pass
    finally:
        await owner.close()


async def retry(log: Log) -> None:
    await retry_parked(log.pool, KEYRING, CATALOGUE, random.choice(PROJECTIONS))


async def test_every_table_is_what_the_log_says(log: Log, database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.eventstore.following.BATCH", 20)
    seed = random.randrange(10**6)
    print("seed", seed)
    random.seed(seed)
    await projector(log).prepare()
    until = asyncio.get_running_loop().time() + SECONDS
    done: dict[str, int] = {}

    async def again_and_again(log: Log, do: Callable[[Log], Awaitable[None]]) -> None:
        while asyncio.get_running_loop().time() < until:
            await do(log)
            done[do.__name__] = done.get(do.__name__, 0) + 1

    async with a_log(database, "other") as other:
        await asyncio.gather(
            *(again_and_again(log, do) for do in (write, project, rebuild, retry)),
            *(again_and_again(other, do) for do in (write, project, project)),
        )
    assert min(done.values()) > 5, done
    reader = projector(log)
    while await reader.step() or reader.apart:
        pass
    assert {each.position for each in await standings(log.pool)} == {await log.store.head()}
    live = await rows(log)
    assert len(live["staff_inbox"]) == done["write"]
    await log.as_owner("truncate staff_inbox, submitted_forms, dashboard")
    await log.as_owner("update checkpoints set position = 0")
    while await reader.step() or reader.apart:
        pass
    assert await rows(log) == live
    assert await log.count("parked") == 0
