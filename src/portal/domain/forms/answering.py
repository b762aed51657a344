"""What is wrong with answers as a whole: what is still missing, what was answered though it is not asked, and codes
that do not hold today."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import msgspec

from portal.domain.codes.code_sets import code_set
from portal.domain.forms.asked import CODES_SHOWN, Asked, AskedSection, Kind, questions_of
from portal.domain.refusals import Fault
from portal.domain.services import Capacity

NOT_ANSWERED: tuple[Any, ...] = (None, "", (), [], {})
WRITTEN = (Kind.LINE, Kind.STORY, Kind.LINES, Kind.GROUP)
"""Answers in somebody's own words, which nobody but them takes away."""


def missing(section: AskedSection, answers: Mapping[str, Any], capacity: Capacity) -> Iterator[Fault]:
    """Every question that must be answered in this capacity before sending, and is not; also within groups. `answers`
    as they are stored."""
    yield from _missing(section.asked_of(capacity), answers, capacity)


def still_asked(questions: tuple[Asked, ...], answers: Mapping[str, Any]) -> dict[str, Any]:
    """The answers without each choice, tick, date, number and code that another answer rules out, and then those that
    hang on these: for a page, where a radio cannot be taken back and what is folded away is sent too. What somebody
    wrote stays, for `not_asked` to name."""
    kept = dict(answers)
    while ruled_out := [each.name for each in questions if each.name in kept and _hangs_loose(each, kept)]:
        for name in ruled_out:
            del kept[name]
    return kept


def not_asked(questions: tuple[Asked, ...], answers: Mapping[str, Any]) -> Iterator[Fault]:
    """Every answer to a question that the other answers rule out: one of the two is a mistake, and only the person
    knows which. (A page drops what is not written first, by `still_asked`.) And every answer to none of these
    questions: nobody would ever be shown it."""
    titles = {each.name: each.title for each in questions}
    for name in answers.keys() - titles.keys():
        if is_something(answers[name]):
            yield Fault(f"/{name}", "This form does not ask this. Leave it out.")
    for each in questions:
        given = answers.get(each.name)
        if each.when and is_given(each, given) and not each.applies(answers):
            other = titles.get(each.when.name, each.when.name)
            yield Fault(
                f"/{each.name}", f"This goes with another answer to “{other}”. Clear it, or change that answer."
            )
        elif each.kind is Kind.GROUP:
            for index, item in enumerate(given or ()):
                yield from (_within(each, index, fault) for fault in not_asked(each.group, item))


def answer_faults(facts: msgspec.Struct, today: date) -> Iterator[Fault]:
    """What is wrong with single answers, also within groups: codes that do not hold, days that are still to come."""
    for each in questions_of(type(facts)):
        given = getattr(facts, each.name)
        if each.kind is Kind.GROUP:
            for index, item in enumerate(given):
                yield from (_within(each, index, fault) for fault in answer_faults(item, today))
        elif each.codes and given:
            yield from _of_one_question(each, given, today)
        elif each.past and given and given > today:
            yield Fault(f"/{each.name}", "The day must be today or in the past.")


def is_given(asked: Asked, answer: Any) -> bool:
    """Whether somebody answered: a box that is not ticked is no answer."""
    return answer not in NOT_ANSWERED and not (asked.kind is Kind.YES_NO and answer is False)


def is_something(answer: Any) -> bool:
    """Whether somebody answered, where it is not known what was asked."""
    return answer not in NOT_ANSWERED and answer is not False


def _hangs_loose(asked: Asked, answers: Mapping[str, Any]) -> bool:
    return asked.kind not in WRITTEN and not asked.applies(answers)


def _of_one_question(asked: Asked, given: str | tuple[str, ...], today: date) -> Iterator[Fault]:
    chosen = (given,) if isinstance(given, str) else given
    codes, offered = code_set(asked.codes), {choice.value for choice in asked.choices}
    held_back = {code.code for code in codes.valid_on(CODES_SHOWN)} - offered
    for fault in codes.faults(chosen, today):
        yield Fault(f"/{asked.name}{'' if isinstance(given, str) else fault.at}", fault.says)
    if held_back & set(chosen):
        yield Fault(f"/{asked.name}", "This cannot be chosen here. Choose another answer.")


def _missing(questions: tuple[Asked, ...], answers: Mapping[str, Any], capacity: Capacity) -> Iterator[Fault]:
    for each in questions:
        given = answers.get(each.name)
        if capacity in each.required and given in NOT_ANSWERED and each.applies(answers):
            yield Fault(f"/{each.name}", each.missing or f"Answer “{each.title_for(capacity)}”.")
        if each.kind is Kind.GROUP:
            asked = tuple(one for one in each.group if capacity in one.of)
            for index, item in enumerate(given or ()):
                yield from (_within(each, index, fault) for fault in _missing(asked, item, capacity))


def _within(asked: Asked, index: int, fault: Fault) -> Fault:
    return Fault(f"/{asked.name}/{index}{fault.at}", fault.says)
