"""A great deal of data, packed without being made first."""

import zlib


def packed(block: bytes, times: int) -> bytes:
    """The same block again and again, as zlib packs it."""
    packer = zlib.compressobj(9)
    first = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    further = packer.compress(block) + packer.flush(zlib.Z_FULL_FLUSH)
    checksum = 1
    for _ in range(times):
        checksum = zlib.adler32(block, checksum)
    return first + further * (times - 1) + b"\x03\x00" + checksum.to_bytes(4, "big")
