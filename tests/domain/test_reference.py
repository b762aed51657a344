"""The reference: readable over a bad phone line, however it is typed, and no single mistake goes unnoticed."""

from hypothesis import given
from hypothesis import strategies as st

from portal.domain.reference import ALPHABET, LENGTH, canonical_reference, new_reference

references = st.builds(new_reference)
separators = st.text(alphabet=" \t\n.,-_/()'\u00a0\u2013\u200b", max_size=3)


@given(references, st.data())
def test_a_reference_is_understood_however_it_is_typed(reference: str, data: st.DataObject) -> None:
    typed = data.draw(separators)
    for letter in reference.replace("-", ""):
        typed += data.draw(st.sampled_from([letter, letter.lower()])) + data.draw(separators)
    assert canonical_reference(typed) == reference


@given(references)
def test_every_single_wrong_character_is_noticed(reference: str) -> None:
    letters = reference.replace("-", "")
    for place, right in enumerate(letters):
        for wrong in set(ALPHABET) - {right}:
            assert canonical_reference(letters[:place] + wrong + letters[place + 1 :]) is None


@given(references, st.integers(0, LENGTH - 1), st.characters())
def test_a_character_too_few_or_too_many_is_noticed(reference: str, place: int, extra: str) -> None:
    letters = reference.replace("-", "")
    assert canonical_reference(letters[:place] + letters[place + 1 :]) is None
    if extra.isalnum():
        assert canonical_reference(letters[:place] + extra + letters[place:]) is None


@given(references)
def test_a_reference_looks_like_one(reference: str) -> None:
    first, second = reference.split("-")
    assert len(first) == len(second) == 4
    assert set(first + second) <= set(ALPHABET)


def test_no_reference_is_a_word_or_holds_two_characters_that_look_alike() -> None:
    assert not set(ALPHABET) & set("AEIOUY")
    for alike in ("2Z", "5S", "8B", "0OQ", "1IL", "UV"):
        assert len(set(alike) & set(ALPHABET)) <= 1, alike


@given(st.text(max_size=30))
def test_any_text_is_a_reference_in_its_one_form_or_none(text: str) -> None:
    found = canonical_reference(text)
    assert found is None or canonical_reference(found) == found


def test_references_are_drawn_afresh() -> None:
    assert len({new_reference() for _ in range(1000)}) == 1000
