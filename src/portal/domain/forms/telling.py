"""Answers in words: what check-your-answers, the printed copy and the replay show of what is stored."""

from calendar import month_name
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from portal.domain.forms.answering import NOT_ANSWERED, is_given, is_something
from portal.domain.forms.asked import Asked, AskedSection, Kind
from portal.domain.services import Capacity

NOT_GIVEN = "Not provided"
CodeText = Callable[[str, str], str]


class Told(msgspec.Struct, frozen=True):
    """A question as it was put, and the answer in words; `group` holds what was told of each in a list of people."""

    name: str
    title: str
    answer: str
    group: tuple[tuple["Told", ...], ...] = ()


def told(
    section: AskedSection, answers: Mapping[str, Any], capacity: Capacity, code_text: CodeText
) -> tuple[Told, ...]:
    """What was asked in this capacity and what was answered. An answer to a question that is not asked in it any more
    is told too, and by its bare name one to no question of the section: nothing that somebody wrote is left out.
    `code_text(set, code)` has the words of a code."""
    return tuple(_told(section.questions, answers, capacity, code_text))


def _told(
    questions: tuple[Asked, ...], answers: Mapping[str, Any], capacity: Capacity, code_text: CodeText
) -> Iterator[Told]:
    for each in questions:
        given = answers.get(each.name)
        asked = capacity in each.of and each.applies(answers) and not each.instead_of
        if not asked and not is_given(each, given):
            continue
        title = each.title_for(capacity)
        if each.kind is Kind.GROUP:
            items = tuple(tuple(_told(each.group, item, capacity, code_text)) for item in given or ())
            yield Told(each.name, title, "" if items else NOT_GIVEN, items)
        else:
            yield Told(each.name, title, in_words(each, given, code_text))
    names = {each.name for each in questions}
    yield from _by_bare_name({name: given for name, given in answers.items() if name not in names})


def _by_bare_name(answers: Mapping[str, Any]) -> Iterator[Told]:
    for name, given in answers.items():
        if not is_something(given):
            continue
        several = given if isinstance(given, list | tuple) else (given,)
        rows = tuple(tuple(_by_bare_name(each)) for each in several if isinstance(each, Mapping))
        lines = ("Yes" if each is True else str(each) for each in several if not isinstance(each, Mapping))
        yield Told(name, name, "\n".join(lines), rows)


def in_words(asked: Asked, given: Any, code_text: CodeText) -> str:
    """One answer in words."""
    if given in NOT_ANSWERED:
        return NOT_GIVEN
    match asked.kind:
        case Kind.YES_NO:
            return "Yes" if given else "No"
        case Kind.CHOICE | Kind.CHOICES | Kind.CODE | Kind.CODES:
            texts = {each.value: each.text for each in asked.choices}
            several = given if isinstance(given, list | tuple) else (given,)
            return "\n".join(texts.get(each) or _not_shown(asked, each, code_text) for each in several)
        case Kind.DATE:
            day = given if isinstance(given, date) else date.fromisoformat(given)
            return f"{day.day} {day:%B %Y}"
        case Kind.PART_OF_DATE:
            year, _, month = given.partition("-")
            return f"{month_name[int(month)]} {year}" if month else str(year)
        case Kind.LINES:
            return "\n".join(given)
        case _:
            return str(given)


def _not_shown(asked: Asked, given: Any, code_text: CodeText) -> str:
    """A code that came after its version of the form, or what no choice of it is."""
    return code_text(asked.codes, given) if asked.codes else str(given)
