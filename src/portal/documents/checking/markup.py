"""XML read by expat without a document type: no entity can be declared, so none can grow or fetch anything."""

import re
from collections.abc import Callable
from typing import Final
from xml.parsers import expat

from portal.documents.checking.kinds import Unsound, Why

Attributes = dict[str, str]
_DECLARATION: Final = re.compile("<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def elements(part: bytes) -> list[tuple[str, Attributes]]:
    """All elements by their names without prefix, with their attributes. For short parts. Raises Unsound."""
    found: list[tuple[str, Attributes]] = []

    def started(name: str, attributes: Attributes) -> None:
        found.append((local(name), attributes))

    read(part, StartElementHandler=started)
    return found


def read(part: bytes, **handlers: Callable[..., None]) -> None:
    """Have expat read it, in one piece: in many, long names cost it time by their square. Raises Unsound."""
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse
    for name, handler in handlers.items():
        setattr(parser, name, handler)
    try:
        parser.Parse(part, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise Unsound(Why.DAMAGED) from None


def local(name: str) -> str:
    """A name without its prefix, which may be any."""
    return name.rpartition(":")[2]


def refuse_declarations(part: bytes) -> None:
    """For drawings in Microsoft's VML, which is not always XML. Raises Unsound."""
    for encoding in ("latin-1", "utf-16-le", "utf-16-be"):
        if _DECLARATION.search(part.decode(encoding, "ignore")):
            raise Unsound(Why.BOMB)


def _refuse(*declaration: object) -> None:
    raise Unsound(Why.BOMB)
