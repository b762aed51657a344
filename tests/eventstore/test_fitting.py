"""A process starts only with keys that open what the database holds, and keeps up with rotations."""

import asyncio

import pytest

from portal.eventstore import fitting as module
from portal.eventstore.fitting import Unfit, fitting, follow_rotations
from portal.eventstore.kek_versions import begin, newest_in_use
from portal.eventstore.keyring import Keyring
from tests.eventstore.logbook import Log
from tests.eventstore.rotations import BOTH, NEW, OLD, a_connection, many_keys, rewrapped


async def test_a_version_that_wraps_a_key_and_is_missing_is_named(log: Log) -> None:
    await many_keys(log.database, 3)
    async with a_connection(log.database.application) as connection:
        with pytest.raises(Unfit, match=r"^key-encryption key version 1 is missing$"):
            await fitting(connection, NEW)


async def test_every_version_that_is_missing_or_does_not_fit_is_named(log: Log) -> None:
    await many_keys(log.database, 2, OLD)
    await many_keys(log.database, 2, BOTH)
    async with a_connection(log.database.application) as connection:
        with pytest.raises(Unfit) as unfit:
            await fitting(connection, {2: b"x" * 32, 3: b"y" * 32})
    assert str(unfit.value).splitlines() == [
        "key-encryption key version 1 is missing",
        "key-encryption key version 2 does not fit",
    ]


async def test_a_version_that_wraps_only_destroyed_keys_is_not_needed(log: Log) -> None:
    await many_keys(log.database, 2, OLD)
    await rewrapped(log.database)
    await many_keys(log.database, 1, OLD)
    await log.as_owner("update keys set wrapped = null where kek_version = 1")
    async with a_connection(log.database.application) as connection:
        await begin(connection, 2)
        assert (await fitting(connection, NEW)).newest == 2


async def test_the_first_version_of_all_begins_by_itself(log: Log) -> None:
    async with a_connection(log.database.application) as connection:
        assert (await fitting(connection, OLD)).newest == 1
        assert await newest_in_use(connection, 7) == 1


async def test_in_a_database_with_keys_it_is_theirs_that_begins(log: Log) -> None:
    await many_keys(log.database, 1, OLD)
    async with a_connection(log.database.application) as connection:
        assert (await fitting(connection, BOTH)).newest == 1


async def test_a_newer_version_in_the_secrets_waits_for_the_rotation(log: Log) -> None:
    async with a_connection(log.database.application) as connection:
        await fitting(connection, OLD)
        assert (await fitting(connection, BOTH)).newest == 1
        await begin(connection, 2)
        assert (await fitting(connection, BOTH)).newest == 2


async def test_secrets_older_than_the_last_rotation_are_refused_although_it_wraps_nothing_yet(log: Log) -> None:
    async with a_connection(log.database.application) as connection:
        await fitting(connection, BOTH)
        await begin(connection, 3)
        with pytest.raises(Unfit, match=r"^key-encryption key version 3 is missing$"):
            await fitting(connection, BOTH)


async def test_a_process_that_reads_nothing_learns_of_a_rotation_all_the_same(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "LEARN", 0.02)
    async with a_connection(log.database.application) as connection:
        await fitting(connection, OLD)
        keyring = Keyring(OLD, lambda: BOTH, 1)
        following = asyncio.create_task(follow_rotations(log.pool, keyring))
        await asyncio.sleep(0.1)
        assert keyring.newest == 1
        await begin(connection, 2)
        async with asyncio.timeout(5):
            while keyring.newest != 2:  # noqa: ASYNC110 - what is waited for is that nobody has to tell
                await asyncio.sleep(0.01)
        following.cancel()


async def test_following_outlives_a_database_and_a_source_that_are_away(
    log: Log, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(module, "LEARN", 0.02)
    keyring = Keyring(OLD, newest=1)
    following = asyncio.create_task(follow_rotations(log.pool, keyring))
    await log.as_owner("insert into keks (version) values (2)")  # which nobody here has
    await asyncio.sleep(0.2)
    await log.as_owner("alter table keks rename to away")
    await asyncio.sleep(0.2)
    assert not following.done()
    assert "KeyUnusable" in caplog.text and "UndefinedTableError" in caplog.text
    following.cancel()
