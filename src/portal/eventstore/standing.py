"""How far each reader of the log has come, for whoever watches it."""

import asyncio

import msgspec

from portal.eventstore.connection import Pool

STANDINGS = """
select c.name, c.position, head.position as head,
  (select count(*) from parked p where p.subscription = c.name) as parked
from checkpoints c, (select coalesce(max(position), 0) as position from events) head order by c.name
"""


class Standing(msgspec.Struct, frozen=True):
    """A reader of the log: where it is, of where the log ends; how many streams it has parked; and how many
    events a second it passes (0 where that was not measured)."""

    name: str
    position: int
    head: int
    parked: int
    rate: float = 0

    @property
    def behind(self) -> int:
        """Positions it has not passed."""
        return max(0, self.head - self.position)

    @property
    def seconds_left(self) -> float | None:
        """Until it has caught up, at its present rate; None where it does not move."""
        return self.behind / self.rate if self.rate else (None if self.behind else 0.0)


async def standings(pool: Pool) -> list[Standing]:
    """Every reader, by name."""
    return [Standing(**dict(row)) for row in await pool.fetch(STANDINGS)]


async def measured_standings(pool: Pool, seconds: float) -> list[Standing]:
    """Every reader with its rate, as looking twice so many seconds apart shows it."""
    before = {each.name: each.position for each in await standings(pool)}
    await asyncio.sleep(seconds)
    return [
        msgspec.structs.replace(each, rate=max(0, each.position - before.get(each.name, each.position)) / seconds)
        for each in await standings(pool)
    ]
