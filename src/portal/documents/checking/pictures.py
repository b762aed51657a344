"""JPEG and PNG: small enough to be decoded, decoded whole, and nothing behind their end."""

import io
import zlib
from typing import Final

import PIL.MpoImagePlugin  # noqa: F401 - a file too, and none can be opened later
from PIL import Image

from portal.documents.checking.jpeg import refuse_what_follows
from portal.documents.checking.kinds import Bounds, Kind, Unsound, Why
from portal.documents.checking.polyglots import refuse_strangers
from portal.documents.checking.showing import shown

_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_ANIMATED: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
# What Pillow calls them; a photo with further images behind the first is MPO.
_PILLOW: Final = {Kind.JPEG: ("JPEG", "MPO"), Kind.PNG: ("PNG",), Kind.HEIC: ("HEIF",)}

Image.MAX_IMAGE_PIXELS = None  # we have a cap of our own, and refuse where Pillow only warns


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Width and height in pixels. Raises Unsound."""
    _STRUCTURE[kind](content)
    return decoded(kind, content, bounds)


def rendered(kind: Kind, content: bytes, page: int, bounds: Bounds) -> bytes:
    """The picture made anew (see `showing.py`). Raises Unsound."""
    with opened(kind, content, bounds) as image:
        return shown(image)


def decoded(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Width and height of a picture that can be decoded whole."""
    with opened(kind, content, bounds) as image:
        image.load()
        return {"width": image.width, "height": image.height}


def opened(kind: Kind, content: bytes, bounds: Bounds) -> Image.Image:
    """The picture, not decoded yet and not too large for it. Raises Unsound, and OSError where it is damaged."""
    image = Image.open(io.BytesIO(content), formats=_PILLOW[kind])
    if image.width * image.height > bounds.pixels:
        raise Unsound(Why.TOO_MANY_PIXELS)
    return image


def _jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, 3)
    refuse_what_follows(content)


def _png(content: bytes) -> None:
    """Every chunk whole and with its checksum, the header first, the end last."""
    if not content.startswith(_PNG_START):
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, len(_PNG_START))
    position, name = len(_PNG_START), b""
    while name != b"IEND":
        head = content[position : position + 8]
        if len(head) < 8:
            raise Unsound(Why.DAMAGED)
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        end = position + 8 + length
        if zlib.crc32(content[position + 4 : end]).to_bytes(4, "big") != content[end : end + 4]:
            raise Unsound(Why.DAMAGED)
        if name in _ANIMATED:
            raise Unsound(Why.ACTIVE_CONTENT)
        position = end + 4
    if content[position:].strip(b"\x00"):
        raise Unsound(Why.HIDDEN)


_STRUCTURE: Final = {Kind.JPEG: _jpeg, Kind.PNG: _png}
