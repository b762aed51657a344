"""`portal keys rotate | retire | list`: as an operator types them, and whatever is killed in between."""

import asyncio
import re
import signal
import time
from pathlib import Path

import pytest

from portal.keys.secrets import NoSecrets, with_new_version
from portal.keys.secrets_file import replace
from tests.commands.command_lines import Desk
from tests.eventstore.rotations import many_keys, readable, store_with


async def test_rotating_draws_a_version_wraps_everything_by_it_and_everything_reads(desk: Desk) -> None:
    streams = [await desk.log.started() for _ in range(5)]
    said = await desk.told("keys", "rotate")
    assert "Version 2 is drawn" in said and "5 keys are wrapped by version 2 now" in said
    assert "No sealed copy holds version 2 yet" in said
    assert desk.versions == [1, 2] and desk.file.stat().st_mode & 0o777 == 0o600
    assert await readable(desk.store(), streams) == 5
    assert await desk.log.count("keys where kek_version = 2") == 5


async def test_a_process_that_runs_meanwhile_learns_of_it(desk: Desk) -> None:
    stream = await desk.log.started()
    running = store_with(desk.log, desk.keks(), reload=desk.keks)
    await desk.told("keys", "rotate")
    assert await readable(running, [stream]) == 1 and running.keyring.newest == 2


async def test_rotating_again_and_again_goes_on_counting(desk: Desk) -> None:
    await desk.log.started()
    for version in (2, 3, 4):
        assert f"Version {version} is drawn" in await desk.told("keys", "rotate")
    assert desk.versions == [1, 2, 3, 4] and await desk.log.count("keys where kek_version = 4") == 1


async def test_killed_in_the_middle_it_goes_on_under_the_same_version(desk: Desk) -> None:
    await many_keys(desk.log.database, 40_000)
    process = desk.starts("keys", "rotate")
    until = time.monotonic() + 30
    while not await desk.log.pool.fetchval("select exists (select from keys where kek_version = 2)"):
        assert time.monotonic() < until and process.poll() is None
    process.send_signal(signal.SIGKILL)
    process.wait()
    moved = await desk.log.count("keys where kek_version = 2")
    assert 0 < moved < 40_000
    said = await desk.told("keys", "rotate")
    assert "Going on under version 2" in said and f"{40_000 - moved} keys are wrapped" in said
    assert desk.versions == [1, 2] and await desk.log.count("keys where kek_version = 2") == 40_000


async def test_killed_after_drawing_it_takes_the_version_that_waits_in_the_file(desk: Desk) -> None:
    await desk.log.started()
    await desk.told("keys", "list")
    replace(desk.file, with_new_version(desk.file.read_bytes(), "")[0])
    assert "Version 2, which waited in the secrets" in await desk.told("keys", "rotate")
    assert desk.versions == [1, 2]


async def test_two_at_once_end_with_one_new_version_or_two_and_nothing_left_behind(desk: Desk) -> None:
    streams = [await desk.log.started() for _ in range(20)]
    await asyncio.to_thread(_both, desk)
    newest = max(desk.versions)
    assert newest in (2, 3) and await desk.log.count("keys where kek_version = $1", newest) == 20
    assert sorted(await desk.story()) == desk.versions
    assert await readable(desk.store(), streams) == 20


def _both(desk: Desk) -> None:
    processes = [desk.starts("keys", "rotate") for _ in range(2)]
    for process in processes:
        output, _ = process.communicate(timeout=60)
        assert process.returncode == 0, output


async def test_secrets_that_do_not_open_the_database_rotate_nothing(desk: Desk) -> None:
    await desk.log.started()
    before = desk.file.read_bytes()
    desk.file.write_text(await desk.told("secrets"))
    said = await desk.refused("keys", "rotate")
    assert "key-encryption key version 1 does not fit" in said
    assert desk.versions == [1]
    desk.file.write_bytes(before)
    await desk.told("keys", "rotate")


async def test_a_key_that_cannot_be_unwrapped_is_named_and_the_others_move(desk: Desk) -> None:
    streams = [await desk.log.started() for _ in range(3)]
    await desk.log.as_owner("update keys set wrapped = sha256('') || '12345678' where stream_id = $1", streams[2])
    said = await desk.refused("keys", "rotate")
    assert "1 keys cannot be unwrapped" in said and "version 1 does not fit" in said
    assert await readable(desk.store(), streams) == 2


