"""The feed reads the log in order of position and misses nothing, however its writers behave."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from uuid import uuid4

import asyncpg
import pytest

from portal.eventstore.connection import Connection
from portal.eventstore.feed import Feed, assert_ground
from tests.databases import Database

WRITERS = 16
SECONDS = 4.0
ROLLED_BACK = 0.15  # of all transactions
HELD_OPEN = 0.02  # seconds, at most
INSERT = """
insert into events (id, stream_id, version, topic, state, metadata) values ($1, $2, 1, 'made.up', '', '{}')
returning position
"""


@asynccontextmanager
async def connection_to(database: Database) -> AsyncIterator[Connection]:
    connection = await asyncpg.connect(database.application)
    try:
        yield connection
    finally:
        await connection.close()


async def insert(connection: Connection) -> int:
    """One event; its position."""
    position: int = await connection.fetchval(INSERT, uuid4(), uuid4())
    return position


async def roll_back_one(connection: Connection) -> int:
    """An event that never was; the position that is missing for ever."""
    transaction = connection.transaction()
    await transaction.start()
    position = await insert(connection)
    await transaction.rollback()
    return position


@dataclass
class Fire:
    """Many writers at once, and what they have committed."""

    database: Database
    committed: list[int] = field(default_factory=list)
    rolled_back: int = 0
    over: bool = False

    async def burn(self) -> None:
        await asyncio.gather(*(self._write() for _ in range(WRITERS)))
        self.over = True

    async def _write(self) -> None:
        deadline = asyncio.get_running_loop().time() + SECONDS
        async with connection_to(self.database) as connection:
            while asyncio.get_running_loop().time() < deadline:
                transaction = connection.transaction()
                await transaction.start()
                positions = [await insert(connection) for _ in range(random.randint(1, 3))]
                await asyncio.sleep(random.random() ** 3 * HELD_OPEN)  # a few hold long, most do not
                if random.random() < ROLLED_BACK:
                    await transaction.rollback()
                    self.rolled_back += len(positions)
                else:
                    await transaction.commit()
                    self.committed += positions


Read = Callable[[Connection], Awaitable[list[int] | None]]  # what came next; None: nothing just now, but soon


async def follow(fire: Fire, read: Read) -> list[int]:
    """Everything a reader gets to see, until the fire is out and there is no more."""
    seen: list[int] = []
    async with connection_to(fire.database) as connection:
        while True:
            last = fire.over
            found = await read(connection)
            if last and found == []:
                return seen
            seen += found or []
            await asyncio.sleep(0 if found else 0.002)


async def test_under_fire_the_feed_misses_nothing_where_a_naive_reader_does(database: Database) -> None:
    fire, feed, newest = Fire(database), Feed(), 0

    async def fed(connection: Connection) -> list[int] | None:
        found = [row["position"] for row in await feed.batch(connection)]
        return None if feed.blocked else found

    async def naive(connection: Connection) -> list[int]:
        nonlocal newest
        query = "select position from events where position > $1 order by position limit 500"
        found = [row["position"] for row in await connection.fetch(query, newest)]
        newest = found[-1] if found else newest
        return found

    _, by_feed, by_naive = await asyncio.gather(fire.burn(), follow(fire, fed), follow(fire, naive))

    assert len(fire.committed) > 2000 and fire.rolled_back > 200, "not much of a fire"
    assert by_feed == sorted(fire.committed)
    assert set(by_naive) < set(fire.committed), "the naive reader should have missed some: this test could not fail"


async def test_batches_are_no_larger_than_asked_and_follow_one_another(database: Database) -> None:
    async with connection_to(database) as connection:
        written = [await insert(connection) for _ in range(7)]
        feed = Feed()
        batches = [[row["position"] for row in await feed.batch(connection, 3)] for _ in range(4)]
    assert batches == [written[:3], written[3:6], written[6:], []]
    assert not feed.blocked


async def test_a_feed_starts_after_the_position_it_is_given(database: Database) -> None:
    async with connection_to(database) as connection:
        written = [await insert(connection) for _ in range(3)]
        feed = Feed(written[1])
        assert [row["position"] for row in await feed.batch(connection)] == written[2:]


async def test_a_hole_left_by_a_roll_back_is_passed(database: Database) -> None:
    async with connection_to(database) as connection:
        feed, before = Feed(), await insert(connection)
        hole = await roll_back_one(connection)
        after = await insert(connection)
        assert before < hole < after
        assert [row["position"] for row in await feed.batch(connection)] == [before]
        assert [row["position"] for row in await feed.batch(connection)] == [after]


async def test_a_writer_in_flight_blocks_what_came_after_it_and_is_then_read(database: Database) -> None:
    async with connection_to(database) as slow, connection_to(database) as quick:
        feed, before = Feed(), await insert(quick)
        transaction = slow.transaction()
        await transaction.start()
        in_flight = await insert(slow)
        after = await insert(quick)

        assert [row["position"] for row in await feed.batch(quick)] == [before]
        for _ in range(3):
            assert await feed.batch(quick) == []
            assert feed.blocked

        await transaction.commit()
        assert [row["position"] for row in await feed.batch(quick)] == [in_flight, after]
        assert await feed.batch(quick) == []
        assert not feed.blocked


async def test_a_writer_in_flight_that_rolls_back_lets_the_feed_go_on(database: Database) -> None:
    async with connection_to(database) as slow, connection_to(database) as quick:
        feed, transaction = Feed(), slow.transaction()
        await transaction.start()
        await insert(slow)
        after = await insert(quick)
        assert await feed.batch(quick) == []
        assert feed.blocked
        await transaction.rollback()
        assert [row["position"] for row in await feed.batch(quick)] == [after]


async def test_writers_who_came_later_do_not_hold_the_feed_up(database: Database) -> None:
    async with connection_to(database) as slow, connection_to(database) as later, connection_to(database) as quick:
        feed, first, second = Feed(), slow.transaction(), later.transaction()
        await first.start()
        await insert(slow)
        after = await insert(quick)
        assert await feed.batch(quick) == []
        await second.start()
        await insert(later)  # in flight for the rest of this test: there is always somebody
        await first.rollback()
        assert [row["position"] for row in await feed.batch(quick)] == [after]
        await second.rollback()


async def test_a_transaction_that_writes_elsewhere_does_not_hold_the_feed_up(database: Database) -> None:
    async with connection_to(database) as elsewhere, connection_to(database) as quick:
        transaction = elsewhere.transaction()
        await transaction.start()
        await elsewhere.execute("insert into claims values ('\\x01', $1)", uuid4())
        feed = Feed()
        await roll_back_one(quick)
        after = await insert(quick)
        assert [row["position"] for row in await feed.batch(quick)] == [after]
        await transaction.rollback()


async def test_the_ground_of_a_migrated_database_is_good(database: Database) -> None:
    async with connection_to(database) as connection:
        await assert_ground(connection)


@pytest.mark.parametrize(
    "unsafe",
    [
        "alter role portal_application in database {name} set default_transaction_isolation = 'repeatable read'",
        "alter database {name} set default_transaction_isolation = 'serializable'",
        "alter table events alter column position set cache 10",
    ],
)
async def test_ground_on_which_events_could_be_missed_is_refused(database: Database, unsafe: str) -> None:
    owner = await asyncpg.connect(database.owner)
    await owner.execute(unsafe.format(name=await owner.fetchval("select current_database()")))
    await owner.close()
    async with connection_to(database) as connection:
        with pytest.raises(RuntimeError, match="READ COMMITTED"):
            await assert_ground(connection)
