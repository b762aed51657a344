"""Appending: commands of three events of about 300 bytes, encrypted, from 32 callers in one process.

Beside it in the same rounds: the library's safe recorder with 32 threads; pgbench with 32 clients, once with our very
statement (`pgbench`) and once with nothing but the insert in it (`pgbench_insert`); our store with one statement an
append; and a lone append against the insert alone, and against our very statement, sent bare on a connection.

What the library and pgbench append is encoded and encrypted beforehand; what we append, alone or not, is not.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from benchmarks import library, pgbench
from benchmarks.ground import KEYRING, Database, Ground, Log, a_connection, a_log
from benchmarks.made_up import METADATA, answers, insert, row
from benchmarks.rounds import Result, Rounds, p50_p99
from benchmarks.sizes import Sizes
from portal.domain.aggregate import Event
from portal.eventstore.keyring import Key, Wrapped
from portal.eventstore.rows import Row

CALLERS = 32
EVENTS = 3  # a command
SINGLY = {"connections": 16, "most": 1}  # one statement an append; 16 connections served best


class Caller:
    """Somebody who works on some referrals, one after the other."""

    def __init__(self, keys: list[tuple[Key, Wrapped]]) -> None:
        self._keys = {wrapped.stream_id: key for key, wrapped in keys}
        self._versions = dict.fromkeys(self._keys, 0)
        self._turn = 0

    def command(self) -> tuple[list[Event], dict[UUID, Key]]:
        """The next three events, and the key of their stream."""
        self._turn += 1
        stream_id = list(self._keys)[self._turn % len(self._keys)]
        after = self._versions[stream_id]
        self._versions[stream_id] += EVENTS
        events = [answers(stream_id, after + step) for step in range(1, EVENTS + 1)]
        return events, {stream_id: self._keys[stream_id]}

    def rows(self) -> list[Row]:
        """The next three events, ready to be written."""
        events, keys = self.command()
        return [row(event, keys[event.originator_id]) for event in events]


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    async with ground.database() as database, ground.database() as of_library:
        callers = await _callers(database)
        state = callers[0].rows()[0].state
        for turn in range(sizes.rounds):
            await _append_together(rounds, database, callers, sizes.seconds)
            await _append_with_others(rounds, database, of_library, state, sizes.seconds, turn)
            await _append_alone(rounds, database, callers[0], sizes.lone_appends)
    return rounds.result(
        {"callers": CALLERS, "events": EVENTS, "bytes": len(state), "seconds": sizes.seconds},
        ratio_library=rounds.ratio("ours", "library"),
        ratio_pgbench=rounds.ratio("ours", "pgbench"),
        ratio_pgbench_insert=rounds.ratio("ours", "pgbench_insert"),
        ratio_one_statement=rounds.ratio("ours", "one_statement"),
        ratio_p99_one_statement=rounds.ratio("ours_p99", "one_statement_p99"),
        ratio_lone=rounds.ratio("lone", "lone_bare"),
        ratio_lone_statement=rounds.ratio("lone", "lone_statement"),
    )


async def _callers(database: Database) -> list[Caller]:
    """The callers, each with referrals of their own, and the keys of these and of pgbench's."""
    minted = [[KEYRING.mint(uuid4()) for _ in range(pgbench.STREAMS_A_CLIENT)] for _ in range(CALLERS)]
    numbers = range(CALLERS * pgbench.STREAMS_A_CLIENT)
    others = [Wrapped(pgbench.stream(n), pgbench.stream(n), 1, bytes(40)) for n in numbers]
    await insert(database, [wrapped for keys in minted for _, wrapped in keys] + others, [])
    return [Caller(keys) for keys in minted]


async def _append_together(rounds: Rounds, database: Database, callers: list[Caller], seconds: float) -> None:
    """Ours, and ours with one statement an append."""
    appending: tuple[tuple[str, dict[str, int]], ...] = (("ours", {}), ("one_statement", SINGLY))
    for name, arguments in appending:
        async with a_log(database, **arguments) as log:
            await _call_all(log, callers, 0.2)  # connections made, statements prepared
            began = time.perf_counter()
            taken = await _call_all(log, callers, seconds)
            rounds.add(**{name: len(taken) / (time.perf_counter() - began)}, **p50_p99(f"{name}_", taken))


async def _call_all(log: Log, callers: list[Caller], seconds: float) -> list[float]:
    deadline = time.perf_counter() + seconds
    taken = await asyncio.gather(*(_call(log, caller, deadline) for caller in callers))
    return [each for of_one in taken for each in of_one]


async def _call(log: Log, caller: Caller, deadline: float) -> list[float]:
    taken = []
    while (began := time.perf_counter()) < deadline:
        await _append(log, caller)
        taken.append(time.perf_counter() - began)
    return taken


async def _append(log: Log, caller: Caller) -> None:
    events, keys = caller.command()
    await log.store.append(events, [uuid4() for _ in events], keys, METADATA)


async def _append_with_others(
    rounds: Rounds, database: Database, of_library: Database, state: bytes, seconds: float, turn: int
) -> None:
    done = await asyncio.to_thread(library.append_for, of_library.owner, seconds, CALLERS, state)
    rounds.add(library=done / seconds)
    for place, (name, statement) in enumerate((("pgbench", pgbench.APPEND), ("pgbench_insert", pgbench.BARE))):
        text = pgbench.script(statement, state)
        rate = await pgbench.per_second(database.application, text, CALLERS, seconds, turn * 2 + place)
        rounds.add(**{name: rate})


async def _append_alone(rounds: Rounds, database: Database, caller: Caller, appends: int) -> None:
    """One caller: a command through the store, and beside it on a connection the bare insert and our statement."""
    async with a_log(database) as log, a_connection(database) as bare, a_connection(database) as statement:
        ways: list[tuple[str, Callable[[], Awaitable[object]]]] = [
            ("lone", lambda: _append(log, caller)),
            ("lone_bare", lambda: bare.fetch(pgbench.BARE, *_columns(caller.rows()))),
            ("lone_statement", lambda: statement.fetch(pgbench.APPEND, *_columns(caller.rows()))),
        ]
        taken: dict[str, list[float]] = {name: [] for name, _ in ways}
        for turn in range(appends):
            for name, way in (*ways[turn % 3 :], *ways[: turn % 3]):
                began = time.perf_counter()
                await way()
                taken[name].append(time.perf_counter() - began)
    rounds.add(**{name: median(times) * 1000 for name, times in taken.items()})


def _columns(rows: list[Row]) -> list[list[Any]]:
    return [[getattr(each, name) for each in rows] for name in Row.__struct_fields__]
