"""How the domain says no: in words that tell a person what to do, every fault at once."""

from collections.abc import Iterable

import msgspec


class Fault(msgspec.Struct, frozen=True):
    """One thing to put right. `at` is a JSON pointer into what was sent (or into the referral, when sending it)."""

    at: str
    says: str


class Refused(Exception):
    """A rule of the domain says no. The text is for the person who asked; `faults` names every place to mend."""

    def __init__(self, says: str, faults: Iterable[Fault] = ()) -> None:
        super().__init__(says)
        self.says = says
        self.faults = tuple(faults)


def refuse_if(faults: Iterable[Fault]) -> None:
    """Raise `Refused` with all of them when there are any."""
    if found := tuple(faults):
        raise Refused("There is a problem with some of your answers.", found)
