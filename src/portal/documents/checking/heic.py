"""HEIC, what iPhones take unless asked for JPEG: boxes of a still picture, decoded whole."""

import struct
from typing import Final

import pi_heif

from portal.documents.checking.kinds import Bounds, Kind, Unsound, Why
from portal.documents.checking.pictures import decoded, opened
from portal.documents.checking.polyglots import refuse_strangers
from portal.documents.checking.showing import shown

_BRANDS: Final = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1"})
_BOXES: Final = frozenset({b"ftyp", b"meta", b"mdat", b"free", b"skip"})  # no moov: that is a video

pi_heif.register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=1)


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Width and height in pixels. Raises Unsound."""
    if content[4:8] != b"ftyp" or content[8:12] not in _BRANDS:
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, 12)
    position = 0
    while position < len(content):
        position += _box(content, position)
    return decoded(kind, content, bounds)


def rendered(kind: Kind, content: bytes, page: int, bounds: Bounds) -> bytes:
    """The picture made anew (see `showing.py`). Raises Unsound."""
    with opened(kind, content, bounds) as image:
        return shown(image)


def _box(content: bytes, position: int) -> int:
    """The length of the box that starts here."""
    left = len(content) - position
    if left < 8:
        raise Unsound(Why.DAMAGED)
    length, name = struct.unpack_from(">I4s", content, position)
    if length == 1 and left >= 16:
        (length,) = struct.unpack_from(">Q", content, position + 8)
    if not 8 <= length <= left:
        raise Unsound(Why.DAMAGED)
    if name not in _BOXES:
        raise Unsound(Why.HIDDEN)
    return int(length)
