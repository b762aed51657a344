"""Erasing on a bare log, for tests of what keeps it: a draft that ends and is erased by one command."""

from pathlib import Path
from uuid import UUID

from portal.domain.catalogue import CATALOGUE
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.eventstore.destroying import destroy_keys
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work, perform
from portal.keys.ledger import Entry, Ledger
from tests.eventstore.logbook import NOON, Log, asked


async def ended(log: Log, referral: UUID, command: Command | None = None) -> int:
    """End a draft and put its tombstone; the tombstone's position."""

    async def decide(work: Work) -> Referral:
        loaded, _ = await work.load(Referral, referral)
        assert loaded is not None
        loaded.end_draft(NOON)
        loaded.erase(EraseRule.DRAFT_NOT_SENT, NOON)
        return loaded

    _, position = await perform(log.store, command or asked("end"), decide)
    return position


async def destroyed(log: Log, ledger: Ledger, *referrals: UUID) -> None:
    """Destroy their keys."""
    await destroy_keys(log.pool, CATALOGUE, ledger, referrals)


async def key_of(log: Log, stream_id: UUID) -> bytes | None:
    """The wrapped key of a stream; None once it is destroyed."""
    found: bytes | None = await log.pool.fetchval("select wrapped from keys where stream_id = $1", stream_id)
    return found


async def is_erased(log: Log, referral: UUID) -> bool:
    """What loading it says."""
    try:
        await log.store.load(Referral, referral)
    except Erased:
        return True
    return False


def entered(ledger: Ledger) -> dict[UUID, Entry]:
    """What a ledger says, by stream."""
    return {entry.stream_id: entry for entry in ledger.read().entries}


def a_ledger(folder: Path, name: str = "ledger.jsonl") -> Ledger:
    """A ledger of one machine."""
    return Ledger(folder / name)
