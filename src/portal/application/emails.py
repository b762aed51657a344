"""From an e-mail address to its account, without the address standing anywhere in clear.

Claims are only ever added, so an address that is free again is taken under a new name: its keyed hash with a number,
one higher each time. Whoever took the highest number has the address, unless their account says that they have left it
(docs/decisions/0013).
"""

from itertools import count
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.domain.account import Account
from portal.domain.authenticator import AuthenticatorUsed
from portal.domain.mailboxes import normalized
from portal.eventstore.work import Command

AT_ONCE = 8  # numbers that are looked up with one query
NOBODY = UUID(int=0)  # loaded for an address without account: the same work as for one that has


class Seat(msgspec.Struct, frozen=True):
    """Who took an address last, and the name under which to take it next, if they have left it."""

    account: UUID | None
    claim: bytes


def email_claim(portal: Portal, email: str, number: int = 0) -> bytes:
    """The unique name of an address, however it is typed: a keyed hash."""
    again = f"\0{number}" if number else ""
    return portal.keyed_hash("account-email", normalized(email) + again)


def by_email(portal: Portal, command: Command, email: str) -> Command:
    """Somebody who is not signed in is told from others by the address they type: two of them may send the same key."""
    return command.within(email_claim(portal, email).hex())


async def seat_of(portal: Portal, email: str) -> Seat:
    """The address, as it is claimed now."""
    last = None
    for block in count(step=AT_ONCE):
        names = [email_claim(portal, email, number) for number in range(block, block + AT_ONCE)]
        taken = await portal.store.claimed(names)
        for name in names:
            if name not in taken:
                return Seat(last, name)
            last = taken[name]
    raise AssertionError


async def holder_of(portal: Portal, email: str) -> Account | None:
    """The account with this address, to be looked at: which codes of its app are used up is left out, so that a long
    history of signing in takes no longer. An address without account takes the same work."""
    seat = await seat_of(portal, email)
    account = await portal.store.glance(Account, seat.account or NOBODY, (AuthenticatorUsed.TOPIC,))
    return account if account and account.holds(email) else None
