"""A referral as a tagged PDF (PDF/UA-1), so that a screen reader reads it as well as a printer prints it."""

import asyncio
import logging
import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import typst
from msgspec.structs import force_setattr

log = logging.getLogger(__name__)
FONTS = files("portal.printing") / "fonts"
FAMILIES = ("Noto Sans", "Noto Sans Arabic", "Noto Emoji", "DejaVu Sans", "Libertinus Serif")
AT_ONCE = 2  # documents: each takes a core for some tens of milliseconds
LONG_RUN = re.compile(r"\S{30}(?=[^\s\u0300-\u036f])")  # not between a letter and its accent
LONGEST = 20.0  # seconds


class CannotPrint(Exception):
    """The document could not be made. Its text holds nothing of what was to be printed."""


class Printer:
    """Makes documents off the event loop, a few at once."""

    def __init__(self) -> None:
        self._places = asyncio.Semaphore(AT_ONCE)

    async def pdf(self, sheet: "Sheet") -> bytes:
        """The sheet as a PDF. Raises CannotPrint."""
        async with self._places:
            try:
                async with asyncio.timeout(LONGEST):
                    return await asyncio.to_thread(_compiled, msgspec.json.encode(sheet).decode())
            except (typst.TypstError, TimeoutError) as fault:
                raise CannotPrint(type(fault).__name__) from None


class Row(msgspec.Struct, frozen=True):
    """A question and its answer, or a list of groups of them. A long run of letters may be broken anywhere, so that
    none of it runs off the paper."""

    title: str
    answer: str
    group: tuple[tuple["Row", ...], ...] = ()

    def __post_init__(self) -> None:
        for name in ("title", "answer"):
            force_setattr(self, name, LONG_RUN.sub("\\g<0>\N{ZERO WIDTH SPACE}", getattr(self, name)))


class Heading(msgspec.Struct, frozen=True):
    """Rows under one heading."""

    title: str
    told: tuple[Row, ...]


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """All that is printed. `facts` stand at the top."""

    title: str
    council: str
    footer: str
    urgent: bool
    facts: tuple[Row, ...]
    parts: tuple[Heading, ...]
    declaration: str
    fonts: Sequence[str] = FAMILIES


def _compiled(data: str) -> bytes:
    """With the seal of PDF/UA; without it where a letter is in no font, or is one of those that the standard forbids: a
    copy without the seal is better than none."""
    try:
        return _made(data, pdf_standards=["ua-1"])
    except typst.TypstError:
        log.warning("a letter keeps this PDF from being PDF/UA: it is made without")
        return _made(data)


def _made(data: str, **how: Any) -> bytes:
    made: Any = typst.compile(
        _template(), format="pdf", sys_inputs={"data": data}, font_paths=[str(FONTS)], ignore_system_fonts=False, **how
    )
    return bytes(made)


@cache
def _template() -> bytes:
    return (files("portal.printing") / "referral.typ").read_bytes()
