"""What administrators do with the accounts of staff. They read no referral, and set nobody's password."""

import asyncio
import logging
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

from portal.application import registering
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.sessions import end_sessions_of
from portal.application.staff_list import keep_listed, load_staff_list
from portal.application.visitors import NotAllowed, NotFound, Visitor, allow, found
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.refusals import Fault, Refused
from portal.domain.staff_list import STAFF_LIST, StaffList
from portal.eventstore.envelope import CannotRead
from portal.eventstore.work import Command, Work

log = logging.getLogger(__name__)
AT_ONCE = 20  # accounts that are read at the same time
Change = Callable[[Account, datetime], None]


class Standing(StrEnum):
    """How an account of staff stands."""

    INVITED = "invited"  # until password and authenticator app are there
    ACTIVE = "active"
    DISABLED = "disabled"


class StaffMember(msgspec.Struct, frozen=True, kw_only=True):
    """One account of staff. `by_directory`: they sign in with the council's directory, where their groups are roles."""

    account: UUID
    name: str
    email: str
    roles: list[Role]
    standing: Standing
    by_directory: bool


async def list_staff(portal: Portal, who: Visitor) -> list[StaffMember]:
    """Everybody who has an account for staff, by name. An account that cannot be read is left out."""
    allow(who, Act.LIST_STAFF)
    listed = (await portal.store.load(StaffList, STAFF_LIST)).aggregate
    gate = asyncio.Semaphore(AT_ONCE)
    members = await asyncio.gather(*(_member(portal, gate, each) for each in (listed.accounts if listed else ())))
    return sorted((member for member in members if member), key=lambda member: member.name.casefold())


async def invite(
    portal: Portal, who: Visitor, command: Command, name: str, email: str, roles: Collection[Role]
) -> UUID:
    """Open an account; its owner is mailed the one-time link. Nobody else is given it: it chooses the password."""
    allow(who, Act.ADMINISTER)
    if not roles:
        raise Refused("Choose what they may do.", [Fault("/roles", "Choose at least one role.")])
    if len(set(roles)) < len(roles):
        raise Refused("One role stands there twice.", [Fault("/roles", "Give each role once.")])
    outcome = await registering.invite(portal, command, name, email, frozenset(roles))
    account = registering.invited_by(outcome.answer)
    assert account is not None  # noqa: S101 - a token of our own
    return account


async def grant_role(portal: Portal, who: Visitor, command: Command, account: UUID, role: Role) -> StaffMember:
    """One more role. It acts on their next request."""
    return await _change(portal, who, command, account, lambda account, now: account.grant_role(role, now))


async def revoke_role(portal: Portal, who: Visitor, command: Command, account: UUID, role: Role) -> StaffMember:
    """One role less, from their next request on. Somebody is always left who can administer."""
    return await _change(portal, who, command, account, lambda account, now: account.revoke_role(role, now))


async def disable(portal: Portal, who: Visitor, command: Command, account: UUID, why: str) -> StaffMember:
    """Nobody signs in with this account any more, and every session ends at once."""
    member = await _change(portal, who, command, account, lambda account, now: account.disable(why, now))
    await end_sessions_of(portal.pool, account, "by an administrator")
    return member


async def enable(portal: Portal, who: Visitor, command: Command, account: UUID) -> StaffMember:
    """Its owner may sign in again."""
    return await _change(portal, who, command, account, lambda account, now: account.enable(now))


async def take_off_authenticator(portal: Portal, who: Visitor, command: Command, account: UUID) -> StaffMember:
    """For somebody who has lost the phone and the recovery codes: their roles rest until they have set up another."""
    member = await _change(portal, who, command, account, lambda account, now: account.remove_authenticator(now))
    await end_sessions_of(portal.pool, account, "by an administrator")
    return member


async def correct_details(
    portal: Portal, who: Visitor, command: Command, account: UUID, name: str, phone: str
) -> StaffMember:
    """Another name or phone number. Staff cannot change them by themselves: nobody opens a referral that names them."""
    return await _change(portal, who, command, account, lambda account, now: account.correct_details(name, phone, now))


async def end_sessions(portal: Portal, who: Visitor, command: Command, account: UUID) -> None:
    """Sign somebody out everywhere, which is on record."""
    await _change(portal, who, command, account, lambda account, now: account.end_sessions(now))
    await end_sessions_of(portal.pool, account, "by an administrator")


async def _change(portal: Portal, who: Visitor, command: Command, account_id: UUID, change: Change) -> StaffMember:
    allow(who, Act.ADMINISTER)
    if account_id == who.account:
        raise Refused("Ask another administrator: nobody changes their own account this way.")

    async def decide(work: Work) -> Account:
        staff = await load_staff_list(work)
        if who.account not in staff.administrators:  # taken away a moment ago, perhaps by the one they now act on
            raise NotAllowed
        if account_id not in staff.accounts:
            raise NotFound
        loaded, now = await work.load(Account, account_id)
        account = found(loaded)
        change(account, now)
        await keep_listed(work, account, now)
        return account

    return _shown((await portal.perform(command, Account, decide)).answer)


async def _member(portal: Portal, gate: asyncio.Semaphore, account_id: UUID) -> StaffMember | None:
    async with gate:
        try:
            account = (await portal.store.load(Account, account_id)).aggregate
        except CannotRead:
            log.warning("account %s cannot be read", account_id)
            return None
    return _shown(account) if account else None


def _shown(account: Account) -> StaffMember:
    return StaffMember(
        account=account.id,
        name=account.details.name,
        email=account.details.email,
        roles=sorted(account.roles),
        standing=_standing(account),
        by_directory=account.membership is not None,
    )


def _standing(account: Account) -> Standing:
    if account.shut:
        return Standing.DISABLED
    return Standing.ACTIVE if account.has_second_factor else Standing.INVITED
