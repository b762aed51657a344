"""Who a form is about and the two questions every form has: danger, agreement, the adult, the children, and what the
referrer is to each."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import drafts, filling_in
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.portal import Outcome
from portal.application.urgent_help import ring_at
from portal.application.visitors import NotFound
from portal.domain.facts import Facts
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import ADULT, CAPACITY, CHILD, CONSENT, DANGER, form_of
from portal.domain.people import AdultDetails, Child, ChildDetails
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf
from portal.domain.refusals import Refused
from portal.domain.services import Capacity, Service
from portal.http.pages.journey.asking import (
    CHANGED,
    Page,
    Typed,
    changed_meanwhile,
    opened,
    refused_here,
    show_again,
    take,
)
from portal.http.pages.journey.steps import address, from_check, onward
from portal.http.views import TheView, View

OWN = "/referrals/{referral_id:uuid}"
Saving = Callable[[OwnReferral, Any], Awaitable[Outcome[Referral]]]


@get(OWN + "/danger", include_in_schema=False)
async def show_danger(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """The first question of every form."""
    return await opened(view, _danger(view, await read_own_referral(view.portal, view.who, referral_id)))


@post(OWN + "/danger", status_code=303, include_in_schema=False)
async def declare_danger(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Saves it; whoever is in danger has been told whom to ring."""
    page = _danger(view, await read_own_referral(view.portal, view.who, referral_id))
    return await _saved(view, page, filling_in.declare_danger, "/danger")


