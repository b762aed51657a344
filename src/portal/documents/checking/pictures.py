"""JPEG and PNG: small enough to be decoded, decoded whole, and nothing behind their end."""

import io
from typing import Final

import PIL.MpoImagePlugin  # noqa: F401 - a file too, and none can be opened later
from PIL import Image

from portal.documents.checking.jpeg import refuse_jpeg
from portal.documents.checking.kinds import Bounds, Kind, Unsound, Why
from portal.documents.checking.png import refuse_png
from portal.documents.checking.showing import shown

# What Pillow calls them; a photo with further images behind the first is MPO.
_PILLOW: Final = {Kind.JPEG: ("JPEG", "MPO"), Kind.PNG: ("PNG",), Kind.HEIC: ("HEIF",)}

Image.MAX_IMAGE_PIXELS = None  # we have a cap of our own, and refuse where Pillow only warns


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Width and height in pixels. Raises Unsound."""
    _STRUCTURE[kind](content, bounds)
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


_STRUCTURE: Final = {Kind.JPEG: refuse_jpeg, Kind.PNG: refuse_png}
