"""Replaying a referral for an auditor: every event, and the state as at any version or instant."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.application.portal import Portal
from portal.application.visitors import NotFound, Visitor, require_auditor
from portal.domain.access import Looked, Opened, access_stream
from portal.domain.referral import Referral
from portal.domain.referral_events import ReferralErased, ReferralSubmitted
from portal.eventstore.envelope import CannotRead, Envelope, tombstone_of
from portal.eventstore.store import replay
from portal.eventstore.work import Command


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


async def replay_referral(
    portal: Portal,
    who: Visitor,
    command: Command,
    referral_id: UUID,
    reason: str,
    version: int | None = None,
    instant: datetime | None = None,
) -> Replay:
    """Open a referral's history, for a reason; the opening is on record before anything is shown."""
    require_auditor(who)
    history = await portal.store.history(referral_id)
    if not any(envelope.topic == ReferralSubmitted.TOPIC for envelope in history.envelopes):
        raise NotFound  # what was never sent is nobody's at the council, not even an auditor's

    await portal.note(command, Opened, access_stream(referral_id), looked_at=Looked.REPLAY, reason=reason)
    upto = [envelope for envelope in history.envelopes if _within(envelope, version, instant)]
    openings = (await portal.store.history(access_stream(referral_id))).envelopes
    try:
        return Replay(history.envelopes, openings, replay(Referral, upto))
    except CannotRead as cannot:  # the events are shown all the same: just then an audit matters most
        return Replay(history.envelopes, openings, None, str(cannot))


def _within(envelope: Envelope, version: int | None, instant: datetime | None) -> bool:
    return (version is None or envelope.version <= version) and (instant is None or envelope.recorded_at <= instant)