@get(OWN + "/consent", include_in_schema=False)
async def show_consent(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Whether the family has agreed."""
    return await opened(view, _consent(await read_own_referral(view.portal, view.who, referral_id)))


@post(OWN + "/consent", status_code=303, include_in_schema=False)
async def record_consent(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Saves it. Without agreement to early help the next page shows the way to social care."""
    page = _consent(await read_own_referral(view.portal, view.who, referral_id))
    return await _saved(view, page, filling_in.record_consent, "/consent")


@post(OWN + "/service", status_code=303, include_in_schema=False)
async def change_service(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """From early help to social care, with all that was answered."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    _, command = await view.form("change service", ("to",))
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    outcome = await filling_in.change_service(own, Service.SOCIAL_CARE)
    await view.portal.settle(outcome, "submitted_forms")
    return view.to(address(referral), notice="moved")


@get(OWN + "/adult", include_in_schema=False)
async def show_adult(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """The adult of concern."""
    return await opened(view, _adult(await read_own_referral(view.portal, view.who, referral_id)))


@post(OWN + "/adult", status_code=303, include_in_schema=False)
async def name_adult(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Saves who it is."""
    page = _adult(await read_own_referral(view.portal, view.who, referral_id))
    return await _saved(view, page, drafts.name_adult, "/adult")


@get(OWN + "/children/new", include_in_schema=False)
async def show_new_child(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """ "+" (guide G5)."""
    return await opened(view, _child(await read_own_referral(view.portal, view.who, referral_id)))


@post(OWN + "/children/new", status_code=303, include_in_schema=False)
async def add_child(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Adds a child to the list."""
    page = _child(await read_own_referral(view.portal, view.who, referral_id))
    return await _saved(view, page, drafts.add_child, to="/children")


@get(OWN + "/children/{child_id:uuid}", include_in_schema=False)
async def show_child(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """What is known of a child."""
    return await opened(view, _child(await read_own_referral(view.portal, view.who, referral_id), child_id))


@post(OWN + "/children/{child_id:uuid}", status_code=303, include_in_schema=False)
async def give_child_details(view: TheView, referral_id: FromPath[UUID], child_id: FromPath[UUID]) -> Response[str]:
    """Saves what is known of a child, who is then to be confirmed again."""
    page = _child(await read_own_referral(view.portal, view.who, referral_id), child_id)
    return await _saved(view, page, lambda own, child: drafts.give_child_details(own, child_id, child), to="/children")


@get(OWN + "/people/{person_id:uuid}/capacity", include_in_schema=False)
async def show_capacity(view: TheView, referral_id: FromPath[UUID], person_id: FromPath[UUID]) -> Response[str]:
    """ "I am completing this form as a" (guide G23)."""
    return await opened(view, _capacity(await read_own_referral(view.portal, view.who, referral_id), person_id))


@post(OWN + "/people/{person_id:uuid}/capacity", status_code=303, include_in_schema=False)
async def declare_capacity(view: TheView, referral_id: FromPath[UUID], person_id: FromPath[UUID]) -> Response[str]:
    """Saves it for this person; of others it is asked with the same answer offered."""
    page = _capacity(await read_own_referral(view.portal, view.who, referral_id), person_id)
    step = f"/people/{person_id}/capacity"
    typed = await take(view, page)
    persons = [person_id, *(each for each in page.others if str(each) in typed.also)]
    saving: Saving = lambda own, given: filling_in.declare_capacity(own, persons, given)  # noqa: E731
    return await _save(view, page, typed, saving, step)


async def _saved(view: View, page: Page[Any], save: Saving, step: str = "", *, to: str = "") -> Response[str]:
    """Saves what a page asks as a whole, and goes on to the next step or `to` a page."""
    return await _save(view, page, await take(view, page), save, step, to=to)


async def _save(
    view: View, page: Page[Any], typed: Typed[Any], save: Saving, step: str, *, to: str = ""
) -> Response[str]:
    if typed.faults:
        return show_again(view, page, typed, typed.faults)
    try:
        outcome = await save(typed.own, msgspec.convert(typed.answers, page.kind))
    except CHANGED as fault:
        return changed_meanwhile(view, page, typed, fault)
    except Refused as refused:
        return show_again(view, page, typed, refused_here(refused))
    saved = await view.portal.settle(outcome, "submitted_forms")
    if typed.later:
        return view.to(address(saved), notice="saved")
    return view.to(address(saved, to) if to and not from_check(view) else onward(view, saved, step))


def _page(referral: Referral, name: str, kind: type[Facts], facts: Facts | None, **more: Any) -> Page[Any]:
    """The page of what every form asks beside its own sections."""
    section = form_of(referral.service).section(name)
    if section is None:
        raise NotFound
    title = more.pop("title", section.title_for(referral.capacity))
    return Page(
        referral=referral,
        kind=kind,
        questions=section.questions,
        title=title,
        intro=section.intro_for(referral.capacity),
        back=more.pop("back", address(referral)),
        answers=msgspec.to_builtins(facts) if facts is not None else {},
        **more,
    )


def _danger(view: View, referral: Referral) -> Page[Any]:
    values = {"ring": ring_at(view.portal, datetime.now(UTC))}
    more = {"part": "danger", "template": "journey/danger.html", "values": values}
    return _page(referral, DANGER, Danger, referral.danger, **more)


def _consent(referral: Referral) -> Page[Any]:
    return _page(referral, CONSENT, Consent, referral.consent, part="consent", template="journey/consent.html")


def _adult(referral: Referral) -> Page[Any]:
    return _page(referral, ADULT, AdultDetails, referral.adult, part="adult")


def _child(referral: Referral, child_id: UUID | None = None) -> Page[Any]:
    child = referral.children.get(child_id) if child_id else None
    if child_id and child is None:
        raise NotFound
    more: dict[str, Any] = {"back": address(referral, "/children"), "part": f"child:{child_id}" if child_id else ""}
    if child_id:
        more["capacity"] = referral.capacity_towards(child_id)
    elif referral.capacity is Capacity.SELF:
        more["capacity"] = Capacity.PERSONAL
    heading = child.called if child else "Add another child" if referral.children else "Add a child"
    return _page(referral, CHILD, ChildDetails, child, title="About the child", heading=heading, **more)


def _capacity(referral: Referral, person_id: UUID) -> Page[Any]:
    person = referral.people.get(person_id)
    if person is None:
        raise NotFound
    others = [of for of in referral.capacities.values() if of.capacity is not Capacity.SELF]  # one alone is oneself
    given = referral.capacities.get(person_id) or next(iter(others), None)
    same = {each.id: each.called for each in referral.children.values() if each.id not in referral.capacities}
    same.pop(person_id, None)
    more = {"others": same if isinstance(person, Child) else {}, "part": f"capacity:{person_id}"}
    return _page(referral, CAPACITY, CapacityOf, given, heading=f"You and {person.called}", **more)


HANDLERS = [
    *(show_danger, declare_danger, show_consent, record_consent, change_service, show_adult, name_adult),
    *(show_new_child, add_child, show_child, give_child_details, show_capacity, declare_capacity),
]
