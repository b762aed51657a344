"""Passwords that were stolen elsewhere: a sorted file of their SHA-1s, 20 bytes each, searched where it lies on disk.

It is made from the text download of Have I Been Pwned (`portal passwords prepare`), whose lines are `SHA1:count` in
order of the hash. A billion of them are 20 GB, of which a search touches thirty places.
"""

import hashlib
import mmap
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO

from portal.domain.password_policy import composed

SIZE = 20  # bytes of a SHA-1


class MalformedList(Exception):
    """The file is no list of breached passwords: says what is wrong and where."""


class BreachedPasswords:
    """An open list. `close` it."""

    def __init__(self, path: Path) -> None:
        try:
            with path.open("rb") as file:
                self._hashes = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            raise MalformedList(f"the list of breached passwords {path} cannot be read, or is empty") from None
        if len(self._hashes) % SIZE:
            raise MalformedList(f"{path} is not a list that `portal passwords prepare` has made: its end is cut off")

    def __len__(self) -> int:
        return len(self._hashes) // SIZE

    def __contains__(self, password: str) -> bool:
        return any(self._has(_hash(form)) for form in {password, composed(password)})

    def close(self) -> None:
        """Let go of the file."""
        self._hashes.close()

    def _has(self, wanted: bytes) -> bool:
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            found = self._hashes[middle * SIZE : (middle + 1) * SIZE]
            if found == wanted:
                return True
            low, high = (middle + 1, high) if found < wanted else (low, middle)
        return False


def prepare(lines: Iterable[str], target: BinaryIO, seen_at_least: int = 1) -> int:
    """Write the list from the lines of the text download, and return how many it holds. MalformedList names the first
    line that is not one, or that is out of order."""
    written = 0
    for hashed in _in_order(lines, seen_at_least):
        target.write(hashed)
        written += 1
    return written


def _in_order(lines: Iterable[str], seen_at_least: int) -> Iterator[bytes]:
    before = b""
    for number, line in enumerate(lines, 1):
        written, _, seen = line.strip().partition(":")
        try:
            hashed, count = bytes.fromhex(written), int(seen or 1)
        except ValueError:
            hashed, count = b"", 0
        if len(hashed) != SIZE:
            raise MalformedList(f"line {number} is not a SHA-1 in hexadecimal with a colon and a number after it")
        if hashed <= before:
            raise MalformedList(f"line {number} is out of order: download the list that is ordered by hash")
        before = hashed
        if count >= seen_at_least:
            yield hashed


def _hash(password: str) -> bytes:
    return hashlib.sha1(password.encode(), usedforsecurity=False).digest()
