"""A process whose keys do not open the database refuses to start, names the version, and writes nothing."""

import json
from pathlib import Path

import pytest

from portal.eventstore.work import perform
from portal.keys.secrets import new_secrets
from portal.settings import DEMONSTRATION
from tests.commands.command_lines import Desk
from tests.eventstore.logbook import a_child, adding, asked, until
from tests.eventstore.rotations import many_keys, store_with

INVITE = ("staff", "invite", "dana.osei@severnshire.example", "--name", "Dana Osei", "--role", "worker")
PASSED = "select min(position) >= $1 from checkpoints"
STARTS = [("serve", "--port", "1"), ("worker",), INVITE, ("projections", "status")]


@pytest.fixture
def portal(desk: Desk) -> Desk:
    """With all the settings of a portal."""
    desk.environment |= {"PORTAL_ADDRESS": "http://127.0.0.1:8000", DEMONSTRATION: "yes"}
    return desk


async def refusals(portal: Desk) -> set[str]:
    """What each way to start says."""
    before = await portal.log.count("events"), await portal.log.count("keys")
    said = {await portal.refused(*command) for command in STARTS}
    assert (await portal.log.count("events"), await portal.log.count("keys")) == before
    return said


async def test_without_a_version_that_wraps_a_key(portal: Desk) -> None:
    await portal.log.started()
    await portal.told("keys", "rotate")
    await many_keys(portal.log.database, 1)  # one is left under the first
    kept = json.loads(portal.file.read_bytes())
    del kept["keks"]["1"]
    portal.file.write_text(json.dumps(kept))
    [said] = await refusals(portal)
    assert "PORTAL_SECRETS: key-encryption key version 1 is missing" in said and "docs/keys.md" in said


async def test_with_another_key_of_that_version(portal: Desk) -> None:
    await portal.log.started()
    portal.file.write_bytes(new_secrets())
    [said] = await refusals(portal)
    assert "PORTAL_SECRETS: key-encryption key version 1 does not fit" in said


async def test_with_secrets_older_than_the_last_rotation(portal: Desk) -> None:
    before = portal.file.read_bytes()
    await portal.log.started()
    await portal.told("keys", "rotate")
    portal.file.write_bytes(before)
    [said] = await refusals(portal)
    assert "PORTAL_SECRETS: key-encryption key version 2 is missing" in said


async def test_without_any_secrets(portal: Desk, tmp_path: Path) -> None:
    portal.file.rename(tmp_path / "lost")
    [said] = await refusals(portal)
    assert "is not a readable secrets file" in said


async def test_with_the_right_ones_a_worker_starts_and_keeps_up_with_a_rotation(portal: Desk) -> None:
    stream = await portal.log.started()
    worker = portal.starts("worker")
    try:
        await until(portal.log.database, PASSED, await portal.log.store.head())
        await portal.told("keys", "rotate")
        running = store_with(portal.log, portal.keks())
        _, position = await perform(running, asked("child"), adding(stream, a_child()))
        await until(portal.log.database, PASSED, position)
        assert await portal.log.count("parked") == 0
        assert await portal.log.count("staff_inbox where id = $1 and cannot_read is null", stream) == 1
    finally:
        worker.terminate()
        output, _ = worker.communicate(timeout=20)
    assert worker.returncode == 0 and b"error" not in output, output
