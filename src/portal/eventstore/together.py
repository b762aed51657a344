"""Several subscriptions moved on in one transaction: one read, one decoding and one commit for all of them.

One that is far behind (it is new, or was away) or whose handler fails goes apart, so that it holds no other up: it is
caught up by itself, and joins the others again when it is close.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable, Mapping
from typing import Any

from portal.eventstore import following
from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection, Pool
from portal.eventstore.following import LONGEST_PAUSE, MOVED, Following, Handle
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS, to_envelopes
from portal.eventstore.subscription import Subscription

log = logging.getLogger(__name__)
BETWEEN = f"""
select {COLUMNS}, {KEY_COLUMNS} from events e left join keys k on k.id = e.key_id
where e.position > $1 and e.position <= $2 order by e.position
"""  # noqa: S608 - column names of our own
WHERE = "select name, position from checkpoints where name = any($1)"


class Stumbled(Exception):
    """The handler of one subscription failed; the batch of all was undone."""


class Together(Following):
    """Subscriptions of one process that share their reading. `apart`: those that go alone for now, and until when
    (by the loop's clock) they rest."""

    def __init__(self, pool: Pool, keyring: Keyring, catalogue: Catalogue, handles: Mapping[str, Handle]) -> None:
        super().__init__("+".join(handles), pool, keyring, catalogue)
        self._subscriptions = {
            name: Subscription(name, pool, keyring, catalogue, handle) for name, handle in handles.items()
        }
        self.apart: dict[str, float] = {}

    async def prepare(self) -> None:
        for subscription in self._subscriptions.values():
            await subscription.prepare()

    async def reach_all(self, names: Iterable[str], position: int, patience: float) -> bool:
        """Work until all of these have passed a position, at most `patience` seconds. One that goes apart is not
        waited for: it may take longer than anybody has."""
        return self.apart.keys().isdisjoint(names) and await self.reach(position, patience)

    async def step(self, wait_for: int = 0) -> bool:
        if self.apart:
            await self._let_join()
        try:
            moved = await super().step(wait_for)
        except Stumbled as stumbled:
            self._go_apart(stumbled.args[0], stumbled.__cause__)
            return True
        return moved if wait_for else await self._catch_up() or moved

    async def _batch(self, skip: str) -> bool:
        names = [name for name in self._subscriptions if name not in self.apart]
        query = f"{WHERE} order by name for update {skip}"
        async with self._pool.acquire() as connection, connection.transaction():
            found = {row["name"]: row["position"] for row in await connection.fetch(query, names)}
            if not found:
                return False
            self.position = self._feed.position = front = max(found.values())
            for name in [name for name, at in found.items() if _far(at, front)]:
                self._go_apart(name)
                del found[name]
            records = await self._feed.batch(connection, following.BATCH)
            if not records and min(found.values()) == front:
                return False
            await self._handle_all(connection, found, front, records)
            await connection.execute(MOVED, list(found), self._feed.position)
        self.position = self._feed.position
        self.moved.set()
        return True

    async def _handle_all(
        self, connection: Connection, found: Mapping[str, int], front: int, records: list[Any]
    ) -> None:
        """Hand the batch to each, with what it has missed of what is settled before."""
        envelopes = to_envelopes(self._catalogue, self._keyring, records)
        for name, at in found.items():
            missed = await connection.fetch(BETWEEN, at, front) if at < front else []
            try:
                earlier = to_envelopes(self._catalogue, self._keyring, missed)
                await self._subscriptions[name].handle(connection, [*earlier, *envelopes])
            except Exception as fault:
                if connection.is_closed():
                    raise  # not the handler's fault
                raise Stumbled(name) from fault

    async def _catch_up(self) -> bool:
        """A batch of each that goes alone."""
        moved = False
        for name in self._rested():
            try:
                moved = await self._subscriptions[name].step() or moved
            except Exception as fault:  # the others go on, and health shows that it is behind
                self._go_apart(name, fault)
        return moved

    async def _let_join(self) -> None:
        for row in await self._pool.fetch(WHERE, self._rested()):
            if not _far(row["position"], self.position):
                del self.apart[row["name"]]

    def _rested(self) -> list[str]:
        now = asyncio.get_running_loop().time()
        return [name for name, until in self.apart.items() if until <= now]

    def _go_apart(self, name: str, fault: BaseException | None = None) -> None:
        if fault:
            log.warning("subscription %s: %s, trying again in %.0f s", name, type(fault).__name__, LONGEST_PAUSE)
        self.apart[name] = asyncio.get_running_loop().time() + (LONGEST_PAUSE if fault else 0)


def _far(position: int, front: int) -> bool:
    return front - position > following.BATCH
