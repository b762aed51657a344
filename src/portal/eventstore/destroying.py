"""Destroying the keys of erased streams, and of the documents on them: a line in the ledger first, then the keys, and
never without a tombstone.

The tombstone takes the next version of its stream, so whatever was decided before it conflicts, is decided again and
refused. Hence nothing is ever sealed with a key that is about to go, and no lock is needed.
"""

import asyncio
from collections.abc import Collection
from typing import Any
from uuid import UUID

import msgspec

from portal.eventstore.codec import Catalogue, tombstone_topics
from portal.eventstore.connection import Pool
from portal.keys.ledger import Entry, Ledger, Tombstone

AT_ONCE = 500  # keys a statement: far below its time-out
ENDED = """
select k.stream_id, k.id as key_id, coalesce(k.destroyed_at, clock_timestamp()) as destroyed_at,
  e.id, e.version, e.topic, e.state, e.metadata
from keys k cross join lateral (
  select * from events e where e.stream_id = k.stream_id order by e.version desc limit 1) e
where k.stream_id = any($1::uuid[]) and e.topic = any($2::text[]) and e.key_id is null
"""
DESTROY = f"""
with ended as materialized (select ended.stream_id from ({ENDED}) ended)
update keys set wrapped = null, destroyed_at = clock_timestamp()
where wrapped is not null and (stream_id in (select * from ended) or referral in (select * from ended))
"""  # noqa: S608 - a text of our own
# A document's key is not in the ledger: that of its referral brings it to its end again.
DESTROYED = "select stream_id from keys where destroyed_at is not null and referral is null"


class NotErased(Exception):
    """A key was to be destroyed whose stream does not end with a tombstone. Nothing was done."""


async def destroy_keys(pool: Pool, catalogue: Catalogue, ledger: Ledger, streams: Collection[UUID]) -> None:
    """Enter the keys of these streams in the ledger, then destroy them; a second time changes nothing.

    Raises NotErased, and OSError where the ledger cannot be written: then no key is destroyed.
    """
    topics, wanted = tombstone_topics(catalogue), list(streams)
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        entries = [_entry(record) for record in await pool.fetch(ENDED, some, topics)]
        if {entry.stream_id for entry in entries} != set(some):
            raise NotErased
        await asyncio.to_thread(ledger.add, entries)
        await pool.execute(DESTROY, some, topics)


async def complete_ledger(pool: Pool, catalogue: Catalogue, ledger: Ledger) -> int:
    """Enter what this database says was destroyed and this ledger lacks, by another machine say; how many that was."""
    known = {entry.stream_id for entry in (await asyncio.to_thread(ledger.read)).entries}
    missing = [record["stream_id"] for record in await pool.fetch(DESTROYED) if record["stream_id"] not in known]
    topics, entered = tombstone_topics(catalogue), 0
    for start in range(0, len(missing), AT_ONCE):
        entries = [_entry(record) for record in await pool.fetch(ENDED, missing[start : start + AT_ONCE], topics)]
        await asyncio.to_thread(ledger.add, entries)
        entered += len(entries)
    return entered


def _entry(record: Any) -> Entry:
    tombstone = Tombstone(
        record["id"],
        record["version"],
        record["topic"],
        msgspec.json.decode(record["state"]),
        msgspec.json.decode(record["metadata"]),
    )
    return Entry(record["stream_id"], record["key_id"], record["destroyed_at"], tombstone)
