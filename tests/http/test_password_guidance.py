"""Guidance beside the password field: the rules before anything is typed, and what is wrong while it is typed."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from zxcvbn.matching import RANKED_DICTIONARIES

from portal.application.breached_passwords import BreachedPasswords, prepare
from tests.application.test_breached_passwords import as_download
from tests.http.problems import problem
from tests.portals import PRIYA, Playground

EASY = "This password is too easy to guess. Three random words are a good way."
KNOWN = "This password is on a list of passwords that attackers know. Choose another."
NAMES_YOU = "Do not use your name or e-mail address in the password."
NAMES_US = "Do not use the name of the council or of this service in the password."
SHORT = "Use 12 characters or more. Three random words are a good way."


async def faults(play: Playground, password: str, **others: object) -> list[str]:
    """What is said of a password for Priya."""
    typed = {"password": password, "name": PRIYA["name"], "email": PRIYA["email"], **others}
    answer = await play.person().do("POST", "/password-guidance", typed)
    assert answer["complete"] and answer["good"] is not bool(answer["faults"])
    return list(answer["faults"])


async def listed(play: Playground) -> int:
    """How many stolen passwords health says there are."""
    return int((await play.person().client.get("/health")).json()["breached_passwords"])


async def test_the_rules_are_there_before_anything_is_typed(play: Playground) -> None:
    rules = await play.person().get("/password-guidance")
    assert (rules["least"], rules["most"]) == (12, 128)
    assert rules["says"][:2] == [
        "Use 12 characters or more. Spaces and any other characters are fine.", "Three random words are a good way.",
    ]  # fmt: skip
    assert (await play.person().get("/password-guidance?staff=true"))["least"] == 15


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("coffee-otter-bicycle", []),
        ("alllowercasebutrandom", []),
        ("", [SHORT, EASY]),
        ("otter", [SHORT, KNOWN, EASY]),
        ("password1234", [KNOWN, EASY]),
        ("iloveyouforever", [EASY]),
        ("passwordpassword", [EASY]),
        ("123456789012", [EASY]),
        ("aaaaaaaaaaaaaaaaaaaa", [EASY]),
        ("qwerty123456", [KNOWN, EASY]),
        ("unbelievable", [EASY]),
        ("priya-otter-bicycle", [NAMES_YOU]),
        ("oakfield-otter-bicycle", [NAMES_YOU]),
        ("severnshire-portal", [NAMES_US]),
        ("Severnmouth otter bicycle", [NAMES_US]),
        ("priya", [SHORT, NAMES_YOU, EASY]),
    ],
)
async def test_every_reason_is_named_at_once(play: Playground, password: str, said: list[str]) -> None:
    assert await faults(play, password) == said


async def test_every_common_password_that_is_long_enough_is_refused_by_name(play: Playground) -> None:
    common = [password for password in RANKED_DICTIONARIES["passwords"] if len(password) >= 12]
    assert len(common) > 200
    assert [each for each in common if KNOWN not in await faults(play, each)] == []


async def test_staff_are_held_to_their_own_length(play: Playground) -> None:
    assert await faults(play, "otter-lantern") == []
    assert await faults(play, "otter-lantern", staff=True) == [SHORT.replace("12", "15")]


async def test_a_password_that_was_stolen_elsewhere_is_refused(play: Playground, tmp_path: Path) -> None:
    stolen = "coffee-otter-bicycle"
    with (tmp_path / "list").open("wb") as file:
        prepare(as_download([stolen, "another-one"]), file)
    assert await listed(play) == 0
    play.app.state.portal = replace(play.portal, breached=BreachedPasswords(tmp_path / "list"))
    assert await faults(play, stolen) == [KNOWN]
    assert await faults(play, "coffee-otter-bicycles") == []
    assert await listed(play) == 2
    refused = await play.person().call("POST", "/accounts", {**PRIYA, "password": stolen})
    assert problem(refused, 422)["faults"] == [{"at": "/password", "says": KNOWN}]


async def test_while_people_are_signing_in_only_the_rules_are_applied(play: Playground) -> None:
    passwords = play.portal.passwords
    passwords._under_way = passwords._most // 4
    answer = await play.person().do("POST", "/password-guidance", {"password": "password1234"})
    assert answer == {"good": False, "complete": False, "faults": []}
    passwords._under_way = 0


async def test_what_is_typed_is_neither_kept_nor_logged(play: Playground, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    events = await play.events()
    await faults(play, "Zqx-otter-bicycle")
    assert await play.events() == events
    assert "Zqx" not in caplog.text
    assert await play.portal.pool.fetchval("select count(*) from limits") <= 1  # how often somebody asked, not what
