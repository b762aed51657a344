"""A register that is away is not asked again for a little while: nobody then waits for it, and it can recover."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Final

from portal.addresses.port import LookupUnavailable

MOST_FAILURES: Final = 3  # in a row; then ...
PAUSE: Final = 30.0  # ... so many seconds without asking
LONGEST_PAUSE: Final = 300.0
TRIAL: Final = 10.0  # seconds that one question has to show whether it answers again


class Circuit:
    """Whether a register may be asked now. After a pause one question goes through, and decides."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._failures = 0
        self._closed_until = 0.0
        self.fault = ""  # what it was last, if it has not worked since
        self.since: datetime | None = None  # when it began to fail

    def enter(self) -> None:
        """Before asking. Raises LookupUnavailable where it is not to be asked now."""
        now = self._clock()
        if now < self._closed_until:
            raise LookupUnavailable(f"not asked again yet after: {self.fault}")
        if self._closed_until:
            self._closed_until = now + TRIAL

    def worked(self) -> None:
        """It answered."""
        self._failures, self._closed_until, self.fault, self.since = 0, 0.0, "", None

    def failed(self, fault: str, pause: float | None = None) -> None:
        """It did not. `pause`: seconds for which it said that it will not, or surely cannot."""
        self._failures += 1
        self.fault, self.since = fault, self.since or datetime.now(UTC)
        if pause is not None or self._failures >= MOST_FAILURES:
            self._closed_until = self._clock() + min(pause or PAUSE, LONGEST_PAUSE)
