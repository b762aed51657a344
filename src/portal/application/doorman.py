"""How many uploads a process has at once: each holds about a megabyte of its memory while it lasts."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

AT_ONCE = 40
OF_ONE = 4  # of these: one account takes no more of them


class TooManyAtOnce(Exception):
    """So much is on its way that one more would make everybody else wait."""


class Doorman:
    """Counts the uploads of this process."""

    def __init__(self, most: int = AT_ONCE) -> None:
        self._free = most
        self._of: Counter[UUID] = Counter()

    @contextmanager
    def place(self, account: UUID) -> Iterator[None]:
        """A place for one request. Raises TooManyAtOnce."""
        if not self._free or self._of[account] >= OF_ONE:
            raise TooManyAtOnce
        self._free -= 1
        self._of[account] += 1
        try:
            yield
        finally:
            self._free += 1
            self._of -= Counter([account])
