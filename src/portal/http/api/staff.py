"""The accounts of staff, for administrators: list, invite, roles, sessions, disabling, lost authenticator apps."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, get, post, put
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import administering
from portal.application.administering import StaffMember
from portal.domain.account_details import Role
from portal.domain.facts import Facts, line
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal


class NewStaff(Facts, frozen=True, kw_only=True):
    """Somebody to be invited."""

    name: Annotated[str, line("Full name", "Dana Osei", longest=200, required=True)]
    email: Annotated[
        str, Meta(title="E-mail address at work", max_length=254, examples=["dana.osei@severnshire.example"])
    ]
    roles: Annotated[tuple[Role, ...], Meta(title="What they may do", min_length=1, max_length=len(Role))]


class StaffDetails(Facts, frozen=True, kw_only=True):
    """By which name and phone number the council knows somebody."""

    name: Annotated[str, line("Full name", "Dana Osei", longest=200, required=True)]
    phone: Annotated[str, line("Phone number at work", "01632 960 144", longest=40)] = ""


class Disabling(Facts, frozen=True, kw_only=True):
    """Why an account is disabled."""

    why: Annotated[str, line("Why?", "Has left the council", longest=500, required=True)]


class Invited(msgspec.Struct, frozen=True):
    """The account that was opened. Its owner is mailed a link that works once."""

    account: UUID


@get("/staff", summary="The list of staff")
async def list_staff(portal: ThePortal, who: Asking) -> list[StaffMember]:
    """Everybody with an account for staff, for administrators, and for LADO managers who have to choose somebody."""
    return await administering.list_staff(portal, who)


@post("/staff", status_code=201, summary="Invite a member of staff")
async def invite_staff(portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[NewStaff]) -> Invited:
    """The link is mailed to them and shown to nobody else. Like all that changes what staff may do, this needs a code
    from an authenticator app that was entered within the last five minutes."""
    return Invited(await administering.invite(portal, who, command, data.name, data.email, data.roles))


@put("/staff/{account_id:uuid}/details", summary="Change somebody's name or phone number")
async def correct_details(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID], data: JSONBody[StaffDetails]
) -> StaffMember:
    """Staff cannot do that themselves, since nobody opens a referral that names them; they are mailed that it was done.
    Whoever a referral names by the former name or number still cannot open it."""
    return await administering.correct_details(portal, who, command, account_id, data.name, data.phone)


@put("/staff/{account_id:uuid}/roles/{role:str}", summary="Grant a role")
async def grant_role(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID], role: FromPath[Role]
) -> StaffMember:
    """Acts on their next request. Not for one's own account."""
    return await administering.grant_role(portal, who, command, account_id, role)


@delete("/staff/{account_id:uuid}/roles/{role:str}", status_code=200, summary="Take a role away")
async def revoke_role(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID], role: FromPath[Role]
) -> StaffMember:
    """Acts on their next request. Not for one's own account, and not from the last administrator."""
    return await administering.revoke_role(portal, who, command, account_id, role)


@delete("/staff/{account_id:uuid}/sessions", status_code=204, summary="Sign somebody out everywhere")
async def end_sessions(portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID]) -> None:
    """Ends every session of a member of staff. Not one's own: `DELETE /sessions` does that."""
    await administering.end_sessions(portal, who, command, account_id)


@post("/staff/{account_id:uuid}/disabling", status_code=200, summary="Disable an account")
async def disable_account(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID], data: JSONBody[Disabling]
) -> StaffMember:
    """Nobody signs in with it any more, every session ends at once, and its owner is mailed."""
    return await administering.disable(portal, who, command, account_id, data.why)


@post("/staff/{account_id:uuid}/enabling", status_code=200, summary="Enable an account")
async def enable_account(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID]
) -> StaffMember:
    """Its owner may sign in again."""
    return await administering.enable(portal, who, command, account_id)


@delete("/staff/{account_id:uuid}/authenticator", status_code=200, summary="Take off a lost authenticator app")
async def take_off_authenticator(
    portal: ThePortal, who: Asking, command: TheCommand, account_id: FromPath[UUID]
) -> StaffMember:
    """For somebody who has lost the phone and the recovery codes, and has shown who they are. Their roles rest until
    they have set up another app."""
    return await administering.take_off_authenticator(portal, who, command, account_id)


STAFF = Router(
    "/",
    route_handlers=[
        list_staff,
        invite_staff,
        correct_details,
        grant_role,
        revoke_role,
        end_sessions,
        disable_account,
        enable_account,
        take_off_authenticator,
    ],
    dependencies=DEPENDENCIES,
    tags=["Staff"],
)
