"""What the letters say, and above all what they do not."""

import inspect
import re

import pytest

from portal.mail import account_letters, letters
from portal.mail.letters import Correspondence
from portal.mail.port import Letter

FORBIDDEN = [
    "child",
    "children",
    "safeguard",
    "abuse",
    "social care",
    "lado",
    "early help",
    "harm",
    "referral",
    "family",
]
COUNCIL = Correspondence(
    sender_name="Severnshire online services",
    service_name="online forms",
    address="https://forms.severnshire.example",
    help_phone="01632 960 104",
)
TO = "tamsin@example.org"
LINK = "https://forms.severnshire.example/open/7Qm2"
REFERENCE = "SV-7K2M-9QXD"

EVERY_LETTER = {
    "code": account_letters.code(COUNCIL, TO, "083214", 5),
    "already_registered": account_letters.already_registered(COUNCIL, TO),
    "new_password_link": account_letters.new_password_link(COUNCIL, TO, LINK, 30),
    "password_changed": account_letters.password_changed(COUNCIL, TO),
    "details_changed": account_letters.details_changed(COUNCIL, TO),
    "new_address_code": account_letters.new_address_code(COUNCIL, TO, "083214", 5),
    "email_changed": account_letters.email_changed(COUNCIL, TO),
    "codes_given_up": account_letters.codes_given_up(COUNCIL, TO),
    "account_confirmed": account_letters.account_confirmed(COUNCIL, TO),
    "account_disabled": account_letters.account_disabled(COUNCIL, TO),
    "account_enabled": account_letters.account_enabled(COUNCIL, TO),
    "account_closed": account_letters.account_closed(COUNCIL, TO),
    "app_added": account_letters.app_added(COUNCIL, TO),
    "app_removed": account_letters.app_removed(COUNCIL, TO),
    "recovery_code_used": account_letters.recovery_code_used(COUNCIL, TO),
    "roles_changed": account_letters.roles_changed(COUNCIL, TO),
    "staff_changed": account_letters.staff_changed(COUNCIL, TO),
    "invitation": account_letters.invitation(COUNCIL, TO, LINK, 7),
    "arrived": letters.arrived(COUNCIL, TO, REFERENCE, False, LINK),
    "arrived urgent": letters.arrived(COUNCIL, TO, REFERENCE, True, LINK),
    "received": letters.received(COUNCIL, TO, REFERENCE),
    "feedback_waiting": letters.feedback_waiting(COUNCIL, TO, LINK),
    "unfinished": letters.unfinished(COUNCIL, TO, 5, LINK),
    "unfinished today": letters.unfinished(COUNCIL, TO, 0, LINK),
    "file_not_accepted": letters.file_not_accepted(COUNCIL, TO, LINK),
    "file_not_offered": letters.file_not_offered(TO, REFERENCE, LINK),
    "changed": letters.changed(COUNCIL, TO, REFERENCE, LINK),
}
TO_PEOPLE = [
    letter for name, letter in EVERY_LETTER.items() if name.split()[0] not in ("arrived", "changed", "file_not_offered")
]


def test_no_letter_is_left_out_of_this_walk() -> None:
    written = {
        name
        for module in (letters, account_letters)
        for name, made in inspect.getmembers(module, inspect.isfunction)
        if made.__module__ == module.__name__ and inspect.signature(made).return_annotation is Letter
    } - {"to_a_person", "_to_a_team", "_about_the_account"}
    assert written == {name.split()[0] for name in EVERY_LETTER}


@pytest.mark.parametrize("letter", EVERY_LETTER.values(), ids=EVERY_LETTER)
@pytest.mark.parametrize("word", FORBIDDEN)
def test_no_letter_says_what_the_forms_are_about(letter: Letter, word: str) -> None:
    everything = f"{COUNCIL.sender_name}\n{letter.subject}\n{letter.text}".casefold()
    assert word not in everything


