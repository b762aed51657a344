"""The rest of a draft: capacity and relationship, addresses, danger, answers, consent."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar
from uuid import UUID

import msgspec
from msgspec.structs import asdict

from portal.addresses.port import FoundAddress, NotAPostcode
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
from portal.domain.services import Service
from portal.domain.whereabouts import Whereabouts

T = TypeVar("T")


class Kept(msgspec.Struct, frozen=True):
    """How an address is to be kept: a home or a workplace, secret or not."""

    place: Place = Place.HOME
    secret: bool = False


async def declare_capacity(own: OwnReferral, persons: Sequence[UUID], given: CapacityOf) -> Outcome[Referral]:
    """ "I am completing this form as a", for one person or several at once (guide G23)."""
    first, *others = persons

    def change(referral: Referral, now: datetime) -> None:
        refuse_what_was_not_seen(referral.capacities, first, others, given)
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


async def change_service(own: OwnReferral, service: Service) -> Outcome[Referral]:
    """The draft goes to another service, with all that was answered (domain.md 6.4)."""
    return await own.change(lambda referral, now: referral.change_service(service, now), "service")


async def find_addresses(portal: Portal, postcode: str) -> list[FoundAddress]:
    """ "Find Address": what the register knows at a postcode. NotAPostcode, LookupUnavailable."""
    return await portal.addresses.at_postcode(postcode)


async def choose_address(own: OwnReferral, persons: Sequence[UUID], uprn: str, kept: Kept) -> Outcome[Referral]:
    """One of the addresses that were found, for one person or several who share it. LookupUnavailable."""
    return await _confirm(own, persons, await _found(own.portal, uprn, kept))


async def type_address(
    own: OwnReferral, persons: Sequence[UUID], typed: AddressByHand, kept: Kept
) -> Outcome[Referral]:
    """An address by hand, for one person or several. NotAPostcode where a postcode is given that cannot be one."""
    return await _confirm(own, persons, _by_hand(typed, kept))


async def copy_address(own: OwnReferral, person: UUID, other: UUID) -> Outcome[Referral]:
    """The same address as another person's."""
    return await own.change(lambda referral, now: referral.copy_address(person, other, now), f"address:{person}")


async def say_no_address(own: OwnReferral, persons: Sequence[UUID], why: WhyNoAddress, kept: Kept) -> Outcome[Referral]:
    """No fixed abode, or not known; of one person or several."""
    return await _confirm(own, persons, Address(source=AddressSource.NONE, why_none=why, **asdict(kept)))


async def say_elsewhere(
    own: OwnReferral,
    children: Sequence[UUID],
    staying: str,
    uprn: str = "",
    typed: AddressByHand | None = None,
    secret: bool = False,
) -> Outcome[Referral]:
    """Children who are not at home: where they are staying now, and its address as it was found or typed, if known.
    LookupUnavailable."""
    if uprn and typed:
        raise Refused("Give the address once.", [Fault("/uprn", "Choose a found address or type one, not both.")])
    kept = Kept(secret=secret)
    try:
        address = await _found(own.portal, uprn, kept) if uprn else _by_hand(typed, kept) if typed else None
    except NotAPostcode as no:
        raise Refused("Check the postcode.", [Fault("/address/postcode", str(no))]) from None
    return await _give_whereabouts(own, children, Whereabouts(staying=staying, address=address))


async def say_at_home(own: OwnReferral, child: UUID) -> Outcome[Referral]:
    """A child is at home after all."""
    return await _give_whereabouts(own, [child], None)


async def _found(portal: Portal, uprn: str, kept: Kept) -> Address:
    """What was found is looked up again, so that nobody can make one up."""
    found = await portal.addresses.by_uprn(uprn)
    if found is None:
        raise Refused("Find the address again.", [Fault("/uprn", "This address is not in the register.")])
    return Address(
        source=AddressSource.FOUND,
        lines=found.lines,
        town=found.town,
        postcode=found.postcode,
        uprn=found.uprn,
        custodian=found.custodian,
        **asdict(kept),
    )


def _by_hand(typed: AddressByHand, kept: Kept) -> Address:
    fields = {**fields_of(typed), "postcode": canonical(typed.postcode) if typed.postcode else ""}
    return Address(source=AddressSource.MANUAL, **fields, **asdict(kept))


async def _confirm(own: OwnReferral, persons: Sequence[UUID], address: Address) -> Outcome[Referral]:
    first, *others = persons

    def change(referral: Referral, now: datetime) -> None:
        refuse_what_was_not_seen(referral.addresses, first, others, address)
        referral.confirm_address(persons, address, now)

    return await own.change(change, f"address:{first}")


async def _give_whereabouts(
    own: OwnReferral, children: Sequence[UUID], whereabouts: Whereabouts | None
) -> Outcome[Referral]:
    first, *others = children

    def change(referral: Referral, now: datetime) -> None:
        refuse_what_was_not_seen(referral.whereabouts, first, others, whereabouts)
        referral.give_whereabouts(children, whereabouts, now)

    return await own.change(change, f"whereabouts:{first}")


def refuse_what_was_not_seen(answers: Mapping[UUID, T], first: UUID, others: Sequence[UUID], given: T | None) -> None:
    """An answer for several people replaces no other answer than that which its token was of: whoever saw the first
    one's saw those that were given together with it. Raises MustSayWhatYouSaw."""
    if any(answers.get(other) not in (None, answers.get(first), given) for other in others):
        raise MustSayWhatYouSaw