async def test_from_a_source_that_cannot_be_changed_a_version_is_brought_in_first(desk: Desk) -> None:
    await desk.log.started()
    sealed = {"PORTAL_SECRETS": f"credential:{desk.file.name}", "CREDENTIALS_DIRECTORY": str(desk.file.parent)}
    said = await desk.refused("keys", "rotate", **sealed)
    assert "portal secrets add < OLD > NEW" in said and desk.versions == [1]
    desk.file.write_text(await desk.told("secrets", "add", given=desk.file.read_text()))
    assert "Version 2, which waited in the secrets" in await desk.told("keys", "rotate", **sealed)
    await desk.settle()
    said = await desk.refused("keys", "retire", "1", "--yes", **sealed)
    assert "portal secrets drop 1 < OLD > NEW" in said and (await desk.story())[1]["retired_at"] is None
    desk.file.write_text(await desk.told("secrets", "drop", "1", given=desk.file.read_text()))
    assert "Version 1 is retired" in await desk.told("keys", "retire", "1", "--yes", **sealed)


async def test_the_newest_version_is_never_retired(desk: Desk) -> None:
    await desk.log.started()
    await desk.refused("keys", "retire", "1", "--yes")  # no version has begun
    await desk.told("keys", "rotate")
    await desk.settle()
    assert "is the newest" in await desk.refused("keys", "retire", "2", "--yes")
    assert "There is no version 3" in await desk.refused("keys", "retire", "3", "--yes")
    assert desk.versions == [1, 2]


async def test_a_version_that_still_wraps_a_key_is_not_retired(desk: Desk) -> None:
    await desk.told("keys", "rotate")
    await desk.settle()
    stream = await desk.log.started()  # by a process that has not learnt of the new version
    assert "still wraps 1 live keys" in await desk.refused("keys", "retire", "1", "--yes")
    assert desk.versions == [1, 2] and await readable(desk.store(), [stream]) == 1
    await desk.told("keys", "rotate")
    await desk.settle()
    assert "Version 1 is retired" in await desk.told("keys", "retire", "1", "--yes")


async def test_a_version_is_not_retired_while_processes_may_still_wrap_by_it(desk: Desk) -> None:
    await desk.log.started()
    await desk.told("keys", "rotate")
    assert "wait two minutes" in await desk.refused("keys", "retire", "1", "--yes")
    assert desk.versions == [1, 2]


async def test_retiring_says_which_backups_and_copies_it_ends_and_asks_first(desk: Desk, tmp_path: Path) -> None:
    await desk.log.started()
    await desk.told("keys", "rotate")
    await desk.told("keys", "escrow", str(tmp_path / "escrow"), "--holder", "Head of IT", "--holder", "Registrar")
    await desk.settle()
    said = await desk.refused("keys", "retire", "1", given="n\n")
    left = (await desk.story())[1]["rewrapped_at"]
    [before] = re.findall(r"No backup made before (\S+ \S+) UTC", said)
    assert before > f"{left:%Y-%m-%d %H:%M:%S.%f}"
    [copy] = (await desk.story())[1]["escrowed_at"]
    assert f"made on: {copy:%Y-%m-%d %H:%M:%S} UTC" in said
    assert desk.versions == [1, 2]
    assert "is retired" in await desk.told("keys", "retire", "1", given="y\n")
    assert desk.versions == [2]


async def test_a_key_destroyed_since_counts_among_what_older_backups_hold(desk: Desk) -> None:
    await desk.told("keys", "rotate")
    stream = await desk.log.started()  # under version 1, by a process that has not learnt
    await desk.log.as_owner(
        "update keys set wrapped = null, destroyed_at = '2026-12-24 12:00Z' where stream_id = $1", stream
    )
    await desk.settle()
    assert "before 2026-12-24 12:00:01 UTC" in await desk.told("keys", "retire", "1", "--yes")