@pytest.mark.parametrize("letter", EVERY_LETTER.values(), ids=EVERY_LETTER)
def test_every_letter_is_to_its_reader_and_is_plain_text_all_filled_in(letter: Letter) -> None:
    assert letter.to == TO
    assert 0 < len(letter.subject) <= 60
    assert TO not in letter.subject + letter.text
    assert not re.search(r"[{}<>]|None", letter.subject + letter.text)
    assert letter.text.endswith("\n")
    assert "\n\n\n" not in letter.text


@pytest.mark.parametrize("letter", TO_PEOPLE)
def test_every_letter_to_a_person_is_signed_and_says_where_help_is(letter: Letter) -> None:
    assert letter.text.endswith(f"{COUNCIL.sender_name}\n")
    assert COUNCIL.help_phone in letter.text


@pytest.mark.parametrize("letter", EVERY_LETTER.values(), ids=EVERY_LETTER)
def test_a_locked_screen_shows_neither_code_nor_link(letter: Letter) -> None:
    assert "083214" not in letter.subject
    assert "http" not in letter.subject


def test_the_code_its_time_and_what_to_do_if_it_was_not_you() -> None:
    text = EVERY_LETTER["code"].text
    assert "is 083214\n" in text
    assert "works for 5 minutes" in text
    assert "Nobody from the council will ever ask you for this code" in text
    assert "If you did not ask for a code" in text


def test_whoever_is_told_of_a_change_learns_what_to_do_if_it_was_not_them() -> None:
    for name in ("password_changed", "email_changed", "app_added", "app_removed", "recovery_code_used"):
        assert f"choose a new password now, then call us on {COUNCIL.help_phone}" in EVERY_LETTER[name].text
    for name in ("details_changed", "account_closed"):
        assert f"If it was not you, call us on {COUNCIL.help_phone}" in EVERY_LETTER[name].text
    assert "somebody else knows your password" in EVERY_LETTER["codes_given_up"].text


def test_links_stand_alone_on_their_line() -> None:
    for name in ("new_password_link", "invitation", "feedback_waiting", "unfinished"):
        assert LINK in EVERY_LETTER[name].text.splitlines()


def test_a_team_is_told_reference_urgency_and_link_and_nothing_else() -> None:
    calm, urgent = EVERY_LETTER["arrived"], EVERY_LETTER["arrived urgent"]
    assert calm.subject == f"A form has arrived: {REFERENCE}"
    assert calm.text == f"Reference: {REFERENCE}\n\nUrgent: no\n\nOpen it: {LINK}\n"
    assert urgent.subject == f"Urgent: a form has arrived: {REFERENCE}"
    assert "Urgent: yes" in urgent.text


def test_the_receipt_names_the_reference_and_promises_no_time() -> None:
    text = EVERY_LETTER["received"].text
    assert REFERENCE in text
    assert COUNCIL.address in text
    assert not re.search(r"\b(day|days|hour|hours|week|weeks|soon|shortly|within|today|tomorrow)\b", text)


@pytest.mark.parametrize(("days", "words"), [(0, "today"), (1, "in 1 day,"), (5, "in 5 days,")])
def test_days_left_in_words(days: int, words: str) -> None:
    assert f"It will be deleted {words}" in letters.unfinished(COUNCIL, TO, days, LINK).text.replace("today,", "today")


@pytest.mark.parametrize(
    "name",
    ["Severnshire Children's Services", "Early Help", "LADO forms", "family forms", "Safeguarding team", "Referrals"],
)
def test_a_council_cannot_put_the_words_into_its_settings(name: str) -> None:
    with pytest.raises(ValueError, match="sender_name must not say"):
        Correspondence(sender_name=name, service_name="forms", address="https://x.example", help_phone="1")
    with pytest.raises(ValueError, match="service_name must not say"):
        Correspondence(sender_name="forms", service_name=name, address="https://x.example", help_phone="1")


def test_a_place_whose_name_only_holds_such_a_word_is_fine() -> None:
    for place in ("Harmondsworth council", "Childwall online services"):
        Correspondence(sender_name=place, service_name="forms", address="https://x.example", help_phone="1")
