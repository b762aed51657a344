"""What the virus scanner says of documents: asked once each is attached, as long as it takes, and again later, because
a scanner knows more next week. A scanner that is away never stops a referral from being sent."""

import asyncio
import logging
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.documents.port import NoSuchDocument
from portal.documents.scanning import Scanned, Scanner, ScannerAway
from portal.domain.documents import Attached, Verdict
from portal.domain.referral import Referral
from portal.domain.referral_events import DocumentAttached
from portal.eventstore.envelope import CannotRead, Damaged
from portal.eventstore.keyring import KeyUnusable
from portal.eventstore.work import Command, Work, fresh_command, own_command
from portal.jobs.queue import Hopeless
from portal.projections.document_checks import again_at, due_referrals, standing

log = logging.getLogger(__name__)
EVERY = 600.0  # seconds between looks at what is due to be checked again
AT_ONCE = 50  # referrals of one look
WITHOUT = timedelta(hours=1)  # until it is asked again whether there is a scanner
LATE = timedelta(hours=1)  # a document that has waited so long is for somebody to see
ANSWER = 3.0  # seconds that health waits for the scanner


class DocumentsStanding(msgspec.Struct, frozen=True):
    """For whoever watches: how many documents wait to be checked, since when the longest (seconds), and the scanner's
    own words: its version, `away`, or `none`. `well`: nobody has to look."""

    waiting: int
    waiting_seconds: int
    scanner: str
    well: bool


async def scan_document(portal: Portal, event_id: UUID) -> datetime | None:
    """The job of a document that was attached."""
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
    await _scan(portal, portal.scanner, own_command(event_id, "scan"), envelope.stream_id, document)
    return None


async def rescan_due(portal: Portal) -> int:
    """Scan again what is due, where the scanner has learnt something since; how many documents that were."""
    if portal.scanner is None:
        return 0
    version, scanned = await portal.scanner.version(), 0
    async with portal.pool.acquire() as connection:
        referrals = await due_referrals(connection, version, AT_ONCE)
    for referral in referrals:
        try:
            scanned += await _rescan(portal, portal.scanner, version, referral)
        except CannotRead:
            continue
    return scanned


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
    return DocumentsStanding(now.waiting, int(now.longest.total_seconds()), scanner, scanner != "away" and not late)


async def _says(scanner: Scanner | None) -> str:
    if scanner is None:
        return "none"
    try:
        async with asyncio.timeout(ANSWER):
            return await scanner.version()
    except (ScannerAway, TimeoutError):
        return "away"


async def _rescan(portal: Portal, scanner: Scanner, version: str, referral: UUID) -> int:
    loaded = await portal.store.load(Referral, referral)
    attached = loaded.aggregate.documents.values() if loaded.aggregate else ()
    due = [each.document.id for each in attached if _is_due(each, loaded.now, version)]
    for document in due:
        await _scan(portal, scanner, fresh_command(f"scan {document} again"), referral, document)
    return len(due)


def _is_due(each: Attached, now: datetime, version: str) -> bool:
    at = again_at(each.at, each.checked_at) if each.verdict is Verdict.CLEAN and each.checked_at else None
    return at is not None and at <= now and each.scanner != version


async def _scan(portal: Portal, scanner: Scanner, command: Command, referral_id: UUID, document: UUID) -> None:
    """Ask the scanner and put what it says on record. Raises ScannerAway, and what reading raises."""
    version = await scanner.version()
    try:
        scanned = await scanner.scan(portal.documents.content(document))
    except (NoSuchDocument, KeyUnusable) as damaged:  # nothing that a scanner could look at, now or later
        log.error("document %s cannot be read: %s", document, type(damaged).__name__)
        scanned = Scanned.UNSCANNABLE

    async def decide(work: Work) -> Referral:
        referral, now = await work.load(Referral, referral_id)
        if referral is None:
            raise LookupError
        referral.check_document(document, Verdict(scanned.value), version, now)
        return referral

    await portal.perform(command, Referral, decide)
