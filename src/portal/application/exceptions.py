"""Exceptions that a LADO manager makes: letting one person open one referral for some days, and ending that."""

from datetime import datetime, timedelta
from uuid import UUID

from portal.application.erasing import referral_called
from portal.application.opening import refuse_the_named, sent_events, why_barred
from portal.application.policy import Act, services_seen
from portal.application.portal import Portal
from portal.application.visitors import Visitor, allow, erased_said_to_staff, found
from portal.domain.access import AccessGranted, AccessRevoked, access_stream, granted_until
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.eventstore.store import Repeat
from portal.eventstore.work import Command, Work, perform


async def find_referral(portal: Portal, who: Visitor, called: str) -> UUID:
    """The referral behind the reference that somebody who was refused has told the LADO manager. NotFound."""
    allow(who, Act.LET_IN)
    return await referral_called(portal, called)


async def let_in(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, to: UUID, days: int, reason: str
) -> datetime:
    """Let one member of staff open one referral: an auditor one of the LADO's, or somebody who only has the same name
    as a person on it. Until when it is good."""
    referral = await _may(portal, who, command, referral_id)
    account = (await portal.store.load(Account, to)).aggregate
    if account is None or not account.roles:
        raise Refused("Choose somebody on the list of staff.", [Fault("/account", "Nobody on the staff has this id.")])
    if to == who.account:
        raise Refused("Ask another LADO manager: nobody makes an exception for themselves.")

    async def decide(work: Work) -> datetime:
        history = await portal.store.history(access_stream(referral_id))
        until = history.now + timedelta(days=days)
        _refuse_without_effect(referral, account, granted_until((each.event for each in history.envelopes), to), until)
        await work.note(AccessGranted, access_stream(referral_id), to=to, until=until, reason=reason)
        return until

    done, _ = await perform(portal.store, command, decide)
    return await _granted_before(portal, done) if isinstance(done, Repeat) else done


def _refuse_without_effect(referral: Referral, account: Account, granted: datetime | None, until: datetime) -> None:
    """What is granted opens something that was shut: else nobody should believe that it did."""
    opens = referral.service in services_seen(account.roles) or Role.AUDITOR in account.roles
    if not opens:
        says = "Their roles do not open referrals to this service, also by way of exception."
    elif why_barred(referral, account) is None:
        says = "They can open this referral already: it takes no exception."
    elif granted is not None and granted >= until:
        says = "They have been let in for as long already."
    else:
        return
    raise Refused(says, [Fault("/account", says)])


async def _granted_before(portal: Portal, repeat: Repeat) -> datetime:
    """Until when the same request, sent before, let them in."""
    granted = (await portal.store.history(repeat.stream_id)).envelopes[repeat.version - 1].event
    assert isinstance(granted, AccessGranted)  # noqa: S101 - the repeat has just found it
    return granted.until


async def let_in_no_more(portal: Portal, who: Visitor, command: Command, referral_id: UUID, to: UUID) -> None:
    """End what one person was granted; their next opening is refused."""
    await _may(portal, who, command, referral_id)
    await portal.note(command, AccessRevoked, access_stream(referral_id), to=to)


async def _may(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> Referral:
    """The referral. Whoever is named on a referral decides nothing about who reads it."""
    allow(who, Act.LET_IN)
    await sent_events(portal, referral_id)
    with erased_said_to_staff(()):  # of what was erased there is nothing to make an exception for
        referral = found((await portal.store.load(Referral, referral_id)).aggregate)
    await refuse_the_named(portal, who, command, referral)
    return referral
