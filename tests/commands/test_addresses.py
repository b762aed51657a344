"""`portal addresses load` as an operator uses it."""

import asyncio
import os
import pty
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest

from portal.addresses.loading import DEMONSTRATION, LOCK
from tests.commands.command_lines import Desk

HEADER, FIRST, *_ = DEMONSTRATION.read_text(encoding="utf-8").splitlines()


@pytest.fixture
def one(tmp_path: Path) -> Path:
    file = tmp_path / "gazetteer.csv"
    file.write_text(f"{HEADER}\n{FIRST}\n")
    return file


async def loaded(desk: Desk) -> int:
    count: int = await desk.log.pool.fetchval("select count(*) from gazetteer")
    return count


async def test_it_says_how_many_addresses_can_be_found_and_nothing_else_where_nobody_watches(
    desk: Desk, one: Path
) -> None:
    assert await desk.told("addresses", "load", "--fewer", str(one)) == "Addresses that can be found now: 1\n"
    assert await loaded(desk) == 1


async def test_a_file_with_a_fault_changes_nothing_and_its_content_is_not_shown(desk: Desk, one: Path) -> None:
    before = await loaded(desk)
    one.write_text(f"{HEADER}\n{FIRST}\n{FIRST}\n")
    said = await desk.refused("addresses", "load", str(one))
    assert f"{one}, line 3: UPRN stands on line 2 already" in said and "Nothing was changed." in said
    assert FIRST.split(",")[0] not in said
    assert await loaded(desk) == before


async def test_a_file_with_far_fewer_addresses_is_refused_until_somebody_says_that_it_is_meant(
    desk: Desk, one: Path
) -> None:
    before = await loaded(desk)
    said = await desk.refused("addresses", "load", str(one))
    assert f"has 1 addresses, fewer than half of the {before:,} there are" in said
    assert "add --fewer" in said and "Nothing was changed." in said
    assert await loaded(desk) == before


async def test_only_one_load_runs_at_a_time(desk: Desk, one: Path) -> None:
    other = await asyncpg.connect(desk.log.database.owner)
    await other.fetchval("select pg_advisory_lock($1)", LOCK)
    assert "another load is running" in await desk.refused("addresses", "load", str(one))
    await other.close()


async def test_it_needs_the_owner_and_a_file(desk: Desk, tmp_path: Path) -> None:
    assert "does not exist" in await desk.refused("addresses", "load", str(tmp_path / "absent.csv"))
    del desk.environment["DATABASE_OWNER_URL"]
    assert "--owner-url" in await desk.refused("addresses", "load", str(DEMONSTRATION))


async def test_on_a_terminal_it_shows_how_far_it_is(desk: Desk, one: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "portal.cli", "addresses", "load", "--fewer", str(one)]
    environment = {**os.environ, **desk.environment, "TERM": "dumb"}
    await asyncio.to_thread(subprocess.run, command, env=environment, stdout=theirs, stderr=theirs, check=True)
    os.close(theirs)
    shown = (await asyncio.to_thread(os.read, ours, 100_000)).decode()
    os.close(ours)
    assert "Reading" in shown and "100%" in shown
