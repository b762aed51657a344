"""Exceptions that a LADO manager makes: letting one person open one referral for some days, and ending that."""

from datetime import datetime, timedelta
from uuid import UUID

from portal.application.erasing import referral_called
from portal.application.opening import refuse_the_named, sent_events
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.visitors import Visitor, allow, erased_said_to_staff, found
from portal.domain.access import AccessGranted, AccessRevoked, access_stream
from portal.domain.account import Account
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.eventstore.work import Command


async def find_referral(portal: Portal, who: Visitor, called: str) -> UUID:
    """The referral behind the reference that somebody who was refused has told the LADO manager. NotFound."""
    allow(who, Act.LET_IN)
    return await referral_called(portal, called)


async def let_in(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, to: UUID, days: int, reason: str
) -> datetime:
    """Let one member of staff open one referral: an auditor one of the LADO's, or somebody who only has the same name
    as a person on it. Until when it is good."""
    await _may(portal, who, command, referral_id)
    account = (await portal.store.load(Account, to)).aggregate
    if account is None or not account.roles:
        raise Refused("Choose somebody on the list of staff.", [Fault("/account", "Nobody on the staff has this id.")])
    if to == who.account:
        raise Refused("Ask another LADO manager: nobody makes an exception for themselves.")
    until = await portal.store.now() + timedelta(days=days)
    await portal.note(command, AccessGranted, access_stream(referral_id), to=to, until=until, reason=reason)
    return until


async def let_in_no_more(portal: Portal, who: Visitor, command: Command, referral_id: UUID, to: UUID) -> None:
    """End what one person was granted; their next opening is refused."""
    await _may(portal, who, command, referral_id)
    await portal.note(command, AccessRevoked, access_stream(referral_id), to=to)


async def _may(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> None:
    """Whoever is named on a referral decides nothing about who reads it."""
    allow(who, Act.LET_IN)
    await sent_events(portal, referral_id)
    with erased_said_to_staff(()):  # of what was erased there is nothing to make an exception for
        referral = found((await portal.store.load(Referral, referral_id)).aggregate)
    await refuse_the_named(portal, who, command, referral)
