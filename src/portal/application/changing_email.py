"""Another e-mail address: a code goes to the new one, and the old one is told once it has come back."""

from datetime import datetime
from uuid import UUID

from portal.application.emails import seat_of
from portal.application.limits import refuse_beyond
from portal.application.own_account import prove_owner_twice, secure_session
from portal.application.portal import Outcome, Portal
from portal.application.proving import compare_mailed, prove
from portal.application.visitors import NotFound, Visitor, account_of, found
from portal.domain.account import Account
from portal.domain.facts import tidy
from portal.domain.login_challenge import LoginChallenge, Purpose
from portal.domain.refusals import Fault, Refused
from portal.eventstore.work import Command, Work

CHANGES_AN_HOUR = 5
TAKEN = "This address has an account. Enter another one."


async def ask_for_email(
    portal: Portal, who: Visitor, command: Command, current: str, email: str
) -> Outcome[LoginChallenge]:
    """Mail a code to the new address. Whether it has an account already is found out by the job that writes the letter:
    nobody learns it here."""
    known = await prove_owner_twice(portal, who, command, current)

    async def decide(work: Work) -> LoginChallenge:
        await refuse_beyond(portal, "changing email", str(known.id), CHANGES_AN_HOUR)
        loaded, now = await work.load(Account, known.id)
        challenge = LoginChallenge.issue(command.id_for("challenge"), known.id, Purpose.CHANGING_EMAIL, now)
        found(loaded).ask_for_email(tidy(email), challenge.id, now)
        work.add(challenge)
        return challenge

    return await portal.perform(command, LoginChallenge, decide)


async def confirm_email(portal: Portal, who: Visitor, command: Command, attempt: UUID, code: str) -> str:
    """The code came back: the address is the account's, and the old one is free. Every other session ends; the answer
    is the new token of this one."""
    account_id = account_of(who)

    async def move(work: Work, account: Account, challenge: LoginChallenge, now: datetime) -> None:
        if account.id != account_id:
            raise NotFound
        email = account.change_email(challenge.id, now)
        seat = await seat_of(portal, email)
        holder = None if seat.account in (None, account.id) else (await work.load(Account, seat.account))[0]
        if holder and holder.holds(email):
            if holder.taken:
                raise Refused(TAKEN, [Fault("/code", TAKEN)])
            holder.give_way(now)
        work.claim(account.id, seat.claim)

    await prove(portal, command, attempt, (Purpose.CHANGING_EMAIL,), compare_mailed(portal, code), move)
    return await secure_session(portal, who, command)
