"""What an auditor sees of a referral: who did what and when; and, for a reason, all of it as at any instant."""

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from portal.application.erasing import referral_called
from portal.application.opening import NotLetIn, is_kept_from, is_let_in, note_opening, sent_events
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.visitors import Visitor, account_of, allow
from portal.domain.access import Barred, Looked, Opened, OpeningRefused, access_stream
from portal.domain.account import Account
from portal.domain.aggregate import Event
from portal.domain.referral import Referral
from portal.domain.referral_events import ReferralErased, ReferralStarted
from portal.eventstore.envelope import CannotRead, Damaged, Envelope, Unreadable, tombstone_of
from portal.eventstore.store import replay
from portal.eventstore.work import Command

# what metadata name as the actor where it was nobody with an account
NO_ACCOUNTS = {"portal": "The portal itself", "": "Somebody who had not signed in yet"}


@dataclass(frozen=True)
class Replay:
    """A referral's whole history, who looked at it, and its state at the point that was asked for (None: before it
    began, or an event cannot be read: `why_no_referral`). Of one that was `erased` only the tombstone can be read."""

    events: list[Envelope]
    openings: list[Envelope]
    state: Referral | None
    why_no_referral: str = ""

    @property
    def erased(self) -> ReferralErased | None:
        """The tombstone, where there is one."""
        tombstone = tombstone_of(self.events)
        return tombstone.event if tombstone and isinstance(tombstone.event, ReferralErased) else None


async def find_referral(portal: Portal, who: Visitor, called: str) -> UUID:
    """The referral behind the reference that its referrer was given. NotFound also where it is none."""
    allow(who, Act.TRAIL)
    return await referral_called(portal, called)


async def read_trail(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> Replay:
    """Who did what and when, without anything of what was said: the events' envelopes only are to be shown. Whoever the
    referral names is refused, which is on record."""
    allow(who, Act.TRAIL)
    events = await sent_events(portal, referral_id)
    readable = [each.event for each in events if not isinstance(each.event, Unreadable | Damaged | ReferralErased)]
    begun = readable and isinstance(readable[0], ReferralStarted)
    if begun and await is_kept_from(portal, who, _as_far_as_known(readable)):
        stream = access_stream(referral_id)
        await portal.note(command, OpeningRefused, stream, looked_at=Looked.TRAIL, why=Barred.NAMED)
        raise NotLetIn
    return Replay(events, await _openings(portal, referral_id), None)


async def replay_referral(
    portal: Portal,
    who: Visitor,
    command: Command,
    referral_id: UUID,
    reason: str,
    version: int | None = None,
    instant: datetime | None = None,
) -> Replay:
    """Open a referral's history, for a reason; the opening is on record before anything is shown. One of the LADO's
    needs a LADO manager's grant too."""
    allow(who, Act.REPLAY)
    events = await sent_events(portal, referral_id)
    await _note(portal, who, command, referral_id, events, reason)
    upto = [envelope for envelope in events if _within(envelope, version, instant)]
    openings = await _openings(portal, referral_id)
    try:
        return Replay(events, openings, replay(Referral, upto))
    except CannotRead as cannot:  # the events are shown all the same: just then an audit matters most
        return Replay(events, openings, None, str(cannot))


def state_before(found: Replay, version: int) -> Referral | None:
    """The referral as it stood one version earlier; None before it began, or where that cannot be read."""
    try:
        return replay(Referral, [envelope for envelope in found.events if envelope.version < version])
    except CannotRead:
        return None


async def actors_named(portal: Portal, who: Visitor, found: Replay) -> dict[str, str]:
    """By account, who did what is on the trail: staff by name, the referrer as just that."""
    allow(who, Act.TRAIL)
    actors = {each.metadata.actor for each in (*found.events, *found.openings)}
    owners = {str(owner) for each in found.events if (owner := getattr(each.event, "owner", None))}
    names = await asyncio.gather(*(_named(portal, actor) for actor in actors - owners - NO_ACCOUNTS.keys()))
    return {**dict(names), **dict.fromkeys(owners, "The referrer"), **NO_ACCOUNTS}


async def _named(portal: Portal, actor: str) -> tuple[str, str]:
    try:
        account = (await portal.store.load(Account, UUID(actor))).aggregate
    except ValueError:  # whoever typed a command at the portal's machine, by their name there
        return actor, actor
    except CannotRead:
        account = None
    return actor, account.details.name if account else "Somebody who can be named no more"


async def _note(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, events: Sequence[Envelope], reason: str
) -> None:
    nothing = Unreadable | Damaged | ReferralErased  # of what is in clear on a tombstone nobody is named
    readable = [envelope.event for envelope in events if not isinstance(envelope.event, nothing)]
    if readable and isinstance(readable[0], ReferralStarted):
        return await note_opening(portal, who, command, _as_far_as_known(readable), Looked.REPLAY, reason)
    stream = access_stream(referral_id)
    # Nobody can tell whose referral this was: as strict as for the LADO's, unless there is nothing in it to be seen.
    if readable and not await is_let_in(portal, account_of(who), referral_id):
        await portal.note(command, OpeningRefused, stream, looked_at=Looked.REPLAY, why=Barred.NO_GRANT)
        raise NotLetIn
    await portal.note(command, Opened, stream, looked_at=Looked.REPLAY, reason=reason)


def _as_far_as_known(readable: Sequence[Event]) -> Referral:
    """The referral without what cannot be read of it: whom it names, for whom it is."""
    referral: Any = readable[0].mutate(None)
    for event in readable[1:]:
        with suppress(KeyError, AttributeError):  # it builds on one that cannot be read
            event.apply(referral)
    return cast("Referral", referral)


async def _openings(portal: Portal, referral_id: UUID) -> list[Envelope]:
    return (await portal.store.history(access_stream(referral_id))).envelopes


def _within(envelope: Envelope, version: int | None, instant: datetime | None) -> bool:
    return (version is None or envelope.version <= version) and (instant is None or envelope.recorded_at <= instant)
