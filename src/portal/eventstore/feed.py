"""Reading the log in one total order, missing nothing, while many transactions append at once.

`position` is handed out before commit, so a reader can see 7 while 6 is still in flight. The rule: whoever owns a
missing position took its lock on the table before it took the position, and keeps that lock until its commit is
visible. So on a hole, note the last position seen and then who holds a writer's lock; once none of them does, every
hole up to that position that is still there belongs to a roll-back. Writers take no extra lock and wait for nobody.

It stands on READ COMMITTED, on the primary, and on an identity column with CACHE 1: `assert_ground` looks.
"""

from dataclasses import dataclass, field
from typing import Any

from portal.eventstore.connection import Connection
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS

READ = f"""
select {COLUMNS}, {KEY_COLUMNS} from events e left join keys k on k.id = e.key_id
where e.position > $1 order by e.position limit $2
"""  # noqa: S608 - column names of our own
WRITERS = """
select virtualtransaction from pg_locks
where locktype = 'relation' and relation = 'events'::regclass and mode = 'RowExclusiveLock'
  and database = (select oid from pg_database where datname = current_database())
"""
GROUND = """
select current_setting('default_transaction_isolation') = 'read committed' and not pg_is_in_recovery()
  and (select seqcache = 1 from pg_sequence where seqrelid = pg_get_serial_sequence('events', 'position')::regclass)
"""


async def assert_ground(connection: Connection) -> None:
    """RuntimeError where the feed could miss events: another isolation level, a standby, cached identities."""
    if not await connection.fetchval(GROUND):
        raise RuntimeError("the feed needs READ COMMITTED, the primary, and events.position with CACHE 1")


@dataclass
class Feed:
    """Batches of rows after `position`; empty where nothing more is safe to read now.

    After an empty batch `blocked` tells why: true, a writer is in flight, ask again in milliseconds; false, all is
    read, wait to be woken.
    """

    position: int = 0
    settled: int = 0  # a hole up to here is a roll-back
    horizon: int = 0  # becomes `settled` when ...
    suspects: set[str] = field(default_factory=set)  # ... none of these transactions is running any more
    blocked: bool = False

    async def batch(self, connection: Connection, size: int = 500) -> list[Any]:
        """The next rows, oldest first, and `position` moved past them."""
        while True:
            if self.suspects:
                self.suspects &= await _writers(connection)
                if not self.suspects:
                    self.settled = self.horizon
            rows = await connection.fetch(READ, self.position, size)  # after the look at the locks, never before
            safe = self._before_the_first_open_hole(rows)
            self.blocked = not safe and bool(rows)
            if safe or not rows or self.suspects:
                return safe
            self.horizon, self.suspects = rows[-1]["position"], await _writers(connection)
            if not self.suspects:
                self.settled = self.horizon  # nobody was writing: read again at once

    def _before_the_first_open_hole(self, rows: list[Any]) -> list[Any]:
        safe = []
        for row in rows:
            if row["position"] - 1 > max(self.position, self.settled):
                break
            safe.append(row)
            self.position = row["position"]
        return safe


async def _writers(connection: Connection) -> set[str]:
    return {row["virtualtransaction"] for row in await connection.fetch(WRITERS)}
