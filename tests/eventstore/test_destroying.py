"""A key is destroyed behind a tombstone and a line in the ledger, never without, and nothing is sealed for it after."""

import asyncio
import os
import random
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

import asyncpg
import pytest

from portal.domain.access import Looked, Opened, access_stream
from portal.domain.catalogue import CATALOGUE
from portal.domain.forms.danger import Danger
from portal.domain.referral import Referral
from portal.eventstore.append import Unknown
from portal.eventstore.destroying import NotErased, complete_ledger
from portal.eventstore.envelope import Erased, Unreadable
from portal.eventstore.rows import to_envelopes
from portal.eventstore.work import Work, perform
from portal.keys.ledger import Ledger
from tests.databases import Database
from tests.eventstore.erasures import a_ledger, destroyed, ended, entered, is_erased, key_of
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log, adding, asked

R = TypeVar("R")
ROUNDS = 40  # of a race; each has its own referral
STREAM_ROWS = """
select e.position, e.id, e.stream_id, e.version, e.topic, e.state, e.key_id, e.metadata, e.recorded_at,
  k.kek_version, k.wrapped
from events e left join keys k on k.id = e.key_id where e.stream_id = $1 order by e.version
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return a_ledger(tmp_path)


async def test_a_key_is_destroyed_once_its_stream_ends_with_a_tombstone(log: Log, ledger: Ledger) -> None:
    erased, other = await log.started(), await log.started()
    await log.child_added(erased)
    await ended(log, erased)
    assert await key_of(log, erased)

    await destroyed(log, ledger, erased)
    assert await key_of(log, erased) is None
    assert await key_of(log, other)
    found = to_envelopes(CATALOGUE, KEYRING, await log.pool.fetch(STREAM_ROWS, erased))
    assert [isinstance(each.event, Unreadable) for each in found] == [True, True, True, False]


async def test_without_a_tombstone_no_key_is_destroyed(log: Log, ledger: Ledger) -> None:
    alive, erased = await log.started(), await log.started()
    await ended(log, erased)
    for streams in ([alive], [erased, alive], [uuid4()]):
        with pytest.raises(NotErased):
            await destroyed(log, ledger, *streams)
    assert await key_of(log, alive) and await key_of(log, erased)
    assert ledger.read() == ([], [])


async def test_a_tombstone_that_is_not_the_last_event_destroys_nothing(log: Log, ledger: Ledger) -> None:
    referral = await log.started()
    await ended(log, referral)
    row = "insert into events (id, stream_id, version, topic, state, metadata) values ($2, $1, 9, 'x.y', '{}', '{}')"
    await log.as_owner(row, referral, uuid4())
    with pytest.raises(NotErased):
        await destroyed(log, ledger, referral)


async def test_what_only_bears_the_topic_of_a_tombstone_but_is_sealed_destroys_nothing(
    log: Log, ledger: Ledger
) -> None:
    referral = await log.started()
    await log.as_owner("update events set topic = 'referral.erased' where stream_id = $1", referral)
    with pytest.raises(NotErased):
        await destroyed(log, ledger, referral)


async def test_a_second_time_changes_nothing(log: Log, ledger: Ledger) -> None:
    referral = await log.started()
    await ended(log, referral)
    await destroyed(log, ledger, referral)
    before = await log.pool.fetch("select * from keys")
    await asyncio.gather(*(destroyed(log, ledger, referral) for _ in range(5)))
    assert await log.pool.fetch("select * from keys") == before
    assert entered(ledger).keys() == {referral}


async def test_a_destroyed_key_stays_destroyed_whoever_writes_to_its_row(log: Log, ledger: Ledger) -> None:
    """Somebody who wraps keys anew had read it while it was alive."""
    referral = await log.started()
    wrapped = await key_of(log, referral)
    await ended(log, referral)
    await destroyed(log, ledger, referral)
    with pytest.raises(asyncpg.CheckViolationError):
        await log.pool.execute("update keys set wrapped = $2, kek_version = 2 where stream_id = $1", referral, wrapped)
    assert await key_of(log, referral) is None


async def test_who_looked_outlives_the_referral(log: Log, ledger: Ledger) -> None:
    referral = await log.started()

    async def look(work: Work) -> None:
        await work.note(Opened, access_stream(referral), looked_at=Looked.REFERRAL, reason="")

    await perform(log.store, asked("look"), look)
    await ended(log, referral)
    await destroyed(log, ledger, referral)
    [opened] = (await log.store.history(access_stream(referral))).envelopes
    assert isinstance(opened.event, Opened)
    await perform(log.store, asked("look again"), look)


# --- the ledger ------------------------------------------------------------------------------------------------------


async def test_the_ledger_has_the_tombstone_as_it_stands_in_the_log(log: Log, ledger: Ledger) -> None:
    referral = await log.started()
    await log.child_added(referral, a_child("Quentin", "Zebedee"))
    await ended(log, referral)
    await destroyed(log, ledger, referral)
    entry = entered(ledger)[referral]
    row = await log.pool.fetchrow("select * from events where stream_id = $1 order by version desc limit 1", referral)
    assert row is not None
    assert (entry.tombstone.id, entry.tombstone.version) == (row["id"], row["version"])
    assert (entry.tombstone.topic, entry.tombstone.metadata) == ("referral.erased", {"actor": "account:tested"})
    assert entry.key_id == await log.pool.fetchval("select id from keys where stream_id = $1", referral)
    assert "Quentin" not in ledger.path.read_text()


async def test_no_key_is_destroyed_before_its_line_is_on_disk(
    log: Log, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral = await log.started()
    await ended(log, referral)

    def full(_: int) -> None:
        raise OSError("no space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", full)
        with pytest.raises(OSError):
            await destroyed(log, ledger, referral)
    assert await key_of(log, referral)
    await destroyed(log, ledger, referral)
    assert await key_of(log, referral) is None


async def test_another_machines_ledger_is_completed_from_the_database(log: Log, tmp_path: Path) -> None:
    here, there = a_ledger(tmp_path, "here"), a_ledger(tmp_path, "there")
    referrals = [await log.started() for _ in range(5)]
    for at, referral in enumerate(referrals[:4]):
        await ended(log, referral)
        await destroyed(log, (here, there)[at % 2], referral)
    assert await complete_ledger(log.pool, CATALOGUE, there) == 2
    assert entered(there).keys() == set(referrals[:4])
    assert await complete_ledger(log.pool, CATALOGUE, there) == 0
    told, known = entered(there)[referrals[0]], entered(here)[referrals[0]]
    assert (told.key_id, told.tombstone) == (known.key_id, known.tombstone)


# --- what an erased stream says --------------------------------------------------------------------------------------


async def test_a_stream_is_erased_from_its_tombstone_on_whether_or_not_its_key_is_destroyed(
    log: Log, ledger: Ledger
) -> None:
    referral = await log.started()
    await log.child_added(referral)
    await ended(log, referral)
    said = []
    for _ in range(2):
        with pytest.raises(Erased) as erased:
            await log.store.load(Referral, referral)
        with pytest.raises(Erased):
            await log.store.load(Referral, referral, upto_version=2)
        said.append((str(erased.value), erased.value.tombstone, (await log.store.history(referral)).envelopes))
        await destroyed(log, ledger, referral)
    assert said[0] == said[1]
    assert [type(each.event) for each in said[0][2][:-1]] == [Unreadable] * 3


async def test_nothing_is_decided_on_an_erased_referral(log: Log) -> None:
    referral = await log.started()
    await ended(log, referral)
    with pytest.raises(Erased):
        await log.child_added(referral)
    assert await log.count("events where stream_id = $1", referral) == 3


# --- races -----------------------------------------------------------------------------------------------------------


async def sooner_or_later(ask: Callable[[], Awaitable[R]]) -> R:
    """Ask again with the same command where too many others were writing: a time-out means unknown."""
    while True:
        try:
            return await ask()
        except Unknown:
            continue


async def change_until_erased(log: Log, referral: UUID) -> list[int]:
    """One change after another until it is erased; the versions that were acknowledged."""
    acknowledged: list[int] = []

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral)
        assert loaded is not None
        loaded.declare_danger(Danger(in_danger=True, police_called=True, police_log_number=str(uuid4())), now)
        return loaded

    while True:
        command = asked("danger")
        try:
            answer = await sooner_or_later(lambda: perform(log.store, command, decide))  # noqa: B023 - awaited here
        except Erased:
            return acknowledged
        acknowledged.append(answer[0].version)


async def test_commands_that_race_with_erasing_are_done_before_it_or_refused_and_never_sealed_for_a_dead_key(
    log: Log, database: Database, ledger: Ledger
) -> None:
    """Two processes write to a referral while it is erased and its key destroyed the moment the tombstone is there."""
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    drawn = random.Random(seed)

    async def erase(referral: UUID) -> None:
        await asyncio.sleep(drawn.uniform(0, 0.03))
        command = asked("end")
        await sooner_or_later(lambda: ended(log, referral, command))
        await destroyed(log, ledger, referral)

    written_before = 0
    async with a_log(database, "other", connections=4) as other:
        for _ in range(ROUNDS):
            referral = await log.started()
            writers = (change_until_erased(each, referral) for each in (log, other, log, other))
            eraser = asyncio.create_task(erase(referral))
            acknowledged = await asyncio.gather(*writers)
            await eraser
            rows = await log.pool.fetch("select * from events where stream_id = $1 order by version", referral)
            *before, tombstone = rows
            assert tombstone["topic"] == "referral.erased" and tombstone["key_id"] is None
            assert [row["version"] for row in rows] == list(range(1, len(rows) + 1))
            assert all(row["key_id"] for row in before)
            changes = {row["version"] for row in before if row["topic"] == "referral.danger_declared"}
            assert {version for each in acknowledged for version in each} == changes
            assert await key_of(log, referral) is None
            written_before += len(changes)
    assert written_before > ROUNDS, "hardly anybody wrote before the tombstone: there was no race"
    print(f"{ROUNDS} races, {written_before} changes before their tombstones")


async def test_an_append_that_was_decided_before_the_tombstone_conflicts_with_it(log: Log, ledger: Ledger) -> None:
    referral = await log.started()
    decided: list[UUID] = []

    async def slowly(work: Work) -> Referral:
        loaded = await adding(referral, a_child())(work)
        if not decided:
            decided.append(referral)
            await ended(log, referral)
            await destroyed(log, ledger, referral)
        return loaded

    with pytest.raises(Erased):
        await perform(log.store, asked("child"), slowly)
    assert await is_erased(log, referral)
    assert await log.count("events where stream_id = $1", referral) == 3
