"""A job is done at least once, never put twice, given up only when its time is over; and nothing personal is kept."""

import asyncio
import logging
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from portal.eventstore.connection import Pool
from portal.jobs import queue
from portal.jobs.queue import Handler, Hopeless, Job, Queue, put
from tests.databases import Database

KILL = "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'jobs'"
LONG_AGO = datetime(2026, 11, 16, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


@pytest_asyncio.fixture
async def pool(database: Database) -> AsyncIterator[Pool]:
    named = {"application_name": "jobs"}
    async with asyncpg.create_pool(database.application, min_size=1, server_settings=named) as pool:
        yield pool


class Hands:
    """A handler that remembers what it was given, and does as it is told: raise, or answer."""

    def __init__(self, *outcomes: BaseException | datetime | None) -> None:
        self.given: list[UUID] = []
        self._outcomes = list(outcomes)

    async def __call__(self, event_id: UUID) -> datetime | None:
        self.given.append(event_id)
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0] if self._outcomes else None
        if isinstance(outcome, BaseException):
            raise outcome
        return outcome


def letter(event_id: UUID | None = None, patience: timedelta = HOUR, run_at: datetime = LONG_AGO) -> Job:
    return Job(event_id or uuid4(), "letter", run_at, patience)


async def put_now(pool: Pool, *jobs: Job) -> list[UUID]:
    async with pool.acquire() as connection:
        await put(connection, jobs)
    return [job.event_id for job in jobs]


async def only(pool: Pool) -> Any:
    """The one job there is."""
    [row] = await pool.fetch("select *, run_at - now() as pause, deadline - run_at as worth from jobs")
    return row


async def age(pool: Pool, by: timedelta) -> None:
    """Let time go by."""
    times = ("run_at", "deadline", "leased_until", "done_at", "held_at")
    await pool.execute(f"update jobs set {', '.join(f'{name} = {name} - $1::interval' for name in times)}", by)  # noqa: S608


async def due_now(pool: Pool) -> None:
    """Let just so much time go by that a job is due, however long its pause."""
    await pool.execute("update jobs set deadline = deadline - (run_at - now()), run_at = now() where run_at > now()")


async def drained(*queues: Queue) -> int:
    """Do what is due, side by side; how many jobs that was."""
    done = 0
    while count := sum(await asyncio.gather(*(each.step() for each in queues))):
        done += count
    return done


# --- put --------------------------------------------------------------------------------------------------------------


async def test_a_job_that_is_due_is_done_with_the_event_that_caused_it(pool: Pool) -> None:
    hands = Hands()
    [event_id] = await put_now(pool, letter())
    assert await Queue(pool, {"letter": hands}).step() == 1
    assert hands.given == [event_id]
    assert (await only(pool))["done_at"] is not None


async def test_the_same_event_never_puts_the_same_job_twice(pool: Pool) -> None:
    hands, job = Hands(), letter()
    await asyncio.gather(*(put_now(pool, job, job) for _ in range(5)))
    assert await drained(Queue(pool, {"letter": hands})) == 1
    await put_now(pool, job)  # nor after it was done
    assert await drained(Queue(pool, {"letter": hands})) == 0
    assert hands.given == [job.event_id]


async def test_one_event_may_put_jobs_of_several_kinds(pool: Pool) -> None:
    letters, reminders, event_id = Hands(), Hands(), uuid4()
    await put_now(pool, letter(event_id), Job(event_id, "reminder", LONG_AGO, HOUR))
    assert await Queue(pool, {"letter": letters, "reminder": reminders}).step() == 2
    assert letters.given == reminders.given == [event_id]


async def test_what_is_put_in_a_transaction_that_rolls_back_was_never_put(pool: Pool) -> None:
    job = letter()
    with suppress(RuntimeError):
        async with pool.acquire() as connection, connection.transaction():
            await put(connection, [job])
            raise RuntimeError
    assert await Queue(pool, {"letter": Hands()}).step() == 0
    await put_now(pool, job)
    assert await Queue(pool, {"letter": Hands()}).step() == 1


async def test_no_jobs_are_no_work(pool: Pool) -> None:
    await put_now(pool)
    assert await Queue(pool, {}).step() == 0


async def test_a_job_is_not_done_before_its_time(pool: Pool) -> None:
    hands = Hands()
    await put_now(pool, letter(run_at=datetime.now(UTC) + HOUR))
    assert await Queue(pool, {"letter": hands}).step() == 0
    await age(pool, HOUR)
    assert await Queue(pool, {"letter": hands}).step() == 1


