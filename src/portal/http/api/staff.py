"""The accounts of staff, for administrators: list, invite, roles, sessions."""

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
    roles = frozenset(data.roles)
    return Invited(await administering.invite(portal, who, command, data.name, data.email, roles))


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
async def end_sessions(portal: ThePortal, who: Asking, account_id: FromPath[UUID]) -> None:
    """Ends every session of a member of staff."""
    await administering.end_sessions(portal, who, account_id)


STAFF = Router(
    "/",
    route_handlers=[list_staff, invite_staff, grant_role, revoke_role, end_sessions],
    dependencies=DEPENDENCIES,
    tags=["Staff"],
)
