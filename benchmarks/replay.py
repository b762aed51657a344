"""Loading a long referral, beside reading its rows and nothing more."""

import time
from statistics import median
from uuid import UUID, uuid4

from benchmarks import made_up
from benchmarks.ground import KEYRING, Database, Ground, Log, a_log
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.domain.referral import Referral

ROWS = """
select e.*, k.kek_version, k.wrapped from events e left join keys k on k.id = e.key_id
where e.stream_id = $1 order by e.version
"""


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    async with ground.database() as database, a_log(database) as log:
        stream_id = await _a_long_referral(database, sizes.replay_events)
        for _ in range(sizes.rounds):
            await _load_and_read(rounds, log, stream_id, sizes.replay_loads)
    return rounds.result(
        {"events": sizes.replay_events, "loads": sizes.replay_loads}, ratio_read=rounds.ratio("ours", "read")
    )


async def _load_and_read(rounds: Rounds, log: Log, stream_id: UUID, loads: int) -> None:
    ours, read = [], []
    for _ in range(loads):
        began = time.perf_counter()
        loaded = await log.store.load(Referral, stream_id)
        between = time.perf_counter()
        await log.pool.fetch(ROWS, stream_id)
        ours.append(between - began)
        read.append(time.perf_counter() - between)
        if loaded.aggregate is None:
            raise RuntimeError("the long referral was not loaded")
    rounds.add(ours=median(ours) * 1000, read=median(read) * 1000)


async def _a_long_referral(database: Database, events: int) -> UUID:
    """A referral that somebody could not stop writing at."""
    key, wrapped = KEYRING.mint(uuid4())
    stream_id = wrapped.stream_id
    told = made_up.referral(stream_id)[:7]
    told += [made_up.answers(stream_id, version) for version in range(len(told) + 1, events + 1)]
    await made_up.insert(database, [wrapped], [made_up.row(event, key) for event in told])
    await database.as_owner("vacuum analyze events", "vacuum analyze keys")
    return stream_id
