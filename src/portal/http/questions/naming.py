"""The names of fields on a page: a question's own, within those of the lists it stands in: `adults-0-name`."""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.domain.forms.asked import Asked, Kind
from portal.domain.refusals import Fault
from portal.http.forms import Form

PARTS = ("day", "month", "year")
SEVERAL = (Kind.CHOICES, Kind.CODES)
MOST_ROWS = 50  # of a list, on one page


def rows(form: Form, name: str) -> list[int]:
    """The numbers of a list's items in a form, in order."""
    rest = (field.removeprefix(f"{name}-").split("-")[0] for field in form if field.startswith(f"{name}-"))
    found = {int(each) for each in rest if each.isascii() and each.isdecimal() and len(each) < 4}
    return sorted(found)[:MOST_ROWS]


def fields(questions: Iterable[Asked], form: Form, prefix: str = "") -> dict[str, Asked]:
    """Every question by the name of its field, in the items that a form has."""
    found: dict[str, Asked] = {}
    for asked in questions:
        name = f"{prefix}{asked.name}"
        found[name] = asked
        if asked.kind is Kind.GROUP:
            for row in rows(form, name):
                found |= fields(asked.group, form, f"{name}-{row}-")
    return found


def boxes(name: str, asked: Asked) -> tuple[str, ...]:
    """The names under which a question's answer is posted."""
    return tuple(f"{name}-{part}" for part in PARTS) if asked.kind is Kind.DATE else (name,)


def on_page(faults: Iterable[Fault], known: Mapping[str, Asked]) -> list[Fault]:
    """Faults with the names of fields as their places: `/adults/0/name` is `/adults-0-name`; of an item of a choice, the
    choice."""
    return [Fault(f"/{_nearest(fault.at, known)}", fault.says) for fault in faults]


def _nearest(at: str, known: Mapping[str, Asked]) -> str:
    parts = at.strip("/").split("/")
    names = ("-".join(parts[:end]) for end in range(len(parts), 0, -1))
    return next((name for name in names if name in known), "")


def as_form(questions: Iterable[Asked], answers: Mapping[str, Any], prefix: str = "") -> Form:
    """Stored answers as a page shows them."""
    form: Form = {}
    for asked in questions:
        name, given = f"{prefix}{asked.name}", answers.get(asked.name)
        if asked.kind is Kind.GROUP:
            for row, item in enumerate(given or ()):
                form |= {f"{name}-{row}-": [""]} | as_form(asked.group, item, f"{name}-{row}-")
        elif given not in (None, "", [], ()):
            form |= _shown(name, asked, given)
    return form


def _shown(name: str, asked: Asked, given: Any) -> Form:
    match asked.kind:
        case Kind.YES_NO:
            return {name: ["yes" if given else "no"]}
        case Kind.DATE:
            year, month, day = str(given).split("-")
            return dict(zip(boxes(name, asked), ([str(int(each))] for each in (day, month, year)), strict=True))
        case Kind.CHOICES | Kind.CODES:
            return {name: [str(each) for each in given]}
        case Kind.LINES:
            return {name: ["\n".join(given)]}
        case _:
            return {name: [str(given)]}
