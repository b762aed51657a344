"""What the portal has said is sent is on two machines: one may be lost at any moment (security.md 6.5, F4 to F6).

Each promise stands beside the same run without what it rests on, to show that the test would notice.
"""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID, uuid4

import pytest
import pytest_asyncio

from portal.domain.referral import Referral
from portal.domain.services import Service
from portal.eventstore import store
from portal.eventstore.append import Unknown
from portal.eventstore.hosts import connect_to_primary
from portal.eventstore.work import Command, Work, perform
from tests.eventstore.logbook import NOON, asked
from tests.failover.nodes import Pair, a_pair
from tests.portals import Playground, filled_in, playground

CALLERS = 8
WHILE_PARTED = 1.0  # seconds of writing while the standby gets nothing
IMPATIENT = 1.0  # seconds, instead of the fifteen that the portal gives a statement
# What a cancelled wait for the standby leaves behind (a time-out's cancel request, an operator): committed, and seen.
GIVE_UP = "select count(pg_cancel_backend(pid)) from pg_stat_activity where wait_event = 'SyncRep'"
STORED = "select count(*) from events where id = any($1::uuid[])"


@pytest_asyncio.fixture
async def pair() -> AsyncIterator[Pair]:
    """Two nodes, synchronous."""
    async with a_pair() as pair:
        yield pair


@pytest_asyncio.fixture
async def play(pair: Pair, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Playground]:
    """A whole portal that knows both nodes, and does not wait as long as usual."""
    monkeypatch.setattr("portal.wiring.COMMAND_TIMEOUT", IMPATIENT)
    async with playground(pair.database) as play:
        yield play


async def start(play: Playground, command: Command) -> UUID:
    """Begin a referral; the event that is safe from here on."""

    async def decide(work: Work) -> Referral:
        referral = Referral.start(command.id_for("referral"), Service.SOCIAL_CARE, uuid4(), "", NOON)
        work.add(referral)
        return referral

    await perform(play.portal.store, command, decide)
    return command.event_ids[0]


class Callers:
    """People who write for as long as they are let, each insisting on an answer."""

    def __init__(self, play: Playground) -> None:
        self.play = play
        self.acknowledged: list[UUID] = []
        self._over = asyncio.Event()
        self._tasks = [asyncio.create_task(self._write()) for _ in range(CALLERS)]

    async def _write(self) -> None:
        while not self._over.is_set():
            command = asked("start")
            while not self._over.is_set():
                try:
                    self.acknowledged.append(await start(self.play, command))
                    break
                except Exception:  # unknown, or nobody there to ask: never "failed"
                    await asyncio.sleep(0.05)

    async def until_more_are_acknowledged(self) -> None:
        """The portal works: as many again as there are callers."""
        async with asyncio.timeout(60):
            before = len(self.acknowledged)
            while len(self.acknowledged) < before + CALLERS:  # noqa: ASYNC110 - nothing tells of each
                await asyncio.sleep(0.02)

    async def stop(self) -> None:
        self._over.set()
        await asyncio.gather(*self._tasks)


async def lost_in_a_fail_over(pair: Pair, play: Playground) -> tuple[int, int]:
    """Write, part the nodes, go on writing, lose the primary; of what was acknowledged: how much, how much is gone."""
    callers = Callers(play)
    await callers.until_more_are_acknowledged()
    await pair.part()
    await asyncio.sleep(WHILE_PARTED)
    pair.a.crash()
    await asyncio.sleep(0.1)  # what was answered before is heard
    promised = list(callers.acknowledged)
    began = asyncio.get_running_loop().time()
    await pair.fail_over()
    await callers.until_more_are_acknowledged()
    print(f"writing goes on after {asyncio.get_running_loop().time() - began:.1f} s")
    await callers.stop()
    later = callers.acknowledged[len(promised) :]
    assert await pair.on(pair.b, STORED, later) == len(later)
    return len(promised), len(promised) - await pair.on(pair.b, STORED, promised)


async def test_a_fail_over_loses_nothing_that_was_acknowledged(pair: Pair, play: Playground) -> None:
    promised, lost = await lost_in_a_fail_over(pair, play)
    assert promised >= CALLERS
    assert lost == 0


async def test_without_synchronous_replication_a_fail_over_loses_some(pair: Pair, play: Playground) -> None:
    await pair.synchronous(False)
    _, lost = await lost_in_a_fail_over(pair, play)
    assert lost > 0, "this control shows what the test above could miss"


