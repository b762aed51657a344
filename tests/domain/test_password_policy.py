"""Which passwords are good: any long one that is made of nothing others know."""

import pytest

from portal.domain.password_policy import (
    LEAST_PUBLIC,
    LEAST_STAFF,
    MOST,
    PasswordPolicy,
    faults_anywhere,
    words_in,
    words_of,
)
from tests.domain.test_account import PRIYA

EVERYWHERE = frozenset({"county", "council", "online", "forms"})
COUNCIL = words_in(["Severnshire County Council", "Severnshire online forms", "Severnmouth"], EVERYWHERE)
PUBLIC, STAFF = PasswordPolicy(LEAST_PUBLIC, COUNCIL), PasswordPolicy(LEAST_STAFF, COUNCIL)
OWN = words_of(PRIYA.name, PRIYA.email)
SHORT = "Use 12 characters or more. Three random words are a good way."
NAMES_YOU = "Do not use your name or e-mail address in the password."
NAMES_US = "Do not use the name of the council or of this service in the password."


def says(password: str, policy: PasswordPolicy = PUBLIC, own: frozenset[str] = OWN) -> list[str]:
    faults = list(policy.faults(password, own))
    assert {fault.at for fault in faults} <= {"/password"}
    return [fault.says for fault in faults]


@pytest.mark.parametrize(
    "password",
    ["coffee-otter-bicycle", "three random words", "alllowercaseletters", "correct hórse ☂ báttery", "é" * 8 + "abcd"],
)
def test_any_long_password_is_good_whatever_it_is_composed_of(password: str) -> None:
    assert not says(password)


def test_a_password_of_the_public_has_twelve_characters_or_more() -> None:
    assert LEAST_PUBLIC == 12
    assert says("coffee-otte") == [SHORT]
    assert not says("coffee-otter")


def test_one_of_staff_has_fifteen() -> None:
    assert LEAST_STAFF == 15
    assert says("coffee-otter-b", STAFF) == [SHORT.replace("12", "15")]
    assert not says("coffee-otter-bi", STAFF)


def test_no_password_has_more_than_128_characters() -> None:
    assert MOST == 128
    longest = ("coffee-otter-bicycle " * 7)[:128]
    assert not says(longest)
    assert says(longest + "!") == ["Use 128 characters or fewer."]


def test_characters_are_counted_as_people_see_them_and_as_they_are_hashed() -> None:
    assert not says("☂" * 12)
    assert says("☂" * 11) == [SHORT]
    assert says("e\u0301" * 11) == [SHORT], "an accent typed on its own is no further character"
    assert not says("ﬃ" * 4), "what is one sign here is three letters on another keyboard"


@pytest.mark.parametrize("part", ["Priya", "nair", "priya.nair", "PRIYA", "Oakfield"])
def test_a_password_holds_neither_the_owners_name_nor_a_part_of_their_address(part: str) -> None:
    assert says(f"my-{part}-password") == [NAMES_YOU]


@pytest.mark.parametrize("part", ["severnshire", "Severnmouth", "SEVERNSHIRE"])
def test_nor_does_it_hold_the_name_of_the_council(part: str) -> None:
    assert says(f"{part}-otter-plum") == [NAMES_US]


def test_words_that_are_in_every_councils_name_are_anybodys() -> None:
    assert not says("my county council forms")


def test_a_short_name_is_no_part_of_ones_own() -> None:
    assert not says("boxing day walks", own=words_of("Bo Xi", "day@uk.example"))


def test_the_last_part_of_an_address_is_nobodys_own() -> None:
    assert words_of("Ann", "ann@school.education") == {"school"}


def test_every_fault_is_named_at_once() -> None:
    assert says("nairsevern") == [SHORT, NAMES_YOU]
    assert says("nair-severnshire-" * 9) == ["Use 128 characters or fewer.", NAMES_YOU, NAMES_US]


def test_what_is_said_before_anything_is_typed_says_the_length() -> None:
    assert PUBLIC.guidance()[0].startswith("Use 12 characters or more.")
    assert STAFF.guidance()[0].startswith("Use 15 characters or more.")
    assert any("name" in line for line in PUBLIC.guidance())


def test_whoever_has_other_faults_to_mend_hears_of_those_that_any_council_finds() -> None:
    assert [fault.says for fault in faults_anywhere("nair", PRIYA)] == [
        "Use a longer password. Three random words are a good way.",
        NAMES_YOU,
    ]
    assert [fault.says for fault in faults_anywhere("coffee-otter-" * 10, PRIYA)] == ["Use 128 characters or fewer."]
    assert not list(faults_anywhere("coffee-otter", PRIYA))
