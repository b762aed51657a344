"""Addresses outside the council's area: whose they are, and what to tell people. Nobody is ever kept from sending."""

from itertools import takewhile
from uuid import UUID

import msgspec

from portal.addresses.custodians import children_services_at
from portal.council.area import Area, Neighbour
from portal.domain.addresses import Address
from portal.domain.referral_state import ReferralState
from portal.domain.services import Service
from portal.domain.whose_area import deciding_addresses

SOMEWHERE = Neighbour(name="")  # outside, and nobody knows where
STILL = "You can still send this to us: we will pass it on."


class Outside(msgspec.Struct, frozen=True):
    """One person whose address is outside. `council` and `phone` are empty where they are not known."""

    person: UUID
    council: str
    phone: str
    says: str


def outside(area: Area, referral: ReferralState) -> list[Outside]:
    """All of them."""
    found = []
    for person, address in deciding_addresses(referral):
        if council := whose(area, address):
            lado = referral.service is Service.LADO
            phone = (council.lado_phone if lado else "") or council.phone
            found.append(Outside(person, council.name, phone, _says(council.name, phone, lado)))
    return found


def whose(area: Area, address: Address) -> Neighbour | None:
    """The council outside whose this address is; None where it is ours, or nothing says that it is not. The custodian
    decides; where there is none, the postcode."""
    if address.custodian and area.custodian_codes:
        if address.custodian in area.custodian_codes:
            return None
        if other := _by_custodian(area, address.custodian):
            return other
    return _by_postcode(area, address.postcode) if address.postcode and area.postcodes else None


def _by_custodian(area: Area, custodian: str) -> Neighbour | None:
    name = children_services_at(custodian)
    for neighbour in area.neighbours:
        if custodian in neighbour.custodian_codes or neighbour.name == name:
            return neighbour
    return Neighbour(name=name) if name else None


def _by_postcode(area: Area, postcode: str) -> Neighbour | None:
    outward, _, inward = postcode.partition(" ")
    area_letters = "".join(takewhile(str.isalpha, outward))
    for part in (f"{outward} {inward[:1]}", outward, area_letters):
        if part in area.postcodes:
            return None
        if there := next((each for each in area.neighbours if part in each.postcodes), None):
            return there
    return SOMEWHERE


def _says(name: str, phone: str, lado: bool) -> str:
    what = "This workplace" if lado else "This address"
    where = f"is in the area of {name}" if name else "seems to be outside our area"
    return " ".join(filter(None, (f"{what} {where}. {STILL}", f"Their number is {phone}." if phone else "")))
