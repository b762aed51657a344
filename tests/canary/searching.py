"""Looking for a marked text in files of any kind, whatever was made of it on the way there."""

import mmap
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Iterator
from pathlib import Path

from tests.journey import TAIL

# PostgreSQL's compression puts a byte of its own between every eight of a text, so that of sixteen eight are whole.
RUN = 8


def needles(tail: str = TAIL) -> frozenset[bytes]:
    """What a text that ends in this looks like, or a part of it: UTF-8, UTF-16, hexadecimal, base64, compressed."""
    found: set[bytes] = set()
    for text in (tail, tail.upper()):
        for at in range(len(text) - RUN + 1):
            run = text[at : at + RUN]
            found |= {run.encode(), run.encode("utf-16-le")[:-1]}  # which is in big-endian too
            found |= {run.encode().hex().encode(), run.encode().hex().upper().encode()}
        for shift in range(3):  # base64 looks different at each place modulo three
            for encoded in (b64encode, urlsafe_b64encode):
                found.add(encoded(b"\0" * shift + text.encode())[4:16])
    return frozenset(found)


NEEDLES = needles()


def marks_in(content: "bytes | mmap.mmap") -> bool:
    """Whether a marked text, or a part of one, is in there."""
    return any(content.find(needle) >= 0 for needle in NEEDLES)


def files_with_marks(*places: Path) -> list[Path]:
    """All files in these folders, or these files, in which a marked text is found."""
    return [path for place in places for path in _files(place) if _has_marks(path)]


def _files(place: Path) -> Iterator[Path]:
    yield from (path for path in ([place] if place.is_file() else place.rglob("*")) if path.is_file())


def _has_marks(path: Path) -> bool:
    try:
        if not path.stat().st_size:
            return False
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return marks_in(content)
    except (FileNotFoundError, ValueError):  # gone, or emptied, while we looked
        return False
