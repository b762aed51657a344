"""Appends go together, and yet each succeeds or fails by itself; what failed has left nothing behind."""

import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from uuid import UUID, uuid4

import asyncpg
import pytest

from portal.eventstore.append import Append, Conflict, KeyDestroyed, Rejected, Unknown
from portal.eventstore.rows import Row
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_log, a_row, connected, one, until

KILL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1"
WAITING = "select count(*) from pg_stat_activity where application_name = $1 and wait_event_type = 'Lock'"


async def outcomes(log: Log, appends: Sequence[Append]) -> list[dict[UUID, int] | BaseException]:
    """What became of appends that were made all at once."""
    return await asyncio.gather(*(log.appender.append(append) for append in appends), return_exceptions=True)


async def ids_in(log: Log) -> set[UUID]:
    return {row["id"] for row in await log.pool.fetch("select id from events")}


async def minted(log: Log) -> tuple[Append, UUID]:
    """The first append of a stream with a key of its own, and the key's id."""
    stream_id = uuid4()
    _, wrapped = KEYRING.mint(stream_id)
    return Append((keyed(stream_id, 1, wrapped.id),), (wrapped,)), wrapped.id


def keyed(stream_id: UUID, version: int, key_id: UUID) -> Row:
    return Row(uuid4(), stream_id, version, "made.up", b"sealed", key_id, "{}")


async def test_an_append_answers_with_the_position_of_each_event(log: Log) -> None:
    stream_id = uuid4()
    rows = (a_row(stream_id, 1), a_row(stream_id, 2), a_row())
    positions = await log.appender.append(Append(rows))
    found = await log.pool.fetch("select id, position from events")
    assert positions == {row["id"]: row["position"] for row in found}
    assert positions.keys() == {row.id for row in rows}


async def test_a_conflict_fails_only_the_append_that_conflicts(log: Log) -> None:
    taken = [a_row() for _ in range(20)]
    await log.appender.append(Append(tuple(taken)))
    late = [one(a_row(row.stream_id)) for row in taken]
    free = [one(a_row()) for _ in range(180)]
    appends = random.sample([*late, *free], 200)

    answers = await outcomes(log, appends)

    failed = [append for append, answer in zip(appends, answers, strict=True) if isinstance(answer, BaseException)]
    assert {append.rows[0].id for append in failed} == {append.rows[0].id for append in late}
    assert {type(answer) for answer in answers if isinstance(answer, BaseException)} == {Conflict}
    assert await ids_in(log) == {row.id for append in free for row in append.rows} | {row.id for row in taken}


async def test_an_append_over_several_streams_is_written_whole_or_not_at_all(log: Log) -> None:
    taken = a_row()
    await log.appender.append(one(taken))
    with pytest.raises(Conflict):
        await log.appender.append(Append((a_row(), a_row(taken.stream_id), a_row())))
    assert await ids_in(log) == {taken.id}


async def test_of_many_who_write_the_same_version_at_once_one_succeeds(log: Log) -> None:
    stream_id = uuid4()
    answers = await outcomes(log, [one(a_row(stream_id)) for _ in range(50)])
    assert Counter(type(answer) for answer in answers) == {dict: 1, Conflict: 49}
    assert await log.count("events") == 1


async def test_appends_over_the_same_streams_in_any_order_never_hang_one_another(database: Database) -> None:
    async with a_log(database, "one", connections=4, most=1) as first, a_log(database, "other", 4, 1) as second:
        streams = [uuid4() for _ in range(5)]
        for version in range(1, 21):
            appends = [
                Append(tuple(a_row(stream, version) for stream in random.sample(streams, len(streams))))
                for _ in range(8)
            ]
            halves = await asyncio.wait_for(
                asyncio.gather(outcomes(first, appends[:4]), outcomes(second, appends[4:])), 5
            )
            assert Counter(type(answer) for half in halves for answer in half) == {dict: 1, Conflict: 7}


