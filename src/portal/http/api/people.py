"""Who a referral is about: children, the adult of concern, and what the referrer is to them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, delete, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import drafts, filling_in
from portal.domain.facts import fields_of
from portal.domain.people import AdultDetails, ChildDetails
from portal.domain.referral_parts import CapacityOf
from portal.http.api.referral_view import ReferralView, shown
from portal.http.depending import DEPENDENCIES, TheReferral


class DeclareCapacity(CapacityOf, frozen=True, kw_only=True):
    """The answer for one person, and for whom else it holds."""

    also_for: Annotated[tuple[UUID, ...], Meta(title="Other people it holds for too", max_length=20)] = ()


@post("/children", status_code=201, summary="Add a child")
async def add_child(
    own: TheReferral,
    data: JSONBody[ChildDetails],
) -> Response[ReferralView]:
    """A name, or `name_not_known` with a description; and one of date of birth, estimated age and due date. The address
    of the new child stands in Location."""
    outcome = await drafts.add_child(own, data)
    where = {"Location": f"/api/v1/referrals/{own.id}/children/{own.command.id_for('child')}"}
    return Response(await shown(own.portal, outcome), status_code=201, headers=where)


@put("/children/{child_id:uuid}", summary="Change what is known of a child")
async def give_child_details(
    own: TheReferral,
    child_id: FromPath[UUID],
    data: JSONBody[ChildDetails],
) -> ReferralView:
    """Replaces all of it; the child must then be confirmed again. Needs If-Match: `state_tokens["child:<id>"]`."""
    return await shown(own.portal, await drafts.give_child_details(own, child_id, data))


@delete("/children/{child_id:uuid}", status_code=200, summary="Remove a child")
async def remove_child(
    own: TheReferral,
    child_id: FromPath[UUID],
) -> ReferralView:
    """With the capacity and address given for it. Only while the form is not sent."""
    return await shown(own.portal, await drafts.remove_child(own, child_id))


@post("/children/confirmation", status_code=200, summary="Confirm the children")
async def confirm_children(
    own: TheReferral,
) -> ReferralView:
    """More can be added afterwards, and confirmed again."""
    return await shown(own.portal, await drafts.confirm_children(own))


@put("/children/none", summary="No particular child")
async def no_particular_child(
    own: TheReferral,
) -> ReferralView:
    """LADO only: it is about the adult's conduct, not about one child."""
    return await shown(own.portal, await drafts.say_no_particular_child(own))


@put("/adult", summary="Name the adult of concern")
async def name_adult(
    own: TheReferral,
    data: JSONBody[AdultDetails],
) -> ReferralView:
    """LADO only; one form for each adult. Changing it needs If-Match: `state_tokens["adult"]`."""
    return await shown(own.portal, await drafts.name_adult(own, data))


@put("/people/{person_id:uuid}/capacity", summary="I am completing this form as a")
async def declare_capacity(
    own: TheReferral,
    person_id: FromPath[UUID],
    data: JSONBody[DeclareCapacity],
) -> ReferralView:
    """Asked for each person, once for several with `also_for`. What mixes professional with the other two is not
    sent. Changing it needs If-Match: `state_tokens["capacity:<id>"]`."""
    fields = fields_of(data)
    persons = (person_id, *fields.pop("also_for"))
    return await shown(own.portal, await filling_in.declare_capacity(own, persons, CapacityOf(**fields)))


PEOPLE = Router(
    "/referrals/{referral_id:uuid}",
    route_handlers=[
        add_child,
        give_child_details,
        remove_child,
        confirm_children,
        no_particular_child,
        name_adult,
        declare_capacity,
    ],
    dependencies=DEPENDENCIES,
    tags=["Who it is about"],
)
