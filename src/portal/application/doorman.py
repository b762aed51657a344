"""How many uploads a process has at once: each holds about a megabyte of its memory while it lasts."""

from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = 40


class TooManyAtOnce(Exception):
    """So much is on its way that one more would make everybody else wait."""


class Doorman:
    """Counts the uploads of this process."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._free = most

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for one request. Raises TooManyAtOnce."""
        if not self._free:
            raise TooManyAtOnce
        self._free -= 1
        try:
            yield
        finally:
            self._free += 1
