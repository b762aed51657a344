"""Rebuilding the staff inbox: ten events a referral, 1,000 referrals open at once, events and rows encrypted.

Beside it in the same rounds: reading, unwrapping keys, decrypting and decoding the same events and nothing more
(`read`, in batches of 5,000); and the library's ProjectionRunner over a log of its own, with its cipher on. Memory is
the most that the rebuilding process held during its first tenth, and in all.
"""

import asyncio
import time

import msgspec

from benchmarks import library, made_up
from benchmarks.ground import KEYRING, Database, Ground, a_connection
from benchmarks.processes import in_a_process
from benchmarks.rebuilder import Rebuilt
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.feed import READ
from portal.eventstore.rows import to_envelopes
from portal.projections.staff_inbox import STAFF_INBOX

READ_BATCH = 5000
NAME = STAFF_INBOX.table


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    async with ground.database() as database, ground.database() as of_library:
        await made_up.fill(database, sizes.rebuild_events)
        last = await asyncio.to_thread(library.fill, of_library.owner, sizes.library_events)
        for _ in range(sizes.rounds):
            await _rebuild(rounds, database, sizes.rebuild_events)
            rounds.add(read=sizes.rebuild_events / await _read(database))
            taken = await asyncio.to_thread(library.rebuild, of_library.owner, last)
            rounds.add(library=sizes.library_events / taken)
    return rounds.result(
        {
            "events": sizes.rebuild_events,
            "library_events": sizes.library_events,
            "open_at_once": made_up.OPEN_AT_ONCE,
            "read_batch": READ_BATCH,
        },
        ratio_library=rounds.ratio("ours", "library"),
        ratio_read=rounds.ratio("ours", "read"),
        ratio_memory=rounds.ratio("memory_at_end_mb", "memory_at_tenth_mb"),
    )


async def _rebuild(rounds: Rounds, database: Database, events: int) -> None:
    """From an empty table to one that has caught up, in a process that has done nothing else: see its memory."""
    await database.as_owner(f"truncate {NAME}, parked", "delete from checkpoints", "checkpoint")
    told = await in_a_process("benchmarks.rebuilder", database.application, str(events))
    rebuilt = msgspec.json.decode(told, type=Rebuilt)
    if rebuilt.rows != events // made_up.EVENTS_A_REFERRAL:  # one that dropped something would be quick
        raise RuntimeError("the rebuilt inbox is not complete")
    rounds.add(
        ours=events / rebuilt.seconds,
        memory_at_tenth_mb=rebuilt.memory_at_tenth_mb,
        memory_at_end_mb=rebuilt.memory_at_end_mb,
    )


async def _read(database: Database) -> float:
    """Seconds."""
    began, position = time.perf_counter(), 0
    async with a_connection(database) as connection:
        while records := await connection.fetch(READ, position, READ_BATCH):
            position = to_envelopes(CATALOGUE, KEYRING, records)[-1].position
    return time.perf_counter() - began