async def test_the_time_a_job_is_worth_trying_begins_when_it_is_put_or_due_whichever_is_later(pool: Pool) -> None:
    await put_now(pool, letter(run_at=LONG_AGO), letter(run_at=datetime.now(UTC) + HOUR))
    rows = await pool.fetch("select deadline - now() as left from jobs order by run_at")
    late, early = (row["left"] for row in rows)
    assert timedelta(minutes=59) < late <= HOUR
    assert timedelta(minutes=119) < early <= 2 * HOUR


# --- failing ----------------------------------------------------------------------------------------------------------


async def test_a_job_that_fails_is_tried_again_and_done(pool: Pool) -> None:
    hands = Hands(ConnectionError(), None)
    [event_id] = await put_now(pool, letter())
    worker = Queue(pool, {"letter": hands})
    await worker.step()
    assert await worker.step() == 0, "not at once"
    await due_now(pool)
    assert await worker.step() == 1
    assert hands.given == [event_id, event_id]
    assert (await only(pool))["done_at"] is not None


async def test_pauses_between_tries_grow_but_never_beyond_a_minute(pool: Pool) -> None:
    await put_now(pool, letter(patience=timedelta(days=3)))
    worker, pauses = Queue(pool, {"letter": Hands(ConnectionError())}), []
    for _ in range(9):
        await worker.step()
        pauses.append(round((await only(pool))["pause"].total_seconds()))
        await due_now(pool)
    assert pauses == [2, 4, 8, 16, 32, 60, 60, 60, 60]


async def test_a_job_that_fails_is_held_when_its_time_is_over(pool: Pool) -> None:
    hands = Hands(ConnectionError())
    await put_now(pool, letter(patience=timedelta(seconds=70)))
    worker, tries = Queue(pool, {"letter": hands}), 0
    while await worker.step():
        tries += 1
        assert tries < 20, "it is never given up"
        await due_now(pool)
    job = await only(pool)
    assert tries == len(hands.given) == 6, "pauses of 2, 4, 8, 16 and 32 seconds; after the next it would be too late"
    assert job["held_at"] is not None
    assert (job["done_at"], job["lease"], job["fault"]) == (None, None, "ConnectionError")


async def test_a_held_job_stays_held(pool: Pool) -> None:
    hands = Hands(Hopeless())
    await put_now(pool, letter())
    worker = Queue(pool, {"letter": hands})
    await worker.step()
    await age(pool, HOUR / 2)
    assert await worker.step() == 0
    assert len(hands.given) == 1


async def test_a_hopeless_job_is_held_at_once(pool: Pool) -> None:
    hands = Hands(Hopeless())
    await put_now(pool, letter())
    assert await drained(Queue(pool, {"letter": hands})) == 1
    job = await only(pool)
    assert job["held_at"] is not None
    assert (job["fault"], len(hands.given)) == ("Hopeless", 1)


async def test_a_hopeless_job_says_what_made_it_so(pool: Pool) -> None:
    async def refuse(_: UUID) -> None:
        try:
            raise PermissionError("amara.okafor@family.example")
        except PermissionError as refused:
            raise Hopeless from refused

    await put_now(pool, letter())
    await Queue(pool, {"letter": refuse}).step()
    assert (await only(pool))["fault"] == "PermissionError"


async def test_a_job_whose_time_was_over_before_its_turn_is_held_and_not_done(pool: Pool) -> None:
    hands = Hands()
    await put_now(pool, letter(patience=timedelta(minutes=5)))
    await age(pool, timedelta(minutes=6))
    assert await Queue(pool, {"letter": hands}).step() == 1
    job = await only(pool)
    assert job["held_at"] is not None
    assert (job["fault"], hands.given) == ("too late", [])


@pytest.mark.parametrize(
    "fault",
    [ValueError("Amara Okafor"), Hopeless("Amara Okafor"), KeyError("Amara Okafor")],
    ids=lambda it: type(it).__name__,
)
async def test_of_a_fault_only_the_name_of_its_type_is_kept(
    pool: Pool, caplog: pytest.LogCaptureFixture, fault: Exception
) -> None:
    await put_now(pool, letter())
    with caplog.at_level(logging.DEBUG):
        await Queue(pool, {"letter": Hands(fault)}).step()
    assert (await only(pool))["fault"] == type(fault).__name__
    assert type(fault).__name__ in caplog.text
    assert "Amara" not in caplog.text + repr([vars(record) for record in caplog.records])
    assert "Amara" not in await pool.fetchval("select string_agg(jobs::text, ' ') from jobs")


