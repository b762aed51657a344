"""Streams that were parked, tried again: folded from their beginning, as if they had never been seen.

What parked them may be mended by now: a key-encryption key that was missing, a fold that did not expect something.
"""

from typing import Any
from uuid import UUID

from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection, Pool
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS, to_envelopes
from portal.projections.batch import NO_LONGER, Batch, read, write
from portal.projections.projection import Projection

AT_ONCE = 500  # streams
HOLD = "select position from checkpoints where name = $1 for update"
PARKED = """
select stream_id from parked where subscription = $1 and stream_id > $2 order by stream_id limit $3
"""
HISTORIES = f"""
select {COLUMNS}, {KEY_COLUMNS} from events e left join keys k on k.id = e.key_id
where e.stream_id = any($1::uuid[]) and e.position <= $2 order by e.position
"""  # noqa: S608 - column names of our own


async def retry_parked(
    pool: Pool, keyring: Keyring, catalogue: Catalogue, projection: Projection[Any]
) -> tuple[int, int]:
    """Fold every parked stream of a projection again: how many were tried, and how many are parked still."""
    tried = still = 0
    last = UUID(int=0)
    while True:
        async with pool.acquire() as connection, connection.transaction():
            position = await connection.fetchval(HOLD, projection.table)  # nothing moves it on meanwhile
            found = await connection.fetch(PARKED, projection.table, last, AT_ONCE)
            if not found:
                return tried, still
            streams = [row["stream_id"] for row in found]
            still += await _fold_afresh(connection, keyring, catalogue, projection, streams, position or 0)
        tried, last = tried + len(streams), streams[-1]


async def _fold_afresh(
    connection: Connection,
    keyring: Keyring,
    catalogue: Catalogue,
    projection: Projection[Any],
    streams: list[UUID],
    position: int,
) -> int:
    """How many of these streams are parked again."""
    await connection.execute(NO_LONGER, projection.table, streams)
    batch = Batch(projection)
    keys = await read(connection, keyring, [batch], streams)
    batch.forget()
    for envelope in to_envelopes(catalogue, keyring, await connection.fetch(HISTORIES, streams, position)):
        batch.fold(envelope)
    await write(connection, [batch], keys, [projection.table], position)
    return len(batch.to_park)
