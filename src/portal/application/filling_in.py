"""The rest of a draft: capacity and relationship, addresses, danger, answers, consent."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from portal.addresses.port import FoundAddress, LookupUnavailable
from portal.addresses.postcode import canonical
from portal.application.drafts import change_draft
from portal.application.portal import Outcome, Portal
from portal.application.visitors import Visitor
from portal.domain.addresses import Address, AddressByHand, AddressSource, Place, WhyNoAddress
from portal.domain.facts import fields_of
from portal.domain.forms import Consent, Danger, Section
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf
from portal.domain.refusals import Fault, Refused
from portal.eventstore.work import Command


class Kept(msgspec.Struct, frozen=True):
    """How an address is to be kept: a home or a workplace, secret or not."""

    place: Place = Place.HOME
    secret: bool = False


async def declare_capacity(
    portal: Portal,
    who: Visitor,
    command: Command,
    referral_id: UUID,
    persons: Sequence[UUID],
    given: CapacityOf,
    seen: str | None,
) -> Outcome[Referral]:
    """ "I am completing this form as a", for one person or several at once (guide G23)."""

    def change(referral: Referral, now: datetime) -> None:
        referral.declare_capacity(persons, given, now)

    return await change_draft(portal, who, command, referral_id, change, f"capacity:{persons[0]}", seen)


async def declare_danger(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, danger: Danger, seen: str | None
) -> Outcome[Referral]:
    """Is anyone in danger now?"""

    def change(referral: Referral, now: datetime) -> None:
        referral.declare_danger(danger, now)

    return await change_draft(portal, who, command, referral_id, change, "danger", seen)


async def give_answers(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, section: Section, seen: str | None
) -> Outcome[Referral]:
    """The answers to one section."""

    def change(referral: Referral, now: datetime) -> None:
        referral.give_answers(section, now)

    return await change_draft(portal, who, command, referral_id, change, f"answers:{section.NAME}", seen)


async def record_consent(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, consent: Consent, seen: str | None
) -> Outcome[Referral]:
    """Whether the family agreed."""

    def change(referral: Referral, now: datetime) -> None:
        referral.record_consent(consent, now)

    return await change_draft(portal, who, command, referral_id, change, "consent", seen)


async def find_addresses(portal: Portal, postcode: str) -> list[FoundAddress]:
    """ "Find Address": what the register knows at a postcode. NotAPostcode, LookupUnavailable."""
    return await portal.addresses.at_postcode(postcode)


async def choose_address(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, person: UUID, uprn: str, kept: Kept, seen: str | None
) -> Outcome[Referral]:
    """One of the addresses that were found; it is looked up again, so that nobody can make one up."""
    found = await portal.addresses.by_uprn(uprn)
    if found is None:
        raise Refused("Find the address again.", [Fault("/uprn", "This address is not in the register.")])
    address = Address(
        source=AddressSource.FOUND,
        lines=found.lines,
        town=found.town,
        postcode=found.postcode,
        uprn=found.uprn,
        custodian=found.custodian,
        **msgspec.structs.asdict(kept),
    )
    return await _confirm(portal, who, command, referral_id, person, address, seen)


async def type_address(
    portal: Portal,
    who: Visitor,
    command: Command,
    referral_id: UUID,
    person: UUID,
    typed: AddressByHand,
    kept: Kept,
    seen: str | None,
) -> Outcome[Referral]:
    """An address by hand. NotAPostcode where a postcode is given that cannot be one."""
    fields = {**fields_of(typed), "postcode": canonical(typed.postcode) if typed.postcode else ""}
    address = Address(source=AddressSource.MANUAL, **fields, **msgspec.structs.asdict(kept))
    return await _confirm(portal, who, command, referral_id, person, address, seen)


async def copy_address(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, person: UUID, other: UUID, seen: str | None
) -> Outcome[Referral]:
    """The same address as another person's."""

    def change(referral: Referral, now: datetime) -> None:
        referral.copy_address(person, other, now)

    return await change_draft(portal, who, command, referral_id, change, f"address:{person}", seen)


async def say_no_address(
    portal: Portal,
    who: Visitor,
    command: Command,
    referral_id: UUID,
    person: UUID,
    why: WhyNoAddress,
    kept: Kept,
    seen: str | None,
) -> Outcome[Referral]:
    """No fixed abode, or not known."""
    address = Address(source=AddressSource.NONE, why_none=why, **msgspec.structs.asdict(kept))
    return await _confirm(portal, who, command, referral_id, person, address, seen)


async def _confirm(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, person: UUID, address: Address, seen: str | None
) -> Outcome[Referral]:
    def change(referral: Referral, now: datetime) -> None:
        referral.confirm_address(person, address, now)

    return await change_draft(portal, who, command, referral_id, change, f"address:{person}", seen)
