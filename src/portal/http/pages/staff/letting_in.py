"""Exceptions: a LADO manager lets one person open one referral for some days, or ends that."""

from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get, post
from msgspec import Meta

from portal.application import administering, exceptions
from portal.application.administering import Standing
from portal.application.policy import Act
from portal.application.visitors import NotFound, allow
from portal.domain.access import LONGEST_GRANT
from portal.domain.facts import Facts, line
from portal.domain.refusals import Fault, Refused
from portal.http.answers import answers_in
from portal.http.faults import Faults, of_refusal
from portal.http.views import TheView, View

Reference = Annotated[str, line("Reference", "4H7K-PX2M", longest=40, required=True)]
NONE_CALLED = Fault("/reference", "There is no referral with this reference. Check it and enter it again")
SAYS = {
    "reference": "Enter the reference of the referral",
    "account": "Choose a person",
    "days": f"Enter a number of days from 1 to {LONGEST_GRANT.days}",
    "reason": "Say why",
}


class SomebodyLetIn(Facts, frozen=True, kw_only=True):
    """Whom to let open which referral, for how long and why."""

    reference: Reference
    account: UUID
    days: Annotated[int, Meta(ge=1, le=LONGEST_GRANT.days)]
    reason: Annotated[str, line("Why?", "Only has the same name", longest=500, required=True)]


class SomebodyLetInNoMore(Facts, frozen=True, kw_only=True):
    """Whose exception ends, for which referral."""

    reference: Reference
    account: UUID


@get("/exceptions", include_in_schema=False)
async def show_exceptions(view: TheView) -> Response[str]:
    """Whom to let open what, and why."""
    return await _page(view, "staff/let_in.html", "Let somebody open a referral", {})


@post("/exceptions", status_code=303, include_in_schema=False)
async def let_somebody_in(view: TheView) -> Response[str]:
    """Lets them; it is on record beside the referral."""
    form, command = await view.form("let in")
    answers = answers_in(form, SomebodyLetIn, SAYS)
    page = ("staff/let_in.html", "Let somebody open a referral")
    if answers.faults:
        return await _page(view, *page, answers.typed, answers.faults)
    given = answers.value
    try:
        referral = await exceptions.find_referral(view.portal, view.who, given.reference)
        await exceptions.let_in(view.portal, view.who, command, referral, given.account, given.days, given.reason)
    except NotFound:
        return await _page(view, *page, answers.typed, Faults([NONE_CALLED]))
    except Refused as refused:
        return await _page(view, *page, answers.typed, of_refusal(refused))
    return view.to("/exceptions", notice="let-in")


@get("/exceptions/end", include_in_schema=False)
async def show_ending(view: TheView) -> Response[str]:
    """Whose exception to end."""
    return await _page(view, "staff/let_in_no_more.html", "End an exception", {})


@post("/exceptions/end", status_code=303, include_in_schema=False)
async def let_nobody_in(view: TheView) -> Response[str]:
    """Ends it; their next opening is refused."""
    form, command = await view.form("let in no more")
    answers = answers_in(form, SomebodyLetInNoMore, SAYS)
    page = ("staff/let_in_no_more.html", "End an exception")
    if answers.faults:
        return await _page(view, *page, answers.typed, answers.faults)
    try:
        referral = await exceptions.find_referral(view.portal, view.who, answers.value.reference)
        await exceptions.let_in_no_more(view.portal, view.who, command, referral, answers.value.account)
    except NotFound:
        return await _page(view, *page, answers.typed, Faults([NONE_CALLED]))
    return view.to("/exceptions", notice="let-in-no-more")


async def _page(
    view: View, template: str, title: str, typed: dict[str, Any], faults: Faults | None = None
) -> Response[str]:
    allow(view.who, Act.LET_IN)
    members = await administering.list_staff(view.portal, view.who)
    shown = [each for each in members if each.standing is Standing.ACTIVE and each.account != view.who.account]
    people = [{"value": "", "text": "Choose a person"}] + [
        {"value": str(each.account), "text": f"{each.name}, {each.email}"} for each in shown
    ]
    return view.page(template, title, faults=faults, typed=typed, people=people, longest=LONGEST_GRANT.days)


HANDLERS = [show_exceptions, let_somebody_in, show_ending, let_nobody_in]
