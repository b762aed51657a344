"""Reading council.toml: whatever is wrong in it is named before anything starts, all at once, with what to do."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date, datetime, time
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import msgspec

from portal.council.council import Council
from portal.council.keys import SHAPES
from portal.council.shape import bare, fields, is_section, joined, sentence
from portal.settings import MissingSettings

FROM_TOML = (date, datetime, time)
PLAIN = (
    (r"Expected `int` >= (-?\d+)", r"it must be \1 or more"),
    (r"Expected `int` <= (-?\d+)", r"it must be \1 or less"),
    (r"Expected `int`", "it must be a whole number"),
    (r"Expected `bool`", "it must be true or false"),
    (r"Expected `str`", "it must be a text, between quotes"),
    (r"Expected `date`", "it must be a date, like 2026-12-24, without quotes"),
    (r"Expected `array`", "it must be a list, between [ and ]"),
    (r"Expected `object`", "it must be a table, with keys of its own"),
    (r"Object missing required field `(\w+)`", r"`\1` is missing"),
    (r"Object contains unknown field `(\w+)`", r"there is no such key as `\1`"),
)
PATTERN = re.compile(r"regex '(.*)'")


def read_council(path: Path) -> Council:
    """The council of a configuration file. MissingSettings names every key that is wrong or missing."""
    try:
        found = tomllib.loads(path.read_bytes().decode())
    except OSError:
        raise MissingSettings(f"the council's configuration {path} cannot be read") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as bad:
        raise MissingSettings(f"{path} is not TOML: {bad}") from None
    if wrong := list(faults(found, Council)):
        raise MissingSettings("\n".join((f"{path}: {len(wrong)} to put right (docs/council.md has every key)", *wrong)))
    return msgspec.convert(found, Council, builtin_types=FROM_TOML)


def faults(found: dict[str, Any], kind: type[msgspec.Struct], at: str = "") -> Iterator[str]:
    """What is wrong in a section, a line each; what goes wrong between its keys only where each of them is right."""
    wrong = [*_of_keys(found, kind, at), *_unknown(found, kind, at)]
    yield from wrong or _of_value(found, kind, at)


def _of_keys(found: dict[str, Any], kind: type[msgspec.Struct], at: str) -> Iterator[str]:
    for field, hint in fields(kind):
        where, inner = joined(at, field.name), bare(hint)
        if field.name not in found:
            if field.required:
                yield _missing(where, hint, inner)
        elif is_section(inner) and isinstance(found[field.name], dict):
            yield from faults(found[field.name], inner, where)
        else:
            yield from _of_value(found[field.name], hint, where)


def _missing(where: str, hint: Any, inner: Any) -> str:
    if not is_section(inner):
        return f"{where} is missing: {sentence(hint)}"
    needed = ", ".join(field.name for field, _ in fields(inner) if field.required)
    return f"{where} is missing: add a section [{where}]" + (f" with {needed}" if needed else "")


def _unknown(found: dict[str, Any], kind: type[msgspec.Struct], at: str) -> Iterator[str]:
    names = [field.name for field, _ in fields(kind)]
    for name in (name for name in found if name not in names):
        like = get_close_matches(name, names, 1)
        yield f"{joined(at, name)}: there is no such key" + (f". Did you mean {like[0]}?" if like else "")


def _of_value(value: Any, hint: Any, where: str) -> Iterator[str]:
    try:
        msgspec.convert(value, hint, builtin_types=FROM_TOML)
    except msgspec.ValidationError as wrong:
        says, _, place = str(wrong).partition(" - at `$")
        for_what = sentence(hint)
        yield f"{where}{place.rstrip('`')}: {_in_plain_words(says)}" + (f". {for_what}" if for_what else "")


def _in_plain_words(says: str) -> str:
    if matched := PATTERN.search(says):
        shape = SHAPES.get(matched[1].replace("\\\\", "\\"), "of another shape")
        return "it must not be empty" if shape == "text" else f"it must be: {shape}"
    for pattern, words in PLAIN:
        if found := re.search(pattern, says):
            return found.expand(words)
    return says
