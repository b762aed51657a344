"""Questions on pages: whatever a form asks can be shown, filled in, read back, and pointed at when it is wrong."""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from portal.domain.forms.asked import Asked, AskedSection, Kind
from portal.domain.forms.form import form_of
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service
from portal.http.faults import Faults
from portal.http.forms import Form
from portal.http.questions.naming import as_form, boxes, on_page
from portal.http.questions.showing import Showing, reasons
from portal.http.questions.taking import answers_in
from portal.http.reading import BadBody

Questions = tuple[Asked, ...]


def pages() -> Iterator[Any]:
    """The questions of every page there is: sections, and the items of their lists."""
    for service in Service:
        for section in form_of(service).sections:
            for questions in (section.questions, *(each.group for each in section.questions if each.group)):
                for capacity in Capacity:
                    yield pytest.param(questions, capacity, id=f"{service.value}-{section.name}-{capacity.value}")


def shown(questions: Questions, capacity: Capacity, form: Form | None = None, faults: Faults | None = None) -> str:
    return str(Showing(capacity, form or {}, faults or Faults()).questions(questions))


def section(service: Service, name: str) -> AskedSection:
    found = form_of(service).section(name)
    assert found is not None
    return found


@pytest.mark.parametrize(("questions", "capacity"), [*pages()])
def test_every_question_has_its_field_on_the_page_of_those_who_are_asked(
    questions: Questions, capacity: Capacity
) -> None:
    html = shown(questions, capacity)
    for asked in questions:
        for box in boxes(asked):
            assert (f'name="{box}"' in html) is (capacity in asked.of), box


@pytest.mark.parametrize(("questions", "capacity"), [*pages()])
def test_the_longest_page_stays_below_forty_kilobytes(questions: Questions, capacity: Capacity) -> None:
    assert len(shown(questions, capacity).encode()) < 34_000  # the layout takes the rest


@pytest.mark.parametrize("strange", ["colour", "born", "given_name-day", "people", "people-0-name"])
def test_a_field_that_no_page_has_is_refused(strange: str) -> None:
    with pytest.raises(BadBody):
        answers_in({strange: ["x"]}, section(Service.SOCIAL_CARE, "child").questions)


def test_a_fault_is_shown_at_its_question() -> None:
    child = section(Service.SOCIAL_CARE, "child").questions
    part = next(each for each in child if each.kind is Kind.PART_OF_DATE)
    places = [f"/{part.name}", "/given_name", "/disabilities/0", "/colour", ""]
    found = on_page([Fault(place, "Wrong.") for place in places], child)
    assert [fault.at for fault in found] == [f"/{part.instead_of}", "/given_name", "/disabilities", "", ""]


def test_the_page_of_one_of_a_list_shows_its_own_faults_only() -> None:
    [people] = section(Service.SOCIAL_CARE, "household").questions
    faults = [Fault("/people/0/born", "Wrong."), Fault("/people/1/given_name", "Missing."), Fault("/people", "Many.")]
    assert on_page(faults, people.group, "/people/1") == [Fault("/given_name", "Missing.")]


@pytest.mark.parametrize(
    ("day", "month", "year", "stored"),
    [
        ("27", "3", "2017", {"born": "2017-03-27"}),
        ("", "3", "2017", {"born_about": "2017-03"}),
        ("", "", "2017", {"born_about": "2017"}),
        ("31", "2", "2017", {"born": "2017-02-31"}),  # for the rules to refuse, and the page to show again
        ("", "", "", {}),
    ],
)
def test_of_a_date_is_kept_what_is_known(day: str, month: str, year: str, stored: dict[str, str]) -> None:
    child = section(Service.SOCIAL_CARE, "child").questions
    form = {"born-day": [day], "born-month": [month], "born-year": [year]}
    assert answers_in(form, child) == stored
    if stored:
        assert as_form(child, stored) == {name: values for name, values in form.items() if values != [""]}


def test_what_depends_on_a_choice_stands_below_it() -> None:
    html = shown(section(Service.EARLY_HELP, "consent").questions, Capacity.PROFESSIONAL)
    assert html.count("govuk-radios__conditional") >= 2


def test_everything_that_is_typed_is_shown_again_and_never_markup() -> None:
    typed = "</textarea><script>alert(1)</script> {{ 7*7 }}"
    html = shown(section(Service.SOCIAL_CARE, "worries").questions, Capacity.PERSONAL, {"worried_about": [typed]})
    assert "<script>" not in html and "&lt;/textarea&gt;&lt;script&gt;" in html and "{{ 7*7 }}" in html


def test_each_question_says_why_it_is_asked() -> None:
    for service in Service:
        for each in form_of(service).sections:
            found = list(reasons(each.questions, Capacity.PROFESSIONAL))
            assert len(found) == len(each.asked_of(Capacity.PROFESSIONAL))


@settings(max_examples=40, deadline=None)
@given(data=some.data())
@pytest.mark.parametrize("service", Service)
def test_whatever_is_answered_is_shown_and_read_back_the_same(service: Service, data: Any) -> None:
    questions = data.draw(some.sampled_from(form_of(service).sections)).questions
    own = {asked.name: _answer(asked) for asked in questions if boxes(asked)}
    answers = data.draw(some.fixed_dictionaries({}, optional=own))
    assert answers_in(as_form(questions, answers), questions) == answers


def _answer(asked: Asked) -> Any:
    """A stored answer to a question."""
    letters = some.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp"))
    text = some.text(letters, min_size=1).map(str.strip).filter(bool)
    values = [each.value for each in asked.choices]
    match asked.kind:
        case Kind.YES_NO:
            return some.booleans()
        case Kind.CHOICE | Kind.CODE:
            return some.sampled_from(values)
        case Kind.CHOICES | Kind.CODES:
            return some.lists(some.sampled_from(values), min_size=1, unique=True)
        case Kind.DATE:
            return some.dates().map(str)
        case Kind.NUMBER:
            return some.integers(0, 99)
        case Kind.LINES:
            return some.lists(text, min_size=1, max_size=3)
        case _:
            return text
