"""Files that are there, whole and for their owner alone, once a function here has returned."""

import os
from collections.abc import Callable
from pathlib import Path


def write_new(path: Path, content: bytes, prepare: Callable[[int], None] = lambda _: None) -> None:
    """Write a file that was not there before. `prepare` gets its number before anything stands in it. OSError."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        prepare(file.fileno())
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    """Make sure that what was named or renamed in a folder stays so. OSError."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
