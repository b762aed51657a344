"""What OS Places answers, as Ordnance Survey's technical specification has it: keys without a value are left out.

An entry is either Royal Mail's (DPA) or the councils' own (LPI, in the shape of BS 7666); many addresses have both.
"""

import re
from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from portal.addresses.house import House, span

NOT_POSTAL: Final = "N"  # in POSTAL_ADDRESS_CODE: a barn, a plot
LIVE: Final = ("1", "6", "")  # approved, provisional; not alternative (3) and not historical (8)
AS_NUMBER: Final = re.compile(r"[0-9]+[A-Z]?(-[0-9]+[A-Z]?)?")  # PAF keeps 14A and 12-16 as names
Code = int | float | str


class Dpa(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """A delivery point of Royal Mail's postcode address file."""

    uprn: str
    department_name: str = ""
    organisation_name: str = ""
    sub_building_name: str = ""
    building_name: str = ""
    building_number: Code = ""
    po_box_number: Code = ""
    dependent_thoroughfare_name: str = ""
    thoroughfare_name: str = ""
    double_dependent_locality: str = ""
    dependent_locality: str = ""
    post_town: str = ""
    postcode: str = ""
    postal_address_code: str = ""
    logical_status_code: Code = ""
    local_custodian_code: Code = ""

    @property
    def house(self) -> House:
        """The parts of it that stand on an envelope."""
        named_by_number = AS_NUMBER.fullmatch(self.building_name) and not self.building_number
        box = f"PO Box {text(self.po_box_number)}" if self.po_box_number else ""
        return House(
            uprn=self.uprn,
            organisation=_joined(self.department_name, self.organisation_name, box),
            within=self.sub_building_name,
            building="" if named_by_number else self.building_name,
            number=self.building_name if named_by_number else text(self.building_number),
            street=_joined(self.dependent_thoroughfare_name, self.thoroughfare_name),
            locality=_joined(self.double_dependent_locality, self.dependent_locality),
            town=self.post_town,
            postcode=self.postcode,
            custodian=text(self.local_custodian_code),
        )


class Lpi(msgspec.Struct, frozen=True, kw_only=True, rename="upper"):
    """A land and property identifier of a council: a secondary object (SAO) within a primary one (PAO)."""

    uprn: str
    organisation: str = ""
    sao_text: str = ""
    sao_start_number: Code = ""
    sao_start_suffix: str = ""
    sao_end_number: Code = ""
    sao_end_suffix: str = ""
    pao_text: str = ""
    pao_start_number: Code = ""
    pao_start_suffix: str = ""
    pao_end_number: Code = ""
    pao_end_suffix: str = ""
    street_description: str = ""
    locality_name: str = ""
    town_name: str = ""
    administrative_area: str = ""
    postcode_locator: str = ""
    postal_address_code: str = ""
    logical_status_code: Code = ""
    local_custodian_code: Code = ""

    @property
    def house(self) -> House:
        """The parts of it that stand on an envelope."""
        sao_start, sao_end = text(self.sao_start_number), text(self.sao_end_number)
        pao_start, pao_end = text(self.pao_start_number), text(self.pao_end_number)
        sao = span(sao_start, self.sao_start_suffix, sao_end, self.sao_end_suffix)
        return House(
            uprn=self.uprn,
            organisation=self.organisation if self.organisation not in (self.pao_text, self.sao_text) else "",
            within=" ".join(filter(None, (self.sao_text, sao))),
            building=self.pao_text,
            number=span(pao_start, self.pao_start_suffix, pao_end, self.pao_end_suffix),
            street=self.street_description,
            locality=self.locality_name,
            town=self.town_name or self.administrative_area,
            postcode=self.postcode_locator,
            custodian=text(self.local_custodian_code),
        )


class Entry(msgspec.Struct, frozen=True, rename="upper"):
    """One of the two."""

    dpa: Dpa | None = None
    lpi: Lpi | None = None


class Header(msgspec.Struct, frozen=True):
    """How many there are in all, and which of them these are."""

    totalresults: int
    offset: int = 0
    maxresults: int = 100


class Answer(msgspec.Struct, frozen=True):
    """A page of entries; where there are none the key is left out."""

    header: Header
    results: list[Entry] = []


class Wrong(msgspec.Struct, frozen=True):
    """What a 400 says."""

    message: str = ""


class Refusal(msgspec.Struct, frozen=True):
    """The body of a 400."""

    error: Wrong = Wrong()


def houses(entries: Iterable[Entry]) -> list[House]:
    """Each postal address once, as Royal Mail has it where it does."""
    known = list(entries)
    found = {one.uprn: one.house for one in _postal(entry.dpa for entry in known)}
    for other in _postal(entry.lpi for entry in known):
        found.setdefault(other.uprn, other.house)
    return list(found.values())


def text(code: Code) -> str:
    """A number or code as text; OS Places sends some of them as numbers."""
    return str(int(code)) if isinstance(code, float) else str(code)


def _postal(entries: Iterable[Dpa | None] | Iterable[Lpi | None]) -> Iterator[Dpa | Lpi]:
    for each in entries:
        if each and each.postal_address_code != NOT_POSTAL and text(each.logical_status_code) in LIVE:
            yield each


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))
