"""May this file be attached? By its name, by what the browser said of it, and by what it is."""

import re
import unicodedata
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from portal.documents.checking.children import CHILDREN, Children, Task
from portal.documents.checking.children import CheckUnavailable as CheckUnavailable
from portal.documents.checking.kinds import FORMATS, NO_CLAIM, Kind, Unsound, Why
from portal.documents.checking.limits import CheckLimits
from portal.documents.checking.words import says

_LONGEST_NAME: Final = 255  # what file systems allow
_PATH: Final = re.compile(r'[/\\:*?"<>|]')  # what no name of a file has on any system, or belongs to a path
# Controls, line ends, and the marks that turn the direction of writing, which make "exe.pdf" of "fdp.exe".
_UNSEEN: Final = frozenset({"Cc", "Cs", "Zl", "Zp"})
_TURNING: Final = re.compile("[\u202a-\u202e\u2066-\u2069]")


class Accepted(msgspec.Struct, frozen=True, kw_only=True):
    """What the file is: `media_type` to serve it under; pages of a PDF; width and height of a picture, in pixels."""

    kind: Kind
    media_type: str
    pages: int | None = None
    width: int | None = None
    height: int | None = None


class Rejected(msgspec.Struct, frozen=True, kw_only=True):
    """Why it is not accepted, and the words for whoever chose it."""

    why: Why
    says: str


async def check(
    name: str, declared: str, parts: AsyncIterator[bytes], limits: CheckLimits, children: Children = CHILDREN
) -> Accepted | Rejected:
    """Look at a file: `name` and `declared` (its media type) as the browser sent them, `parts` its bytes. Raises
    CheckUnavailable where it could not be looked at, and what `parts` raises."""
    extension = name.rpartition(".")[2].lower() if "." in name else ""
    try:
        kind = _kind(name, extension, declared, limits)
        task = Task(name="check", kind=kind, bounds=limits.bounds, largest=limits.largest)
        answer, _ = await children.ask(task, parts)
    except Unsound as found:
        return Rejected(why=found.why, says=says(found.why, limits, extension))
    return Accepted(
        kind=kind,
        media_type=FORMATS[kind].media_types[0],
        pages=answer.facts.get("pages"),
        width=answer.facts.get("width"),
        height=answer.facts.get("height"),
    )


def _kind(name: str, extension: str, declared: str, limits: CheckLimits) -> Kind:
    """What its name and the browser say it is. Raises Unsound."""
    if _strange(name):
        raise Unsound(Why.NAME)
    kind = next((kind for kind in Kind if kind in limits.kinds and extension in FORMATS[kind].extensions), None)
    if kind is None:
        raise Unsound(Why.NOT_LISTED)
    media_type = declared.partition(";")[0].strip().lower()
    if media_type not in NO_CLAIM and media_type not in FORMATS[kind].media_types:
        raise Unsound(Why.DISAGREES)
    return kind


def _strange(name: str) -> bool:
    unseen = any(unicodedata.category(character) in _UNSEEN for character in name)
    return (
        unseen
        or len(name.encode(errors="replace")) > _LONGEST_NAME
        or bool(_PATH.search(name) or _TURNING.search(name))
    )
