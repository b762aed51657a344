"""A house or flat as registers describe it, whichever of them: how it is written on an envelope, and which comes first
as one walks down the street."""

import re
from collections.abc import Iterable
from typing import Final

import msgspec

from portal.addresses.port import FoundAddress

LONGEST_LINE: Final = 120  # characters: as long as one that is typed


class House(msgspec.Struct, frozen=True, kw_only=True):
    """One address in its parts. `within` the `building`: "Flat 2"; `number` in the street: "14B" or "12-16"."""

    uprn: str
    organisation: str = ""
    within: str = ""
    building: str = ""
    number: str = ""
    street: str = ""
    locality: str = ""
    town: str
    postcode: str
    custodian: str

    @property
    def address(self) -> FoundAddress:
        """As it is written."""
        lines = (
            self.organisation,
            ", ".join(filter(None, (self.within, self.building))),
            " ".join(filter(None, (self.number, self.street))),
            self.locality,
        )
        return FoundAddress(
            uprn=self.uprn,
            lines=tuple(line[:LONGEST_LINE] for line in lines if line),
            town=self.town,
            postcode=self.postcode,
            custodian=self.custodian,
        )

    @property
    def place_in_street(self) -> tuple[object, ...]:
        """Sorts by number, then the houses that only have names, each before the flats in it."""
        return (
            self.street.casefold(),
            (0, _numbers_by_size(self.number)) if self.number else (1, ()),
            *map(_numbers_by_size, (self.building, self.within, self.organisation)),
            self.uprn,
        )


def in_house_order(houses: Iterable[House]) -> list[FoundAddress]:
    """The addresses of houses, as one walks down the street."""
    return [house.address for house in sorted(houses, key=lambda house: house.place_in_street)]


def span(start: str, start_suffix: str, end: str, end_suffix: str) -> str:
    """A number or a range as registers keep it in four parts: "12", "12A" or "12A-14"."""
    last = f"{end}{end_suffix}"
    return f"{start}{start_suffix}{'-' if last else ''}{last}"


def _numbers_by_size(text: str) -> tuple[tuple[int, str], ...]:
    """Sorts "Flat 9" before "Flat 10", and "9A" between 9 and 10."""
    return tuple((int(digits or -1), words.casefold()) for digits, words in re.findall("([0-9]+)|([^0-9]+)", text))
