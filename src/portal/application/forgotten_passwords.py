"""A forgotten password: a link by mail, and with it a new one."""

from contextlib import suppress
from uuid import UUID

from portal.application.devices import known_device
from portal.application.emails import NOBODY, by_email, email_claim, seat_of
from portal.application.limits import Caller, TooOften
from portal.application.password_checks import refuse_bad_password
from portal.application.portal import Portal
from portal.application.proving import issue, refuse_if_overtaken
from portal.application.sessions import end_sessions_of
from portal.application.visitors import NotFound, found
from portal.domain.account import Account
from portal.domain.login_challenge import LoginChallenge, Purpose
from portal.eventstore.work import Command, Work

NEW_PASSWORD = "new-password"  # noqa: S105 - purpose of the token in the mailed link
LINKS_AN_HOUR = 3  # of one address, asked for by strangers or by a device that it is known to


async def forgot_password(portal: Portal, command: Command, email: str, caller: Caller) -> None:
    """Mail a link to choose a new password, if the address has an account. If it has none, all is the same but for the
    letter: there is a challenge, of nobody's account, and the job that would write to its owner finds none. The account
    is not even read here, since that would take longer than to find none."""
    seat = await seat_of(portal, email)
    asker = f"{email_claim(portal, email).hex()} {known_device(portal, caller.device, seat.account)}"
    limit = ("link", asker, LINKS_AN_HOUR)
    with suppress(TooOften):
        await issue(portal, by_email(portal, command, email), seat.account or NOBODY, Purpose.NEW_PASSWORD, limit)


async def choose_password(portal: Portal, command: Command, token: str, password: str) -> UUID:
    """A new password by the mailed link; the answer is whose. Ends every session; does not sign in (guide G17)."""
    challenge_id = portal.signed(NEW_PASSWORD, token)
    if challenge_id is None:
        raise NotFound
    asked = found((await portal.store.load(LoginChallenge, challenge_id)).aggregate)
    known = found((await portal.store.load(Account, asked.account)).aggregate)
    await refuse_bad_password(portal, password, known.details, bool(known.roles))
    kept = await portal.passwords.hash(password)

    async def decide(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, challenge_id)
        challenge = found(loaded)
        challenge.accept_link(now)
        account = found((await work.load(Account, challenge.account))[0])
        refuse_if_overtaken(account, challenge)
        account.change_password(kept, now)
        return challenge

    await portal.perform(command.within(f"link {challenge_id}"), LoginChallenge, decide)
    await end_sessions_of(portal.pool, known.id)
    return known.id