async def test_a_name_belongs_to_the_stream_that_claimed_it_first_and_the_other_leaves_nothing(log: Log) -> None:
    rows = [a_row(), a_row()]
    keys = [KEYRING.mint(row.stream_id)[1] for row in rows]
    answers = await outcomes(
        log,
        [
            Append((row,), (key,), ((b"the name", row.stream_id), (b"a name of its own %d" % at, row.stream_id)))
            for at, (row, key) in enumerate(zip(rows, keys, strict=True))
        ],
    )
    [winner] = [row for row, answer in zip(rows, answers, strict=True) if isinstance(answer, dict)]
    assert {type(answer) for answer in answers} == {dict, Conflict}
    assert await log.store.claimed([b"the name", b"another"]) == {b"the name": winner.stream_id}
    assert await ids_in(log) == {winner.id}
    assert (await log.count("keys"), await log.count("claims")) == (1, 2)


async def test_the_same_event_cannot_happen_twice(log: Log) -> None:
    event = a_row()
    await log.appender.append(one(event))
    with pytest.raises(Conflict):
        await log.appender.append(one(a_row(id=event.id)))
    assert await log.count("events") == 1


async def test_nothing_is_written_for_a_key_that_was_destroyed(log: Log) -> None:
    first, key_id = await minted(log)
    stream_id = first.rows[0].stream_id
    await log.appender.append(first)
    await log.appender.append(Append((keyed(stream_id, 2, key_id),)))
    await log.destroy_key(stream_id)

    other = a_row()
    answers = await outcomes(log, [Append((keyed(stream_id, 3, key_id), a_row())), one(other)])

    assert isinstance(answers[0], KeyDestroyed)
    assert isinstance(answers[1], dict)
    assert await log.count("events where stream_id = $1", stream_id) == 2
    assert await log.count("events") == 3


async def test_nothing_is_written_for_a_key_that_never_was(log: Log) -> None:
    with pytest.raises(KeyDestroyed):
        await log.appender.append(Append((keyed(uuid4(), 1, uuid4()),)))
    assert await log.count("events") == 0


async def test_an_append_waits_for_nobody_who_is_changing_the_key_row(log: Log) -> None:
    first, key_id = await minted(log)
    await log.appender.append(first)
    rewrapping = await asyncpg.connect(log.database.owner)
    async with rewrapping.transaction():
        await rewrapping.execute("update keys set kek_version = 2 where id = $1", key_id)
        second = Append((keyed(first.rows[0].stream_id, 2, key_id),))
        assert await asyncio.wait_for(log.appender.append(second), 5)
    await rewrapping.close()


async def test_an_append_that_the_database_rejects_fails_alone_and_is_known_to_have_failed(log: Log) -> None:
    rejected, others = one(a_row(version=-1)), [one(a_row()) for _ in range(10)]
    became = await outcomes(log, [*others[:5], rejected, *others[5:]])
    assert [type(outcome) for outcome in became] == [*[dict] * 5, Rejected, *[dict] * 5]
    assert await ids_in(log) == {row.id for each in others for row in each.rows}


async def test_an_append_whose_backend_is_killed_is_unknown_and_the_next_one_succeeds(log: Log) -> None:
    await log.appender.append(one(a_row()))
    owner = await asyncpg.connect(log.database.owner)
    stuck = a_row()
    async with owner.transaction():
        await owner.execute("lock table events in exclusive mode")
        append = asyncio.create_task(log.appender.append(one(stuck)))
        await until(log.database, WAITING, "log-appender")
        await owner.execute(KILL, "log-appender")
        with pytest.raises(Unknown):
            await append
    await owner.close()
    assert stuck.id not in await ids_in(log)
    assert await asyncio.wait_for(log.appender.append(one(stuck)), 5)


