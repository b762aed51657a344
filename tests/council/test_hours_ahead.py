"""A portal does not start while there are hours at which nobody answers the telephone, unless that is meant."""

import asyncio
from pathlib import Path

import asyncpg
import pytest

from portal.settings import MissingSettings, Settings
from portal.wiring import look_ready, packaged
from tests.portals import SECRETS

EVENINGS = """
[hours.out_of_hours]
monday = "17:00-22:00"
"""


def start(folder: Path, more: str, hours: str = "") -> None:
    text = packaged("demonstration.toml").read_text().replace("[hours.front_door]", f"{hours}[hours.front_door]")
    (folder / "council.toml").write_text(text + more)
    settings = Settings(
        database_url="postgresql://nobody@localhost:1/none",
        secrets=SECRETS,
        address="https://forms.severnshire.example",
        ledger=folder / "ledger.jsonl",
        council=folder / "council.toml",
    )
    asyncio.run(look_ready(settings))


def test_hours_at_which_nobody_answers_are_named_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(MissingSettings, match=r"nobody answers the telephone on\n") as refusal:
        start(tmp_path, EVENINGS)
    assert "  bank holidays, midnight to midnight (first on " in str(refusal.value)
    assert "  Sundays, midnight to midnight (first on " in str(refusal.value)
    assert "police_when_nobody_answers = true" in str(refusal.value)


@pytest.mark.parametrize(("more", "hours"), [("", ""), (EVENINGS, "[hours]\npolice_when_nobody_answers = true\n\n")])
def test_it_goes_on_where_no_hours_are_left_or_101_is_meant(tmp_path: Path, more: str, hours: str) -> None:
    with pytest.raises((OSError, asyncpg.PostgresError)):  # it looks for the database next
        start(tmp_path, more, hours)
