"""Each event is handled exactly once and in order, by however many processes, whatever happens to them."""

import asyncio
import random
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress

import asyncpg
import pytest
import pytest_asyncio

from portal.domain.catalogue import CATALOGUE
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Damaged, Envelope
from portal.eventstore.feed import Feed
from portal.eventstore.rows import to_envelopes
from portal.eventstore.subscription import Subscription
from portal.eventstore.waking import be_told, tell_others
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_log, a_row, connected, one, until

COUNTED = "create table counted (at bigint generated always as identity, position bigint, process text)"
INSERT = """
insert into events (id, stream_id, version, topic, state, metadata) values ($1, $2, 1, 'made.up', '{}', '{}')
"""
WAITING = "select count(*) from pg_stat_activity where application_name = 'log' and wait_event_type = 'Lock'"
KILL_ONE = """
select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'racer%' order by random() limit 1
"""


@pytest_asyncio.fixture
async def counting(log: Log) -> Log:
    """A log beside a table that notices when an event is handled twice."""
    await log.as_owner(COUNTED)
    await log.as_owner("grant select, insert on counted to portal_application")
    return log


async def count(connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """A handler that may not be called twice with the same event."""
    process = "select current_setting('application_name')"
    await connection.executemany(
        f"insert into counted (position, process) values ($1, ({process}))",  # noqa: S608
        [(envelope.position,) for envelope in envelopes],
    )


async def counted(log: Log) -> list[int]:
    """The events that were handled, in that order."""
    return [row["position"] for row in await log.pool.fetch("select position from counted order by at")]


async def written(log: Log) -> list[int]:
    """The events that there are, in order."""
    return [row["position"] for row in await log.pool.fetch("select position from events order by position")]


async def write(log: Log, events: int, pause: float = 0.0) -> None:
    for _ in range(events):
        await log.appender.append(one(a_row()))
        await asyncio.sleep(random.random() * pause)


@asynccontextmanager
async def holding(log: Log, name: str) -> AsyncIterator[Connection]:
    """Somebody else who has the checkpoint, for the time being."""
    connection = await asyncpg.connect(log.database.application)
    async with connection.transaction():
        await connection.execute("select position from checkpoints where name = $1 for update", name)
        yield connection
    await connection.close()


class Unfenced(Subscription):
    """The control: as a subscription, but who reads on is not held by the checkpoint's lock."""

    async def _batch(self, skip: str) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval("select position from checkpoints where name = $1", self.name)
            feed = Feed(found)
            records = await feed.batch(connection, 20)
            await self._handle(connection, to_envelopes(CATALOGUE, KEYRING, records))
            moved = "update checkpoints set position = $2 where name = $1"
            await connection.execute(moved, self.name, feed.position)
        return bool(records)


async def race(log: Log, kind: type[Subscription], events: int, deadly: bool) -> None:
    """Four readers of one name, each with a pool of its own, while events are written; some of their backends die."""
    async with AsyncExitStack() as stack:
        racers = [await stack.enter_async_context(a_log(log.database, f"racer {at}")) for at in range(4)]
        readers = [kind("counting", racer.pool, KEYRING, CATALOGUE, count) for racer in racers]
        running = [asyncio.create_task(reader.run(asyncio.Event())) for reader in readers]
        writing = [asyncio.create_task(write(log, events // 4, 0.02)) for _ in range(4)]
        if deadly:
            owner, killed = await connected(log.database.owner), 0
            while not all(each.done() for each in writing):
                await asyncio.sleep(random.random() * 0.06)
                killed += bool(await owner.fetchval(KILL_ONE))
            await owner.close()
            assert killed > 10, "hardly anybody died"
        await asyncio.gather(*writing)
        assert await caught_up(log, "counting")
        assert not any(each.done() for each in running), "a reader gave up"
        for each in running:
            each.cancel()
            with suppress(asyncio.CancelledError):
                await each


async def caught_up(log: Log, name: str) -> bool:
    """Whether a reader gets to the end within a while."""
    head = await log.store.head()
    for _ in range(500):
        if await log.pool.fetchval("select position from checkpoints where name = $1", name) >= head:
            return True
        await asyncio.sleep(0.02)
    return False


async def test_readers_that_race_and_die_handle_every_event_exactly_once_in_order(counting: Log) -> None:
    await race(counting, Subscription, 800, deadly=True)
    assert await counted(counting) == await written(counting)
    assert await counting.pool.fetchval("select count(distinct process) from counted") > 1, "nobody raced"


async def test_readers_without_the_fence_handle_some_events_twice(counting: Log) -> None:
    await race(counting, Unfenced, 400, deadly=False)
    assert max(Counter(await counted(counting)).values()) > 1, "this control shows what the test above could miss"


async def test_a_step_handles_what_is_new_and_says_whether_there_was_any(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    assert not await reader.step()
    await write(counting, 3)
    assert await reader.step()
    assert not await reader.step()
    assert await counted(counting) == await written(counting)
    assert reader.position == (await written(counting))[-1]
    assert reader.moved.is_set()


async def test_a_reader_that_was_never_prepared_handles_nothing(counting: Log) -> None:
    await write(counting, 1)
    assert not await counting.subscription("counting", count).step()
    assert await counted(counting) == []


async def test_preparing_again_does_not_begin_again(counting: Log) -> None:
    await write(counting, 2)
    for _ in range(2):
        reader = counting.subscription("counting", count)
        await reader.prepare()
        await reader.step()
    assert await counted(counting) == await written(counting)


async def test_readers_of_different_names_each_handle_everything(counting: Log) -> None:
    await write(counting, 2)
    for name in ("first", "second"):
        reader = counting.subscription(name, count)
        await reader.prepare()
        await reader.step()
    assert await counted(counting) == [*await written(counting), *await written(counting)]


async def test_a_handler_that_raises_has_done_nothing_and_gets_the_same_events_again(counting: Log) -> None:
    async def count_and_fail(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        await count(connection, envelopes)
        if faults:
            raise faults.pop()

    faults = [RuntimeError()]
    reader = counting.subscription("counting", count_and_fail)
    await reader.prepare()
    await write(counting, 3)
    with pytest.raises(RuntimeError):
        await reader.step()
    assert await counted(counting) == []
    assert reader.position == 0
    assert await reader.step()
    assert await counted(counting) == await written(counting)


async def test_who_finds_another_at_work_passes_by(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 1)
    async with holding(counting, "counting"):
        assert not await asyncio.wait_for(reader.step(), 1)
    assert await reader.step()


async def test_a_request_reaches_what_it_has_written_though_no_worker_runs(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 3)
    assert await reader.reach(await counting.store.head(), patience=5)
    assert await counted(counting) == await written(counting)


async def test_a_request_that_waits_sees_what_another_process_has_done_meanwhile(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 3)
    head = await counting.store.head()
    async with holding(counting, "counting") as other:
        reaching = asyncio.create_task(reader.reach(head, patience=5))
        await until(counting.database, WAITING)
        await other.execute("update checkpoints set position = $1 where name = 'counting'", head)
    assert await reaching
    assert await counted(counting) == [], "the other has handled them, so nobody else did"


async def test_a_request_that_waits_takes_over_from_a_process_that_died(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 3)
    head = await counting.store.head()
    async with holding(counting, "counting"):  # and does nothing in the end
        reaching = asyncio.create_task(reader.reach(head, patience=5))
        await until(counting.database, WAITING)
    assert await reaching
    assert await counted(counting) == await written(counting)


async def test_a_request_waits_no_longer_than_its_patience_and_leaves_nothing_locked(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 1)
    head = await counting.store.head()
    async with holding(counting, "counting"):
        began = asyncio.get_running_loop().time()
        for _ in range(5):
            assert not await reader.reach(head, patience=0.05)
        assert asyncio.get_running_loop().time() - began < 2
    assert await counting.count("pg_stat_activity where application_name = 'log' and state like 'idle in%'") == 0
    assert await asyncio.wait_for(counting.subscription("counting", count).step(), 1)
    assert await counted(counting) == await written(counting)


async def test_what_was_reached_before_is_not_waited_for(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 1)
    head = await counting.store.head()
    assert await reader.reach(head, patience=5)
    async with holding(counting, "counting"):
        assert await reader.reach(head, patience=0)
        assert await reader.reach(0, patience=0)


async def test_many_requests_that_wait_together_are_all_answered(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    await write(counting, 3)
    head = await counting.store.head()
    assert all(await asyncio.gather(*(reader.reach(head, patience=5) for _ in range(30))))
    assert await counted(counting) == await written(counting)


async def test_a_writer_in_flight_is_waited_for_and_its_event_handled_in_its_place(counting: Log) -> None:
    reader = counting.subscription("counting", count)
    await reader.prepare()
    slow = await asyncpg.connect(counting.database.application)
    insert = "insert into events (id, stream_id, version, topic, state, metadata) values (gen_random_uuid(), "
    async with slow.transaction():
        await slow.execute(f"{insert} gen_random_uuid(), 1, 'made.up', '', '{{}}')")
        await write(counting, 1)
        assert not await reader.reach(await counting.store.head(), patience=0.1)
    await slow.close()
    assert await reader.reach(await counting.store.head(), patience=5)
    assert await counted(counting) == await written(counting)
    assert len(await counted(counting)) == 2


async def test_what_cannot_be_read_is_handed_to_the_handler_as_damaged(log: Log) -> None:
    got: list[Envelope] = []

    async def keep(_: Connection, envelopes: Sequence[Envelope]) -> None:
        got.extend(envelopes)

    reader = log.subscription("keeping", keep)
    await reader.prepare()
    await log.appender.append(one(a_row(topic="os:system")))
    assert await reader.step()
    assert [type(envelope.event) for envelope in got] == [Damaged]


async def test_a_reader_of_another_process_is_woken_by_a_commit_long_before_it_would_look(log: Log) -> None:
    async def dial() -> "asyncpg.Connection[asyncpg.Record]":
        return await connected(log.database.application, "waking")

    mine, theirs = asyncio.Event(), asyncio.Event()
    tasks = [
        asyncio.create_task(tell_others(dial, log.store.committed, [mine])),
        asyncio.create_task(be_told(dial, [theirs])),
    ]
    async with asyncio.timeout(5):
        await theirs.wait()  # once unprompted, when it has connected
        theirs.clear()
        assert not mine.is_set()
        await log.started()
        await mine.wait()
        await theirs.wait()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_ground_that_is_not_safe_is_not_read_from(database: Database) -> None:
    async with a_log(database) as log:
        await log.as_owner("alter table events alter column position set cache 10")
        with pytest.raises(RuntimeError):
            await log.subscription("counting", count).prepare()


async def test_one_with_effects_outside_begins_at_the_end_and_misses_nothing_that_was_under_way(counting: Log) -> None:
    await write(counting, 3)
    await counting.as_owner("update events set recorded_at = recorded_at - interval '2 minutes'")
    old = set(await written(counting))
    under_way = await asyncpg.connect(counting.database.owner)
    async with under_way.transaction():
        row = a_row()
        await under_way.execute(INSERT, row.id, row.stream_id)
        await write(counting, 1)  # a later position, committed first
        reader = Subscription("new", counting.pool, KEYRING, CATALOGUE, count, at_head=True)
        await reader.prepare()
    await under_way.close()
    while await reader.step():
        pass
    assert await counted(counting) == [position for position in await written(counting) if position not in old]
    assert len(await counted(counting)) == 2


async def test_in_a_database_that_was_restored_meanwhile_nothing_seen_before_counts(counting: Log) -> None:
    reader = counting.subscription("reader", count)
    await reader.prepare()
    await write(counting, 5)
    while await reader.step():
        pass
    reader._feed.settled = 100  # as after a long time of roll-backs
    await counting.as_owner("update checkpoints set position = 2")
    await reader.step()
    assert reader._feed.settled < 100
    assert (await counted(counting))[-3:] == (await written(counting))[-3:]