async def test_after_rotating_and_retiring_an_old_copy_of_the_keys_opens_nothing(desk: Desk) -> None:
    streams = [await desk.log.started() for _ in range(3)]
    await desk.log.as_owner("create table old_copy as select * from keys")
    old_secrets = desk.file.with_name("second name of the old bytes")
    old_secrets.hardlink_to(desk.file)
    await desk.told("keys", "rotate")
    old_secrets.unlink()
    old_secrets.hardlink_to(desk.file)
    await desk.settle()
    await desk.told("keys", "retire", "1", "--yes")
    assert await readable(desk.store(), streams) == 3
    await desk.log.as_owner("alter table keys drop constraint keys_of_versions_in_use")
    await desk.log.as_owner("update keys k set wrapped = o.wrapped, kek_version = 1 from old_copy o where o.id = k.id")
    assert await readable(desk.store(), streams) == 0
    with pytest.raises(NoSecrets):  # the file's old bytes are overwritten where they stood
        desk.keks(old_secrets)


async def test_the_database_itself_refuses_keys_under_a_retired_version(desk: Desk) -> None:
    await desk.log.started()
    for retired in ("1", "2"):
        await desk.told("keys", "rotate")
        await desk.settle()
        await desk.told("keys", "retire", retired, "--yes")
    for keks in ({1: b"k" * 32}, {2: b"n" * 32}):
        with pytest.raises(Exception, match="keys_of_versions_in_use"):
            await many_keys(desk.log.database, 1, keks)
    assert await desk.log.count("keys") == 1
    await many_keys(desk.log.database, 1, desk.keks())


async def test_a_key_that_is_being_written_while_its_version_is_closed_stops_the_closing(desk: Desk) -> None:
    await desk.told("keys", "rotate")
    await desk.settle()
    pool = desk.log.pool
    async with pool.acquire() as connection:
        writing = connection.transaction()
        await writing.start()
        await connection.execute("insert into keys values (gen_random_uuid(), gen_random_uuid(), 1, '\\x00')")
        retiring = asyncio.ensure_future(desk.refused("keys", "retire", "1", "--yes"))
        await asyncio.sleep(1)
        await writing.commit()
        said = await retiring
    assert "has just wrapped a key" in said or "too busy" in said
    assert desk.versions == [1, 2] and (await desk.story())[1]["retired_at"] is None
    await many_keys(desk.log.database, 1)  # whoever has not learnt yet goes on


async def test_a_retirement_that_was_stopped_is_run_again(desk: Desk) -> None:
    await desk.log.started()
    await desk.told("keys", "rotate")
    await desk.settle()
    await desk.told("keys", "retire", "1", "--yes")
    await desk.log.as_owner("update keks set retired_at = null where version = 1")  # as if killed before the last step
    assert "Version 1 is retired" in await desk.told("keys", "retire", "1", "--yes")
    assert desk.versions == [2]
    assert "was retired on" in await desk.refused("keys", "retire", "1", "--yes")


async def test_the_list_tells_the_story_and_no_secret(desk: Desk, tmp_path: Path) -> None:
    assert "No version yet" in await desk.told("keys", "list")
    await many_keys(desk.log.database, 3)
    await desk.told("keys", "rotate")
    await desk.settle()
    await desk.told("keys", "escrow", str(tmp_path / "escrow"), "--holder", "Head of IT", "--holder", "Registrar")
    await desk.told("keys", "retire", "1", "--yes")
    said = await desk.told("keys", "list")
    heading, first, second = said.splitlines()
    assert heading.split("  ")[0] == "Version" and first.startswith("1") and second.startswith("2")
    story = await desk.story()
    for instant in (*story[1]["escrowed_at"], *(story[1][name] for name in ("began_at", "rewrapped_at", "retired_at"))):
        assert f"{instant:%Y-%m-%d %H:%M:%S} UTC" in first
    assert re.split(r"\s{2,}", second)[2:] == [
        "3",
        "-",
        f"1, last {story[2]['escrowed_at'][0]:%Y-%m-%d %H:%M:%S} UTC",
        "-",
    ]


async def test_what_is_missing_or_away_is_said_in_words(desk: Desk, tmp_path: Path) -> None:
    assert "PORTAL_SECRETS is not set" in await desk.refused("keys", "rotate", PORTAL_SECRETS="")
    assert "nowhere.json" in await desk.refused("keys", "rotate", PORTAL_SECRETS=str(tmp_path / "nowhere.json"))
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    for command in (["rotate"], ["list"], ["retire", "1", "--yes"]):
        assert "cannot be reached" in await desk.refused("keys", *command, DATABASE_URL=nobody)
    await desk.log.as_owner("alter table keks rename to away")
    assert "portal migrate" in await desk.refused("keys", "list")
