"""Fields of Word: instructions in the text of a DOCX that Word carries out, some of them on opening it."""

import re
from typing import Final

from portal.documents.checking.kinds import Unsound, Why
from portal.documents.checking.markup import Attributes, local, read

_STARTS: Final = re.compile(r"\bDDE(AUTO)?\b", re.IGNORECASE)  # a program
_FETCHES: Final = re.compile(r"\b(INCLUDE(PICTURE|TEXT)|IMPORT|RD)\b\W*(https?:|ftp:|file:|\\\\)", re.IGNORECASE)


def refuse_fields(part: bytes) -> None:
    """Raises Unsound where a field starts a program or fetches something, and where the part is no XML."""
    instructions = _instructions(part)
    if _STARTS.search(instructions):
        raise Unsound(Why.ACTIVE_CONTENT)
    if _FETCHES.search(instructions):
        raise Unsound(Why.EXTERNAL)


def _instructions(part: bytes) -> str:
    """All of them, joined: Word splits an instruction over many elements."""
    found: list[str] = []
    inside = False

    def started(name: str, attributes: Attributes) -> None:
        nonlocal inside
        name = local(name)
        if name == "instrText":
            inside = True
        elif name == "fldSimple":
            found.extend(f" {value} " for key, value in attributes.items() if local(key) == "instr")
        elif name == "fldChar":
            found.append(" ")

    def ended(name: str) -> None:
        nonlocal inside
        inside = False

    def text(characters: str) -> None:
        if inside:
            found.append(characters)

    read(part, StartElementHandler=started, EndElementHandler=ended, CharacterDataHandler=text)
    return "".join(found)
