"""The results as a table for people."""

from typing import Any

from benchmarks.rounds import Result


def as_table(results: dict[str, Result]) -> str:
    """Each measure with its numbers, their lowest and highest round, and its ratios."""
    return "\n\n".join(_measure(name, result) for name, result in results.items())


def _measure(name: str, result: Result) -> str:
    sizes = ", ".join(f"{what} {size:,}" for what, size in result["sizes"].items())
    numbers = {key: number for key, number in result.items() if isinstance(number, int | float) and key != "rounds"}
    lines = [_line(key, number, result["spread"].get(key)) for key, number in numbers.items()]
    return "\n".join([f"{name}: {result['rounds']} rounds; {sizes}", *lines])


def _line(key: str, number: float, spread: list[Any] | None) -> str:
    between = f"{spread[0]:>12,.6g} to {spread[1]:,.6g}" if spread else ""
    return f"  {key:<32}{number:>12,.6g}{between}"
