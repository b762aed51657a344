"""An address for each person: found by postcode, typed, copied, or a reason why there is none."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.addresses.port import FoundAddress
from portal.application import filling_in
from portal.application.filling_in import Kept
from portal.domain.addresses import AddressByHand, Place, WhyNoAddress
from portal.domain.facts import Facts, fields_of, line
from portal.http.api.referral_view import ReferralView, shown
from portal.http.depending import DEPENDENCIES, ThePortal, TheReferral

Secret = Annotated[bool, Meta(title="Keep this address secret", description="Nobody in the family may learn it.")]
AtWhichPlace = Annotated[Place, Meta(title="Home or workplace", description="For the adult the workplace counts.")]


class Postcode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The postcode to find addresses at."""

    postcode: Annotated[str, Meta(title="Postcode", max_length=20, examples=["ZZ1 4QP"])]


AlsoFor = Annotated[
    tuple[UUID, ...],
    Meta(title="Who else", description="The other people it holds for too, such as siblings.", max_length=20),
]
Uprn = Annotated[str, Meta(title="Its number in the register", pattern="^[0-9]{1,12}$", max_length=12)]


class FoundAddressChosen(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the addresses that were found."""

    uprn: Uprn
    place: AtWhichPlace = Place.HOME
    secret: Secret = False
    also_for: AlsoFor = ()


class AddressTyped(AddressByHand, frozen=True, kw_only=True):
    """An address by hand."""

    place: AtWhichPlace = Place.HOME
    secret: Secret = False
    also_for: AlsoFor = ()


class CopiedFrom(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose address it is too."""

    from_person: UUID


class NoAddress(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why no address can be given for this person."""

    why: Annotated[WhyNoAddress, Meta(title="Why")]
    secret: Secret = False
    also_for: AlsoFor = ()


class ChildElsewhere(Facts, frozen=True, kw_only=True):
    """Where a child is staying now who is not at home. The address of that place is one that was found (`uprn`), or
    typed (`address`), or not known."""

    staying: Annotated[str, line("Where is the child staying now?", "With her grandmother", longest=200, required=True)]
    uprn: Uprn | None = None
    address: AddressByHand | None = None
    secret: Secret = False
    also_for: AlsoFor = ()


@post("/addresses/search", status_code=200, summary="Find Address")
async def find_addresses(portal: ThePortal, data: JSONBody[Postcode]) -> list[FoundAddress]:
    """The addresses at a postcode, in house order. It is a POST so that postcodes do not stand in access logs."""
    return await filling_in.find_addresses(portal, data.postcode)


@put("/found", summary="Choose a found address")
async def choose_found_address(
    own: TheReferral,
    person_id: FromPath[UUID],
    data: JSONBody[FoundAddressChosen],
) -> ReferralView:
    """By its number in the register, as `POST /addresses/search` gave it."""
    kept = Kept(data.place, data.secret)
    return await shown(own.portal, await filling_in.choose_address(own, (person_id, *data.also_for), data.uprn, kept))


@put("/manual", summary="Enter an address by hand")
async def enter_address_by_hand(
    own: TheReferral,
    person_id: FromPath[UUID],
    data: JSONBody[AddressTyped],
) -> ReferralView:
    """Needs a first line, and a town or a postcode."""
    fields = fields_of(data)
    kept, persons = Kept(fields.pop("place"), fields.pop("secret")), (person_id, *fields.pop("also_for"))
    return await shown(own.portal, await filling_in.type_address(own, persons, AddressByHand(**fields), kept))


@put("/copied", summary="Copy another person's address")
async def copy_address(
    own: TheReferral,
    person_id: FromPath[UUID],
    data: JSONBody[CopiedFrom],
) -> ReferralView:
    """It stays secret where theirs is."""
    return await shown(own.portal, await filling_in.copy_address(own, person_id, data.from_person))


@put("/none", summary="There is no address")
async def record_no_address(
    own: TheReferral,
    person_id: FromPath[UUID],
    data: JSONBody[NoAddress],
) -> ReferralView:
    """No fixed abode, or not known: recorded as the answer."""
    kept = Kept(secret=data.secret)
    return await shown(own.portal, await filling_in.say_no_address(own, (person_id, *data.also_for), data.why, kept))


@put("/people/{child_id:uuid}/whereabouts", summary="The child is somewhere else now")
async def say_child_is_elsewhere(
    own: TheReferral,
    child_id: FromPath[UUID],
    data: JSONBody[ChildElsewhere],
) -> ReferralView:
    """Beside the address of the child's home. Changing it needs If-Match: `state_tokens["whereabouts:<id>"]`."""
    children = (child_id, *data.also_for)
    outcome = await filling_in.say_elsewhere(own, children, data.staying, data.uprn or "", data.address, data.secret)
    return await shown(own.portal, outcome)


@delete("/people/{child_id:uuid}/whereabouts", status_code=200, summary="The child is at home")
async def say_child_is_at_home(
    own: TheReferral,
    child_id: FromPath[UUID],
) -> ReferralView:
    """Takes back that the child is somewhere else. Needs If-Match: `state_tokens["whereabouts:<id>"]`."""
    return await shown(own.portal, await filling_in.say_at_home(own, child_id))


ADDRESS_OF_PERSON = Router(
    "/referrals/{referral_id:uuid}/people/{person_id:uuid}/address",
    route_handlers=[choose_found_address, enter_address_by_hand, copy_address, record_no_address],
)
WHEREABOUTS = Router("/referrals/{referral_id:uuid}", route_handlers=[say_child_is_elsewhere, say_child_is_at_home])
ADDRESSES = Router(
    "/", route_handlers=[find_addresses, ADDRESS_OF_PERSON, WHEREABOUTS], dependencies=DEPENDENCIES, tags=["Addresses"]
)
