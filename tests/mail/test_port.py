"""What a letter may be."""

import copy

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.mail.port import Letter, NotDelivered, checked_message_id

BREAKS = ["\r", "\n", "\x00", "\r\n", "\x0b", "\x0c", "\x1c", "\x85", "\u2028", "\u2029"]
letter = Letter("tamsin@example.org", "Your form", "Hello\n")


@given(st.text(), st.sampled_from(BREAKS), st.text())
def test_no_line_break_stands_in_a_subject_or_an_address(before: str, line_break: str, after: str) -> None:
    with pytest.raises(ValueError, match="control character"):
        Letter("tamsin@example.org", before + line_break + after, "")
    with pytest.raises(ValueError, match="not one plain"):
        Letter("tamsin@example.org" + before + line_break + after, "", "")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "tamsin",
        "@example.org",
        "tamsin@",
        "tamsin@example.org\r\nBcc: eve@example.net",
        "tamsin@example.org, eve@example.net",
        "tamsin@example.org;eve@example.net",
        "tamsin@example.org eve@example.net",
        "Tamsin <tamsin@example.org>",
        "tamsin@example.org@example.net",
        '"tamsin eve"@example.org',
        "tamsin(eve)@example.org",
        "tamsin@[192.0.2.1]",
        "tamsin\ud800@example.org",
    ],
)
def test_a_letter_goes_to_one_mailbox_and_a_refusal_does_not_repeat_it(to: str) -> None:
    with pytest.raises(ValueError, match="not one plain e-mail address") as refusal:
        Letter(to, "Your form", "")
    assert "tamsin" not in str(refusal.value)


@pytest.mark.parametrize("to", ["tamsin@example.org", "o'neil+form@mail.example.org", "tamsin@b\u00fccher.example"])
def test_ordinary_addresses_are_taken(to: str) -> None:
    assert Letter(to, "Your form", "").to == to


def test_no_way_round_the_check() -> None:
    with pytest.raises(ValueError, match="control character"):
        msgspec.structs.replace(letter, subject="a\nBcc: eve@example.net")
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert({"to": "a@b\r\nc", "subject": "", "text": ""}, Letter)
    assert copy.copy(letter) == letter


def test_a_letter_in_a_traceback_says_nothing() -> None:
    assert repr(letter) == "Letter(...)"
    assert str(letter) == "Letter(...)"


@pytest.mark.parametrize("message_id", ["", "a b", "a\r\nBcc: x", "a@b", "<a>", "a" * 201, "\u00e9"])
def test_a_message_id_is_opaque(message_id: str) -> None:
    assert checked_message_id("0193-a_B") == "0193-a_B"
    with pytest.raises(ValueError, match="message id"):
        checked_message_id(message_id)


def test_a_failure_says_whether_to_try_again() -> None:
    assert NotDelivered("refused", permanent=True).permanent
    assert not NotDelivered("no answer", permanent=False).permanent
