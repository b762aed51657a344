"""A process whose council's file is wrong refuses to start, and names all that is wrong."""

from datetime import date, timedelta
from pathlib import Path

import pytest

import portal as package
from portal.settings import DEMONSTRATION
from tests.commands.command_lines import Desk

COUNCIL = Path(package.__file__).with_name("demonstration.toml").read_text()


@pytest.fixture
def portal(desk: Desk, tmp_path: Path) -> Desk:
    """With all the settings of a portal, and a council of its own."""
    file = str(tmp_path / "council.toml")
    desk.environment |= {"PORTAL_ADDRESS": "http://127.0.0.1:8000", DEMONSTRATION: "yes", "PORTAL_COUNCIL": file}
    return desk


async def refused(portal: Desk, council: str) -> str:
    Path(portal.environment["PORTAL_COUNCIL"]).write_text(council)
    return await portal.refused("serve", "--port", "1")


async def test_with_keys_that_are_wrong_or_missing(portal: Desk) -> None:
    said = await refused(portal, COUNCIL.replace("help_phone", "helpphone").replace("08:45-17:15", "8.45-17.15", 1))
    assert "helpphone: there is no such key. Did you mean help_phone?" in said
    assert "help_phone is missing: The number for people who are stuck with the portal itself." in said
    assert "hours.front_door.monday: it must be: hours, like 08:45-17:15. Hours on Mondays." in said


async def test_with_a_sender_of_letters_that_says_what_the_forms_are_about(portal: Desk) -> None:
    said = await refused(portal, COUNCIL.replace("Severnshire online services", "Severnshire safeguarding"))
    assert 'council.toml, mail_sender and mail_service: sender_name must not say "safeguarding"' in said


async def test_with_a_front_door_that_is_closed_for_more_than_a_month(portal: Desk) -> None:
    begin = date.today() + timedelta(days=60)
    closed = ", ".join(str(begin + timedelta(days=number)) for number in range(60))
    said = await refused(portal, COUNCIL.replace("closed = [", f"closed = [{closed}, "))
    assert "council.toml, hours.front_door: closed for more than a month from" in said
