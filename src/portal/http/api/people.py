"""Who a referral is about: children, the adult of concern, and what the referrer is to them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, Router, delete, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import drafts, filling_in
from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.domain.facts import fields_of
from portal.domain.people import AdultDetails, ChildDetails
from portal.domain.referral_parts import CapacityOf
from portal.eventstore.work import Command
from portal.http.api.referral_view import ReferralView, referral_view
from portal.http.depending import Asking, DEPENDENCIES, Seen, TheCommand, ThePortal



class CapacityFor(CapacityOf, frozen=True, kw_only=True):
    """The answer for one person, and for whom else it holds."""

    also_for: Annotated[tuple[UUID, ...], Meta(title="Other people it holds for too", max_length=20)] = ()


@post("/children", status_code=201, summary="Add a child")
async def add_child(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    data: JSONBody[ChildDetails],
) -> Response[ReferralView]:
    """A name, or `name_not_known` with a description; and one of date of birth, estimated age and due date. The address
    of the new child stands in Location."""
    outcome = await drafts.add_child(portal, who, command, referral_id, data)
    where = {"Location": f"/api/v1/referrals/{referral_id}/children/{command.id_for('child')}"}
    return Response(referral_view(portal, outcome.answer), status_code=201, headers=where)


@put("/children/{child_id:uuid}", summary="Change what is known of a child")
async def give_child_details(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    seen: Seen,
    referral_id: FromPath[UUID],
    child_id: FromPath[UUID],
    data: JSONBody[ChildDetails],
) -> ReferralView:
    """Replaces all of it; the child must then be confirmed again. Needs If-Match: `state["child:<id>"]`."""
    outcome = await drafts.give_child_details(portal, who, command, referral_id, child_id, data, seen)
    return referral_view(portal, outcome.answer)


@delete("/children/{child_id:uuid}", status_code=200, summary="Remove a child")
async def remove_child(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    child_id: FromPath[UUID],
) -> ReferralView:
    """With the capacity and address given for it. Only while the form is not sent."""
    outcome = await drafts.change_draft(
        portal, who, command, referral_id, lambda referral, now: referral.remove_child(child_id, now)
    )
    return referral_view(portal, outcome.answer)


@post("/children/confirmation", status_code=200, summary="Confirm the children")
async def confirm_children(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]
) -> ReferralView:
    """More can be added afterwards, and confirmed again."""
    outcome = await drafts.change_draft(
        portal, who, command, referral_id, lambda referral, now: referral.confirm_children(now)
    )
    return referral_view(portal, outcome.answer)


@put("/children/none", summary="No particular child")
async def no_particular_child(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]
) -> ReferralView:
    """LADO only: it is about the adult's conduct, not about one child."""
    outcome = await drafts.change_draft(
        portal, who, command, referral_id, lambda referral, now: referral.say_no_particular_child(now)
    )
    return referral_view(portal, outcome.answer)


@put("/adult", summary="Name the adult of concern")
async def name_adult(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    seen: Seen,
    referral_id: FromPath[UUID],
    data: JSONBody[AdultDetails],
) -> ReferralView:
    """LADO only; one form for each adult. Changing it needs If-Match: `state["adult"]`."""
    return referral_view(portal, (await drafts.name_adult(portal, who, command, referral_id, data, seen)).answer)


@put("/people/{person_id:uuid}/capacity", summary="I am completing this form as a")
async def declare_capacity(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    seen: Seen,
    referral_id: FromPath[UUID],
    person_id: FromPath[UUID],
    data: JSONBody[CapacityFor],
) -> ReferralView:
    """Asked for each person, once for several with `also_for`. Professional does not mix with the other two in one
    form. Changing it needs If-Match: `state["capacity:<id>"]`."""
    fields = fields_of(data)
    persons = (person_id, *fields.pop("also_for"))
    outcome = await filling_in.declare_capacity(portal, who, command, referral_id, persons, CapacityOf(**fields), seen)
    return referral_view(portal, outcome.answer)


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
