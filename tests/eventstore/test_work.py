"""A command is done once, however often it is asked, whoever else writes at the same time, whatever gets lost."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest

from portal.domain.access import Looked, Opened, access_stream
from portal.domain.referral import Referral
from portal.domain.refusals import Refused
from portal.domain.services import Service
from portal.eventstore.append import Append, Unknown
from portal.eventstore.envelope import CannotRead
from portal.eventstore.store import Repeat
from portal.eventstore.work import MOST_EVENTS, Command, KeyReused, Work, own_command, perform
from tests.databases import Database
from tests.eventstore.logbook import NOON, Log, a_child, a_log, adding, asked

Decide = Callable[[Work], Awaitable[Referral]]


def starting(command: Command, *claims: bytes) -> Decide:
    """The command "begin a referral"; its id is the same at each repeat."""

    async def decide(work: Work) -> Referral:
        referral = Referral.start(command.id_for("referral"), Service.SOCIAL_CARE, uuid4(), "", NOON)
        work.add(referral, *claims)
        return referral

    return decide


def looking(referral: UUID) -> Callable[[Work], Awaitable[None]]:
    """The command "somebody opened this referral"."""

    async def decide(work: Work) -> None:
        await work.note(Opened, access_stream(referral), looked_at=Looked.REFERRAL, reason="")

    return decide


def where(done: tuple[Referral | Repeat, int]) -> tuple[UUID, int, int]:
    """What a command answers, first or repeated: the stream, its version, the position."""
    answer, position = done
    if isinstance(answer, Repeat):
        return answer.stream_id, answer.version, position
    return answer.id, answer.version, position


async def children_of(log: Log, referral: UUID) -> int:
    loaded = await log.store.load(Referral, referral)
    assert loaded.aggregate is not None
    return len(loaded.aggregate.children)


async def test_a_command_asked_again_later_is_not_done_again_and_answers_the_same(log: Log) -> None:
    referral, command, child = await log.started(), asked("child"), a_child()
    first = await perform(log.store, command, adding(referral, child))
    await log.child_added(referral)
    again = await perform(log.store, command, adding(referral, child))
    assert isinstance(again[0], Repeat)
    assert where(again) == where(first)
    assert await children_of(log, referral) == 2


async def test_a_command_asked_many_times_at_once_is_done_once_and_answers_the_same(log: Log) -> None:
    referral, command, child = await log.started(), asked("child"), a_child()
    done = await asyncio.gather(*(perform(log.store, command, adding(referral, child)) for _ in range(10)))
    assert len({where(each) for each in done}) == 1
    assert Counter(type(answer) for answer, _ in done) == {Referral: 1, Repeat: 9}
    assert await log.count("events where stream_id = $1", referral) == 2


async def test_a_command_that_is_refused_because_its_twin_was_done_meanwhile_answers_as_the_twin(log: Log) -> None:
    referral, command, twins = await log.started(), asked("child"), []

    async def decide(work: Work) -> Referral:
        twins.append(await perform(log.store, command, adding(referral, a_child())))
        raise Refused("This has been done already.")

    answer, position = await perform(log.store, command, decide)
    assert isinstance(answer, Repeat)
    assert where((answer, position)) == where(twins[0])
    assert await children_of(log, referral) == 1


async def test_a_command_asked_in_two_processes_at_once_is_done_once(log: Log, database: Database) -> None:
    async with a_log(database, "other") as other:
        for _ in range(10):
            command = asked("start")
            done = await asyncio.gather(
                *(perform(each.store, command, starting(command)) for each in (log, other, log, other))
            )
            assert len({where(each) for each in done}) == 1
        assert await log.count("events") == await log.count("keys") == 10


async def test_a_command_of_several_events_and_streams_is_found_again_by_its_answer(log: Log) -> None:
    command, other = asked("both"), await log.started()

    async def decide(work: Work) -> Referral:
        await adding(other, a_child())(work)
        mine = await starting(command)(work)
        for name in ("Amara", "Jonah"):
            mine.add_child(a_child(name), NOON)
        return mine

    first = await perform(log.store, command, decide)
    again = await perform(log.store, command, decide)
    assert where(again) == where(first)
    assert where(again)[:2] == (command.id_for("referral"), 3)
    assert await children_of(log, other) == 1


async def test_a_key_used_for_another_request_is_refused(log: Log) -> None:
    referral = await log.started()
    command = Command("account:priya", "key-1", asked("", digest="one").metadata)
    other = Command("account:priya", "key-1", asked("", digest="other").metadata)
    await perform(log.store, command, adding(referral, a_child()))
    with pytest.raises(KeyReused):
        await perform(log.store, other, adding(referral, a_child()))
    assert await children_of(log, referral) == 1


async def test_the_same_key_of_somebody_else_is_another_command(log: Log) -> None:
    referral = await log.started()
    for scope in ("account:priya", "account:sam"):
        await perform(log.store, Command(scope, "key-1", asked("").metadata), adding(referral, a_child()))
    assert await children_of(log, referral) == 2


async def test_two_who_add_a_child_at_once_both_succeed(log: Log) -> None:
    referral = await log.started()
    await asyncio.gather(*(log.child_added(referral) for _ in range(2)))
    assert await children_of(log, referral) == 2


async def test_twenty_who_add_a_child_at_once_all_succeed(log: Log) -> None:
    referral = await log.started()
    await asyncio.gather(*(log.child_added(referral) for _ in range(20)))
    assert await children_of(log, referral) == 20


async def test_who_decides_again_after_a_conflict_decides_on_what_is_there_by_then(log: Log) -> None:
    referral = await log.started()
    done = await asyncio.gather(
        *(perform(log.store, asked("child"), adding(referral, a_child())) for _ in range(22)), return_exceptions=True
    )
    assert Counter(type(each) for each in done) == {tuple: 20, Refused: 2}, "a referral takes twenty children"


async def test_a_name_that_is_taken_is_refused_by_whoever_decides_again(log: Log) -> None:
    async def perform_once(command: Command) -> str:
        async def decide(work: Work) -> Referral:
            if await log.store.claimed([b"SC-26-0001"]):
                raise Refused("This name is taken.")
            return await starting(command, b"SC-26-0001")(work)

        try:
            await perform(log.store, command, decide)
        except Refused:
            return "taken"
        return "mine"

    answers = await asyncio.gather(*(perform_once(asked("start")) for _ in range(5)))
    assert sorted(answers) == ["mine", "taken", "taken", "taken", "taken"]
    assert await log.count("events") == await log.count("keys") == await log.count("claims") == 1


async def test_twenty_who_look_at_once_are_all_on_record(log: Log) -> None:
    referral = await log.started()
    await asyncio.gather(*(perform(log.store, asked("look"), looking(referral)) for _ in range(20)))
    history = await log.store.history(access_stream(referral))
    assert [envelope.version for envelope in history.envelopes] == list(range(1, 21))
    assert {type(envelope.event) for envelope in history.envelopes} == {Opened}


async def test_looking_disturbs_nobody_who_writes(log: Log) -> None:
    referral = await log.started()
    looks = [perform(log.store, asked("look"), looking(referral)) for _ in range(5)]
    await asyncio.gather(log.child_added(referral), *looks)
    assert (await log.store.tail(referral)).version == 2


async def test_a_command_that_decides_nothing_writes_nothing(log: Log) -> None:
    referral = await log.started()

    async def decide(work: Work) -> str:
        await work.load(Referral, referral)
        return "nothing to do"

    assert await perform(log.store, asked("nothing"), decide) == ("nothing to do", 0)
    assert await log.count("events") == 1


async def test_a_refusal_writes_nothing_and_is_decided_anew_when_asked_again(log: Log) -> None:
    referral, command, child = await log.started(), asked("child"), a_child(" ", " ")
    for _ in range(2):
        with pytest.raises(Refused):
            await perform(log.store, command, adding(referral, child))
    assert await log.count("events") == 1
    assert isinstance((await perform(log.store, command, adding(referral, a_child())))[0], Referral)


async def test_a_lost_answer_to_what_was_committed_is_found(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    referral, command, decisions = await log.started(), asked("child"), 0
    commit = log.appender.append

    async def lose_the_answer(append: Append) -> dict[UUID, int]:
        await commit(append)
        raise Unknown("ConnectionDoesNotExistError")

    async def decide(work: Work) -> Referral:
        nonlocal decisions
        decisions += 1
        return await adding(referral, a_child())(work)

    monkeypatch.setattr(log.appender, "append", lose_the_answer)
    answer, position = await perform(log.store, command, decide)
    assert isinstance(answer, Repeat)
    assert (answer.stream_id, answer.version, answer.position) == (referral, 2, position)
    assert (decisions, await children_of(log, referral)) == (1, 1)


async def test_a_lost_answer_to_what_is_not_there_is_not_known_and_nothing_is_decided_again(
    log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    referral, tries = await log.started(), 0

    async def lose_it(append: Append) -> dict[UUID, int]:
        nonlocal tries
        tries += 1
        raise Unknown("ConnectionDoesNotExistError")

    monkeypatch.setattr(log.appender, "append", lose_it)
    with pytest.raises(Unknown):
        await perform(log.store, asked("child"), adding(referral, a_child()))
    assert (tries, await children_of(log, referral)) == (1, 0)


async def test_a_command_of_the_portal_itself_is_done_once_for_each_event_that_causes_it(log: Log) -> None:
    referral, cause = await log.started(), uuid4()
    done = [await perform(log.store, own_command(cause, "add"), adding(referral, a_child())) for _ in range(3)]
    assert len({where(each) for each in done}) == 1
    await perform(log.store, own_command(cause, "add another"), adding(referral, a_child()))
    await perform(log.store, own_command(uuid4(), "add"), adding(referral, a_child()))
    assert await children_of(log, referral) == 3


async def test_parts_of_a_command_are_commands_of_their_own_and_each_is_done_once(log: Log) -> None:
    referral, command = await log.started(), asked("children")
    for _ in range(2):
        for part in ("first", "second"):
            await perform(log.store, command.part(part), adding(referral, a_child()))
    assert await children_of(log, referral) == 2


async def test_ids_of_a_command_are_its_own_and_the_same_each_time() -> None:
    command = Command("account:priya", "key-1", asked("").metadata)
    again = msgspec.structs.replace(command)
    others = [Command("account:priya", "key-2", command.metadata), Command("account:sam", "key-1", command.metadata)]
    assert command.event_ids == again.event_ids
    ids = [id for each in (command, *others, command.part("first")) for id in each.event_ids]
    assert len(set(ids)) == len(ids) == 4 * MOST_EVENTS


async def test_nothing_is_added_to_a_stream_whose_key_was_destroyed(log: Log) -> None:
    referral = await log.started()
    await log.destroy_key(referral)
    with pytest.raises(CannotRead):
        await log.child_added(referral)
    assert await log.count("events") == 1


async def test_a_key_that_is_destroyed_between_deciding_and_writing_is_noticed_by_reading_again(log: Log) -> None:
    referral = await log.started()

    async def decide(work: Work) -> Referral:
        decided = await adding(referral, a_child())(work)
        await log.destroy_key(referral)
        return decided

    with pytest.raises(CannotRead):
        await perform(log.store, asked("child"), decide)
    assert await log.count("events") == 1


async def test_a_commit_wakes_the_readers_of_this_process(log: Log) -> None:
    assert not log.store.committed.is_set()
    await log.started()
    assert log.store.committed.is_set()


async def test_who_asked_is_on_record_with_every_event(log: Log) -> None:
    command: Any = asked("start", digest="abc")
    referral = await log.started(command=command)
    [envelope] = (await log.store.history(referral)).envelopes
    assert envelope.metadata == command.metadata
    assert envelope.id == command.event_ids[0]
