"""The account of a member of the council's directory: what the directory says of them is what it is."""

from datetime import datetime
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.staff_list import keep_listed
from portal.application.visitors import NotFound, found
from portal.council.council import Council
from portal.council.signing_in import DirectoryRules
from portal.directory.port import Arrival, Directory, Member
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OrganisationKind, OwnerDetails, Role
from portal.domain.account_membership import Membership
from portal.domain.facts import tidy
from portal.domain.refusals import Refused
from portal.eventstore.work import Command, Work
from portal.settings import MissingSettings


def directory_of(portal: Portal) -> Directory:
    """The council's directory; NotFound where it has none."""
    if portal.directory is None:
        raise NotFound
    return portal.directory


async def follow(portal: Portal, command: Command, arrival: Arrival) -> Account:
    """The member's account as the directory has them now; opened, if this is the first time. Found by the directory's
    own lasting name for them, never by an e-mail address. Refused where they may not come in."""
    member, issuer = arrival.member, directory_of(portal).issuer
    if not admits(portal.council, member):
        raise Refused("The council's directory does not let you in here. Ask those who keep it.")
    details, roles = details_of(portal.council, member), roles_of(portal.council, member)
    if roles and not arrival.strong:
        raise Refused("Sign in to the council's directory with a second factor, as its staff have to here.")
    name = portal.keyed_hash("directory-member", f"{issuer}\0{member.subject}")

    async def decide(work: Work) -> Account:
        known = await portal.store.claimed_by(name)
        account, now = await work.load(Account, known or command.id_for("account"))
        if account is None:
            membership = Membership(issuer, member.subject)
            account = Account.come_by_directory(command.id_for("account"), details, membership, now)
            work.add(account, name)
        if account.shut:
            raise Refused("Your account here has been disabled. Ask an administrator of the portal.")
        await _follow(work, account, details, roles, now)
        return account

    return (await portal.perform(command, Account, decide)).answer


async def leave(portal: Portal, command: Command, account_id: UUID) -> None:
    """Somebody is no member any more: their roles are taken away; what they have sent stays theirs."""

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account_id)
        account = found(loaded)
        await _follow(work, account, account.details, frozenset(), now)
        return account

    await portal.perform(command, Account, decide)


async def _follow(work: Work, account: Account, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> None:
    account.follow_directory(details, roles, now)
    await keep_listed(work, account, now, even_the_last=True)  # the directory is right about who administers too


def admits(council: Council, member: Member) -> bool:
    """Whether they are in the group whose members alone come in; without such a group everybody does."""
    rules = council.directory
    return rules is None or rules.admits is None or rules.admits in member.groups


def roles_of(council: Council, member: Member) -> frozenset[Role]:
    """The roles of the groups they are in."""
    rules = council.directory or DirectoryRules({})
    return frozenset(Role(role) for group in member.groups for role in rules.roles.get(group, ()))


def details_of(council: Council, member: Member) -> OwnerDetails:
    """A member of the directory as the owner of an account: somebody who works for the council, and refers as such.
    Refused where the directory does not say who they are."""
    said = {
        "kind": AccountKind.PROFESSIONAL,
        "name": tidy(member.name)[:200],
        "email": tidy(member.email),
        "phone": tidy(member.phone)[:40] or council.front_door_phone,
        "organisation": council.name,
        "organisation_kind": OrganisationKind.COUNCIL,
        "role": tidy(member.job_title)[:200] or "Council staff",
    }
    try:
        return msgspec.convert(said, OwnerDetails)
    except msgspec.ValidationError:
        says = "The council's directory does not say your name and e-mail address. Ask those who keep it."
        raise Refused(says) from None


def check_roles(rules: DirectoryRules) -> None:
    """MissingSettings where a group has a role that there is not, or no group has any."""
    known = ", ".join(Role)
    for group, roles in rules.roles.items():
        if unknown := [role for role in roles if role not in [*Role]]:
            raise MissingSettings(f"council.toml: [directory.roles] {group}: there is no role {unknown[0]!r} ({known})")
    if not any(rules.roles.values()):
        raise MissingSettings("council.toml: [directory.roles] gives no group a role")
