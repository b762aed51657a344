"""The process of `rebuild`: projects the staff inbox from the beginning, and says how long it took with what memory."""

import asyncio
import resource
import sys
import time
from pathlib import Path

import msgspec

from benchmarks.ground import KEYRING, Database, a_log
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.connection import Pool
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX

COMPLETE = "select count(*) from staff_inbox where status = 'acknowledged' and content is not null"


class Rebuilt(msgspec.Struct):
    """How it went."""

    seconds: float = 0
    memory_at_tenth_mb: float = 0
    memory_at_end_mb: float = 0
    rows: int = 0


async def rebuild(url: str, events: int) -> Rebuilt:
    """All of it."""
    async with a_log(Database(url, url)) as log:
        projector = Projector(log.pool, KEYRING, CATALOGUE, [STAFF_INBOX])
        await projector.prepare()
        rebuilt, began = Rebuilt(), time.perf_counter()
        while await projector.step():
            rebuilt.memory_at_end_mb = max(rebuilt.memory_at_end_mb, _memory_mb())
            if not rebuilt.memory_at_tenth_mb and projector.position >= events / 10:
                rebuilt.memory_at_tenth_mb = rebuilt.memory_at_end_mb
        rebuilt.seconds = time.perf_counter() - began
        rebuilt.rows = await _rows(log.pool)
    return rebuilt


async def _rows(pool: Pool) -> int:
    found: int = await pool.fetchval(COMPLETE)
    return found


def _memory_mb() -> float:
    """What this process holds now; where the system does not tell, the most it ever held."""
    told = Path("/proc/self/statm")
    if told.exists():
        return int(told.read_text().split()[1]) * resource.getpagesize() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.stdout.buffer.write(msgspec.json.encode(asyncio.run(rebuild(sys.argv[1], int(sys.argv[2])))))
