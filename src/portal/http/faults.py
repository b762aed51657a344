"""What is wrong with a form, as its page says it: all of it in the summary, each fault beside its field."""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from portal.domain.refusals import Fault, Refused


class Faults:
    """The faults of one form. `boxes`: fields that are asked for in several boxes, and the first box of each."""

    def __init__(self, faults: Iterable[Fault] = (), boxes: Collection[str] = ()) -> None:
        self._faults = tuple(faults)
        self._boxes = frozenset(boxes)

    def __bool__(self) -> bool:
        return bool(self._faults)

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults)

    @property
    def summary(self) -> list[dict[str, Any]]:
        """For the error summary: each fault once, linked to its field."""
        found = {(fault.says, self._anchor(fault)): None for fault in self._faults}
        return [{"text": says, **({"href": href} if href else {})} for says, href in found]

    def of(self, name: str) -> dict[str, str] | None:
        """For the error message of one field: what is wrong with it, or nothing."""
        says = dict.fromkeys(fault.says for fault in self._faults if _field(fault) == name)
        return {"text": " ".join(says)} if says else None

    def _anchor(self, fault: Fault) -> str:
        name = _field(fault)
        return f"#{name}-day" if name in self._boxes else f"#{name}" if name else ""


def of_refusal(refused: Refused) -> Faults:
    """What the domain refuses; without a place of its own, it is about the whole form."""
    return Faults(refused.faults or (Fault("", refused.says),))


def _field(fault: Fault) -> str:
    """The field that a fault is about: the first name of its place."""
    return fault.at.lstrip("/").partition("/")[0]
