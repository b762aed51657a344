"""What the virus scanner says of documents: asked once each is attached, as long as it takes, and again later, because
a scanner knows more next week. A scanner that is away never stops a referral from being sent."""

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.documents.scanning import Scanner, ScannerAway, databases_of
from portal.domain.documents import Attached, Verdict
from portal.domain.referral import Referral
from portal.domain.referral_events import DocumentAttached
from portal.eventstore.envelope import CannotRead, Damaged
from portal.eventstore.work import Command, Work, fresh_command, own_command
from portal.jobs.queue import Hopeless
from portal.projections.document_checks import FORGOTTEN, due_again, due_referrals, standing

log = logging.getLogger(__name__)
EVERY = 600.0  # seconds between looks at what is due to be checked again
AT_ONCE = 50  # referrals that are asked for together
WITHOUT = timedelta(hours=1)  # until it is asked again whether there is a scanner
LATE = timedelta(hours=1)  # a document that has waited so long is for somebody to see
STALE = timedelta(hours=48)  # databases so old: whatever fetches them does not work
ANSWER = 3.0  # seconds that the scanner has to say its version
FIRST = UUID(int=0)


class DocumentsStanding(msgspec.Struct, frozen=True):
    """For whoever watches: how many documents wait to be checked, since when the longest (seconds), and the scanner's
    own words: its version, `away`, or `none`. `well`: nobody has to look."""

    waiting: int
    waiting_seconds: int
    scanner: str
    well: bool


async def scan_document(portal: Portal, event_id: UUID) -> datetime | None:
    """The job of a document that was attached. What cannot be read now may be when it is tried again: the key may not
    be there yet, or the store. Raises ScannerAway, and what reading raises."""
    envelope = await portal.store.event(event_id)
    if envelope is None or isinstance(envelope.event, Damaged):
        raise Hopeless
    if not isinstance(envelope.event, DocumentAttached):
        return None
    document, loaded = envelope.event.document.id, await portal.store.load(Referral, envelope.stream_id)
    attached = loaded.aggregate.documents.get(document) if loaded.aggregate else None
    if attached is None or attached.verdict is not Verdict.PENDING:
        return None
    if portal.scanner is None:
        return loaded.now + WITHOUT
    version = await _version(portal.scanner)
    await _scan(portal, version, own_command(event_id, "scan"), envelope.stream_id, document)
    return None


async def rescan_due(portal: Portal) -> int:
    """Scan again what is due, where the scanner has learnt something since, and what has waited for so long that no job
    can be behind it; how many documents that were. Raises ScannerAway."""
    if portal.scanner is None:
        return 0
    scanned, last = 0, FIRST
    while referrals := await _due_after(portal, last):
        for referral in referrals:
            scanned += await _rescan(portal, portal.scanner, referral)
        last = referrals[-1]
    return scanned


async def _due_after(portal: Portal, last: UUID) -> Sequence[UUID]:
    async with portal.pool.acquire() as connection:
        return await due_referrals(connection, last, AT_ONCE)


async def keep_rescanning(portal: Portal) -> None:
    """Every ten minutes, for ever; a scanner or database that is away is waited for."""
    while True:
        try:
            await rescan_due(portal)
        except Exception as lost:
            log.warning("documents are not checked again: %s", type(lost).__name__)
        await asyncio.sleep(EVERY)


async def documents_standing(portal: Portal) -> DocumentsStanding:
    """How the checks of documents stand."""
    async with portal.pool.acquire() as connection:
        now = await standing(connection)
    scanner = await _says(portal.scanner)
    late = portal.scanner is not None and now.longest > LATE
    made = databases_of(scanner)
    old = made is not None and await portal.store.now() - made > STALE
    well = scanner != "away" and not late and not old
    return DocumentsStanding(now.waiting, int(now.longest.total_seconds()), scanner, well)


async def _says(scanner: Scanner | None) -> str:
    if scanner is None:
        return "none"
    try:
        return await _version(scanner)
    except ScannerAway:
        return "away"


async def _version(scanner: Scanner) -> str:
    """What it says of itself; one that does not answer soon is away."""
    try:
        async with asyncio.timeout(ANSWER):
            return await scanner.version()
    except TimeoutError:
        raise ScannerAway("the scanner does not say its version in time") from None


async def _rescan(portal: Portal, scanner: Scanner, referral: UUID) -> int:
    """One document that breaks off keeps no other from being scanned: only a scanner that is away ends the round."""
    try:
        loaded = await portal.store.load(Referral, referral)
    except CannotRead:
        return 0
    scanned, attached = 0, loaded.aggregate.documents.values() if loaded.aggregate else ()
    for each in attached:
        version, document = await _version(scanner), each.document.id
        if not _is_due(each, loaded.now, version):
            continue
        try:
            await _scan(portal, version, fresh_command(f"scan {document} again"), referral, document)
            scanned += 1
        except Exception as fault:
            log.warning("document %s is not checked again: %s", document, type(fault).__name__)
    return scanned


def _is_due(each: Attached, now: datetime, version: str) -> bool:
    if each.verdict is Verdict.PENDING:
        return each.at + FORGOTTEN <= now
    at = due_again(each.verdict, each.at, each.checked_at)
    return at is not None and at <= now and each.scanner != version


async def _scan(portal: Portal, version: str, command: Command, referral_id: UUID, document: UUID) -> None:
    """Ask the scanner and put what it says on record. Raises ScannerAway, and what reading raises."""
    assert portal.scanner is not None  # noqa: S101 - whoever comes here asked for its version
    scanned = await portal.scanner.scan(portal.documents.content(document))

    async def decide(work: Work) -> Referral:
        referral, now = await work.load(Referral, referral_id)
        if referral is None:
            raise LookupError
        referral.check_document(document, Verdict(scanned.value), version, now)
        return referral

    await portal.perform(command, Referral, decide)
