"""What all that follows the log has in common: working until a position is passed, and working for ever."""

from __future__ import annotations

import asyncio
import logging
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection, Pool
from portal.eventstore.envelope import Envelope
from portal.eventstore.feed import Feed, assert_ground
from portal.eventstore.keyring import Keyring

log = logging.getLogger(__name__)
Handle = Callable[[Connection, Sequence[Envelope]], Awaitable[None]]
BATCH = 5_000  # events: fewer rows are read and written twice (rebuilding: twice as fast as with 500)
BLOCKED = 0.005  # seconds until a writer in flight is looked at again
POLL = 0.25  # seconds: the guarantee behind every wake-up
LONGEST_PAUSE = 5.0  # seconds between tries while the database is away


BEGIN = """
insert into checkpoints (name, position)
select name, case when $2 then coalesce(
  (select position from events where recorded_at < now() - interval '1 minute' order by position desc limit 1), 0)
else 0 end
from unnest($1::text[]) as name
on conflict do nothing
"""


async def prepare(pool: Pool, *names: str, at_head: bool = False) -> None:
    """Make sure of the ground the feed stands on, and that there are checkpoints of these names: new ones before the
    first event, or `at_head`: a minute back, since whatever is still being appended stands before the last event."""
    async with pool.acquire() as connection:
        await assert_ground(connection)
        await connection.execute(BEGIN, names, at_head)


class Following(ABC):
    """Something that moves through the log, batch by batch. `name` is what its faults are logged under."""

    def __init__(self, name: str, pool: Pool, keyring: Keyring, catalogue: Catalogue) -> None:
        self.name = name
        self._pool = pool
        self._keyring = keyring
        self._catalogue = catalogue
        self._feed = Feed()
        self._one_at_a_time = asyncio.Lock()
        self.position = 0  # as last seen by this process
        self.moved = asyncio.Event()  # set after each batch of this process

    @abstractmethod
    async def prepare(self) -> None:
        """Make sure that there is ground to stand on, and a checkpoint."""

    @abstractmethod
    async def _batch(self, skip: str) -> bool:
        """Handle one batch and move on, in one transaction. `skip`: what to do about a checkpoint somebody holds."""

    def _stand_at(self, position: int) -> None:
        """Where the checkpoint is. Behind where it was, this is another database, restored or less far: what was seen
        of holes in the former one says nothing here."""
        if position < self.position:
            self._feed = Feed()
        self._feed.position = self.position = position

    async def step(self, wait_for: int = 0) -> bool:
        """Handle one batch. False where there was none: nothing new, a writer in flight, or somebody else at work
        (their batch is waited for when `wait_for` names a position). Whatever the handler raises undoes the batch."""
        async with self._one_at_a_time:
            if 0 < wait_for <= self.position:
                return True
            return await self._batch("" if wait_for else "skip locked")

    async def reach(self, position: int, patience: float) -> bool:
        """Work until `position` is passed, at most `patience` seconds; whether it was. This is how a request sees what
        it has written, also when no worker runs."""
        deadline = asyncio.get_running_loop().time() + patience
        while self.position < position:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                async with asyncio.timeout(left):  # wait_for would lose a cancellation that comes as the step ends
                    moved = await self.step(wait_for=position)
            except TimeoutError:
                return False
            if not moved:
                await asyncio.sleep(BLOCKED)
        return True

    async def run(self, woken: asyncio.Event) -> None:
        """Follow the log for ever. Faults are logged by type only (their text may be personal) and tried again."""
        pause = POLL
        while True:
            try:
                await self.prepare()
                pause = POLL
                await self._follow(woken)
            except Exception as fault:  # nothing may end a reader for good: a worker that stops is a desk that stops
                log.warning("subscription %s: %s, trying again in %.2f s", self.name, type(fault).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _follow(self, woken: asyncio.Event) -> None:
        while True:
            woken.clear()
            while await self.step():
                pass
            with suppress(TimeoutError):
                async with asyncio.timeout(BLOCKED if self._feed.blocked else POLL):
                    await woken.wait()
