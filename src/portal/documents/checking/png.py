"""PNG: every chunk whole and with its checksum, as many pixels as the header says, and nothing behind the end."""

import struct
import zlib
from collections.abc import Iterator
from typing import Final

from portal.documents.checking.kinds import MIB, Bounds, Unsound, Why
from portal.documents.checking.polyglots import refuse_strangers

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_ANIMATED: Final = frozenset({b"acTL", b"fcTL", b"fdAT"})
_CHANNELS: Final = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}  # by the type of colour
_SCATTERED: Final = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def refuse_png(content: bytes, bounds: Bounds) -> None:
    """Raises Unsound where it is no PNG, has too many pixels, is damaged, moves, or hides something."""
    if not content.startswith(_SIGNATURE):
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, len(_SIGNATURE))
    chunks = _chunks(content)
    name, header = next(chunks)
    if name != b"IHDR" or len(header) != 13:
        raise Unsound(Why.DAMAGED)
    expected = _size_of_pixels(header, bounds)
    unpacking, found = zlib.decompressobj(), 0
    for name, part in chunks:
        if name in _ANIMATED:
            raise Unsound(Why.ACTIVE_CONTENT)
        if name == b"IDAT":
            found += _unpacked_size(unpacking, part)
            if found > expected:
                raise Unsound(Why.DAMAGED)
    if found != expected:
        raise Unsound(Why.DAMAGED)


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of each, to the end of the file."""
    position, name = len(_SIGNATURE), b""
    while name != b"IEND":
        head = content[position : position + 8]
        length, name = int.from_bytes(head[:4], "big"), head[4:]
        end = position + 8 + length
        if zlib.crc32(content[position + 4 : end]).to_bytes(4, "big") != content[end : end + 4]:
            raise Unsound(Why.DAMAGED)
        yield name, content[position + 8 : end]
        position = end + 4
    if content[position:].strip(b"\x00"):
        raise Unsound(Why.HIDDEN)


def _size_of_pixels(header: bytes, bounds: Bounds) -> int:
    """How many bytes the pixels are when unpacked: each row is whole bytes, with one more before it."""
    width, height, depth, colour, _, _, scattered = struct.unpack(">IIBBBBB", header)
    if width * height > bounds.pixels:
        raise Unsound(Why.TOO_MANY_PIXELS)
    bits = depth * _CHANNELS.get(colour, 0)
    size = 0
    for left, top, across, down in _SCATTERED if scattered else ((0, 0, 1, 1),):
        columns, rows = -(-max(0, width - left) // across), -(-max(0, height - top) // down)
        if columns:
            size += rows * (1 + -(-columns * bits // 8))
    return size


def _unpacked_size(unpacking: "zlib._Decompress", part: bytes) -> int:
    size = 0
    while part:
        unpacked = unpacking.decompress(part, MIB)
        size += len(unpacked)
        part = unpacking.unconsumed_tail
    return size
