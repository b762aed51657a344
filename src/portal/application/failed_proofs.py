"""Whoever failed to prove who they are: a line in the process's log, by opaque ids (ASVS 16.3.1).

What succeeds is an event, and so is each code that is tried at signing in. One wrong password is none: whoever guesses
could fill the log of events, which is kept for ever. That somebody guesses is one, once an hour for an address.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from portal.application.limits import is_within
from portal.application.portal import Portal
from portal.domain.guessing import PasswordsGuessed, guessing_stream
from portal.domain.refusals import Refused
from portal.eventstore.work import Command
from portal.logs import facts

log = logging.getLogger(__name__)
MOST_AN_HOUR = 200  # addresses for which guessing is on record; that of others is in the process's log


async def note_guessing(portal: Portal, command: Command, address: str, account: UUID | None) -> None:
    """Put it on record that somebody guesses passwords. `address`: a keyed hash of the one typed; for one without an
    account it is the same work, so that nobody learns which has one."""
    once = await is_within(portal, "guessing on record", address, 1)
    if once and await is_within(portal, "guessing on record", "of anybody", MOST_AN_HOUR):
        await portal.note(command, PasswordsGuessed, guessing_stream(address), account=account)


@contextmanager
def failing_is_noted(factor: str, account: UUID | None) -> Iterator[None]:
    """What is refused in here is a failed proof by this factor; without an account the address typed has none."""
    try:
        yield
    except Refused:
        log.warning("a proof of identity failed", extra=facts(factor=factor, account=str(account) if account else None))
        raise
