"""Filling in a form from its definition alone: the least that may be sent, and the most there is room for.

Nothing here knows a question by its name: what is required, when something is asked, what there is to choose and how
long a text may be all come from the form as data. What only one of may be given (`instead_of`) stays with the first.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from portal.domain.forms.answering import NOT_ANSWERED
from portal.domain.forms.asked import Asked, AskedSection, Kind
from portal.domain.services import Capacity

DAY = date(2026, 11, 16)  # in the past of every test, and for every question
TEXTS = (
    "Zoë O'Brien-Łuczak “said”",
    "أمارا قالت: لا أستطيع",
    "👩‍👧‍👦 🏳️‍🌈 naïve façade",
    "'; drop table events; --",
    "<script>alert('x')</script> & {{ 7*7 }} ${7*7} {% raw %}",
)
STATEMENT = "\n".join(TEXTS) + "\n\nNew lines:\n- one\n- two\n"
Answers = dict[str, Any]


def least(section: AskedSection, capacity: Capacity) -> Answers:
    """Only what must be answered."""
    return _filled(section.asked_of(capacity), capacity, most=False)


def most(section: AskedSection, capacity: Capacity) -> Answers:
    """Every question that is asked, as long as it may be."""
    return _filled(section.asked_of(capacity), capacity, most=True)


def long_text(longest: int) -> str:
    """As many characters as there may be, of every kind that people and others type."""
    repeated = STATEMENT * (longest // len(STATEMENT) + 1)
    return f"{repeated[: longest - 1].rstrip():.<{longest}}"


def _filled(questions: tuple[Asked, ...], capacity: Capacity, most: bool) -> Answers:
    answers: Answers = {}
    for each in questions:
        wanted = most or capacity in each.required
        if wanted and not each.instead_of and each.applies(answers):
            answers[each.name] = _answer(each, _opening(each, questions), capacity, most)
    return answers


def _opening(asked: Asked, questions: tuple[Asked, ...]) -> tuple[Any, ...]:
    """The answers to this question on which others depend."""
    return tuple(
        value for each in questions if each.when and each.when.name == asked.name for value in each.when.values
    )


def _answer(asked: Asked, opening: tuple[Any, ...], capacity: Capacity, most: bool) -> Any:
    choices = [choice.value for choice in asked.choices if not choice.alone]
    match asked.kind:
        case Kind.YES_NO:
            return opening[0] if opening else True
        case Kind.CHOICE | Kind.CODE:
            return opening[0] if opening else choices[0]
        case Kind.CHOICES | Kind.CODES:
            return choices[: asked.most] if most else choices[:1]
        case Kind.DATE:
            return DAY.isoformat()
        case Kind.NUMBER:
            return 6
        case Kind.GROUP:
            one = _filled(tuple(each for each in asked.group if capacity in each.of), capacity, most)
            return [one] * (asked.most or 1)
        case Kind.LINE if asked.example and asked.longest and asked.longest <= 40:
            return asked.example  # a number of some kind
        case _:
            return long_text(asked.longest or 100) if most else TEXTS[0][: asked.longest]


def given(answers: Mapping[str, Any]) -> Answers:
    """Stored answers without what was left open."""
    found = {name: _given_within(answer) for name, answer in answers.items()}
    return {name: answer for name, answer in found.items() if answer not in NOT_ANSWERED and answer is not False}


def _given_within(answer: Any) -> Any:
    return [given(each) if isinstance(each, dict) else each for each in answer] if isinstance(answer, list) else answer
