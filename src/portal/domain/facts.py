"""The base of everything people tell us: immutable, text tidied, contradictions named all at once."""

import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from portal.domain.refusals import Fault

SOMETHING = r"\S"  # a required text holds more than spaces


def line(title: str, example: str = "", *, longest: int = 100, description: str = "", required: bool = False) -> Meta:
    """The rules and words of one line or paragraph of text, for validation, OpenAPI and pages alike."""
    return Meta(
        title=title,
        description=description or None,
        examples=[example] if example else None,
        min_length=1 if required else None,
        max_length=longest,
        pattern=SOMETHING if required else None,
    )


def story(title: str, example: str = "", *, description: str = "", required: bool = False) -> Meta:
    """The rules and words of a long answer, in somebody's own words."""
    return line(title, example, longest=10_000, description=description, required=required)


Name = Annotated[str, line("Name", "Amara", longest=100)]


class Facts(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What somebody told us. Every text in it is kept as typed, but composed (NFC) and without outer spaces."""

    def __post_init__(self) -> None:
        for name in self.__struct_fields__:
            value = getattr(self, name)
            if type(value) is str:
                msgspec.structs.force_setattr(self, name, tidy(value))
            elif type(value) is tuple:
                tidied = tuple(tidy(item) if type(item) is str else item for item in value)
                msgspec.structs.force_setattr(self, name, tidied)

    def faults(self, today: date) -> Iterator[Fault]:
        """What contradicts itself in here, each with its place; `today` is the database's date."""
        yield from ()


def tidy(text: str) -> str:
    """The text as it is stored: composed, one kind of new line, no spaces around it. Tidying twice changes nothing, and
    nothing gets longer: some letters of Hindi, Bengali and Panjabi are written longer when composed, and a text that
    has grown beyond what its question takes could not be read back."""
    typed = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    composed = unicodedata.normalize("NFC", typed).strip()
    return composed if len(composed) <= len(typed) else typed


def fields_of(facts: Facts) -> dict[str, Any]:
    """The fields as a dict, to make a wider `Facts` of them (a child's details into a child with its id)."""
    return msgspec.structs.asdict(facts)
