"""The names of fields on a page: a question's own, and for a date those of its three boxes.

A list of people has a page of its own for each of them, so no name stands within another.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from portal.domain.forms.asked import Asked, Kind
from portal.domain.refusals import Fault
from portal.http.forms import Form

PARTS = ("day", "month", "year")
SEVERAL = (Kind.CHOICES, Kind.CODES)
ELSEWHERE = (Kind.PART_OF_DATE, Kind.GROUP)  # no field of their own: in another's boxes, on pages of their own


def boxes(asked: Asked) -> tuple[str, ...]:
    """The names under which a question's answer is posted."""
    if asked.kind in ELSEWHERE:
        return ()
    return tuple(f"{asked.name}-{part}" for part in PARTS) if asked.kind is Kind.DATE else (asked.name,)


def known_fields(form: Form, questions: Iterable[Asked]) -> Form:
    """Those fields of a form that a page has."""
    known = {box for asked in questions for box in boxes(asked)}
    return {name: values for name, values in form.items() if name in known}


def dates(questions: Iterable[Asked]) -> tuple[str, ...]:
    """The questions that are answered in boxes."""
    return tuple(each.name for each in questions if each.kind is Kind.DATE)


def on_page(faults: Iterable[Fault], questions: Iterable[Asked], within: str = "") -> list[Fault]:
    """Faults as a page shows them: at the question itself, whatever part of its answer is meant; of part of a date, at
    the date. `within`: where the answers of this page stand in what was judged; faults elsewhere are left out."""
    stands = {each.name: each.instead_of if each.kind is Kind.PART_OF_DATE else each.name for each in questions}
    found = []
    for fault in faults:
        if fault.at.startswith(f"{within}/") or fault.at in ("", within):
            name = fault.at[len(within) :].strip("/").partition("/")[0]
            found.append(Fault(f"/{stands[name]}" if name in stands else "", fault.says))
    return found


def as_form(questions: Iterable[Asked], answers: Mapping[str, Any]) -> Form:
    """Stored answers as a page shows them."""
    form: Form = {}
    for asked in questions:
        given = answers.get(asked.name)
        if given not in (None, "", [], ()):
            form |= _shown(asked, given)
    return form


def _shown(asked: Asked, given: Any) -> Form:
    match asked.kind:
        case Kind.GROUP:
            return {}
        case Kind.YES_NO:
            return {asked.name: ["yes" if given else "no"]}
        case Kind.DATE:
            year, month, day = str(given).split("-")
            return dict(zip(boxes(asked), ([str(int(each))] for each in (day, month, year)), strict=True))
        case Kind.PART_OF_DATE:
            year, _, month = str(given).partition("-")
            known = {f"{asked.instead_of}-month": [str(int(month))]} if month else {}
            return {f"{asked.instead_of}-year": [year], **known}
        case Kind.CHOICES | Kind.CODES:
            return {asked.name: [str(each) for each in given]}
        case Kind.LINES:
            return {asked.name: ["\n".join(given)]}
        case _:
            return {asked.name: [str(given)]}
