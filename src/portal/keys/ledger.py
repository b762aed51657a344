"""The record of destroyed keys, outside the database and its backups: a restored backup is made to forget by it.

One file a machine, a line of JSON for each key: opaque ids and the tombstone, nothing personal. Lines are only ever
added, each on disk before its key is destroyed.
"""

import fcntl
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

import msgspec


class Tombstone(msgspec.Struct, frozen=True):
    """The last event of an erased stream, as it stands in the log."""

    id: UUID
    version: int
    topic: str
    state: dict[str, Any]
    metadata: dict[str, Any]


class Entry(msgspec.Struct, frozen=True):
    """One key that is destroyed, and the tombstone that asked for it."""

    stream_id: UUID
    key_id: UUID
    destroyed_at: datetime
    tombstone: Tombstone


class Found(NamedTuple):
    """What a ledger holds: its entries, and the numbers of the lines that cannot be read (torn by a power cut, say)."""

    entries: list[Entry]
    torn: list[int]


class Ledger:
    """The ledger at a path; several processes of one machine may write to it at once."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, entries: Sequence[Entry]) -> None:
        """Write these; they are on disk when it returns. OSError where they may not be."""
        if entries:
            self._write(b"".join(msgspec.json.encode(entry) + b"\n" for entry in entries))

    def ensure(self) -> None:
        """Make sure that it can be written to, and is there from now on. OSError where it cannot."""
        self._write(b"")

    def read(self) -> Found:
        """All of it; nothing where there is no file yet."""
        entries, torn = [], []
        lines = self.path.read_bytes().split(b"\n") if self.path.exists() else []
        for number, line in enumerate(lines, 1):
            try:
                if line:
                    entries.append(msgspec.json.decode(line, type=Entry))
            except msgspec.DecodeError:
                torn.append(number)
        return Found(entries, torn)

    def _write(self, lines: bytes) -> None:
        with self._opened() as file:
            size = os.fstat(file).st_size
            if lines and size and os.pread(file, 1, size - 1) != b"\n":
                lines = b"\n" + lines  # what was torn off there stays a line of its own
            while lines:
                lines = lines[os.write(file, lines) :]
            os.fsync(file)
        folder = os.open(self.path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)  # each time: whoever made the file may have died before
        finally:
            os.close(folder)

    @contextmanager
    def _opened(self) -> Iterator[int]:
        file = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file
        finally:
            os.close(file)
