"""`python -m tests.torture.projector OWNER APPLICATION NAME KIND SEED`: project for ever, in one of four ways.

fenced: the real Subscription. tally: the real Projector, which counts the events of each stream. unfenced: the
checkpoint is read without its lock, rows and checkpoint are committed one after the other. naive: fenced, but "whatever
is beyond the last position" instead of the feed. The last two are what the torture has to be able to find out.
"""

import asyncio
import random
import sys
from collections.abc import Sequence
from functools import partial
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.catalogue import CATALOGUE
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.eventstore.feed import READ, Feed
from portal.eventstore.rows import to_envelopes
from portal.projections.projection import Projection
from portal.projections.projector import Projector
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_log

HELD = 0.02  # seconds at most that a batch is held open
APPLIED = """
insert into applied (name, position, stream_id, version)
select $1, * from unnest($2::bigint[], $3::uuid[], $4::int[])
"""
COUNTED = "update counted set events = events + $2 where name = $1"


async def apply(name: str, drawn: random.Random, connection: Connection, envelopes: Sequence[Envelope]) -> None:
    """A handler that must not be given the same event twice: nothing in its tables would notice."""
    columns = [[getattr(each, column) for each in envelopes] for column in ("position", "stream_id", "version")]
    await connection.execute(APPLIED, name, *columns)
    await asyncio.sleep(drawn.random() * HELD)
    await connection.execute(COUNTED, name, len(envelopes))


async def fenced(log: Log, name: str, drawn: random.Random) -> None:
    """As the portal does it."""
    await log.subscription(name, partial(apply, name, drawn)).run(asyncio.Event())


class Tallied(msgspec.Struct, frozen=True):
    """How many events of a stream were folded."""

    id: UUID
    events: int
    cannot_read: int | None = None


def count(row: Tallied | None, envelope: Envelope) -> Tallied:
    """One more; whatever comes twice or too early sets the stream aside."""
    before = row.events if row else 0
    if envelope.version != before + 1:
        raise ValueError
    return Tallied(envelope.stream_id, envelope.version)


TALLY = Projection("tally", Tallied, count, lambda envelope: Tallied(envelope.stream_id, 0))


async def tally(log: Log, name: str, drawn: random.Random) -> None:
    """As the portal does it, with all its projections."""
    await Projector(log.pool, KEYRING, CATALOGUE, [TALLY]).run(asyncio.Event())


async def unfenced(log: Log, name: str, drawn: random.Random) -> None:
    """Two of these do the same twice, or each half of it."""
    feed = Feed()
    while True:
        async with log.pool.acquire() as connection:
            feed.position = await connection.fetchval("select position from checkpoints where name = $1", name)
            records = await feed.batch(connection, 50)
            await apply(name, drawn, connection, _read(records))
            moved = "update checkpoints set position = $2 where name = $1"
            await connection.execute(moved, name, feed.position)
        await asyncio.sleep(0 if records else 0.01)


async def naive(log: Log, name: str, drawn: random.Random) -> None:
    """Misses what was still in flight when a later position was already there to see."""
    while True:
        async with log.pool.acquire() as connection, connection.transaction():
            query = "select position from checkpoints where name = $1 for update"
            position = await connection.fetchval(query, name)
            records = await connection.fetch(READ, position, 500)
            await apply(name, drawn, connection, _read(records))
            moved = "update checkpoints set position = $2 where name = $1"
            await connection.execute(moved, name, records[-1]["position"] if records else position)
        await asyncio.sleep(0 if records else 0.005)


def _read(records: list[Any]) -> list[Envelope]:
    return to_envelopes(CATALOGUE, KEYRING, records)


async def main(owner: str, application: str, name: str, kind: str, seed: str) -> None:
    """Project, whatever happens to the connections, until killed."""
    async with a_log(Database(owner, application), f"torture-{name}-{seed}") as log:
        while True:
            try:
                await KINDS[kind](log, name, random.Random(int(seed)))
            except Exception:  # its backend was killed
                await asyncio.sleep(0.02)


KINDS = {"fenced": fenced, "tally": tally, "unfenced": unfenced, "naive": naive}

if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
