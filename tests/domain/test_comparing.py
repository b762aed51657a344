"""The same name is the same however it is written, and another name stays another name."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from portal.domain.comparing import compared


@pytest.mark.parametrize(
    "ways",
    [
        ("O'Brien", "OBRIEN", "o brien", "O\u2019Brien", "O-Brien", "o\u02bcbrien", " O Brien "),
        ("Zoë", "Zoe", "ZOE", "Zoe\u0308"),
        ("Smith-Jones", "Smith Jones", "SMITH\u2010JONES", "smithjones"),
        ("Łukasz", "Lukasz", "ŁUKASZ"),
        ("Sørensen", "Sorensen"),
        ("Weiß", "Weiss", "WEISS"),
        ("Ælfgifu", "Aelfgifu"),
        ("Çağlar", "Caglar"),
        ("İpek", "Ipek", "ipek"),
        ("Nguyễn", "Nguyen"),
        ("محمد", "مُحَمَّد", "محمـد"),
        ("أحمد", "احمد"),
        ("Ольга", "ольга"),
        ("\uff21\uff4d\uff41\uff52\uff41", "Amara"),
        ("김", "\u1100\u1175\u11b7"),
    ],
)
def test_one_name_in_many_ways(ways: tuple[str, ...]) -> None:
    assert len({compared(way) for way in ways}) == 1
    assert compared(ways[0])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Amara", "Amira"),
        ("محمد", "محمود"),
        ("कि", "कु"),  # vowel signs make other syllables
        ("か", "が"),
        ("李", "王"),
        ("佐々木", "佐木"),
        ("Okafor", "Okafor2"),
    ],
)
def test_other_names_stay_apart(one: str, other: str) -> None:
    assert compared(one) != compared(other)


@pytest.mark.parametrize("nothing", ["", " ", "-", "'", "?", "...", "\u0301"])
def test_what_has_no_letters_is_no_name(nothing: str) -> None:
    assert compared(nothing) == ""


@given(some.text())
def test_comparing_twice_changes_nothing(text: str) -> None:
    assert compared(compared(text)) == compared(text)


@given(some.text(some.characters(categories=["Lu", "Ll"])))
def test_spaces_hyphens_and_apostrophes_anywhere_change_nothing(name: str) -> None:
    assert compared("' -".join(name)) == compared(name)