async def test_however_often_backends_are_killed_an_append_that_answered_is_there_whole(log: Log) -> None:
    async def kill() -> None:
        owner = await asyncpg.connect(log.database.owner)
        while not over:
            await asyncio.sleep(random.random() * 0.05)
            await owner.execute(KILL, "log-appender")
        await owner.close()

    async def write() -> list[tuple[Append, bool]]:
        done = []
        for _ in range(40):
            append = Append((a_row(), a_row(), a_row()))
            try:
                done.append((append, bool(await log.appender.append(append))))
            except Unknown:
                done.append((append, False))
            await asyncio.sleep(random.random() * 0.05)
        return done

    over = False
    killer = asyncio.create_task(kill())
    written = [each for some in await asyncio.gather(*(write() for _ in range(8))) for each in some]
    over = True
    await killer

    there = await ids_in(log)
    known = [append for append, answered in written if answered]
    assert len(known) < len(written), "nobody was hit: this test could not fail"
    assert all({row.id for row in append.rows} <= there for append in known)
    assert all(len({row.id for row in append.rows} & there) in (0, 3) for append, _ in written)
    assert await asyncio.wait_for(log.appender.append(one(a_row())), 5)


async def test_versions_and_positions_of_a_stream_rise_together(log: Log) -> None:
    async def write(stream_id: UUID) -> None:
        for version in range(1, 40, 3):
            rows = [a_row(stream_id, version + more) for more in range(3)]
            await log.appender.append(Append(tuple(random.sample(rows, 3))))

    await asyncio.gather(*(write(uuid4()) for _ in range(30)))
    found = await log.pool.fetch("select stream_id, version from events order by position")
    newest: Counter[UUID] = Counter()
    for row in found:
        assert row["version"] == newest[row["stream_id"]] + 1
        newest[row["stream_id"]] += 1
    assert len(found) == 30 * 39


async def test_closing_writes_what_is_waiting_first(database: Database) -> None:
    async with a_log(database, connections=1, most=10) as log:
        appends = [asyncio.create_task(log.appender.append(one(a_row()))) for _ in range(100)]
        await asyncio.sleep(0)
        assert not any(append.done() for append in appends)
        await log.appender.close()
        assert all(append.done() and append.result() for append in appends)
        assert await log.count("events") == 100


async def test_closing_leaves_no_connection_behind(database: Database) -> None:
    owner = await connected(database.owner)
    async with a_log(database, connections=3) as log:
        await outcomes(log, [one(a_row()) for _ in range(10)])
        assert await owner.fetchval("select count(*) from pg_stat_activity where application_name = 'log-appender'")
    gone = "select count(*) = 0 from pg_stat_activity where application_name = 'log-appender'"
    await until(database, gone)
    await owner.close()


async def test_an_append_that_nobody_waits_for_any_more_holds_no_other_up(log: Log) -> None:
    impatient = asyncio.create_task(log.appender.append(one(a_row())))
    await asyncio.sleep(0)
    impatient.cancel()
    assert await asyncio.wait_for(log.appender.append(one(a_row())), 5)


async def test_a_database_out_of_reach_is_unknown_and_is_asked_again(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    async def nobody_there() -> None:
        raise ConnectionRefusedError

    with monkeypatch.context() as patched:
        for writer in log.appender._free:
            patched.setattr(writer, "_connect", nobody_there)
        with pytest.raises(Unknown, match="ConnectionRefusedError"):
            await log.appender.append(one(a_row()))
    assert await log.appender.append(one(a_row()))


@pytest.mark.parametrize("forbidden", ["update events set topic = 'other'", "delete from events", "truncate events"])
async def test_the_application_cannot_change_what_was_written(log: Log, forbidden: str) -> None:
    await log.appender.append(one(a_row()))
    with pytest.raises(asyncpg.InsufficientPrivilegeError) as refused:
        await log.pool.execute(forbidden)
    assert refused.value.sqlstate == "42501"
    assert await log.count("events where topic = 'made.up'") == 1
