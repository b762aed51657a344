"""Every key moves to the newest version while everything else goes on, whoever is killed or writes beside it."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.domain.referral import Referral
from portal.domain.services import Service
from portal.eventstore import rewrapping
from portal.eventstore.kek_versions import begin, live_keys, story
from portal.eventstore.keyring import Keyring
from portal.eventstore.rewrapping import HeldUp, rewrap
from portal.eventstore.store import EventStore
from portal.eventstore.work import Work, perform
from tests.databases import Database
from tests.eventstore.logbook import NOON, Log, a_child, adding, asked, until
from tests.eventstore.rotations import (
    BOTH,
    NEW,
    OLD,
    a_connection,
    inbox_of,
    many_keys,
    readable,
    rewrapped,
    store_with,
)


async def in_use(database: Database, *versions: int) -> None:
    async with a_connection(database.application) as connection:
        for version in versions:
            await begin(connection, version)


async def live(database: Database) -> dict[int, int]:
    async with a_connection(database.application) as connection:
        return await live_keys(connection)


async def started_by(store: EventStore) -> UUID:
    async def decide(work: Work) -> Referral:
        referral = Referral.start(uuid4(), Service.EARLY_HELP, uuid4(), "", NOON)
        work.add(referral)
        return referral

    answer, _ = await perform(store, asked("start"), decide)
    assert isinstance(answer, Referral)
    return answer.id


async def test_after_it_the_newest_version_alone_opens_everything(log: Log) -> None:
    streams = [await log.started() for _ in range(7)]
    done = await rewrapped(log.database, batch=3)
    assert (done.moved, done.unusable) == (7, {})
    assert await live(log.database) == {2: 7}
    assert await readable(store_with(log, NEW), streams) == 7
    assert await readable(store_with(log, OLD), streams) == 0


async def test_a_running_process_reads_on_writes_on_and_parks_nothing(log: Log) -> None:
    running = store_with(log, OLD, reload=lambda: BOTH)
    streams = [await log.started() for _ in range(3)]
    inbox = inbox_of(running, log)
    await inbox.prepare()
    await inbox.step()
    await rewrapped(log.database)
    for stream in streams:
        await perform(running, asked("child"), adding(stream, a_child()))
    while await inbox.step():
        pass
    assert await readable(running, streams) == 3
    assert await log.count("parked") == 0
    assert await log.count("staff_inbox where cannot_read is not null") == 0
    new = await started_by(running)
    assert await log.count("keys where stream_id = $1 and kek_version = 2", new) == 1


async def test_killed_after_any_batch_it_is_run_again_and_ends_the_same(log: Log) -> None:
    streams = [await log.started() for _ in range(9)]
    both = store_with(log, BOTH)
    for moved in (2, 4, 6):
        async with a_connection(log.database.application) as connection:
            async for _ in rewrap(connection, Keyring(BOTH), batch=2):
                break  # killed: whatever was not committed is lost
        assert await live(log.database) == {1: 9 - moved, 2: moved}
        assert await readable(both, streams) == 9
    assert (await rewrapped(log.database, batch=2)).moved == 3
    assert await readable(store_with(log, NEW), streams) == 9


async def test_a_backend_that_is_killed_in_the_middle_of_a_batch_leaves_the_batch_as_it_was(log: Log) -> None:
    streams = [await log.started() for _ in range(4)]
    async with (
        a_connection(log.database.application) as connection,
        a_connection(log.database.owner) as owner,
        owner.transaction(),
    ):
        await owner.execute("lock table keks in access exclusive mode")  # a batch waits here before it commits
        batch = asyncio.ensure_future(anext(aiter(rewrap(connection, Keyring(BOTH)))))
        await until(
            log.database, "select exists (select from pg_locks where not granted and mode = 'RowExclusiveLock')"
        )
        await owner.execute("select pg_terminate_backend($1)", connection.get_server_pid())
        with pytest.raises(Exception, match=r"terminat|closed"):
            await batch
    assert await live(log.database) == {1: 4}
    assert await readable(store_with(log, OLD), streams) == 4


async def test_two_at_once_share_the_work_and_wrap_each_key_once(log: Log) -> None:
    await many_keys(log.database, 2000)
    first, second = await asyncio.gather(rewrapped(log.database, batch=50), rewrapped(log.database, batch=50))
    assert first.moved + second.moved == 2000 and await live(log.database) == {2: 2000}


async def test_beside_two_hundred_appends_nothing_is_lost_and_nobody_fails(log: Log) -> None:
    running = store_with(log, OLD, reload=lambda: BOTH)
    streams = [await log.started() for _ in range(100)]
    await many_keys(log.database, 3000)

    async def append(number: int) -> UUID:
        await asyncio.sleep(number / 1000)
        if number % 2:
            return await started_by(running)
        await perform(running, asked("child"), adding(streams[number // 2], a_child()))
        return streams[number // 2]

    rotation = asyncio.ensure_future(rewrapped(log.database, batch=40))
    written = await asyncio.gather(*map(append, range(200)))
    await rotation
    done = await rewrapped(log.database)  # keys that were drawn under the old version meanwhile
    assert not done.unusable and list(await live(log.database)) == [2]
    new = store_with(log, NEW)
    assert await readable(new, written) == 200 and len(set(written)) == 200
    for stream in streams:
        assert len((await new.history(stream)).envelopes) == 2


async def test_a_key_that_is_destroyed_beside_it_stays_destroyed(log: Log) -> None:
    await many_keys(log.database, 1500)

    async def destroy() -> None:
        async with a_connection(log.database.owner) as owner:
            for record in await owner.fetch("select id from keys order by id"):
                await owner.execute("update keys set wrapped = null, destroyed_at = now() where id = $1", record["id"])

    await asyncio.gather(rewrapped(log.database, batch=20), destroy())
    assert await live(log.database) == {}
    assert await log.count("keys where wrapped is not null") == 0


async def test_a_key_that_somebody_holds_is_waited_for_and_the_others_are_not_kept_waiting(log: Log) -> None:
    await many_keys(log.database, 20)
    async with a_connection(log.database.owner) as owner:
        held = owner.transaction()
        await held.start()
        await owner.fetch("select id from keys order by id limit 1 for share")
        rewrapping = asyncio.ensure_future(rewrapped(log.database, batch=5))
        await until(log.database, "select count(*) = 1 from keys where kek_version = 1")
        assert not rewrapping.done()
        await held.rollback()
        assert (await rewrapping).moved == 20


async def test_what_is_never_let_go_of_is_not_waited_for_for_ever(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rewrapping, "PATIENCE", 3)
    await many_keys(log.database, 2)
    async with a_connection(log.database.owner) as owner, owner.transaction():
        await owner.fetch("select id from keys limit 1 for share")
        with pytest.raises(HeldUp):
            await rewrapped(log.database)
    assert await live(log.database) == {1: 1, 2: 1}


async def test_a_key_that_cannot_be_unwrapped_is_named_and_stops_nothing_else(log: Log) -> None:
    await many_keys(log.database, 10)
    one = "(select id from keys limit 1)"
    damage = f"update keys set wrapped = sha256(wrapped) || '12345678' where id = {one}"  # noqa: S608
    await log.as_owner(damage)
    done = await rewrapped(log.database, batch=3)
    assert done.moved == 9 and list(done.unusable.values()) == ["key-encryption key version 1 does not fit"]
    assert await live(log.database) == {1: 1, 2: 9}


async def test_when_the_last_key_left_a_version_is_on_record(log: Log) -> None:
    await in_use(log.database, 1, 2)
    await many_keys(log.database, 5)
    async with a_connection(log.database.application) as connection:
        before: Any = await connection.fetchval("select clock_timestamp()")
        await rewrapped(log.database)
        first, second = await story(connection)
        assert first.rewrapped_at is not None and before < first.rewrapped_at < first.now
        assert second.rewrapped_at is None
        await rewrapped(log.database)
        assert (await story(connection))[0].rewrapped_at == first.rewrapped_at
        await many_keys(log.database, 1)  # by a process that did not know of the new version
        await rewrapped(log.database)
        later = (await story(connection))[0].rewrapped_at
        assert later is not None and later > first.rewrapped_at


async def test_killed_with_keys_left_it_does_not_say_that_all_have_left(log: Log) -> None:
    await in_use(log.database, 1, 2)
    await rewrapped(log.database)
    await many_keys(log.database, 4)
    async with a_connection(log.database.application) as connection:
        async for _ in rewrap(connection, Keyring(BOTH), batch=2):
            break
        assert (await story(connection))[0].rewrapped_at is None
