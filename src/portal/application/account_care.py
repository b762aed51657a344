"""What the council does to an account: shut it, open it again, help out somebody who has lost their phone.

Nobody at the council can see or set a password (guide G17). Who may ask is decided by those who call this: the command
line is for whoever runs the portal.
"""

from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from portal.application.emails import holder_of
from portal.application.portal import Portal
from portal.application.sessions import end_sessions_of
from portal.application.staff_list import keep_listed
from portal.application.visitors import found
from portal.domain.account import Account
from portal.domain.refusals import Refused
from portal.eventstore.work import Command, Work


async def account_with(portal: Portal, email: str) -> UUID:
    """The account with this address; Refused where there is none."""
    account = await holder_of(portal, email)
    if account is None:
        raise Refused("No account has this address.")
    return account.id


async def disable_account(portal: Portal, command: Command, account_id: UUID, why: str) -> None:
    """Nobody signs in with it any more, and every session ends at once."""
    await _change(portal, command, account_id, lambda account, now: account.disable(why, now))
    await end_sessions_of(portal.pool, account_id)


async def enable_account(portal: Portal, command: Command, account_id: UUID) -> None:
    """Its owner may sign in again."""
    await _change(portal, command, account_id, lambda account, now: account.enable(now))


async def take_off_authenticator(portal: Portal, command: Command, account_id: UUID) -> None:
    """For somebody who has lost the phone and the recovery codes, and has shown by another way who they are."""
    await _change(portal, command, account_id, lambda account, now: account.remove_authenticator(now))
    await end_sessions_of(portal.pool, account_id)


async def _change(portal: Portal, command: Command, account_id: UUID, act: Callable[[Account, datetime], None]) -> None:
    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account_id)
        account = found(loaded)
        act(account, now)
        await keep_listed(work, account, now, even_the_last=True)  # whoever runs the portal can invite another
        return account

    await portal.perform(command, Account, decide)
