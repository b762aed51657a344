"""Whatever somebody with all rights on the database changes: one stream is set aside, and nothing else stands still.

One byte of one event each, ciphertexts moved, keys changed or swapped, an event put down to somebody else: each in a
referral of its own, among others that nobody touched.
"""

from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest
import pytest_asyncio

from portal.domain.catalogue import CATALOGUE
from portal.domain.referral import Referral
from portal.eventstore.envelope import CannotRead
from portal.eventstore.standing import standings
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log, a_row, one

UNTOUCHED = 5
FLIPPED = "set_byte({0}, {1}, get_byte({0}, {1}) # (1 << ({1} % 8)))"
FLIP_STATES = f"""
update events set state = {FLIPPED.format("state", "at")} from unnest($1::uuid[], $2::int[]) as flip (stream, at)
where stream_id = stream and version = 1
"""  # noqa: S608 - of our own making
FLIP_KEYS = f"""
update keys set wrapped = {FLIPPED.format("wrapped", "at")} from unnest($1::uuid[], $2::int[]) as flip (stream, at)
where stream_id = stream
"""  # noqa: S608 - of our own making
# $1: a referral of three events, $2: another; each changes something of version 2 of the first.
MOVES = {
    "to another version": """
        update events a set state = b.state from events b
        where a.stream_id = $1 and b.stream_id = $1 and a.version = 5 - b.version and a.version in (2, 3)
        and $2::uuid is not null""",
    "to another stream": """
        update events a set state = b.state, key_id = b.key_id from events b
        where a.stream_id = $1 and b.stream_id = $2 and a.version = 2 and b.version = 2""",
    "to another topic": """
        update events set topic = 'referral.child_details_given' where stream_id = $1 and version = 2
        and $2::uuid is not null""",
    "to another key": """
        update events set key_id = (select id from keys where stream_id = $2) where stream_id = $1 and version = 2""",
    "to no key": """
        update events set key_id = null where stream_id = $1 and version = 2 and $2::uuid is not null""",
    "to another person": """
        update events set metadata = metadata || '{"actor": "account:somebody-else"}'
        where stream_id = $1 and version = 2 and $2::uuid is not null""",
    "to nobody": """
        update events set metadata = '{}' where stream_id = $1 and version = 2 and $2::uuid is not null""",
}


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log with some referrals that stay as they are."""
    async with a_log(database) as log:
        for _ in range(UNTOUCHED):
            await log.child_added(await log.started())
        yield log


async def parked(log: Log) -> dict[UUID, int]:
    """Project everything: which streams were set aside, and at which position."""
    reader = Projector(log.pool, KEYRING, CATALOGUE, [STAFF_INBOX])
    await reader.prepare()
    while await reader.step():
        pass
    found = await log.pool.fetch("select stream_id, position from parked where subscription = 'staff_inbox'")
    return {row["stream_id"]: row["position"] for row in found}


async def positions(log: Log, streams: list[UUID], version: int) -> dict[UUID, int]:
    query = "select stream_id, position from events where stream_id = any($1::uuid[]) and version = $2"
    return {row["stream_id"]: row["position"] for row in await log.pool.fetch(query, streams, version)}


async def assert_only_these_are_set_aside(log: Log, at: dict[UUID, int]) -> None:
    """Each at its position, visibly; all others are projected, and the reader is at the end."""
    assert await parked(log) == at
    rows = await log.pool.fetch("select id, cannot_read, content is not null as filled from staff_inbox")
    assert {row["id"]: row["cannot_read"] for row in rows if row["cannot_read"] is not None} == at
    assert sum(row["filled"] and row["cannot_read"] is None for row in rows) == UNTOUCHED
    [health] = await standings(log.pool)
    assert (health.behind, health.parked) == (0, len(at))


async def test_every_single_byte_of_an_event_that_is_flipped_sets_its_stream_aside(log: Log) -> None:
    first = await log.started()
    size = await log.pool.fetchval("select length(state) from events where stream_id = $1", first)
    flipped = [first, *[await log.started() for _ in range(size - 1)]]
    assert size > 100
    await log.as_owner(FLIP_STATES, flipped, list(range(size)))
    await assert_only_these_are_set_aside(log, await positions(log, flipped, 1))


async def test_every_single_byte_of_a_key_that_is_flipped_sets_its_stream_aside(log: Log) -> None:
    flipped = [await log.started() for _ in range(40)]
    assert await log.pool.fetchval("select length(wrapped) from keys limit 1") == len(flipped)
    await log.as_owner(FLIP_KEYS, flipped, list(range(40)))
    await assert_only_these_are_set_aside(log, await positions(log, flipped, 1))


async def test_keys_that_are_swapped_set_both_their_streams_aside(log: Log) -> None:
    pair = [await log.started(), await log.started()]
    swap = """
    update keys a set wrapped = b.wrapped from keys b
    where a.stream_id = any($1) and b.stream_id = any($1) and a.stream_id <> b.stream_id
    """
    await log.as_owner(swap, pair)
    await assert_only_these_are_set_aside(log, await positions(log, pair, 1))


@pytest.mark.parametrize("move", MOVES)
async def test_an_event_that_is_moved_sets_its_stream_aside(log: Log, move: str) -> None:
    bad, other = await log.started(), await log.started()
    for name in ("Amara", "Jonah"):
        await log.child_added(bad, a_child(name))
    await log.child_added(other)
    changed = await changing(log, MOVES[move], bad, other)
    assert changed >= 1
    at = await positions(log, [bad], 2)
    assert await parked(log) == at
    rows = await log.pool.fetch("select id, cannot_read from staff_inbox where cannot_read is not null")
    assert {row["id"]: row["cannot_read"] for row in rows} == at
    with pytest.raises(CannotRead, match=f"event 2 of stream {bad}"):
        await log.store.load(Referral, bad)
    assert (await log.store.load(Referral, other)).aggregate is not None


async def changing(log: Log, statement: str, *values: UUID) -> int:
    """How many rows a statement of the owner changes."""
    owner = await asyncpg.connect(log.database.owner)
    done = await owner.execute(statement, *values)
    await owner.close()
    return int(done.rpartition(" ")[2])


@pytest.mark.parametrize("at_once", [True, False], ids=["in a rebuild", "while it is followed"])
async def test_what_was_sent_is_on_the_desk_although_an_event_before_it_cannot_be_read(log: Log, at_once: bool) -> None:
    bad = await log.started()
    await log.child_added(bad)
    await log.as_owner("update events set metadata = '{}' where stream_id = $1 and version = 2", bad)
    if not at_once:
        assert (await parked(log)).keys() == {bad}
        assert await log.count("staff_inbox where id = $1 and received_at is null", bad) == 1
    await log.appender.append(one(a_row(bad, 3, topic="referral.submitted")))
    assert await parked(log) == await positions(log, [bad], 2)
    shown = "staff_inbox where id = $1 and received_at is not null and urgent and status = 'new' and cannot_read = $2"
    assert await log.count(shown, bad, (await positions(log, [bad], 2))[bad]) == 1
