"""A restored backup does not bring back what was erased: the ledger ends it again, before anybody reads it."""

import asyncio
import time
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from portal.domain.referral import Referral
from portal.eventstore.envelope import Erased
from portal.eventstore.reapplying import reapply
from portal.eventstore.work import Command
from portal.keys.ledger import Entry, Ledger, Tombstone
from tests.eventstore.erasures import a_ledger, destroyed, ended, entered, key_of
from tests.eventstore.logbook import NOON, Log, asked

BACKUP = "create table kept_events as table events; create table kept_keys as table keys"
RESTORE = """
truncate events, keys;
insert into events overriding system value select * from kept_events;
insert into keys select * from kept_keys
"""


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return a_ledger(tmp_path)


async def again(log: Log, ledger: Ledger) -> int:
    """What a start does."""
    return await reapply(log.pool, log.store, ledger, ledger.read().entries)


async def erased_after_a_backup(log: Log, ledger: Ledger, command: Command | None = None) -> UUID:
    """A referral that a restored backup has brought back."""
    referral = await log.started()
    await log.child_added(referral)
    await log.as_owner(BACKUP)
    await log.child_added(referral)
    await ended(log, referral, command)
    await destroyed(log, ledger, referral)
    await log.as_owner(RESTORE)
    assert (await log.store.load(Referral, referral)).aggregate
    return referral


async def test_what_a_backup_brought_back_is_erased_again(log: Log, ledger: Ledger) -> None:
    referral = await erased_after_a_backup(log, ledger)
    first = entered(ledger)[referral].tombstone

    assert await again(log, ledger) == 1
    with pytest.raises(Erased) as erased:
        await log.store.load(Referral, referral)
    assert erased.value.tombstone.timestamp == NOON
    last = (await log.store.history(referral)).envelopes[-1]
    assert (last.id, last.version, last.metadata.actor) == (first.id, 3, "account:tested")
    assert await key_of(log, referral) is None
    assert await again(log, ledger) == 0
    assert await log.count("events where stream_id = $1", referral) == 3


async def test_an_erased_referral_whose_key_was_not_destroyed_yet_gets_no_second_tombstone(
    log: Log, ledger: Ledger
) -> None:
    referral = await log.started()
    await ended(log, referral)
    await log.as_owner(BACKUP)
    await destroyed(log, ledger, referral)
    await log.as_owner(RESTORE)
    assert await again(log, ledger) == 1
    assert await log.count("events where topic = 'referral.erased'") == 1
    assert await key_of(log, referral) is None


async def test_an_id_that_this_database_has_used_for_something_else_is_not_used_twice(log: Log, ledger: Ledger) -> None:
    command = asked("end")
    referral = await erased_after_a_backup(log, ledger, command)
    id = entered(ledger)[referral].tombstone.id
    insert = "insert into events (id, stream_id, version, topic, state, metadata) values ($1, $2, 1, 'x.y', '{}', '{}')"
    await log.as_owner(insert, id, uuid4())
    assert await again(log, ledger) == 1
    assert await key_of(log, referral) is None


async def test_processes_that_start_at_once_erase_once(log: Log, ledger: Ledger) -> None:
    referral = await erased_after_a_backup(log, ledger)
    await asyncio.gather(*(again(log, ledger) for _ in range(6)))
    assert await log.count("events where topic = 'referral.erased'") == 1
    assert await key_of(log, referral) is None


async def test_a_backup_older_than_the_referral_needs_nothing(log: Log, ledger: Ledger) -> None:
    await log.as_owner(BACKUP)
    referral = await log.started()
    await ended(log, referral)
    await destroyed(log, ledger, referral)
    await log.as_owner(RESTORE)
    assert await again(log, ledger) == 0
    assert await log.count("events") == 0


async def test_a_start_with_nothing_to_do_is_quick_whatever_the_ledger_holds(log: Log, ledger: Ledger) -> None:
    """20,000 lines of keys that are destroyed here already: one query over the index."""
    erased = [uuid4() for _ in range(20_000)]
    columns = "id, stream_id, kek_version, destroyed_at"
    insert = f"insert into keys ({columns}) select id, id, 1, now() from unnest($1::uuid[]) id"  # noqa: S608
    await log.as_owner(insert, erased)
    tombstone = Tombstone(uuid4(), 2, "referral.erased", {"rule": "retention_over"}, {})
    ledger.add([Entry(stream_id, stream_id, NOON, tombstone) for stream_id in erased])
    began = time.monotonic()
    assert await again(log, ledger) == 0
    took = time.monotonic() - began
    assert took < 2, f"{took:.2f} s"
    print(f"{took:.3f} s for 20,000 lines")
