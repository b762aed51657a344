"""JPEG: its signature, its end, and what may follow its end.

Telephones append to nearly every photo: further whole JPEGs (depth, brightness; CIPA's Multi-Picture Format), padding,
or Samsung's trailer of short notes. Whatever else follows is hidden in the file.
"""

import re
import struct
from typing import Final

from portal.documents.checking.kinds import MIB, Bounds, Unsound, Why
from portal.documents.checking.polyglots import refuse_strangers

_START: Final = b"\xff\xd8"
_SIGNATURE: Final = _START + b"\xff"
_END_MARKER: Final = 0xD9
_SCAN: Final = 0xDA
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})  # markers without a length
_NEXT_MARKER: Final = re.compile(rb"\xff+[^\x00\xff\xd0-\xd7]")  # after the compressed data of a scan
_MOST_IMAGES: Final = 16
_LONGEST_TRAILER: Final = MIB // 16


def refuse_jpeg(content: bytes, bounds: Bounds) -> None:
    """Raises Unsound where it is no JPEG, has no end, or hides something within or behind it."""
    if not content.startswith(_SIGNATURE):
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, len(_SIGNATURE))
    position = 0
    for _ in range(_MOST_IMAGES):
        position = _end(content, position)
        if _is_samsungs(content[position:]):
            return
        rest = content[position:].lstrip(b"\x00")
        if not rest:
            return
        position = len(content) - len(rest)
        if not rest.startswith(_START):
            break
    raise Unsound(Why.HIDDEN)


def _end(content: bytes, start: int) -> int:
    """The position behind the end of the image that starts here."""
    position = start + 2
    while position + 2 <= len(content) and content[position] == 0xFF:
        marker = content[position + 1]
        if marker == 0xFF:  # a fill byte
            position += 1
        elif marker == _END_MARKER:
            return position + 2
        elif marker in _ALONE:
            position += 2
        else:
            position += 2 + int.from_bytes(content[position + 2 : position + 4], "big")
            if marker == _SCAN:
                found = _NEXT_MARKER.search(content, position)
                if not found:
                    break
                position = found.end() - 2
    raise Unsound(Why.DAMAGED)


def _is_samsungs(rest: bytes) -> bool:
    """Whether this is a trailer (SEFH ... SEFT) that fills the rest, and short: longer ones carry a video."""
    if not rest.endswith(b"SEFT") or len(rest) > _LONGEST_TRAILER:
        return False
    directory = rest[-8 - int.from_bytes(rest[-8:-4], "little") : -8]
    if directory[:4] != b"SEFH" or len(directory) < 12:
        return False
    entries = struct.iter_unpack("<HHII", directory[12 : 12 + (len(directory) - 12) // 12 * 12])
    return max((offset for _, _, offset, _ in entries), default=0) + len(directory) + 8 == len(rest)
