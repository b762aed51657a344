"""`portal projections` as an operator uses it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from portal.commands.projections import table
from portal.eventstore.standing import Standing
from portal.projections.rebuilding import BESIDE
from portal.settings import DEMONSTRATION
from tests.databases import Database
from tests.portals import SECRETS, Playground, filled_in

Portal = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def portal(database: Database, tmp_path: Path) -> Portal:
    """The command line on a database of its own."""
    secrets = tmp_path / "secrets.json"
    secrets.write_bytes(msgspec.json.encode(SECRETS))
    secrets.chmod(0o600)
    environment = {
        "DATABASE_URL": database.application,
        "DATABASE_OWNER_URL": database.owner,
        "PORTAL_SECRETS": str(secrets),
        "PORTAL_ADDRESS": "http://127.0.0.1:8000",
        DEMONSTRATION: "yes",
    }

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "portal.cli", "projections", *arguments],
            env=environment, capture_output=True, text=True, timeout=60
        )  # fmt: skip

    return run


async def test_status_tells_how_far_each_reader_is_and_fails_where_something_is_parked(
    portal: Portal, play: Playground
) -> None:
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await play.drain()
    told = portal("status", "--seconds", "0.1")
    assert told.returncode == 0, told.stderr
    assert [line.split()[0] for line in told.stdout.splitlines()] == [
        "reader", "dashboard", "document_checks", "enquiries", "people_index", "reactions", "staff_inbox",
        "submitted_forms",
    ]  # fmt: skip
    await play.as_owner("insert into parked values ('staff_inbox', $1, 2, 'made up')", referral)
    assert portal("status", "--seconds", "0.1").returncode == 1
    told = portal("retry", "staff_inbox")
    assert told.stdout == "staff_inbox: 1 parked, 1 can be read now, 0 still cannot\n"
    assert portal("status", "--seconds", "0.1").returncode == 0


async def test_a_projection_is_rebuilt_by_its_name(portal: Portal, play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await priya.do("POST", f"/referrals/{await filled_in(priya)}/submission", {"declaration": True})
    await play.drain()
    await play.as_owner("update dashboard set status = 'wrong'")
    told = portal("rebuild", "dashboard")
    assert told.returncode == 0, told.stderr
    assert [row["status"] for row in await play.as_owner("select status from dashboard")] == ["new"]
    assert not await play.as_owner("select from parked")


def test_what_has_no_such_name_is_said_with_the_names_that_there_are(portal: Portal) -> None:
    for name in ("reactions", "inbox"):
        told = portal("rebuild", name)
        assert told.returncode == 1
        assert "there are submitted_forms, staff_inbox, dashboard" in told.stderr


def test_the_table_says_the_rate_the_time_left_and_what_is_being_rebuilt() -> None:
    lines = table(
        [
            Standing(name="dashboard", position=50, head=50, parked=0),
            Standing(name=f"staff_inbox{BESIDE}", position=1000, head=91_000, parked=2, rate=1500),
            Standing(name="stuck", position=1, head=50, parked=0),
        ]
    )
    assert [line.split()[-4:] for line in lines[1:]] == [
        ["0", "0", "0:00:00", "0"],
        ["90,000", "1,500", "0:01:00", "2"],
        ["49", "0", "-", "0"],
    ]
    assert lines[2].startswith("staff_inbox (being rebuilt)")
