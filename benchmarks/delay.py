"""From commit to the inbox: 50 submissions a second, the projector in a second process, as `portal worker` has it.

The delay of one begins when its append has returned and ends when the projector's commit has returned, in the other
process; its yardstick is that append itself. Both processes read the same monotonic clock.
"""

import asyncio
import time
from bisect import bisect_left
from uuid import UUID, uuid4

import msgspec

from benchmarks.ground import KEYRING, SECRETS, Database, Ground, Log, a_log
from benchmarks.made_up import METADATA, insert, referral, row, submitted
from benchmarks.processes import a_process
from benchmarks.rounds import Result, Rounds, p50_p99
from benchmarks.sizes import Sizes
from portal.eventstore.keyring import Key
from portal.wiring import projections

A_SECOND = 50
BEFORE = 8  # events of a referral that is filled in
WARM_UP = 25  # submissions that are not counted
Commit = tuple[int, float]  # position, and when the projector had committed it
Submission = tuple[int, float, float]  # position, when the append began, when it had returned


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    for _ in range(sizes.rounds):
        async with ground.database() as database:
            submissions, commits = await _submit_and_project(database, sizes.delay_seconds * A_SECOND)
            _judge(rounds, submissions[WARM_UP:], commits)
    return rounds.result(
        {"submissions_a_second": A_SECOND, "submissions": sizes.delay_seconds * A_SECOND},
        ratio_append_p50=rounds.ratio("p50", "append_p50"),
        ratio_append_p99=rounds.ratio("p99", "append_p99"),
    )


def _judge(rounds: Rounds, submissions: list[Submission], commits: list[Commit]) -> None:
    positions = [position for position, _ in commits]
    visible = [commits[bisect_left(positions, position)][1] for position, _, _ in submissions]
    delays = [max(0.0, seen - returned) for seen, (_, _, returned) in zip(visible, submissions, strict=True)]
    appends = [returned - began for _, began, returned in submissions]
    rounds.add(**p50_p99("", delays), **p50_p99("append_", appends))


async def _submit_and_project(database: Database, number: int) -> tuple[list[Submission], list[Commit]]:
    drafts = await _drafts(database, WARM_UP + number)
    async with a_process("benchmarks.projector", database.application) as projector, a_log(database) as log:
        await _caught_up(log)
        submissions = await _submit(log, drafts)
        await _caught_up(log)
        told, _ = await projector.communicate(b"enough\n")
    return submissions, msgspec.json.decode(told, type=list[Commit])


async def _drafts(database: Database, number: int) -> list[tuple[UUID, Key]]:
    """Referrals that are filled in: eight events each."""
    minted = [KEYRING.mint(uuid4()) for _ in range(number)]
    rows = [row(event, key) for key, wrapped in minted for event in referral(wrapped.stream_id)[:BEFORE]]
    await insert(database, [wrapped for _, wrapped in minted], rows)
    return [(wrapped.stream_id, key) for key, wrapped in minted]


async def _caught_up(log: Log) -> None:
    """Wait until every projection has read all there is."""
    through = "select count(*) from checkpoints where position = (select max(position) from events)"
    readers = len(projections(SECRETS))
    while await log.pool.fetchval(through) < readers:  # noqa: ASYNC110 - a database has no events to wait for
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.3)  # the last commit has returned to the projector too


async def _submit(log: Log, drafts: list[tuple[UUID, Key]]) -> list[Submission]:
    """Begin one submission after the other, evenly, however long each takes."""
    began, tasks = time.monotonic(), []
    for n, (stream_id, key) in enumerate(drafts):
        await asyncio.sleep(max(0.0, began + n / A_SECOND - time.monotonic()))
        tasks.append(asyncio.create_task(_submit_one(log, stream_id, key)))
    return await asyncio.gather(*tasks)


async def _submit_one(log: Log, stream_id: UUID, key: Key) -> Submission:
    began = time.monotonic()
    position = await log.store.append([submitted(stream_id, BEFORE + 1)], [uuid4()], {stream_id: key}, METADATA)
    return position, began, time.monotonic()
