"""Following the log while 16 clients append: our feed beside a naive reader (`position > n`), which misses events.

Each has a backlog to read (events a second; the clients keep one processor busy or more), and then both follow the
live end side by side until the clients have stopped (events missed).
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from benchmarks import made_up, pgbench
from benchmarks.append import EVENTS
from benchmarks.ground import KEYRING, Database, Ground, a_connection
from benchmarks.made_up import answers
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.eventstore.feed import READ, Feed
from portal.eventstore.keyring import Wrapped

WRITERS = 16
LONGEST = 3600  # seconds: pgbench is stopped when it has been read beside for long enough
BATCH = 500
PAUSE = 0.005  # seconds after an empty batch
Connection = Any
Batch = Callable[[Connection], Awaitable[list[Any]]]


class Naive:
    """What a reader does that knows nothing of holes."""

    def __init__(self, position: int = 0) -> None:
        self._position = position

    async def batch(self, connection: Connection) -> list[Any]:
        """Whatever is there after the last position seen."""
        rows: list[Any] = await connection.fetch(READ, self._position, BATCH)
        self._position = rows[-1]["position"] if rows else self._position
        return rows


class Ours(Feed):
    """The portal's feed, asked in the same way."""

    async def batch(self, connection: Connection, size: int = BATCH) -> list[Any]:
        """Whatever is safe after the last position seen."""
        return await super().batch(connection, size)


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    for _ in range(sizes.rounds):
        async with ground.database() as database:
            await _make(database, sizes.backlog)
            await _read_beside_writers(rounds, database, sizes)
    return rounds.result(
        {"writers": WRITERS, "backlog": sizes.backlog, "batch": BATCH, "seconds": sizes.seconds},
        ratio_naive=rounds.ratio("ours", "naive"),
    )


async def _make(database: Database, backlog: int) -> None:
    numbers = range(WRITERS * pgbench.STREAMS_A_CLIENT)
    await made_up.insert(database, [Wrapped(pgbench.stream(n), pgbench.stream(n), 1, bytes(40)) for n in numbers], [])
    await made_up.fill(database, backlog)


async def _read_beside_writers(rounds: Rounds, database: Database, sizes: Sizes) -> None:
    async with a_connection(database) as one, a_connection(database) as other:
        async with _writing(database):
            for name, reader in (("ours", Ours()), ("naive", Naive())):
                rounds.add(**{name: await _rate(one, reader.batch, sizes.backlog)})
            head = await one.fetchval("select max(position) from events")
            follow = _following(one, Ours(head).batch), _following(other, Naive(head).batch)
            seen = [asyncio.create_task(each) for each in follow]
            await asyncio.sleep(sizes.seconds)
        ours, naive = [len(await each) for each in seen]
        written = await one.fetchval("select count(*) from events where position > $1", head)
    rounds.add(followed=written / sizes.seconds, missed=written - ours, naive_missed=written - naive)


@asynccontextmanager
async def _writing(database: Database) -> AsyncIterator[None]:
    state = made_up.row(answers(pgbench.stream(0), EVENTS), KEYRING.mint(pgbench.stream(0))[0]).state
    text = pgbench.script(pgbench.BARE, state)
    async with pgbench.running(database.application, text, WRITERS, LONGEST, 0):
        await asyncio.sleep(0.5)  # all of them are connected
        yield


async def _rate(connection: Connection, batch: Batch, backlog: int) -> float:
    """Events a second until the backlog is read."""
    read, began = 0, time.perf_counter()
    while read < backlog:
        read += len(await batch(connection))
    return read / (time.perf_counter() - began)


async def _following(connection: Connection, batch: Batch) -> set[int]:
    """The positions that a reader of the live end saw, until nothing has come for a while."""
    seen: set[int] = set()
    last = time.perf_counter()
    while time.perf_counter() - last < 1:
        rows = await batch(connection)
        seen.update(row["position"] for row in rows)
        if rows:
            last = time.perf_counter()
        else:
            await asyncio.sleep(PAUSE)
    return seen
