"""The council's file as its Structs describe it: every key with its sentence, its kind of value and its default.

A Struct whose keys have sentences is a section of the file; one whose keys have none is the value of a single key.
"""

from collections.abc import Iterator
from functools import cache
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, inspect

from portal.council.keys import SHAPES


class Key(msgspec.Struct, frozen=True, kw_only=True):
    """One key. `at` is its full name, like limits.idle_minutes; `default` None where it is required, or has none."""

    at: str
    sentence: str
    takes: str
    required: bool
    default: Any = None


class Section(msgspec.Struct, frozen=True):
    """A section, like [limits]: what it is about, and its keys."""

    at: str
    about: str
    keys: tuple[Key, ...]


def sections(kind: type[msgspec.Struct], at: str = "", said: str = "") -> Iterator[Section]:
    """The section that a Struct is, and those within it, in their order."""
    inner = {field.name: bare(hint) for field, hint in fields(kind) if is_section(bare(hint))}
    keys = tuple(_key(field, hint, at) for field, hint in fields(kind) if field.name not in inner)
    yield Section(at, " ".join(filter(None, (said, " ".join((kind.__doc__ or "").split())))), keys)
    for field, hint in fields(kind):
        if field.name in inner:
            yield from sections(inner[field.name], joined(at, field.name), sentence(hint))


@cache
def fields(kind: type[msgspec.Struct]) -> tuple[tuple[Any, Any], ...]:
    """The fields of a Struct, each with its type as it is written down."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple((field, hints[field.name]) for field in msgspec.structs.fields(kind))


def sentence(hint: Any) -> str:
    """What a key is for, as its type says; empty where it does not."""
    said = [each.description for each in getattr(hint, "__metadata__", ()) if isinstance(each, Meta)]
    return next((each for each in reversed(said) if each), "")


def bare(hint: Any) -> Any:
    """The type without its sentence and without None."""
    while get_origin(hint) is Annotated:
        hint = get_args(hint)[0]
    parts = [each for each in get_args(hint) if each is not type(None)]
    return bare(parts[0]) if type(None) in get_args(hint) and len(parts) == 1 else hint


def is_section(kind: Any) -> bool:
    """Whether a type is a section of the file, with keys of its own."""
    return is_struct(kind) and any(sentence(hint) or is_section(bare(hint)) for _, hint in fields(kind))


def is_struct(kind: Any) -> bool:
    """Whether it is one of our Structs."""
    return isinstance(kind, type) and issubclass(kind, msgspec.Struct)


def joined(at: str, name: str) -> str:
    """The full name of a key."""
    return f"{at}.{name}" if at else name


def _key(field: Any, hint: Any, at: str) -> Key:
    return Key(
        at=joined(at, field.name),
        sentence=sentence(hint),
        takes=_takes(inspect.type_info(hint)),
        required=field.required,
        default=None if field.required else field.default,
    )


def _takes(shape: Any) -> str:
    match shape:
        case inspect.Metadata(type=inner):
            return _takes(inner)
        case inspect.UnionType(types=types):
            return next(_takes(each) for each in types if not isinstance(each, inspect.NoneType))
        case inspect.IntType(ge=least, le=most):
            return f"whole number, {least} to {most}" if most else "whole number"
        case inspect.StrType(pattern=pattern):
            return SHAPES.get(pattern or "", "text")
        case inspect.BoolType():
            return "true or false"
        case inspect.DateType():
            return "date, like 2026-12-24"
        case inspect.VarTupleType(item_type=item):
            return f"list of: {_takes(item)}"
        case inspect.DictType(value_type=value):
            return f"table of: {_takes(value)}"
        case inspect.StructType(fields=inner):
            return "{ " + ", ".join(each.name for each in inner) + " }"
        case _:
            return type(shape).__name__.removesuffix("Type").lower()
