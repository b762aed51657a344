"""After a restore: what was erased since the backup is erased again, before anybody reads it."""

import asyncio
from collections.abc import Iterable, Mapping
from uuid import UUID, uuid4

import msgspec

from portal.eventstore.append import Conflict
from portal.eventstore.codec import decode
from portal.eventstore.connection import Pool
from portal.eventstore.destroying import destroy_keys
from portal.eventstore.envelope import Metadata, tombstone_of
from portal.eventstore.store import EventStore
from portal.keys.ledger import Entry, Ledger, Tombstone

ALIVE = """
select distinct coalesce(referral, stream_id) as stream_id from keys
where (stream_id = any($1::uuid[]) or referral = any($1::uuid[])) and wrapped is not null
"""


async def reapply(pool: Pool, store: EventStore, ledger: Ledger, entries: Iterable[Entry]) -> int:
    """Give every stream that these entries say is erased, and of which a key is alive, its tombstone and destroy its
    keys; how many those were. One query where there is nothing to do."""
    by_stream = {entry.stream_id: entry.tombstone for entry in entries}
    alive = [record["stream_id"] for record in await pool.fetch(ALIVE, list(by_stream))] if by_stream else []
    await _bury(store, {stream_id: by_stream[stream_id] for stream_id in alive})
    await destroy_keys(pool, store.catalogue, ledger, alive)
    return len(alive)


async def _bury(store: EventStore, tombstones: Mapping[UUID, Tombstone]) -> None:
    """Append the tombstones, several at once: they go together in few statements."""
    at_once = asyncio.Semaphore(32)

    async def bury(stream_id: UUID, tombstone: Tombstone) -> None:
        async with at_once:
            await _append(store, stream_id, tombstone)

    await asyncio.gather(*(bury(stream_id, tombstone) for stream_id, tombstone in tombstones.items()))


async def _append(store: EventStore, stream_id: UUID, tombstone: Tombstone) -> None:
    """After whatever the backup had last, under its own id unless this database has used that for something else."""
    state, metadata = msgspec.json.encode(tombstone.state), msgspec.convert(tombstone.metadata, Metadata)
    while not tombstone_of((history := await store.history(stream_id)).envelopes):
        version = history.envelopes[-1].version + 1
        event = decode(store.catalogue, tombstone.topic, state, stream_id, version)
        taken = await store.event(tombstone.id) is not None
        try:
            await store.append([event], [uuid4() if taken else tombstone.id], {}, metadata)
        except Conflict:
            continue  # another process does the same, or somebody wrote: look again
