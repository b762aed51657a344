"""Erasing a referral: its tombstone, then the end of its keys and the bytes of its documents; and seeing to it that no
restored backup undoes that."""

import logging
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from uuid import UUID

from portal.application.keeping import forget_forms_of
from portal.application.portal import Portal
from portal.application.visitors import NotFound, found
from portal.documents.port import StoreUnavailable
from portal.domain.reference import canonical_reference
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.eventstore import reapplying
from portal.eventstore.destroying import NotErased, complete_ledger, destroy_keys
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work
from portal.jobs.queue import Hopeless
from portal.keys.ledger import Ledger

log = logging.getLogger(__name__)
LISTS = ("submitted_forms", "staff_inbox", "dashboard", "people_index", "document_checks")


async def erase(portal: Portal, command: Command, referral_id: UUID, rule: EraseRule) -> None:
    """Erase what was sent: once this returns nobody can read it any more. Erased already: its key is seen to.

    Raises NotFound, Refused, and OSError where the ledger cannot be written: then a worker goes on trying."""

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral_id)
        referral = found(loaded)
        referral.erase(rule, now)
        return referral

    try:
        await portal.settle(await portal.perform(command, Referral, decide), *LISTS)
    except Erased:
        log.info("stream %s has been erased before", referral_id)
    await destroy_keys(portal.pool, portal.store.catalogue, portal.ledger, [referral_id])
    await forget_forms_of(portal, [referral_id])
    try:
        await portal.documents.take_away(await portal.documents.of(referral_id))
    except StoreUnavailable:
        log.warning("bytes of documents, which nobody can read any more, are left to a worker")


async def destroy_key(portal: Portal, event_id: UUID) -> datetime | None:
    """The job that a tombstone asks for."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        raise Hopeless
    try:
        await destroy_keys(portal.pool, portal.store.catalogue, portal.ledger, [envelope.stream_id])
    except NotErased as never:
        raise Hopeless from never
    await forget_forms_of(portal, [envelope.stream_id])
    await portal.documents.take_away(await portal.documents.of(envelope.stream_id))
    return None


async def referral_called(portal: Portal, called: str) -> UUID:
    """The id behind a reference, or behind itself. NotFound."""
    reference = canonical_reference(called)
    try:
        stream = await portal.store.claimed_by(portal.keyed_hash("reference", reference)) if reference else UUID(called)
    except ValueError:
        raise NotFound from None
    if stream is None:
        raise NotFound
    return stream


async def keep_erased(portal: Portal, ledgers: Sequence[Path] = ()) -> int:
    """Erase again what a restored backup has brought back, by the ledger of this machine and these others; how many
    referrals and drafts that were. Before anything else is read."""
    entries = []
    for ledger in (portal.ledger, *map(Ledger, ledgers)):
        kept = ledger.read()
        entries += kept.entries
        if kept.torn:
            log.error("%s: lines %s cannot be read", ledger.path, kept.torn)
    await forget_forms_of(portal, [entry.stream_id for entry in entries])
    if again := await reapplying.reapply(portal.pool, portal.store, portal.ledger, entries):
        log.warning("a backup had brought back what was erased: %d erased again", again)
    return again


async def complete_own_ledger(portal: Portal) -> int:
    """Enter in this machine's ledger what others have erased; how many that were."""
    return await complete_ledger(portal.pool, portal.store.catalogue, portal.ledger)
