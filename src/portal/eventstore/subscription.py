"""A subscription is a checkpoint and a handler, moved on in one transaction.

The checkpoint's row lock is lock, fence and leadership in one: whoever holds it works, everybody else passes by (or
waits, where a request wants to see what it has just written), and a worker that died or was cut off has its
transaction undone. So each event is handled exactly once, by any number of processes, without an election.
"""

from __future__ import annotations

from portal.eventstore import following
from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Pool
from portal.eventstore.following import Following, Handle, prepare
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import to_envelopes


class Subscription(Following):
    """One reader of the log: `handle` gets each event once, in order, within the transaction that moves `name` on.

    A new one begins with the first event; one whose handler has effects outside begins `at_head`, so that nothing old
    happens again.
    """

    def __init__(
        self, name: str, pool: Pool, keyring: Keyring, catalogue: Catalogue, handle: Handle, at_head: bool = False
    ) -> None:
        super().__init__(name, pool, keyring, catalogue)
        self._handle = handle
        self._at_head = at_head

    async def prepare(self) -> None:
        await prepare(self._pool, self.name, at_head=self._at_head)

    async def _batch(self, skip: str) -> bool:
        async with self._pool.acquire() as connection, connection.transaction():
            query = f"select position from checkpoints where name = $1 for update {skip}"  # noqa: S608 - no input in it
            found = await connection.fetchval(query, self.name)
            if found is None:
                return False
            self._stand_at(found)
            records = await self._feed.batch(connection, following.BATCH)
            if not records:
                return False
            await self._handle(connection, to_envelopes(self._catalogue, self._keyring, records))
            moved = "update checkpoints set position = $2 where name = $1"
            await connection.execute(moved, self.name, self._feed.position)
        self.position = self._feed.position
        self.moved.set()
        return True
