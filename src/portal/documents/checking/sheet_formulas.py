"""Formulas of a spreadsheet: Excel works some of them out by asking another computer or program."""

import re
from typing import Final

from portal.documents.checking.kinds import Unsound, Why
from portal.documents.checking.markup import Attributes, local, read

_HOLD: Final = frozenset({"f", "formula", "formula1", "formula2", "definedName", "calculatedColumnFormula"})
_TEXT: Final = re.compile(r'"[^"\n]*"')
_ASKS: Final = (
    (re.compile(r"\bRTD\s*\(", re.IGNORECASE), Why.ACTIVE_CONTENT),
    (re.compile(r"\b(WEBSERVICE|IMAGE)\s*\(", re.IGNORECASE), Why.EXTERNAL),
)


def refuse_formulas(part: bytes) -> None:
    """Raises Unsound where a formula asks a program or fetches something, and where the part is no XML."""
    formulas = _TEXT.sub("", _formulas(part))
    for pattern, why in _ASKS:
        if pattern.search(formulas):
            raise Unsound(why)


def _formulas(part: bytes) -> str:
    """All of them, each on a line."""
    found: list[str] = []
    inside = False

    def started(name: str, attributes: Attributes) -> None:
        nonlocal inside
        inside = local(name) in _HOLD
        if inside:
            found.append("\n")

    def ended(name: str) -> None:
        nonlocal inside
        inside = False

    def text(characters: str) -> None:
        if inside:
            found.append(characters)

    read(part, StartElementHandler=started, EndElementHandler=ended, CharacterDataHandler=text)
    return "".join(found)
