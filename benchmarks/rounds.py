"""What the rounds of a measure found, and what that comes to."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import median
from typing import Any

import msgspec

Result = dict[str, Any]


class Rounds:
    """Numbers by name, one a round; whoever measures adds them in turn."""

    def __init__(self) -> None:
        self._found: dict[str, list[float]] = defaultdict(list)

    def add(self, **found: float) -> None:
        """What one side's turn gave."""
        for name, number in found.items():
            self._found[name].append(number)

    def ratio(self, one: str, other: str) -> float:
        """The median of one / other, round by round."""
        pairs = zip(self._found[one], self._found[other], strict=True)
        return tidy(median(above / below for above, below in pairs))

    def result(self, sizes: Result, **ratios: float) -> Result:
        """Medians, ratios, and how they came about."""
        names = list(self._found)
        return {
            **{name: tidy(median(self._found[name])) for name in names},
            **ratios,
            "sizes": sizes,
            "rounds": max(map(len, self._found.values())),
            "spread": {name: [tidy(min(self._found[name])), tidy(max(self._found[name]))] for name in names},
        }


def percentile(numbers: Sequence[float], percent: float) -> float:
    """The number that this share of all does not exceed."""
    return sorted(numbers)[min(len(numbers) - 1, int(len(numbers) * percent / 100))]


def p50_p99(before: str, seconds: Sequence[float]) -> dict[str, float]:
    """The two that people ask for, in milliseconds."""
    return {f"{before}p50": median(seconds) * 1000, f"{before}p99": percentile(seconds, 99) * 1000}


def tidy(number: float) -> float:
    """As many digits as mean something."""
    return float(f"{number:.4g}") if abs(number) < 1000 else float(round(number))


def as_json(results: dict[str, Result]) -> str:
    """For programs."""
    return msgspec.json.encode(results).decode()
