"""Which addresses decide what council a referral is for."""

from collections.abc import Iterator
from uuid import UUID

from portal.domain.addresses import Address, Place
from portal.domain.referral_state import ReferralState
from portal.domain.services import Service


def deciding_addresses(referral: ReferralState) -> Iterator[tuple[UUID, Address]]:
    """By person. An allegation goes by where the adult works; anything else by where each child is, that is where they
    are staying now if they are not at home (Working Together to Safeguard Children; Children Act 1989, section 47)."""
    if referral.service is Service.LADO:
        adult = referral.adult
        address = referral.addresses.get(adult.id) if adult else None
        if adult and address and address.place is Place.WORKPLACE:
            yield adult.id, address
        return
    for child in referral.children:
        now = referral.whereabouts.get(child)
        if address := (now.address if now and now.address else referral.addresses.get(child)):
            yield child, address
