"""Answers out of a posted form: whatever can be used becomes what is stored, whatever cannot stays as it was typed, for
the rules to name and the page to show again."""

import re
from collections.abc import Collection, Iterable, Sequence
from typing import Any

from portal.domain.forms.asked import Asked, Kind
from portal.http.forms import STRANGE_FIELDS, Form
from portal.http.questions.naming import ELSEWHERE, SEVERAL, boxes
from portal.http.reading import BadBody

PART = re.compile(r"(\d{4})-(\d\d)-00")  # what an empty box leaves
YES_NO = {"yes": True, "no": False}


def several(questions: Iterable[Asked]) -> set[str]:
    """The fields that may come more than once."""
    return {asked.name for asked in questions if asked.kind in SEVERAL}


def answers_in(form: Form, questions: Sequence[Asked], others: Collection[str] = ()) -> dict[str, Any]:
    """What was answered, by question; one that was left empty is not in it. `others`: fields that are no answers.

    Raises BadBody where the form has fields that no page of ours has."""
    known = {box for asked in questions for box in boxes(asked)}
    if form.keys() - known - set(others):
        raise BadBody(STRANGE_FIELDS)
    given = {asked.name: _answer(form, asked) for asked in questions if asked.kind not in ELSEWHERE}
    found = {name: answer for name, answer in given.items() if answer not in ("", [])}
    for asked in questions:
        if asked.kind is Kind.PART_OF_DATE:
            _take_part(found, asked)
    return found


def _take_part(found: dict[str, Any], asked: Asked) -> None:
    """A date without its day, or without its month too, is the answer to the question that takes such."""
    if part := PART.fullmatch(str(found.get(asked.instead_of, ""))):
        year, month = part.groups()
        found[asked.name] = year if month == "00" else f"{year}-{month}"
        del found[asked.instead_of]


def _answer(form: Form, asked: Asked) -> Any:
    sent = form.get(asked.name, [])
    text = sent[0].strip() if sent else ""
    match asked.kind:
        case Kind.CHOICES | Kind.CODES:
            return [each for each in sent if each]
        case Kind.YES_NO:
            return YES_NO.get(text, text)
        case Kind.DATE:
            return _date([form.get(box, [""])[0].strip() for box in boxes(asked)])
        case Kind.NUMBER:
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
        case Kind.LINES:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case _:
            return text


def _date(parts: list[str]) -> str:
    day, month, year = parts
    return f"{year:0>4}-{month:0>2}-{day:0>2}" if any(parts) else ""
