"""Made-up events of a class, derived from its shape: what a corpus of stored bytes is first filled with.

Together they fill every optional field, use every member of every enumeration, every section of every form, and texts
as long as they may be: so that taking any of these away is noticed.
"""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import inspect

from portal.domain.aggregate import Created, Event
from portal.domain.facts import SOMETHING
from portal.domain.forms.form import FORM_VERSION, FORMS
from portal.domain.referral_events import AnswersGiven

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
STREAM = UUID(int=0x5EED)
MOST = 50  # samples of a class, before it is plain that the next one brings nothing new
IN_COLUMNS = ("originator_id", "originator_version", "originator_topic")


def samples(kind: type[Event]) -> list[Event]:
    """Events of this class: one with nothing but what is required, one with the longest texts, and full ones."""
    shape = inspect.type_info(kind)
    assert isinstance(shape, inspect.StructType)
    texts = [_event(kind, _Filling(0, optional=False).struct(shape, IN_COLUMNS))]
    texts.append(_event(kind, _Filling(0, longest=True).struct(shape, IN_COLUMNS)))
    if kind is AnswersGiven:
        texts += [_event(kind, fields) for fields in _answers()]
    number, drawn = 0, _Filling(0)
    while number < max(1, drawn.members) and number < MOST:
        drawn = _Filling(number)
        texts.append(_event(kind, drawn.struct(shape, IN_COLUMNS)))
        number += 1
    return [event for at, event in enumerate(texts) if event not in texts[:at]]


def _event(kind: type[Event], fields: dict[str, Any]) -> Event:
    place = {"originator_id": STREAM, "originator_version": 1 if issubclass(kind, Created) else 2}
    topic = {"originator_topic": kind.AGGREGATE} if issubclass(kind, Created) else {}
    return msgspec.convert({**fields, **place, **topic}, kind)


def _answers() -> Iterator[dict[str, Any]]:
    for section in dict.fromkeys(section for sections in FORMS.values() for section in sections):
        shape = inspect.type_info(section)
        assert isinstance(shape, inspect.StructType)
        for optional in (False, True):
            answers = msgspec.convert(_Filling(0, optional=optional).struct(shape), section)
            built = msgspec.json.decode(msgspec.json.encode(answers))
            yield {"timestamp": NOON, "section": section.NAME, "answers": built, "form_version": FORM_VERSION}


class _Filling:
    """One way to fill a shape. `number` chooses the member of each enumeration; `members`: of the largest one met."""

    def __init__(self, number: int, optional: bool = True, longest: bool = False) -> None:
        self._number = number
        self._optional = optional
        self._longest = longest
        self.members = 0

    def struct(self, shape: inspect.StructType, leave_out: tuple[str, ...] = ()) -> dict[str, Any]:
        fields = [field for field in shape.fields if field.name not in leave_out]
        return {field.name: self._value(field.type, field.name) for field in fields if field.required or self._optional}

    def _value(self, shape: Any, name: str, example: Any = None) -> Any:
        match shape:
            case inspect.Metadata(type=inner, extra_json_schema=said):
                return self._value(inner, name, ((said or {}).get("examples") or [None])[0])
            case inspect.UnionType(types=types):
                return self._value(
                    next(each for each in types if not isinstance(each, inspect.NoneType)), name, example
                )
            case inspect.StructType():
                return self.struct(shape)
            case inspect.EnumType(cls=kind):
                self.members = max(self.members, len(kind))
                return list(kind)[self._number % len(kind)].value
            case inspect.StrType():
                return self._text(shape, example or f"Made-up {name.replace('_', ' ')}")
            case inspect.VarTupleType(item_type=item) | inspect.FrozenSetType(item_type=item):
                return [self._value(item, name)]
            case inspect.IntType() | inspect.BoolType():
                return example if example is not None else isinstance(shape, inspect.BoolType) or 1
            case inspect.DateTimeType():
                return NOON
            case inspect.DateType():
                return date(2026, 11, 16)
            case inspect.UUIDType():
                return UUID(int=0xA)
            case inspect.DictType():
                return {"made_up": ["answer", 1, True, None]}
            case _:
                raise NotImplementedError(f"{name}: say here how to make up {type(shape).__name__}")

    def _text(self, shape: inspect.StrType, text: str) -> str:
        if self._longest and shape.max_length and shape.pattern in (None, SOMETHING):
            return "x" * shape.max_length
        return text[: shape.max_length]
