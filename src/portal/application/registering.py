"""Opening an account: for anybody by registering, for staff by invitation."""

import hmac
from uuid import UUID

import msgspec

from portal.application.emails import by_email, email_claim, seat_of
from portal.application.limits import Caller, is_within, stranger
from portal.application.password_checks import password_faults, refuse_bad_password
from portal.application.portal import Outcome, Portal
from portal.application.staff_list import keep_listed
from portal.application.visitors import NotFound, found
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OwnerDetails, Role
from portal.domain.login_challenge import LoginChallenge, Purpose
from portal.domain.refusals import Refused, refuse_if
from portal.eventstore.work import Command, Work

INVITATION = "invitation"
REGISTRATIONS_AN_HOUR = 10  # of one address by one caller
LETTERS_AN_HOUR = 30  # that registering sends to one address, whoever asks


async def register(
    portal: Portal, command: Command, details: OwnerDetails, password: str, caller: Caller
) -> Outcome[LoginChallenge]:
    """Open an account and issue the challenge that validates its address.

    An address that has an account gets a letter saying so, and the same answer: nobody learns who has an account. So
    does whoever has registered it too often, without any letter, and changes nothing (docs/decisions/0024).
    """
    command = by_email(portal, command, details.email)
    of_password = await password_faults(portal, password, details.name, details.email, staff=False)
    kept = await portal.passwords.hash(password)

    async def decide(work: Work) -> LoginChallenge:
        seat = await seat_of(portal, details.email)
        account, now = await work.load(Account, seat.account or command.id_for("account"))
        refuse_if([*details.faults(now.date()), *of_password])
        whose, purpose = command.id_for("nobody"), Purpose.NOT_HEARD
        if await _is_heard(portal, details.email, caller):
            purpose = Purpose.REGISTERING
            if account is None or not account.holds(details.email):
                account = Account.register(command.id_for("account"), details, kept, now)
                work.add(account, seat.claim)
            elif account.taken:
                purpose = Purpose.ALREADY_REGISTERED
            else:
                account.register_again(details, kept, now)
            whose = account.id
        challenge = LoginChallenge.issue(command.id_for("challenge"), whose, purpose, now)
        work.add(challenge)
        return challenge

    return await portal.perform(command, LoginChallenge, decide)


async def _is_heard(portal: Portal, email: str, caller: Caller) -> bool:
    """Whether this registration is one too many: of its caller, or of all who register this address. Whoever has used
    up their own share uses up nobody else's."""
    claim = email_claim(portal, email).hex()
    theirs = f"{claim} {stranger(portal, caller)}"
    alone = await is_within(portal, "registering", theirs, REGISTRATIONS_AN_HOUR)
    in_all = await is_within(portal, "registering in all", claim if alone else theirs, LETTERS_AN_HOUR)
    return alone and in_all


async def invite(portal: Portal, command: Command, name: str, email: str, roles: frozenset[Role]) -> Outcome[str]:
    """Open an account for staff; the answer is the one-time token with which its owner chooses a password."""
    details = OwnerDetails(kind=AccountKind.PUBLIC, name=name, email=email, organisation=portal.council.name)
    try:
        msgspec.convert(msgspec.to_builtins(details), OwnerDetails)
    except msgspec.ValidationError:
        raise Refused("Give a name, and an e-mail address that letters can be sent to.") from None

    async def decide(work: Work) -> Account:
        seat = await seat_of(portal, email)
        account, now = await work.load(Account, seat.account or command.id_for("account"))
        if account is None or not account.holds(email):
            account = Account.invite(command.id_for("account"), details, roles, now)
            work.add(account, seat.claim)
        else:
            account.invite_over(details, roles, now)
        await keep_listed(work, account, now)
        return account

    outcome = await portal.perform(command, Account, decide)
    return Outcome(invitation_token(portal, outcome.answer), outcome.position)


def invitation_token(portal: Portal, account: Account) -> str:
    """The token in the newest invitation of an account: those of the ones before it open nothing."""
    said = f"{account.id} {account.invited_at.isoformat() if account.invited_at else ''}"
    return f"{account.id}.{portal.keyed_hash(INVITATION, said, portal.secrets.links).hex()}"


def invited_by(token: str) -> UUID | None:
    """The account that a token names, whether or not it opens it; None where it names none."""
    try:
        return UUID(token.partition(".")[0])
    except ValueError:
        return None


def _opens(portal: Portal, token: str, account: Account) -> bool:
    return hmac.compare_digest(invitation_token(portal, account).encode(), token.encode())


async def accept_invitation(portal: Portal, command: Command, token: str, password: str) -> UUID:
    """The invited person chooses their password."""
    account_id = invited_by(token)
    if account_id is None:
        raise NotFound
    invited = found((await portal.store.load(Account, account_id)).aggregate)
    if not _opens(portal, token, invited):
        raise NotFound
    await refuse_bad_password(portal, password, invited.details, staff=True)
    kept = await portal.passwords.hash(password)

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account_id)
        account = found(loaded)
        if not _opens(portal, token, account):
            raise NotFound
        if account.invited_at is None or (now - account.invited_at).days >= portal.council.limits.invitation_days:
            raise Refused("This invitation has expired. Ask for a new one.")
        account.accept_invitation(kept, now)
        return account

    return (await portal.perform(command.within(f"invitation {account_id}"), Account, decide)).answer.id
