"""The list of steps, checking the answers, "Send Report to Local Authority", and the page that says it has arrived."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import sending
from portal.application.copying import read_own_copy
from portal.application.ending_drafts import end_of
from portal.application.outside import outside
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.urgent_help import ring_at, what_happens_next
from portal.application.visitors import NotFound
from portal.domain.copy import DOCUMENTS
from portal.domain.forms.form import DECLARATION
from portal.domain.gaps import gaps
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.http.faults import Faults
from portal.http.pages.journey.steps import Stands, Step, address, steps
from portal.http.pages.journey.words import service_called
from portal.http.views import TheView, View

OWN = "/referrals/{referral_id:uuid}"
PURPOSE = "send"
TAGS = {Stands.INCOMPLETE: "govuk-tag--blue", Stands.NOT_STARTED: "govuk-tag--grey"}


@get(OWN, include_in_schema=False)
async def show_steps(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """What there is to do, and how each stands; of what was sent, how it stands with the council."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    if referral.submission:
        return view.to(address(referral, "/sent-form"))
    found = steps(referral)
    done = sum(step.stands in (Stands.COMPLETED, Stands.OPTIONAL) for step in found)
    return view.page(
        "journey/steps.html",
        "Your form",
        referral=referral,
        called=service_called(view.portal, referral.service),
        items=[_item(referral, step) for step in found],
        done=done,
        ends_at=end_of(view.portal, referral),
    )


@get(OWN + "/check", include_in_schema=False)
async def show_check(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Every answer with a way to change it, which comes straight back."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    if referral.submission:
        return view.to(address(referral, "/sent-form"))
    return await _check(view, referral)


@post(OWN + "/check", status_code=303, include_in_schema=False)
async def send(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Sends it, once: whoever presses twice comes to the same page."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    form, command = await view.form(PURPOSE)
    declared = form.get("declaration", [""])[0] == "yes"
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    try:
        outcome = await sending.submit(own, declared)
    except Refused as refused:
        return await _check(view, referral, refused)
    await view.portal.settle(outcome, "submitted_forms", "staff_inbox", "dashboard")
    return view.to(address(referral, "/sent"))


@get(OWN + "/sent", include_in_schema=False)
async def show_sent(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """It has arrived: the reference, what happens next and when. Loading it again does nothing again."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    if referral.submission is None:
        raise NotFound
    return view.page(
        "journey/sent.html",
        "Your form has been sent",
        referral=referral,
        sent=referral.submission,
        next=what_happens_next(view.portal, referral.submission),
        ring=ring_at(view.portal, datetime.now(UTC)),
    )


async def _check(view: View, referral: Referral, refused: Refused | None = None) -> Response[str]:
    area = view.portal.council.area
    copy = await read_own_copy(view.portal, view.who, referral.id)
    lacking = [_linked(referral, fault) for fault in (refused.faults if refused else gaps(referral))]
    declaration = [fault for fault in (refused.faults if refused else ()) if fault.at == "/declaration"]
    faults = Faults(declaration or ([Fault("", refused.says)] if refused and not refused.faults else []))
    return view.page(
        "journey/check.html",
        "Check your answers before sending",
        faults=faults,
        status=422 if refused else 0,
        referral=referral,
        copy=copy,
        lacking=[] if declaration else lacking,
        change={part.name: _changes(referral, part.name) for part in copy.parts},
        outside=[(referral.people[each.person].called, each.says) for each in outside(area, referral)],
        declaration=DECLARATION,
        ring=ring_at(view.portal, datetime.now(UTC)),
    )


def _item(referral: Referral, step: Step) -> dict[str, Any]:
    """A step on the list; what is done is said plainly, what is not stands out."""
    plain = step.stands in (Stands.COMPLETED, Stands.OPTIONAL)
    says: dict[str, Any] = {"text": step.stands.value}
    status = says if plain else {"tag": {**says, "classes": TAGS[step.stands]}}
    return {"title": {"text": step.title}, "href": address(referral, step.path), "status": status}


def _linked(referral: Referral, fault: Fault) -> dict[str, str]:
    """Something missing, with the page where it can be given."""
    step = next((step for step in steps(referral) if fault.at == step.gap or fault.at.startswith(f"{step.gap}/")), None)
    return {"says": fault.says, "href": f"{address(referral, step.path)}?from=check" if step else ""}


def _changes(referral: Referral, part: str) -> list[tuple[str, str]]:
    """Where a part of the copy is changed, and what is: each page comes straight back. Nowhere, where this form has no
    page for it any more."""
    person = next((each for each in referral.people if str(each) == part), None)
    if person is None:
        places = {f"/{part}" if part in ("danger", "consent", "children", DOCUMENTS) else f"/answers/{part}": ""}
    else:
        places = {
            f"/children/{part}" if person in referral.children else "/adult": "details",
            f"/people/{part}/capacity": "what you are to them",
            f"/people/{part}/address": "address",
        }
    paths = {step.path for step in steps(referral)}
    known = {place: what for place, what in places.items() if person is not None or place in paths}
    return [(f"{address(referral, place)}?from=check", what) for place, what in known.items()]


HANDLERS = [show_steps, show_check, send, show_sent]
