"""The second process of `delay`: follows the log with the portal's projections, and tells when it had committed what.

Works until a line comes in, and prints the commits of the projections, which go together: position and monotonic time.
"""

import asyncio
import sys
import time
from functools import partial
from typing import Any

import asyncpg
import msgspec

from benchmarks.ground import KEYRING, SECRETS, connected, leave_as_is
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.waking import be_told
from portal.projections.projector import Projector
from portal.wiring import projections


class Watched(Projector):
    """The portal's projector, which notes when each of its batches was committed."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.commits: list[tuple[int, float]] = []

    async def step(self, wait_for: int = 0) -> bool:
        """As it is, with a look at the clock."""
        moved = await super().step(wait_for)
        if moved:
            self.commits.append((self.position, time.monotonic()))
        return moved


async def project(url: str) -> None:
    """All of it."""
    async with asyncpg.create_pool(url, min_size=1, max_size=10, reset=leave_as_is) as pool:
        watched, woken = Watched(pool, KEYRING, CATALOGUE, projections(SECRETS)), asyncio.Event()
        tasks = [
            asyncio.create_task(watched.run(woken)),
            asyncio.create_task(be_told(partial(connected, url), [woken])),
        ]
        await asyncio.to_thread(sys.stdin.readline)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    sys.stdout.buffer.write(msgspec.json.encode(watched.commits))


if __name__ == "__main__":
    asyncio.run(project(sys.argv[1]))
