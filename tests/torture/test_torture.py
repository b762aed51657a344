"""Whatever happens to writers, projectors and their connections: every event is applied exactly once and in order."""

import asyncio
import random
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections import Counter, defaultdict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest

from tests.databases import Database
from tests.eventstore.logbook import Log, a_log, connected

ROOT = Path(__file__).parents[2]
SECONDS = 12.0  # of writing
WRITERS, PROJECTORS, TALLYING, UNFENCED = 3, 3, 2, 2
KILLS = 20  # backends, at least
SHARED = 6  # streams that all write to
TABLES = """
create table applied (at bigint generated always as identity, name text, position bigint, stream_id uuid, version int);
create table tally (id uuid primary key, events bigint not null, cannot_read bigint);
create table counted (name text, events bigint not null);
grant select, insert, update, delete on applied, counted, tally to portal_application;
insert into counted values ('fenced', 0), ('unfenced', 0), ('naive', 0);
insert into checkpoints values ('fenced', 0), ('unfenced', 0), ('naive', 0), ('tally', 0);
-- a commit in twelve takes its time, one in thirty fails at the very end: as late as a commit can
create function torture() returns trigger language plpgsql as $$ begin
  if random() < 0.08 then perform pg_sleep(random() * 0.08); end if;
  if random() < 0.03 then raise exception 'made to fail'; end if;
  return null;
end $$;
create constraint trigger torture after insert on events deferrable initially deferred
for each row execute function torture();
"""
KILL = """
select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'torture-%' order by random() limit 1
"""
# The checkpoint is locked, and the database waits for what the projector says next. Only who holds a row's lock has a
# transaction id: who passed the locked row by has just the lock on the table.
HOLDING = """
select a.pid from pg_stat_activity a join pg_locks l using (pid)
where a.application_name = $1 and a.state = 'idle in transaction' and a.backend_xid is not null
  and l.relation = 'checkpoints'::regclass and l.mode = 'RowShareLock'
"""


async def start(module: str, database: Database, *arguments: object) -> Process:
    """A process of its own: writer or projector."""
    command = ["-m", f"tests.torture.{module}", database.owner, database.application, *map(str, arguments)]
    quiet = asyncio.subprocess.DEVNULL
    return await asyncio.create_subprocess_exec(sys.executable, *command, cwd=ROOT, stdout=PIPE, stderr=quiet)


class Torture:
    """A log, the processes at it, and what is done to them."""

    def __init__(self, log: Log, owner: "asyncpg.Connection[asyncpg.Record]", drawn: random.Random) -> None:
        self.log = log
        self.owner = owner
        self.drawn = drawn
        self.projectors: dict[str, Process] = {}
        self.killed = 0
        self.calm = asyncio.Lock()  # while it is held, no backend is killed at random

    async def project(self, name: str, count: int) -> None:
        """Start so many projectors of one name, which is also their kind."""
        for number in range(count):
            process = await start("projector", self.log.database, name, name, number)
            self.projectors[f"torture-{name}-{number}"] = process

    async def write(self, shared: list[UUID]) -> set[UUID]:
        """Let all writers write; the events they were told are safe."""
        seeds = [self.drawn.getrandbits(32) for _ in range(WRITERS)]
        writers = [await start("writer", self.log.database, seed, SECONDS, *shared) for seed in seeds]
        said = await asyncio.gather(*(each.communicate() for each in writers))
        assert all(each.returncode == 0 for each in writers), "a writer gave up"
        return {UUID(line) for out, _ in said for line in out.decode().split()}

    async def kill_backends(self) -> None:
        """For ever: one backend of writers or projectors after the other."""
        executioner = await connected(self.log.database.owner, "executioner")
        while True:
            await asyncio.sleep(self.drawn.random() * 0.3)
            async with self.calm:
                self.killed += bool(await executioner.fetchval(KILL))

    async def freeze_who_holds_the_lock(self, name: str) -> int:
        """SIGSTOP a projector just as it holds the checkpoint; the number of its backend."""
        process = self.projectors[name]
        async with asyncio.timeout(20):
            while True:
                if await self.owner.fetchval(HOLDING, name):
                    process.send_signal(signal.SIGSTOP)
                    await asyncio.sleep(0.2)  # what was on its way to the database arrives
                    if backend := await self.owner.fetchval(HOLDING, name):
                        return int(backend)
                    process.send_signal(signal.SIGCONT)
                await asyncio.sleep(0.001)

    async def checkpoint(self, name: str) -> int:
        """How far the readers of this name are."""
        found: int = await self.owner.fetchval("select position from checkpoints where name = $1", name)
        return found

    async def reached(self, name: str, position: int) -> None:
        """Wait until somebody has read so far."""
        async with asyncio.timeout(60):
            while await self.checkpoint(name) < position:  # noqa: ASYNC110 - a database has no events to wait for
                await asyncio.sleep(0.02)

    async def applied(self, name: str) -> list[tuple[int, UUID, int]]:
        """What was applied, in the order in which it was."""
        query = "select position, stream_id, version from applied where name = $1 order by at"
        return [tuple(row) for row in await self.owner.fetch(query, name)]