async def test_a_job_that_nobody_knows_how_to_do_waits_for_somebody_who_does(pool: Pool) -> None:
    hands = Hands()
    await put_now(pool, letter())
    await Queue(pool, {}).step()
    job = await only(pool)
    assert (job["held_at"], job["fault"]) == (None, "KeyError")
    await due_now(pool)
    assert await Queue(pool, {"letter": hands}).step() == 1
    assert len(hands.given) == 1


async def test_a_job_that_fails_does_not_disturb_the_others(pool: Pool) -> None:
    bad, good = Hands(ConnectionError()), Hands()
    await put_now(pool, letter(), *(Job(uuid4(), "reminder", LONG_AGO, HOUR) for _ in range(20)))
    await drained(Queue(pool, {"letter": bad, "reminder": good}))
    assert (len(bad.given), len(good.given)) == (1, 20)


async def test_a_handler_that_takes_too_long_is_cut_off_and_tried_again(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def dawdle(_: UUID) -> None:
        await asyncio.sleep(60)

    monkeypatch.setattr(queue, "LONGEST", 0.05)
    await put_now(pool, letter())
    await asyncio.wait_for(Queue(pool, {"letter": dawdle}).step(), 5)
    job = await only(pool)
    assert (job["held_at"], job["fault"], job["lease"]) == (None, "TimeoutError", None)
    await due_now(pool)
    assert await Queue(pool, {"letter": Hands()}).step() == 1


def test_a_handler_is_cut_off_before_its_lease_lapses() -> None:
    assert timedelta(seconds=queue.LONGEST) < queue.LEASE


# --- once more --------------------------------------------------------------------------------------------------------


async def test_a_handler_that_names_an_instant_is_called_again_then(pool: Pool) -> None:
    hands = Hands(datetime.now(UTC) + HOUR, None)
    [event_id] = await put_now(pool, letter(patience=timedelta(minutes=5)))
    worker = Queue(pool, {"letter": hands})
    assert await drained(worker) == 1
    job = await only(pool)
    assert (job["done_at"], job["held_at"], job["attempts"]) == (None, None, 0)
    assert job["worth"] == timedelta(minutes=5), "its time begins anew"
    await age(pool, timedelta(minutes=58))
    assert await worker.step() == 0
    await age(pool, timedelta(minutes=3))
    assert await worker.step() == 1
    assert hands.given == [event_id, event_id]
    assert (await only(pool))["done_at"] is not None


# --- workers that die -------------------------------------------------------------------------------------------------


async def test_a_job_whose_worker_was_stopped_is_done_by_another_when_the_lease_has_lapsed(pool: Pool) -> None:
    begun, hands = asyncio.Event(), Hands()

    async def hang(_: UUID) -> None:
        begun.set()
        await asyncio.sleep(60)

    [event_id] = await put_now(pool, letter())
    stopped = asyncio.create_task(Queue(pool, {"letter": hang}).step())
    await begun.wait()
    stopped.cancel()
    with pytest.raises(asyncio.CancelledError):
        await stopped

    other = Queue(pool, {"letter": hands})
    assert await other.step() == 0, "it might still be at it"
    await age(pool, queue.LEASE)
    assert await other.step() == 1
    assert hands.given == [event_id]
    assert (await only(pool))["done_at"] is not None


@pytest.mark.parametrize(
    "outcome", [None, ConnectionError(), Hopeless(), LONG_AGO], ids=["done", "failed", "held", "later"]
)
async def test_a_worker_whose_lease_has_lapsed_changes_nothing_any_more(
    pool: Pool, outcome: BaseException | datetime | None
) -> None:
    begun, go_on, slow_hands = asyncio.Event(), asyncio.Event(), Hands(outcome)

    async def slowly(event_id: UUID) -> datetime | None:
        begun.set()
        await go_on.wait()
        return await slow_hands(event_id)

    await put_now(pool, letter())
    slow = asyncio.create_task(Queue(pool, {"letter": slowly}).step())
    await begun.wait()
    await age(pool, queue.LEASE)
    assert await Queue(pool, {"letter": Hands()}).step() == 1
    done = await only(pool)
    go_on.set()
    await slow
    assert len(slow_hands.given) == 1
    columns = ("done_at", "held_at", "fault", "lease", "attempts", "run_at")
    after = await only(pool)
    assert [after[name] for name in columns] == [done[name] for name in columns]


async def test_workers_that_race_do_each_job_once(database: Database, pool: Pool) -> None:
    hands = Hands()
    await put_now(pool, *(letter() for _ in range(200)))
    async with asyncpg.create_pool(database.application, min_size=1) as other:
        done = await drained(*(Queue(each, {"letter": hands}) for each in (pool, other, pool, other)))
    assert done == len(hands.given) == len(set(hands.given)) == 200


async def test_a_worker_does_no_more_than_a_few_jobs_side_by_side(pool: Pool) -> None:
    at_work, most = 0, 0

    async def busy(_: UUID) -> None:
        nonlocal at_work, most
        at_work += 1
        most = max(most, at_work)
        await asyncio.sleep(0.01)
        at_work -= 1

    await put_now(pool, *(letter() for _ in range(30)))
    await drained(Queue(pool, {"letter": busy}))
    assert most == queue.AT_ONCE


async def test_jobs_that_are_done_stay(pool: Pool) -> None:
    await put_now(pool, *(letter() for _ in range(20)))
    await drained(Queue(pool, {"letter": Hands()}))
    assert await pool.fetchval("select count(*) from jobs where done_at is not null") == 20


async def test_the_application_cannot_take_a_job_away(pool: Pool) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await pool.execute("delete from jobs")


async def test_a_worker_that_loses_the_database_lets_every_job_come_to_its_end_first(
    pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = Hands()

    async def slowly(event_id: UUID) -> datetime | None:
        await asyncio.sleep(0.1)
        return await ended(event_id)

    monkeypatch.setattr(queue, "DONE", "select 1 / ($1::int * 0), $2::uuid")
    await put_now(pool, letter(), Job(uuid4(), "reminder", LONG_AGO, HOUR))
    with pytest.raises(asyncpg.PostgresError):
        await Queue(pool, {"letter": Hands(), "reminder": slowly}).step()
    assert len(ended.given) == 1


async def run(pool: Pool, handlers: dict[str, Handler], woken: asyncio.Event) -> "asyncio.Task[None]":
    return asyncio.create_task(Queue(pool, handlers).run(woken))


async def stop(workers: Sequence["asyncio.Task[None]"]) -> None:
    assert not any(worker.done() for worker in workers), "a worker gave up"
    for worker in workers:
        worker.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


async def test_a_worker_that_is_woken_does_at_once_what_was_put(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queue, "POLL", 60)
    hands, woken = Hands(), asyncio.Event()
    worker = await run(pool, {"letter": hands}, woken)
    await asyncio.sleep(0.1)
    await put_now(pool, letter())
    woken.set()
    await all_done(pool)
    await stop([worker])
    assert len(hands.given) == 1


async def test_a_worker_that_nobody_wakes_looks_by_itself(pool: Pool) -> None:
    hands = Hands()
    worker = await run(pool, {"letter": hands}, asyncio.Event())
    await asyncio.sleep(0.1)
    await put_now(pool, letter())
    await all_done(pool)
    await stop([worker])
    assert len(hands.given) == 1


async def test_workers_whose_backends_are_killed_go_on_and_leave_no_job_undone(
    database: Database, pool: Pool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "PAUSE", 0.05)
    monkeypatch.setattr(queue, "LEASE", timedelta(seconds=0.5))
    given: Counter[UUID] = Counter()

    async def brief(event_id: UUID) -> None:
        given[event_id] += 1
        await asyncio.sleep(0.01)

    owner = await asyncpg.connect(database.owner)
    events = {uuid4() for _ in range(150)}
    await put(owner, [letter(event_id) for event_id in events])
    workers = [await run(pool, {"letter": brief}, asyncio.Event()) for _ in range(3)]
    killed = 0
    for _ in range(8):
        await asyncio.sleep(0.03)
        killed += len(await owner.fetch(KILL))
    await all_done(owner)
    await owner.close()
    await stop(workers)
    assert killed > 5
    assert given.keys() == events


async def all_done(connection: "Pool | asyncpg.Connection[asyncpg.Record]") -> None:
    async with asyncio.timeout(10):
        while not await connection.fetchval("select bool_and(done_at is not null) from jobs"):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
