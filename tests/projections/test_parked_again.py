"""What was parked is tried again, from its beginning, and is on the desk if it can be read by now."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec
import pytest_asyncio

from portal.domain.catalogue import CATALOGUE
from portal.projections.parked import retry_parked
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log
from tests.projections.desk import FLIP, rows


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    async with a_log(database) as log:
        await inbox(log).prepare()
        yield log


def inbox(log: Log) -> Projector:
    return Projector(log.pool, KEYRING, CATALOGUE, [STAFF_INBOX])


async def project(log: Log) -> None:
    reader = inbox(log)
    while await reader.step():
        pass


async def test_a_stream_that_can_be_read_again_is_as_if_it_had_never_been_parked(log: Log) -> None:
    well, hurt = await log.started(), await log.started()
    for referral in (well, hurt):
        await log.child_added(referral, a_child("Amara", "Okafor"))
    await project(log)
    expected = await rows(log)

    await log.as_owner(FLIP, hurt, 2)
    await log.as_owner("delete from staff_inbox")
    await log.as_owner("update checkpoints set position = 0")
    await project(log)
    assert (await rows(log))[hurt].cannot_read
    assert await retry(log) == (1, 1)

    await log.as_owner(FLIP, hurt, 2)  # flipped back
    assert await retry(log) == (1, 0)
    assert await rows(log) == expected
    assert await log.count("parked") == 0


async def test_what_happened_while_it_was_parked_is_not_missed_nor_what_happens_afterwards(log: Log) -> None:
    hurt = await log.started()
    await log.child_added(hurt, a_child("Amara", "Okafor"))
    await log.as_owner(FLIP, hurt, 2)
    await project(log)
    await log.as_owner(FLIP, hurt, 2)
    await log.child_added(hurt, a_child("Jonah", "Okafor"))
    await project(log)
    assert (await rows(log))[hurt].cannot_read
    await retry(log)
    await log.child_added(hurt, a_child("Ada", "Okafor"))
    await project(log)
    assert await children(log, hurt) == ["AO", "JO", "AO"]


async def test_events_not_yet_projected_stay_so(log: Log) -> None:
    hurt = await log.started()
    await log.child_added(hurt, a_child("Amara", "Okafor"))
    await log.as_owner(FLIP, hurt, 2)
    await project(log)
    await log.as_owner(FLIP, hurt, 2)
    await log.child_added(hurt, a_child("Jonah", "Okafor"))
    await retry(log)
    assert len(await children(log, hurt)) == 1
    await project(log)
    assert len(await children(log, hurt)) == 2


async def test_a_fold_that_was_mended_takes_its_streams_back(log: Log) -> None:
    def stumble(row: Any, envelope: Any) -> Any:
        raise RuntimeError

    referral = await log.started()
    broken = msgspec.structs.replace(STAFF_INBOX, evolve=stumble)
    assert await Projector(log.pool, KEYRING, CATALOGUE, [broken]).step()
    assert await log.count("parked") == 1
    assert await retry(log) == (1, 0)
    assert (await rows(log))[referral].cannot_read is None


async def children(log: Log, referral: UUID) -> list[str]:
    content = (await rows(log))[referral].content
    assert content
    return [child.initials for child in content.children.values()]


async def retry(log: Log) -> tuple[int, int]:
    return await retry_parked(log.pool, KEYRING, CATALOGUE, STAFF_INBOX)
