"""The accounts of staff, for administrators: list, inviting, roles, sessions, disabling, lost authenticator apps."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import administering
from portal.application.administering import StaffMember, Standing
from portal.application.policy import Act
from portal.application.visitors import NotFound, allow
from portal.domain.account_details import Role
from portal.domain.facts import Facts
from portal.domain.refusals import Refused
from portal.eventstore.work import Command
from portal.http.answers import answers_in
from portal.http.api.staff import Disabling, NewStaff, StaffDetails
from portal.http.faults import Faults, of_refusal
from portal.http.pages.codes import NoFields
from portal.http.views import TheView, View

ONE = "/staff/{account_id:uuid}"
ROLES: Mapping[Role, tuple[str, str]] = {
    Role.WORKER: ("Duty worker", "Reads and answers referrals to early help and social care"),
    Role.MANAGER: ("Team manager", "Reads and answers referrals to early help and social care"),
    Role.LADO: ("LADO", "Reads and answers reports about adults who work with children"),
    Role.LADO_MANAGER: ("LADO manager", "The same, and lets others open a referral by way of exception"),
    Role.SERVICE_FEEDBACK: ("Feedback team", "Reads feedback about services"),
    Role.FOSTERING: ("Fostering team", "Reads fostering enquiries"),
    Role.AUDITOR: ("Auditor", "Sees who did what and when, and replays referrals for a reason"),
    Role.ADMINISTRATOR: ("Administrator", "Looks after the accounts of staff; reads no referral"),
}
STANDING = {
    Standing.INVITED: "Invited: has not set a password and an app yet",
    Standing.ACTIVE: "Active",
    Standing.DISABLED: "Disabled",
}
SAYS_INVITE = {"name": "Enter their full name", "email": "Enter their email address at work", "roles": "Choose a role"}


class Roles(Facts, frozen=True, kw_only=True):
    """What somebody is to do from now on; none of it takes all away."""

    roles: tuple[Role, ...] = ()


@get("/staff", include_in_schema=False)
async def show_staff(view: TheView) -> Response[str]:
    """Everybody who has an account for staff."""
    members = await administering.list_staff(view.portal, view.who)
    may_change = Act.ADMINISTER in _may(view)
    return view.page("staff/list.html", "Staff", members=members, roles=ROLES, standing=STANDING, may_change=may_change)


@get("/staff/new", include_in_schema=False)
async def show_inviting(view: TheView) -> Response[str]:
    """Whom to invite, as what."""
    allow(view.who, Act.ADMINISTER)
    return _inviting(view, {})


@post("/staff/new", status_code=303, include_in_schema=False)
async def invite_staff(view: TheView) -> Response[str]:
    """Mails them the link."""
    allow(view.who, Act.ADMINISTER)
    form, command = await view.form("invite", ("roles",))
    answers = answers_in(form, NewStaff, SAYS_INVITE)
    if answers.faults:
        return _inviting(view, answers.typed, answers.faults)
    typed = answers.value
    try:
        await administering.invite(view.portal, view.who, command, typed.name, typed.email, typed.roles)
    except Refused as refused:
        return _inviting(view, answers.typed, of_refusal(refused))
    return view.to("/staff", notice="invited")


@get(ONE, include_in_schema=False)
async def show_member(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """One of them, with all that can be changed."""
    allow(view.who, Act.ADMINISTER)
    return await _member_page(view, account_id)


@post(ONE + "/roles", status_code=303, include_in_schema=False)
async def change_roles(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """Grants what is chosen and takes away what is not, from their next page on."""
    allow(view.who, Act.ADMINISTER)
    form, command = await view.form("roles", ("roles",))
    answers = answers_in(form, Roles)
    member = await _member(view, account_id)
    if answers.faults:
        return await _member_page(view, account_id, answers.faults)
    wanted = frozenset(answers.value.roles)
    try:
        for role in sorted(wanted - {*member.roles}):
            part = command.part(f"grant {role}")
            await administering.grant_role(view.portal, view.who, part, account_id, role)
        for role in sorted({*member.roles} - wanted):
            part = command.part(f"revoke {role}")
            await administering.revoke_role(view.portal, view.who, part, account_id, role)
    except Refused as refused:
        return await _member_page(view, account_id, of_refusal(refused))
    return view.to(f"/staff/{account_id}", notice="staff-changed")


@post(ONE + "/details", status_code=303, include_in_schema=False)
async def correct_details(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """Another name or phone number, by which the portal knows whom a referral names."""
    allow(view.who, Act.ADMINISTER)
    form, command = await view.form("details")
    answers = answers_in(form, StaffDetails, {"name": "Enter their full name"})
    if answers.faults:
        return await _member_page(view, account_id, answers.faults, answers.typed)
    return await _changed(
        view, account_id, administering.correct_details, command, answers.value.name, answers.value.phone
    )


@post(ONE + "/sessions", status_code=303, include_in_schema=False)
async def end_sessions(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """Signs them out everywhere."""
    form, command = await view.form("sessions")
    answers_in(form, NoFields)
    return await _changed(view, account_id, administering.end_sessions, command)


@post(ONE + "/disabling", status_code=303, include_in_schema=False)
async def disable_account(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """Nobody signs in with it any more."""
    allow(view.who, Act.ADMINISTER)
    form, command = await view.form("disable")
    answers = answers_in(form, Disabling, {"why": "Say why it is disabled"})
    if answers.faults:
        return await _member_page(view, account_id, answers.faults)
    return await _changed(view, account_id, administering.disable, command, answers.value.why)


@post(ONE + "/enabling", status_code=303, include_in_schema=False)
async def enable_account(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """They may sign in again."""
    form, command = await view.form("enable")
    answers_in(form, NoFields)
    return await _changed(view, account_id, administering.enable, command)


@post(ONE + "/authenticator", status_code=303, include_in_schema=False)
async def take_off_authenticator(view: TheView, account_id: FromPath[UUID]) -> Response[str]:
    """For somebody who has lost phone and recovery codes."""
    form, command = await view.form("authenticator")
    answers_in(form, NoFields)
    return await _changed(view, account_id, administering.take_off_authenticator, command)


async def _changed(view: View, account_id: UUID, change: Any, command: Command, *given: str) -> Response[str]:
    try:
        await change(view.portal, view.who, command, account_id, *given)
    except Refused as refused:
        return await _member_page(view, account_id, of_refusal(refused))
    return view.to(f"/staff/{account_id}", notice="staff-changed")


def _inviting(view: View, typed: Mapping[str, Any], faults: Faults | None = None) -> Response[str]:
    chosen = typed.get("roles", [])
    chosen = [chosen] if isinstance(chosen, str) else chosen
    return view.page(
        "staff/invite.html",
        "Invite a member of staff",
        faults=faults,
        typed=typed,
        roles=_choices(chosen),
        back="/staff",
    )


async def _member_page(
    view: View, account_id: UUID, faults: Faults | None = None, typed: Mapping[str, Any] | None = None
) -> Response[str]:
    member = await _member(view, account_id)
    return view.page(
        "staff/one.html",
        "Account of a member of staff",
        faults=faults,
        member=member,
        typed=typed or {"name": member.name},
        mine=account_id == view.who.account,
        standing=STANDING[member.standing],
        roles=_choices([*member.roles]),
        back="/staff",
    )


async def _member(view: View, account_id: UUID) -> StaffMember:
    members = await administering.list_staff(view.portal, view.who)
    found = next((member for member in members if member.account == account_id), None)
    if found is None:
        raise NotFound
    return found


def _choices(chosen: list[Any]) -> list[dict[str, Any]]:
    return [
        {"value": role.value, "text": text, "hint": {"text": about}, "checked": role.value in chosen}
        for role, (text, about) in ROLES.items()
    ]


def _may(view: View) -> frozenset[Act]:
    return frozenset({Act.ADMINISTER} if Role.ADMINISTRATOR in view.who.roles else ())


HANDLERS = [
    *(show_staff, show_inviting, invite_staff, show_member, change_roles, correct_details, end_sessions),
    *(disable_account, enable_account, take_off_authenticator),
]
