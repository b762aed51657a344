"""Following the log: a subscription is a checkpoint and a handler, moved on in one transaction.

The checkpoint's row lock is lock, fence and leadership in one: whoever holds it works, everybody else passes by (or
waits, where a request wants to see what it has just written), and a worker that died or was cut off has its
transaction undone. So each event is handled exactly once, by any number of processes, without an election.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Sequence

from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection, Pool
from portal.eventstore.envelope import Envelope
from portal.eventstore.feed import Feed, assert_ground
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import to_envelopes

log = logging.getLogger(__name__)
Handle = Callable[[Connection, Sequence[Envelope]], Awaitable[None]]
BATCH = 5_000  # events: fewer rows are read and written twice (rebuilding: twice as fast as with 500)
BLOCKED = 0.005  # seconds until a writer in flight is looked at again
POLL = 0.25  # seconds: the guarantee behind every wake-up
LONGEST_PAUSE = 5.0  # seconds between tries while the database is away


class Subscription:
    """One reader of the log: `handle` gets each event once, in order, within the transaction that moves `name` on."""

    def __init__(self, name: str, pool: Pool, keyring: Keyring, catalogue: Catalogue, handle: Handle) -> None:
        self.name = name
        self._pool = pool
        self._keyring = keyring
        self._catalogue = catalogue
        self._handle = handle
        self._feed = Feed()
        self._one_at_a_time = asyncio.Lock()
        self.position = 0  # as last seen by this process
        self.moved = asyncio.Event()  # set after each batch of this process

    async def step(self, wait_for: int = 0) -> bool:
        """Handle one batch. False where there was none: nothing new, a writer in flight, or somebody else at work
        (their batch is waited for when `wait_for` names a position). Whatever the handler raises undoes the batch."""
        async with self._one_at_a_time:
            if 0 < wait_for <= self.position:
                return True
            return await self._batch("" if wait_for else "skip locked")

    async def _batch(self, skip: str) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            query = f"select position from checkpoints where name = $1 for update {skip}"  # noqa: S608 - no input in it
            found = await connection.fetchval(query, self.name)
            if found is None:
                return False
            self._feed.position = self.position = found
            records = await self._feed.batch(connection, BATCH)
            if not records:
                return False
            await self._handle(connection, to_envelopes(self._catalogue, self._keyring, records))
            moved = "update checkpoints set position = $2 where name = $1"
            await connection.execute(moved, self.name, self._feed.position)
        self.position = self._feed.position
        self.moved.set()
        return True

    async def reach(self, position: int, patience: float) -> bool:
        """Work until `position` is passed, at most `patience` seconds; whether it was. This is how a request sees what
        it has written, also when no worker runs."""
        deadline = asyncio.get_running_loop().time() + patience
        while self.position < position:
            left = deadline - asyncio.get_running_loop().time()
            if left <= 0:
                return False
            try:
                moved = await asyncio.wait_for(self.step(wait_for=position), left)
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

    async def prepare(self) -> None:
        """Make sure of the ground the feed stands on, and that there is a checkpoint."""
        async with self._pool.acquire() as connection:
            await assert_ground(connection)
            await connection.execute("insert into checkpoints values ($1, 0) on conflict do nothing", self.name)

    async def _follow(self, woken: asyncio.Event) -> None:
        while True:
            woken.clear()
            while await self.step():
                pass
            try:
                await asyncio.wait_for(woken.wait(), BLOCKED if self._feed.blocked else POLL)
            except TimeoutError:
                continue
