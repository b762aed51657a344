"""The rest of a draft: capacity and relationship, addresses, danger, answers, consent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from portal.addresses.port import FoundAddress
from portal.addresses.postcode import canonical
from portal.application.own_referral import OwnReferral
from portal.application.portal import Outcome, Portal
from portal.application.state_tokens import MustSayWhatYouSaw
from portal.domain.addresses import Address, AddressByHand, AddressSource, Place, WhyNoAddress
from portal.domain.facts import fields_of
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.section import Section
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf
from portal.domain.refusals import Fault, Refused


class Kept(msgspec.Struct, frozen=True):
    """How an address is to be kept: a home or a workplace, secret or not."""

    place: Place = Place.HOME
    secret: bool = False


async def declare_capacity(own: OwnReferral, persons: Sequence[UUID], given: CapacityOf) -> Outcome[Referral]:
    """ "I am completing this form as a", for one person or several at once (guide G23)."""
    first, *others = persons

    def change(referral: Referral, now: datetime) -> None:
        seen = referral.capacities.get(first)  # whoever saw this answer saw those that were given together with it
        if any(referral.capacities.get(other) not in (None, seen, given) for other in others):
            raise MustSayWhatYouSaw
        referral.declare_capacity(persons, given, now)

    return await own.change(change, f"capacity:{first}")


async def declare_danger(own: OwnReferral, danger: Danger) -> Outcome[Referral]:
    """Is anyone in danger now?"""
    return await own.change(lambda referral, now: referral.declare_danger(danger, now), "danger")


async def give_answers(own: OwnReferral, section: Section) -> Outcome[Referral]:
    """The answers to one section."""
    return await own.change(lambda referral, now: referral.give_answers(section, now), f"answers:{section.NAME}")


async def record_consent(own: OwnReferral, consent: Consent) -> Outcome[Referral]:
    """Whether the family agreed."""
    return await own.change(lambda referral, now: referral.record_consent(consent, now), "consent")


async def find_addresses(portal: Portal, postcode: str) -> list[FoundAddress]:
    """ "Find Address": what the register knows at a postcode. NotAPostcode, LookupUnavailable."""
    return await portal.addresses.at_postcode(postcode)


async def choose_address(own: OwnReferral, person: UUID, uprn: str, kept: Kept) -> Outcome[Referral]:
    """One of the addresses that were found; it is looked up again, so that nobody can make one up."""
    found = await own.portal.addresses.by_uprn(uprn)
    if found is None:
        raise Refused("Find the address again.", [Fault("/uprn", "This address is not in the register.")])
    address = Address(
        source=AddressSource.FOUND,
        lines=found.lines,
        town=found.town,
        postcode=found.postcode,
        uprn=found.uprn,
        custodian=found.custodian,
        **asdict(kept),
    )
    return await _confirm(own, person, address)


async def type_address(own: OwnReferral, person: UUID, typed: AddressByHand, kept: Kept) -> Outcome[Referral]:
    """An address by hand. NotAPostcode where a postcode is given that cannot be one."""
    fields = {**fields_of(typed), "postcode": canonical(typed.postcode) if typed.postcode else ""}
    return await _confirm(own, person, Address(source=AddressSource.MANUAL, **fields, **asdict(kept)))


async def copy_address(own: OwnReferral, person: UUID, other: UUID) -> Outcome[Referral]:
    """The same address as another person's."""
    return await own.change(lambda referral, now: referral.copy_address(person, other, now), f"address:{person}")


async def say_no_address(own: OwnReferral, person: UUID, why: WhyNoAddress, kept: Kept) -> Outcome[Referral]:
    """No fixed abode, or not known."""
    return await _confirm(own, person, Address(source=AddressSource.NONE, why_none=why, **asdict(kept)))


async def _confirm(own: OwnReferral, person: UUID, address: Address) -> Outcome[Referral]:
    return await own.change(lambda referral, now: referral.confirm_address(person, address, now), f"address:{person}")
