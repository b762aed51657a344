"""From the fields of a posted form to a Struct, with every fault at once; and back onto the page, as it was typed."""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any, Generic, TypeVar, get_origin

import msgspec

from portal.domain.facts import Facts
from portal.domain.options import Option
from portal.domain.refusals import Fault
from portal.domain.working_days import day_of
from portal.http.faults import Faults
from portal.http.forms import STRANGE_FIELDS, Form
from portal.http.reading import BadBody, bare_type, faults_in

T = TypeVar("T", bound=msgspec.Struct)
YES_NO = {"yes": True, "no": False}
PARTS = ("day", "month", "year")


class Answers(Generic[T]):
    """One form as it was sent. `value` is there where nothing is wrong."""

    def __init__(self, form: Form, value: T | None, faults: Faults) -> None:
        self.form = form
        self.faults = faults
        self._value = value

    @property
    def value(self) -> T:
        """What was answered. Only where there are no faults."""
        if self._value is None:
            raise LookupError("a form with faults has no value")
        return self._value

    @property
    def typed(self) -> dict[str, Any]:
        """Every field as it was typed, for the page that shows it again; a password never."""
        return shown_again(self.form)


def answers_in(
    form: Form, kind: type[T], says: Mapping[str, str] | None = None, others: tuple[str, ...] = ()
) -> Answers[T]:
    """The form as a `kind`. A yes or no comes as `yes` or `no`, a date in three fields, a list as a field that comes
    several times; an empty field is no answer. `says`: what to tell somebody whose answer to a field is missing or
    cannot be used, where the field's own words would not do. `others`: fields that are not of this `kind`, such as
    buttons. Raises BadBody for a field that no page of ours has."""
    fields = {field.name: bare_type(field.type) for field in msgspec.structs.fields(kind)}
    dates = {name for name, bare in fields.items() if bare is date}
    known = {*(fields.keys() - dates), *(f"{name}-{part}" for name in dates for part in PARTS), *others}
    if form.keys() - known:
        raise BadBody(STRANGE_FIELDS)
    raw = {name: value for name, bare in fields.items() if (value := _raw(form, name, bare)) not in ("", [])}
    faults = [_reworded(fault, says or {}) for fault in _faults(raw, kind)]
    value = None if faults else msgspec.convert(raw, kind)
    return Answers(form, value, Faults(faults, dates))


def shown_again(form: Form) -> dict[str, Any]:
    """The fields of a form by name, a list where there are several."""
    return {name: values[0] if len(values) == 1 else values for name, values in form.items() if "password" not in name}


def _raw(form: Form, name: str, bare: Any) -> Any:
    sent = form.get(name, [])
    if get_origin(bare) in (list, tuple) or bare in (list, tuple):
        return sent
    if bare is date:
        return _date([form.get(f"{name}-{part}", [""])[0].strip() for part in PARTS])
    text = sent[0] if sent else ""
    if bare is bool:
        return YES_NO.get(text, text)
    if bare is int and text.strip().isdecimal():
        return int(text)
    return text if bare is str or text.strip() else ""


def _date(parts: list[str]) -> str:
    day, month, year = parts
    return f"{year}-{month:0>2}-{day:0>2}" if any(parts) else ""  # 15 is no year, neither 0015 nor 2015


def _faults(raw: dict[str, Any], kind: type[msgspec.Struct]) -> list[Fault]:
    if found := list(faults_in(raw, kind)):
        return found
    value = msgspec.convert(raw, kind)
    return list(value.faults(day_of(datetime.now(UTC)))) if isinstance(value, Facts) else []


def _reworded(fault: Fault, says: Mapping[str, str]) -> Fault:
    name = fault.at.lstrip("/").partition("/")[0]
    generic = fault.says in GENERIC or fault.says.startswith("Check")
    return Fault(fault.at, says[name]) if name in says and generic else fault


# What reading.py says of any field; a page knows better words.
GENERIC = frozenset(
    {
        "This is required.",
        "Enter an answer.",
        "This is not one of the answers to choose from.",
        "Enter a real date, like 2016-03-27.",
        "Answer true or false.",
        "Enter a whole number.",
        "Enter text.",
    }
)


def options(kind: Iterable[Option]) -> list[dict[str, str]]:
    """Answers to choose from, as radios, checkboxes and a select show them."""
    return [{"value": member.value, "text": member.text} for member in kind]
