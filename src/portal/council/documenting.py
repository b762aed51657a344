"""`python -m portal.council.documenting > docs/council.md`: every key of council.toml, from the Structs themselves."""

from collections.abc import Iterator
from typing import Any

import msgspec

from portal.council.council import Council
from portal.council.shape import Key, Section, sections

INTRODUCTION = """\
# council.toml

All that differs from one council to the next stands in one file, which `PORTAL_COUNCIL` names. The portal reads it as
it starts, and does not start while anything in it is wrong: every key that is wrong or missing is named at once.
[demonstration.toml](../src/portal/demonstration.toml) is an example.

This page is made from the code (`python -m portal.council.documenting > docs/council.md`).
"""


def document() -> str:
    """The page. Keys that are required come with no default."""
    return "\n".join((INTRODUCTION, *(line for section in sections(Council) for line in _section(section))))


def _section(section: Section) -> Iterator[str]:
    yield f"## {f'[{section.at}]' if section.at else 'The council'}\n"
    yield f"{section.about}\n"
    if section.keys:
        yield "| Key | What it is for | Value | Default |\n|---|---|---|---|"
        yield from map(_row, section.keys)
        yield ""


def _row(key: Key) -> str:
    default = "**required**" if key.required else _in_toml(key.default)
    return f"| `{key.at.rpartition('.')[2]}` | {key.sentence} | {key.takes} | {default} |"


def _in_toml(value: Any) -> str:
    match value:
        case None:
            return "-"
        case bool():
            return str(value).lower()
        case msgspec.Struct():
            inner = msgspec.structs.asdict(value)
            return "{ " + ", ".join(f"{name} = {_in_toml(each)}" for name, each in inner.items()) + " }"
        case tuple():
            return "[" + ", ".join(map(_in_toml, value)) + "]"
        case _:
            return f'"{value}"' if isinstance(value, str) else str(value)


if __name__ == "__main__":
    print(document().rstrip())
