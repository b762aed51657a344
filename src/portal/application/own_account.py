"""One's own account: reading it, and changing it after proving once more, by the password, that one is there."""

from collections.abc import Callable
from datetime import datetime

from portal.application.failed_proofs import failing_is_noted
from portal.application.keeping import forget_forms_of_account
from portal.application.limits import refuse_beyond
from portal.application.password_checks import refuse_bad_password
from portal.application.portal import Portal
from portal.application.sessions import SESSION_AGAIN, end_other_sessions, end_sessions_of, renew_session
from portal.application.visitors import NotSignedIn, ProveAgain, Visitor, account_of, found
from portal.domain.account import Account
from portal.domain.account_details import PersonDetails
from portal.domain.refusals import Fault, Refused
from portal.eventstore.work import Command, Work

PASSWORDS_AN_HOUR = 20  # that one signed-in account tries
WRONG = "This is not your password."


async def read_own_account(portal: Portal, who: Visitor) -> Account:
    """The account of whoever is signed in."""
    return found((await portal.store.load(Account, account_of(who))).aggregate)


async def prove_owner(portal: Portal, who: Visitor, command: Command, password: str) -> Account:
    """The account, after its password: a browser left open is not enough to change it. A request that was done before
    is let through, since the password may be another one by now; it is answered and not done again. Raises TooOften."""
    account = await read_own_account(portal, who)
    if await portal.store.repeated(command.event_ids):
        return account
    await refuse_beyond(portal, "password", str(account.id), PASSWORDS_AN_HOUR)
    with failing_is_noted("password", account.id):
        if not await portal.passwords.check(password, account.password_hash):
            raise Refused(WRONG, [Fault("/current_password", WRONG)])
    return account


async def prove_owner_twice(portal: Portal, who: Visitor, command: Command, password: str) -> Account:
    """The same for what decides how one signs in: whoever has an authenticator app has also shown a code of it, or a
    recovery code at signing in, within the last minutes. Raises ProveAgain."""
    account = await prove_owner(portal, who, command, password)
    if account.authenticator and not who.fresh and not await portal.store.repeated(command.event_ids):
        raise ProveAgain
    return account


async def change_own(
    portal: Portal, who: Visitor, command: Command, act: Callable[[Account, datetime], None]
) -> Account:
    """Do something to the account of whoever asks."""

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account_of(who))
        account = found(loaded)
        act(account, now)
        return account

    return (await portal.perform(command, Account, decide)).answer


async def change_password(portal: Portal, who: Visitor, command: Command, current: str, password: str) -> str:
    """Another password. Every other session ends; the answer is the new token of this one."""
    account = await prove_owner_twice(portal, who, command, current)
    await refuse_bad_password(portal, password, account.details, bool(account.roles))
    kept = await portal.passwords.hash(password)
    await change_own(portal, who, command, lambda account, now: account.change_password(kept, now))
    return await secure_session(portal, who, command)


async def change_details(
    portal: Portal, who: Visitor, command: Command, current: str, details: PersonDetails
) -> Account:
    """Other details of oneself, and of where one works."""
    await prove_owner(portal, who, command, current)
    return await change_own(portal, who, command, lambda account, now: account.change_details(details, now))


async def close_account(portal: Portal, who: Visitor, command: Command, current: str) -> None:
    """No account any more: every session ends, and so do the drafts (ending_drafts.py). What was sent stays."""
    await prove_owner(portal, who, command, current)
    account = await change_own(portal, who, command, lambda account, now: account.close(now))
    await end_sessions_of(portal.pool, account.id)
    await forget_forms_of_account(portal, account.id)


async def secure_session(portal: Portal, who: Visitor, command: Command) -> str:
    """Sign out everywhere but here, and here whoever has a copy of the cookie: the session's new token, for which the
    old one is dead."""
    if who.session is None:
        raise NotSignedIn
    await end_other_sessions(portal, who)
    token = portal.sign(SESSION_AGAIN, command.id_for("session"))
    await renew_session(portal.pool, who.session, token)
    return token
