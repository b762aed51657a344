"""Where a child is staying now who is not at home: asked beside its address, answered by those who know."""

from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import filling_in
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.portal import Outcome
from portal.application.state_tokens import state_token
from portal.application.visitors import NotFound
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Capacity
from portal.http.faults import Faults
from portal.http.forms import STRANGE_FIELDS, Form
from portal.http.pages.journey.addresses import LINES, MEANWHILE, here, one, typed_address
from portal.http.pages.journey.asking import CHANGED
from portal.http.pages.journey.steps import address, from_check
from portal.http.reading import BadBody
from portal.http.views import TheView, View

AT = "/referrals/{referral_id:uuid}/people/{child_id:uuid}/whereabouts"
PURPOSE = "whereabouts"
FIELDS = {"staying", *LINES, "town", "typed_postcode", "secret", "seen", "home", "also"}


@get(AT, include_in_schema=False)
async def show_whereabouts(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """Where the child is staying, as far as it was said."""
    referral, child = await _read(view, referral_id, child_id)
    return _page(view, referral, child, await view.kept() or _stored(referral, child))


@post(AT, status_code=303, include_in_schema=False)
async def give_whereabouts(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """Saves it, for other children too who are there; or that the child is at home after all."""
    referral, child = await _read(view, referral_id, child_id)
    form, command = await view.form(PURPOSE, ("also",))
    if form.keys() - FIELDS:
        raise BadBody(STRANGE_FIELDS)
    own = OwnReferral(view.portal, view.who, command, referral.id, one(form, "seen") or None)
    try:
        await _answer(own, referral, child, form)
    except CHANGED:
        return _page(view, referral, child, form, Faults([Fault("", MEANWHILE)]))
    except Refused as refused:
        return _page(view, referral, child, form, Faults(map(here, refused.faults or [Fault("", refused.says)])))
    return view.to(_back(view, referral, child), notice="saved")


async def _answer(own: OwnReferral, referral: Referral, child: Child, form: Form) -> Outcome[Referral]:
    if "home" in form:
        return await filling_in.say_at_home(own, child.id)
    staying = one(form, "staying")
    if not staying:
        says = "Say where the child is staying, for example with a grandmother."
        raise Refused("Check the answers.", [Fault("/staying", says)])
    typed = typed_address(form) if any(one(form, name) for name in (*LINES, "town", "typed_postcode")) else None
    children = [child.id, *(each.id for each in _others(referral, child) if str(each.id) in form.get("also", []))]
    return await filling_in.say_elsewhere(own, children, staying, "", typed, one(form, "secret") == "yes")


def _others(referral: Referral, child: Child) -> list[Child]:
    """The other children of whom it has not been said."""
    return [each for each in referral.children.values() if each.id != child.id and each.id not in referral.whereabouts]


def _stored(referral: Referral, child: Child) -> Form:
    known = referral.whereabouts.get(child.id)
    if known is None:
        return {}
    form = {"staying": [known.staying]}
    if known.address is None:
        return form
    lines = dict(zip(LINES, ([line] for line in known.address.lines), strict=False))
    place = {"town": [known.address.town], "typed_postcode": [known.address.postcode]}
    return {**form, **lines, **place, "secret": ["yes" if known.address.secret else ""]}


async def _read(view: View, referral_id: UUID, child_id: UUID) -> tuple[Referral, Child]:
    referral = await read_own_referral(view.portal, view.who, referral_id)
    if child_id not in referral.children:
        raise NotFound
    return referral, referral.children[child_id]


def _back(view: View, referral: Referral, child: Child) -> str:
    return address(referral, "/check" if from_check(view) else f"/people/{child.id}/address")


def _page(view: View, referral: Referral, child: Child, form: Form, faults: Faults | None = None) -> Response[str]:
    values: dict[str, Any] = {
        "typed": {name: one(form, name) for name in FIELDS},
        "also": form.get("also", []),
        "others": [{"value": str(each.id), "text": each.called} for each in _others(referral, child)],
        "oneself": referral.capacity_towards(child.id) is Capacity.SELF,
    }
    return view.page(
        "journey/whereabouts.html",
        "Staying somewhere else",
        faults=faults,
        referral=referral,
        child=child,
        known=child.id in referral.whereabouts,
        seen=state_token(view.portal, referral, f"whereabouts:{child.id}"),
        back=_back(view, referral, child),
        **values,
    )


HANDLERS = [show_whereabouts, give_whereabouts]
