"""The end of feedback and of fostering enquiries: erased when the council's time for them is over, or on request."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from portal.application.enquiring import CLAIM
from portal.application.portal import Portal
from portal.application.visitors import NotFound, found
from portal.domain.enquiry import Enquiry
from portal.domain.reference import canonical_reference
from portal.domain.referral_parts import EraseRule
from portal.eventstore.destroying import destroy_keys
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work, own_command


async def erase_enquiry(portal: Portal, event_id: UUID) -> datetime | None:
    """The job that each one causes: erase it, or come back when it is due."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None
    loaded = await portal.store.load(Enquiry, envelope.stream_id)
    due = envelope.recorded_at + timedelta(days=portal.council.limits.enquiry_days)
    if due > loaded.now:
        return due
    await _erase(portal, own_command(event_id, "erase"), envelope.stream_id, EraseRule.RETENTION_OVER)
    return None  # the tombstone's own job destroys the key


async def erase_enquiry_called(portal: Portal, command: Command, called: str, rule: EraseRule) -> None:
    """Erase the one with this reference now: once this returns nobody can read it any more. Erased already: its key is
    seen to. NotFound."""
    reference = canonical_reference(called)
    stream = await portal.store.claimed_by(portal.keyed_hash(CLAIM, reference)) if reference else None
    if stream is None:
        raise NotFound
    with suppress(Erased):
        await _erase(portal, command, stream, rule)
    await destroy_keys(portal.pool, portal.store.catalogue, portal.ledger, [stream])


async def _erase(portal: Portal, command: Command, enquiry_id: UUID, rule: EraseRule) -> None:
    async def decide(work: Work) -> Enquiry:
        loaded, now = await work.load(Enquiry, enquiry_id)
        enquiry = found(loaded)
        enquiry.erase(rule, now)
        return enquiry

    await portal.settle(await portal.perform(command, Enquiry, decide), "enquiries")
