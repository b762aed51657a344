"""What the portal asks of a register of addresses, whichever one a council uses."""

from typing import Protocol

import msgspec


class FoundAddress(msgspec.Struct, frozen=True):
    """One postal address as its register writes it.

    `uprn` is up to 12 digits, kept as text. `lines` are the 1 to 4 lines above the town. `postcode` is in canonical
    form (`ZZ1 4QP`). `custodian` is the code of the council that keeps the entry: it shows an address outside the area.
    """

    uprn: str
    lines: tuple[str, ...]
    town: str
    postcode: str
    custodian: str

    @property
    def one_line(self) -> str:
        """The whole address on one line, for a list to choose from."""
        return ", ".join((*self.lines, self.town, self.postcode))


class LookupUnavailable(Exception):
    """The register cannot answer now. The page then offers to type the address by hand.

    Its text never holds what was looked up.
    """


class NotAPostcode(ValueError):
    """What was typed is no UK postcode. The text is for the person who typed it, and does not repeat it."""


class Addresses(Protocol):
    """A register of addresses."""

    async def at_postcode(self, postcode: str) -> list[FoundAddress]:
        """All addresses at a postcode, typed in any spacing and case, in house order; [] when none is known there.

        Raises NotAPostcode when it is none, and LookupUnavailable when the register does not answer in time.
        """
        ...

    async def by_uprn(self, uprn: str) -> FoundAddress | None:
        """The address with this UPRN; None when it is not known.

        Raises LookupUnavailable when the register does not answer in time.
        """
        ...

    async def trouble(self) -> str | None:
        """What is wrong with the register, for whoever watches over the portal; None when nothing is known to be."""
        ...

    async def close(self) -> None:
        """Let go of its connections."""
        ...
