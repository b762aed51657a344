"""The list of children: add, change, remove, and "Confirm" (guide G4 to G6)."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import drafts
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.visitors import NotFound
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Service
from portal.domain.working_days import date_in_words
from portal.http.faults import Faults
from portal.http.pages.journey.steps import address, after
from portal.http.views import TheView, View

CHILDREN = "/referrals/{referral_id:uuid}/children"
PURPOSE = "children"


@get(CHILDREN, include_in_schema=False)
async def show_children(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """ "Who is this about?" """
    return _page(view, await read_own_referral(view.portal, view.who, referral_id))


@post(CHILDREN, status_code=303, include_in_schema=False)
async def confirm_children(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Another child, or "Confirm": these are the children. More can be added afterwards."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    form, command = await view.form(PURPOSE)
    [another, *_] = form.get("another", [""])
    if another == "yes" or (another == "" and not referral.children and referral.service is not Service.LADO):
        return view.to(address(referral, "/children/new"))
    if another not in ("no", "none"):
        return _page(view, referral, Faults([Fault("/another", "Choose whether there is another child to add.")]))
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    try:
        if another == "none":
            await drafts.say_no_particular_child(own)
        confirming = OwnReferral(view.portal, view.who, command.part("confirm"), referral.id, None)
        outcome = await drafts.confirm_children(confirming)
    except Refused as refused:
        return _page(view, referral, Faults(refused.faults or [Fault("", refused.says)]))
    return view.to(after(outcome.answer, "/children"))


@get(CHILDREN + "/{child_id:uuid}/removal", include_in_schema=False)
async def show_removal(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """Asks whether a child is to be taken off."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    child = _child(referral, child_id)
    return view.page("journey/remove_child.html", "Remove a child", referral=referral, child=child)


@post(CHILDREN + "/{child_id:uuid}/removal", status_code=303, include_in_schema=False)
async def remove_child(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """Takes a child off, with all that was said of it."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    _, command = await view.form(PURPOSE)
    if child_id in referral.children:
        own = OwnReferral(view.portal, view.who, command, referral.id, None)
        await view.portal.settle(await drafts.remove_child(own, child_id), "submitted_forms")
    return view.to(address(referral, "/children"), notice="removed")


def _page(view: View, referral: Referral, faults: Faults | None = None) -> Response[str]:
    lado = referral.service is Service.LADO
    return view.page(
        "journey/children.html",
        "Who is this about?",
        faults=faults,
        referral=referral,
        lado=lado,
        children=[{"child": child, "said": said_of(child)} for child in referral.children.values()],
    )


def said_of(child: Child) -> str:
    """How old a child is, as far as it was said."""
    if child.born:
        return f"Born {date_in_words(child.born)}"
    if child.due:
        return f"Due {date_in_words(child.due)}"
    return f"About {child.estimated_age} years old" if child.estimated_age is not None else ""


def _child(referral: Referral, child_id: UUID) -> Child:
    if child_id not in referral.children:
        raise NotFound
    return referral.children[child_id]


HANDLERS = [show_children, confirm_children, show_removal, remove_child]
