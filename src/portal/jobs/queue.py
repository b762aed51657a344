"""The queue: jobs are put there by reactions, in their transaction, and done by any number of workers.

A job is the id of the event that caused it and a kind; nothing personal, and the same pair never twice. Whoever takes
a job holds a lease; a worker that dies lets it lapse, and another does the job again, so handlers are idempotent. A
job that fails is tried again until its deadline and then held, where somebody sees it. Of a fault only the name of
its type is kept: its text may be personal.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import msgspec

from portal.eventstore.connection import Connection, Pool

log = logging.getLogger(__name__)
LEASE = timedelta(seconds=30)
LONGEST = 20.0  # seconds a handler may take: less than its lease
AT_ONCE = 8  # jobs a worker does side by side
POLL = 0.5  # seconds
PAUSE = 2.0  # seconds while the database is away

PUT = """
insert into jobs (event_id, kind, run_at, patience, deadline)
select event_id, kind, greatest(run_at, now()), patience, greatest(run_at, now()) + patience
from unnest($1::uuid[], $2::text[], $3::timestamptz[], $4::interval[]) as new (event_id, kind, run_at, patience)
on conflict (event_id, kind) do nothing
"""
TAKE = """
update jobs set lease = $1, leased_until = now() + $2, attempts = attempts + 1
where id in (
  select id from jobs
  where done_at is null and held_at is null and run_at <= now() and (leased_until is null or leased_until < now())
    and (kind = any($4)) = $5
  order by run_at limit $3 for update skip locked)
returning id, event_id, kind, deadline < now() as late, attempts
"""
DONE = "update jobs set done_at = now(), lease = null where id = $1 and lease = $2"
LATER = """
update jobs set run_at = $3, deadline = $3::timestamptz + patience, lease = null, leased_until = null, attempts = 0
where id = $1 and lease = $2
"""
FAILED = """
update jobs set lease = null, leased_until = null, fault = $3,
  run_at = next_try,
  held_at = case when over and not $5 then now() end,
  done_at = case when over and $5 then now() end
from (
  select id, next_try, $4 or next_try > deadline as over
  from (select id, deadline, now() + least(power(2, attempts), 60) * interval '1 second' as next_try
        from jobs where id = $1) tried
) judged
where jobs.id = judged.id and lease = $2
"""


class Job(msgspec.Struct, frozen=True):
    """Something to do because of an event: not before `run_at`, and no longer tried `patience` after that."""

    event_id: UUID
    kind: str
    run_at: datetime
    patience: timedelta


class Hopeless(Exception):
    """Raised by a handler: trying again cannot help. The job is held at once."""


class Share(msgspec.Struct, frozen=True):
    """The part of a queue that one worker does: only jobs of these `kinds`, or all `others`; so many side by side."""

    kinds: frozenset[str] = frozenset()
    others: bool = True
    at_once: int = AT_ONCE


EVERYTHING = Share()
Handler = Callable[[UUID], Awaitable[datetime | None]]  # event id -> None: done; an instant: once more then


async def put(connection: Connection, jobs: Sequence[Job]) -> None:
    """Put jobs on the queue, within the caller's transaction. One that was ever there is not put again."""
    if jobs:
        columns = [[getattr(job, name) for job in jobs] for name in Job.__struct_fields__]
        await connection.execute(PUT, *columns)


class Queue:
    """A worker's side of the queue. `handlers` by kind; of the kinds that are `lapsing`, one that comes too late or
    cannot be done is no use to anybody any more: it ends, and nobody has to look. `share`: its part of the queue, so
    that what is slow has a worker of its own and keeps nothing else waiting."""

    def __init__(
        self, pool: Pool, handlers: Mapping[str, Handler], lapsing: Collection[str] = (), share: Share = EVERYTHING
    ) -> None:
        self._pool = pool
        self._handlers = handlers
        self._lapsing = lapsing
        self._share = share

    async def run(self, woken: asyncio.Event) -> None:
        """Do jobs for ever; a lost database is waited for."""
        while True:
            woken.clear()
            try:
                while await self.step():
                    pass
                pause = POLL
            except Exception as lost:
                log.warning("queue: %s, trying again", type(lost).__name__)
                pause = PAUSE
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await woken.wait()

    async def step(self) -> int:
        """Take what is due and do it; how many jobs that was."""
        lease = uuid4()
        share = self._share
        taken = await self._pool.fetch(TAKE, lease, LEASE, share.at_once, list(share.kinds), not share.others)
        doing = (self._do(lease, job["id"], job["event_id"], job["kind"], job["late"]) for job in taken)
        for lost in await asyncio.gather(*doing, return_exceptions=True):
            if lost:
                raise lost  # the database is away; the others have come to their end all the same
        return len(taken)

    async def _do(self, lease: UUID, id: int, event_id: UUID, kind: str, late: bool) -> None:
        try:
            if late:
                raise Hopeless
            async with asyncio.timeout(LONGEST):
                again = await self._handlers[kind](event_id)
        except Exception as fault:
            hopeless = isinstance(fault, Hopeless)
            # a time-out's cause is the cancellation it made, which says less than the time-out
            cause = fault.__cause__ if isinstance(fault.__cause__, Exception) else fault
            why = "too late" if late else type(cause).__name__
            log.warning("job %s of event %s failed: %s", kind, event_id, why)
            await self._pool.execute(FAILED, id, lease, why, hopeless, kind in self._lapsing)
        else:
            await (self._pool.execute(LATER, id, lease, again) if again else self._pool.execute(DONE, id, lease))