@asynccontextmanager
async def torture(database: Database, drawn: random.Random) -> AsyncIterator[Torture]:
    """A chamber whose processes are all gone afterwards."""
    async with a_log(database) as log:
        owner = await connected(database.owner, "tormentor")
        chamber = Torture(log, owner, drawn)
        try:
            yield chamber
        finally:
            for process in chamber.projectors.values():
                if process.returncode is None:
                    process.kill()
                await process.wait()
            await owner.close()


async def freeze_and_kill(chamber: Torture) -> None:
    """One is stopped while it holds the lock and comes back; another is cut off meanwhile; a third is killed."""
    first, second, third = (f"torture-fenced-{number}" for number in range(PROJECTORS))
    await asyncio.sleep(1)
    async with chamber.calm:
        await chamber.freeze_who_holds_the_lock(first)
        at = await chamber.checkpoint("fenced")
        await asyncio.sleep(2)
        assert await chamber.checkpoint("fenced") == at, "somebody projects while another holds the lock"
    chamber.projectors[first].send_signal(signal.SIGCONT)

    async with chamber.calm:
        backend = await chamber.freeze_who_holds_the_lock(second)
        at = await chamber.checkpoint("fenced")
        await chamber.owner.execute("select pg_terminate_backend($1)", backend)  # as a limit on idle transactions does
        await chamber.reached("fenced", at + 1)  # others go on, although the frozen one believes it has the lock
    chamber.projectors[second].send_signal(signal.SIGCONT)

    async with chamber.calm:
        await chamber.freeze_who_holds_the_lock(third)
        chamber.projectors[third].send_signal(signal.SIGKILL)


async def test_under_torture_every_event_is_applied_exactly_once_and_in_order(database: Database) -> None:
    seed = random.randrange(2**32)
    print(f"seed {seed}")
    drawn = random.Random(seed)
    async with torture(database, drawn) as chamber:
        shared = [await chamber.log.started() for _ in range(SHARED)]
        await chamber.owner.execute(TABLES)
        for name, count in (("fenced", PROJECTORS), ("tally", TALLYING), ("unfenced", UNFENCED), ("naive", 1)):
            await chamber.project(name, count)
        killing = asyncio.create_task(chamber.kill_backends())
        acknowledged, _ = await asyncio.gather(chamber.write(shared), freeze_and_kill(chamber))
        assert not killing.done()
        killing.cancel()
        for name in ("fenced", "tally", "unfenced", "naive"):
            await chamber.reached(name, await chamber.log.store.head())

        events = await chamber.owner.fetch("select position, id, stream_id, version from events order by position")
        rolled_back = events[-1]["position"] - len(events)
        print(f"{len(events)} events, {len(acknowledged)} acknowledged, {rolled_back} rolled back")
        print(f"{chamber.killed} backends killed")
        assert len(events) > 300 and rolled_back > 20 and chamber.killed >= KILLS, "not much of a torture"
        assert acknowledged <= {event["id"] for event in events}
        assert_without_gaps([(event["stream_id"], event["version"]) for event in events])

        everything = [(event["position"], event["stream_id"], event["version"]) for event in events]
        applied = await chamber.applied("fenced")
        assert applied == everything, f"seed {seed}"
        assert_in_order(applied)
        counted = await chamber.owner.fetchval("select events from counted where name = 'fenced'")
        assert counted == len(events)

        tallied = {row["id"]: row["events"] for row in await chamber.owner.fetch("select * from tally")}
        assert tallied == Counter(event["stream_id"] for event in events)
        assert await chamber.owner.fetchval("select count(*) from parked") == 0

        unfenced, naive = await chamber.applied("unfenced"), await chamber.applied("naive")
        assert max(Counter(unfenced).values()) > 1, "this control shows what the fence is for"
        assert not set(everything) <= set(naive), "this control shows what the feed is for"
        with pytest.raises(AssertionError):
            assert_in_order(unfenced)


def assert_without_gaps(places: list[tuple[UUID, int]]) -> None:
    """Each stream's versions are 1, 2, 3 ..., in the order of positions."""
    versions = defaultdict(list)
    for stream_id, version in places:
        versions[stream_id].append(version)
    for found in versions.values():
        assert found == list(range(1, len(found) + 1))


def assert_in_order(applied: list[tuple[int, UUID, int]]) -> None:
    """By position, and so by version within each stream."""
    assert [position for position, _, _ in applied] == sorted({position for position, _, _ in applied})
    assert_without_gaps([(stream_id, version) for _, stream_id, version in applied])
