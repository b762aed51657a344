"""Reading postcodes as people type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.addresses.port import NotAPostcode
from portal.addresses.postcode import canonical

UNIT_LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
areas = st.sampled_from(["A", "B", "E", "G", "L", "M", "N", "S", "W", "WR", "SW", "EC", "BS", "ZE", "JE", "BF", "ZZ"])
districts = st.integers(min_value=0, max_value=99).map(str)
lettered = st.sampled_from(["W1A", "E1W", "N1C", "SW1A", "EC1V", "WC2H", "SE1P", "NW1W"])
units = st.builds(
    lambda digit, one, two: f"{digit}{one}{two}",
    st.integers(min_value=0, max_value=9),
    st.sampled_from(UNIT_LETTERS),
    st.sampled_from(UNIT_LETTERS),
)
outwards = st.one_of(st.builds(str.__add__, areas, districts), lettered)
separators = st.text(alphabet=" \t\n.,-_/()'\u00a0\u2013\u200b", max_size=3)


@given(outwards, units, st.data())
def test_any_spacing_case_and_punctuation_is_the_same_postcode(outward: str, unit: str, data: st.DataObject) -> None:
    typed = ""
    for letter in outward + unit:
        typed += data.draw(separators) + data.draw(st.sampled_from([letter, letter.lower()]))
    assert canonical(typed) == f"{outward} {unit}"


@given(st.text(max_size=60))
def test_any_text_gives_a_postcode_that_stays_as_it_is_or_is_refused_in_words(text: str) -> None:
    try:
        found = canonical(text)
    except NotAPostcode as refusal:
        assert str(refusal).startswith("Enter ")
    else:
        assert canonical(found) == found
        assert found.isascii()
        assert len(found.split(" ")[1]) == 3


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("zz14qp", "ZZ1 4QP"),
        (" Zz1-4Qp. ", "ZZ1 4QP"),
        ("Z Z 1 4 Q P", "ZZ1 4QP"),
        ("\uff3a\uff3a\uff11 \uff14\uff31\uff30", "ZZ1 4QP"),  # typed on a full-width keyboard
        ("zz124qp", "ZZ12 4QP"),
        ("gir0aa", "GIR 0AA"),
        ("w1a1aa", "W1A 1AA"),
        ("ec1v9zz", "EC1V 9ZZ"),
    ],
)
def test_what_people_type(typed: str, meant: str) -> None:
    assert canonical(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "QA1 4QP",  # no area begins with Q, V or X
        "AZ1 4QP",  # no second letter is I, J or Z, but for the made-up ZZ
        "ZZ1 4QC",  # no unit has C, I, K, M, O or V
        "ZZ1 4QK",
        "ZZ123 4QP",
        "W1I 1AA",
        "SW1C 1AA",
        "ZZ1A 4QP",  # ZZ has numbered districts only
        "GIR 0AB",
        "ZZI 4QP",
        "ZZ1 OQP",
        "12345",
        "\u00df1 4QP",  # its upper case would be SS
        "ZZ\u0661 4QP",  # a digit, but not one of ours
    ],
)
def test_what_the_grammar_refuses(typed: str) -> None:
    with pytest.raises(NotAPostcode):
        canonical(typed)


@pytest.mark.parametrize(
    ("typed", "advice"),
    [
        ("", "Enter a postcode"),
        (" -. ", "Enter a postcode"),
        ("ZZ1", "not only its first half"),
        ("zz1 4", "not only its first half"),
        ("3 Weir Row, ZZ1 4QP", "without the rest of the address"),
        ("x" * 100_000, "without the rest of the address"),
        ("ZZ1 4OO", "letters O and I"),
    ],
)
def test_a_refusal_says_what_to_do(typed: str, advice: str) -> None:
    with pytest.raises(NotAPostcode, match=advice):
        canonical(typed)


def test_a_refusal_does_not_repeat_what_was_typed() -> None:
    with pytest.raises(NotAPostcode) as refusal:
        canonical("Tamsin Orrel")
    assert "Tamsin" not in str(refusal.value)