async def test_a_wait_for_the_standby_that_somebody_cancels_is_unknown_although_the_database_reports_success(
    pair: Pair, play: Playground
) -> None:
    await start(play, asked("start"))
    pair.b.freeze()
    command = asked("start")
    pending = asyncio.create_task(start(play, command))
    with pytest.raises(Unknown):
        await cancelling(pair, pending)
    assert await pair.on(pair.a, STORED, [command.event_ids[0]]) == 1
    with pytest.raises(Unknown):  # nor is it when it is asked again
        await cancelling(pair, asyncio.create_task(start(play, command)))
    pair.b.thaw()
    assert await start(play, command)


async def cancelling(pair: Pair, pending: "asyncio.Task[UUID]") -> UUID:
    """What becomes of it while every wait for the standby is cancelled."""
    while not pending.done():
        await pair.on(pair.a, GIVE_UP)
        await asyncio.sleep(0.02)
    return await pending


async def test_a_frozen_standby_makes_nobody_say_sent_and_all_is_done_once_when_it_returns(
    pair: Pair, play: Playground
) -> None:
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await play.as_owner("update sessions set seen_at = seen_at - interval '2 minutes'")
    sending, key = {"declaration": True}, str(uuid4())
    pair.b.freeze()
    pending = [asyncio.create_task(start(play, asked("start"))) for _ in range(20)]
    assert (await priya.get(f"/referrals/{referral}"))["id"] == str(referral), "reading goes on"
    unknown = await priya.call("POST", f"/referrals/{referral}/submission", sending, key=key)
    assert unknown.status_code == 503
    assert "cannot tell whether this was saved" in unknown.json()["detail"]
    await asyncio.wait(pending, timeout=3 * IMPATIENT)
    assert not [each for each in pending if each.done() and not each.exception()], "a false 'done'"
    pair.b.thaw()
    sent = [await priya.call("POST", f"/referrals/{referral}/submission", sending, key=key) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [200, 200]
    assert len({answer.json()["submission"]["reference"] for answer in sent}) == 1
    assert await play.events("referral.submitted") == 1


async def test_those_who_wait_for_a_frozen_standby_are_all_answered_when_it_returns(pair: Pair) -> None:
    async with playground(pair.database) as patient:
        await start(patient, asked("start"))
        pair.b.freeze()
        commands = [asked("start") for _ in range(20)]
        pending = [asyncio.create_task(start(patient, command)) for command in commands]
        assert not (await asyncio.wait(pending, timeout=2))[0]
        pair.b.thaw()
        done = await asyncio.wait_for(asyncio.gather(*pending), 10)
        assert await pair.on(pair.b, STORED, done) == len(set(done)) == 20


async def submitted_and_lost(pair: Pair, play: Playground) -> tuple[list[str], Command]:
    """Give a command that the standby never hears of, three times; what each was answered."""
    command = asked("start")
    await pair.part()
    answers = []
    for _ in range(3):
        try:
            await start(play, command)
            answers.append("done")
        except Exception as unknown:
            answers.append(type(unknown).__name__)
        await pair.on(pair.a, GIVE_UP)
    assert await pair.on(pair.a, STORED, command.event_ids) == 1, "the primary has it, and nobody else"
    await pair.fail_over()
    return answers, command


async def test_a_command_sent_again_is_not_acknowledged_before_the_standby_has_it(pair: Pair, play: Playground) -> None:
    answers, command = await submitted_and_lost(pair, play)
    assert "done" not in answers
    assert await pair.on(pair.b, STORED, command.event_ids) == 0
    async with asyncio.timeout(20):
        while True:  # until the connections to the lost primary are given up
            try:
                await start(play, command)
                break
            except Exception:
                await asyncio.sleep(0.05)
    assert await pair.on(pair.b, STORED, command.event_ids) == 1


async def test_without_the_message_a_command_sent_again_is_acknowledged_and_lost(
    pair: Pair, play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = store.REPEATED.replace(", pg_logical_emit_message(true, 'portal.repeat', '')", "")
    assert bare != store.REPEATED
    monkeypatch.setattr(store, "REPEATED", bare)
    answers, command = await submitted_and_lost(pair, play)
    assert "done" in answers, "this control shows what the test above could miss"
    assert await pair.on(pair.b, STORED, command.event_ids) == 0


async def test_only_the_primary_is_spoken_to_and_after_a_fail_over_the_new_one(pair: Pair) -> None:
    backwards = pair.database.application.replace(f"{pair.a.host},{pair.b.host}", f"{pair.b.host},{pair.a.host}")
    for url in (pair.database.application, backwards):
        assert await port_of(url) == pair.a.port
    pair.a.freeze()  # it hangs, and hangs up on nobody
    pair.b.promote()
    for url in (pair.database.application, backwards):
        assert await port_of(url) == pair.b.port


async def port_of(url: str) -> int:
    """Of the server that is reached."""
    connection = await connect_to_primary(url, timeout=5)
    port: int = await connection.fetchval("select inet_server_port()")
    await connection.close()
    return port
