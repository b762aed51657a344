"""Answers out of a posted form: whatever can be used becomes what is stored, whatever cannot stays as it was typed, for
the rules to name and the page to show again."""

from collections.abc import Iterable
from typing import Any

from portal.domain.forms.asked import Asked, Kind
from portal.domain.services import Capacity
from portal.http.forms import Form
from portal.http.questions.naming import SEVERAL, boxes, fields, rows
from portal.http.reading import BadBody

YES_NO = {"yes": True, "no": False}
STRANGE = "This form has fields that do not belong to it. Go back to its page and send it again."


def several(questions: Iterable[Asked], form: Form) -> set[str]:
    """The fields that may come more than once."""
    return {name for name, asked in fields(questions, form).items() if asked.kind in SEVERAL}


def answers_in(form: Form, questions: tuple[Asked, ...], capacity: Capacity) -> dict[str, Any]:
    """What was answered, by question. A list's item that is empty throughout is none. BadBody where the form has fields
    that no page of ours has."""
    known = {box for name, asked in fields(questions, form).items() for box in boxes(name, asked)}
    markers = {f"{name}-{row}-" for name, asked in fields(questions, form).items() for row in rows(form, name)}
    if form.keys() - known - markers:
        raise BadBody(STRANGE)
    return _answers(form, questions, capacity, "")


def without_row(form: Form, name: str) -> Form:
    """The form without one item of a list, `adults-1`."""
    return {field: values for field, values in form.items() if not field.startswith(f"{name}-")}


def _answers(form: Form, questions: Iterable[Asked], capacity: Capacity, prefix: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for asked in questions:
        name = f"{prefix}{asked.name}"
        if asked.kind is Kind.GROUP:
            items = (_answers(form, asked.group, capacity, f"{name}-{row}-") for row in rows(form, name))
            found[asked.name] = [item for item in items if any(each not in ("", [], False) for each in item.values())]
        elif (answer := _answer(form, name, asked)) not in (None, "", []):
            found[asked.name] = answer
    return found


def _answer(form: Form, name: str, asked: Asked) -> Any:
    sent = form.get(name, [])
    text = sent[0].strip() if sent else ""
    match asked.kind:
        case Kind.CHOICES | Kind.CODES:
            return [each for each in sent if each]
        case Kind.YES_NO:
            return YES_NO.get(text, text)
        case Kind.DATE:
            return _date([form.get(box, [""])[0].strip() for box in boxes(name, asked)])
        case Kind.NUMBER:
            return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text
        case Kind.LINES:
            return [line.strip() for line in text.splitlines() if line.strip()]
        case _:
            return text


def _date(parts: list[str]) -> str:
    day, month, year = parts
    return f"{year:0>4}-{month:0>2}-{day:0>2}" if any(parts) else ""
