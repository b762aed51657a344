"""From a posted form to a Struct: every fault at once, in words that the page chose; and back as it was typed."""

from datetime import date
from enum import StrEnum
from typing import Annotated

import msgspec
import pytest
from msgspec import Meta

from portal.domain.facts import Facts, line
from portal.http.answers import Answers, answers_in
from portal.http.reading import BadBody


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Asked(Facts, frozen=True, kw_only=True):
    name: Annotated[str, line("Name", required=True)]
    born: date
    agreed: bool
    colours: Annotated[tuple[Colour, ...], Meta(min_length=1)]
    age: Annotated[int, Meta(ge=0, le=25)] | None = None
    notes: Annotated[str, line("Notes", longest=20)] = ""


GOOD = {
    "name": [" Zoë \r\n"],
    "born-day": ["27"],
    "born-month": ["3"],
    "born-year": ["2015"],
    "agreed": ["no"],
    "colours": ["red", "blue"],
    "age": ["9"],
    "notes": [""],
}
SAYS = {"name": "Enter the name", "born": "Enter a real date of birth", "agreed": "Say whether they agreed"}


def read(**changed: list[str]) -> Answers[Asked]:
    return answers_in({**GOOD, **changed}, Asked, SAYS)


def faults(**changed: list[str]) -> dict[str, str]:
    return {fault.at: fault.says for fault in read(**changed).faults}


def test_a_form_becomes_what_was_asked_for() -> None:
    answers = read()
    assert not answers.faults
    assert answers.value == Asked(
        name="Zoë", born=date(2015, 3, 27), agreed=False, colours=(Colour.RED, Colour.BLUE), age=9
    )


def test_every_fault_is_said_at_once_in_the_words_of_the_page() -> None:
    found = faults(name=["  "], **{"born-month": ["13"]}, agreed=["perhaps"], colours=["green"], age=["old"])
    assert found["/name"] == "Enter the name"
    assert found["/born"] == "Enter a real date of birth"
    assert found["/agreed"] == "Say whether they agreed"
    assert {at.partition("/")[2].partition("/")[0] for at in found} == {"name", "born", "agreed", "colours", "age"}


def test_what_was_left_empty_is_missing_and_not_a_blank_answer() -> None:
    empty = {name: [""] for name in GOOD if name != "colours"}
    found = {fault.at for fault in answers_in({**empty, "colours": []}, Asked, SAYS).faults}
    assert found == {"/name", "/born", "/agreed", "/colours"}


@pytest.mark.parametrize(
    ("day", "month", "year"),
    [
        ("31", "2", "2015"),
        ("1", "1", "15"),
        ("x", "1", "2015"),
        ("", "1", "2015"),
        ("1", "1", "20155"),
        ("-1", "1", "2015"),
    ],
)
def test_what_is_no_date_is_refused(day: str, month: str, year: str) -> None:
    assert "/born" in faults(**{"born-day": [day], "born-month": [month], "born-year": [year]})


def test_a_fault_leads_to_its_field_and_that_of_a_date_to_its_first_box() -> None:
    found = read(name=[""], **{"born-day": [""], "born-month": [""], "born-year": [""]}).faults
    assert [each["href"] for each in found.summary] == ["#name", "#born-day"]
    assert found.of("born") == {"text": "Enter a real date of birth"} and found.of("agreed") is None


def test_what_is_too_long_says_how_long_it_may_be() -> None:
    assert faults(notes=["x" * 21]) == {"/notes": "This must be 20 characters or fewer."}


def test_a_field_that_no_page_has_is_refused() -> None:
    with pytest.raises(BadBody):
        read(roles=["administrator"])
    assert answers_in({**GOOD, "add": ["1"]}, Asked, others=("add",)).value.name == "Zoë"


def test_what_was_typed_is_shown_again_but_no_password() -> None:
    class Secret(msgspec.Struct):
        name: str
        password: str
        current_password: str

    form = {"name": ["Zoë"], "password": ["a"], "current_password": ["b"]}
    assert answers_in(form, Secret).typed == {"name": "Zoë"}
