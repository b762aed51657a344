"""What somebody told us is kept as they typed it: composed, one kind of new line, no spaces around it; nothing else."""

import unicodedata
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.domain.addresses import AddressByHand
from portal.domain.facts import tidy
from portal.domain.people import Child
from portal.domain.referral_events import ChildAdded, ReferralAmended
from portal.domain.referral_parts import Amendment
from tests.domain.policy import read_back, told

texts = st.text(st.characters(codec="utf-8"), max_size=60)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Amara", "Amara"),
        ("  Amara\u00a0\t\n", "Amara"),
        ("E\u0301lodie", "\u00c9lodie"),
        ("first\r\nsecond\rthird\nfourth", "first\nsecond\nthird\nfourth"),
        ("first\r\r\nsecond", "first\n\nsecond"),
        ("two  spaces and a\ttab", "two  spaces and a\ttab"),
        ("<b>%s{0}</b> =1+1 ' \" \\", "<b>%s{0}</b> =1+1 ' \" \\"),
        ("\u202eright to left\u202c \U0001f468\u200d\U0001f469\u200d\U0001f467", None),
        ("\ufb01 \u2460 \uff21", None),  # compatibility characters stay: they are what was typed
        ("", ""),
    ],
)
def test_what_is_kept(typed: str, kept: str | None) -> None:
    assert tidy(typed) == (typed if kept is None else kept)


@given(texts)
def test_tidying_twice_changes_nothing(text: str) -> None:
    assert tidy(tidy(text)) == tidy(text)


@given(texts)
def test_only_composition_new_lines_and_outer_spaces_are_touched(text: str) -> None:
    lines = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    composed = unicodedata.normalize("NFC", lines).strip()
    assert tidy(text) == (composed if len(composed) <= len(lines) else lines)


GROWING = [chr(each) for each in range(0x110000) if len(unicodedata.normalize("NFC", chr(each))) > 1]


@pytest.mark.parametrize("letter", GROWING, ids=lambda letter: f"U+{ord(letter):04X}")
def test_letters_that_grow_when_composed_can_be_read_back_in_the_longest_text_there_is(letter: str) -> None:
    assert tidy(tidy(letter * 100)) == tidy(letter * 100)
    child = Child(id=UUID(int=0xA), given_name=letter * 100)
    event = told(ChildAdded, child=child).as_event(2)
    assert read_back(event) == event
    amendment = told(ReferralAmended, amendment=Amendment(text=letter * 10_000, why="More")).as_event(2)
    assert read_back(amendment) == amendment


@given(texts)
def test_any_text_comes_back_from_its_bytes_as_it_was_kept(text: str) -> None:
    child = Child(id=UUID(int=0xA), given_name=text, description=text)
    event = told(ChildAdded, child=child).as_event(2)
    assert read_back(event) == event
    assert child.given_name == child.description == tidy(text)


@given(st.lists(texts, max_size=4))
def test_texts_in_a_list_are_kept_like_any_other(lines: list[str]) -> None:
    typed = AddressByHand(lines=tuple(lines))
    assert typed.lines == tuple(map(tidy, lines))
    assert msgspec.json.decode(msgspec.json.encode(typed), type=AddressByHand) == typed
