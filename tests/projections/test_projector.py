"""Rows follow events; what cannot be read sets one stream aside, visibly, and stops nothing else."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID, uuid4

import msgspec
import pytest
import pytest_asyncio

from portal.domain.access import Looked, Opened, access_stream
from portal.domain.catalogue import CATALOGUE
from portal.domain.referral_events import ChildAdded
from portal.domain.services import Service
from portal.eventstore.envelope import Envelope, Unreadable
from portal.eventstore.standing import standings
from portal.eventstore.work import Work, perform
from portal.projections.projection import Projection
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX, InboxRow, InboxStatus, Listed
from portal.wiring import projections
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, Log, a_child, a_log, a_row, asked, one
from tests.portals import SECRETS
from tests.projections.desk import FLIP, rows

DAMAGE_ROW = "update staff_inbox set content = set_byte(content, 20, get_byte(content, 20) # 1) where id = $1"


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log, and a staff inbox that nobody has filled yet."""
    async with a_log(database) as log:
        await inbox(log).prepare()
        yield log


def inbox(log: Log, projection: Projection[InboxRow] = STAFF_INBOX) -> Projector:
    return Projector(log.pool, KEYRING, CATALOGUE, [projection])


async def fill(log: Log, projection: Projection[InboxRow] = STAFF_INBOX) -> dict[UUID, InboxRow]:
    """Fold everything there is; the rows afterwards, decrypted."""
    reader = inbox(log, projection)
    while await reader.step():
        pass
    return await rows(log)


async def empty(log: Log) -> None:
    """As before a rebuild."""
    await log.pool.execute("delete from staff_inbox")
    await log.pool.execute("delete from parked")
    await log.pool.execute("update checkpoints set position = 0")


async def parked(log: Log) -> dict[UUID, tuple[int, str]]:
    found = await log.pool.fetch("select stream_id, position, why from parked where subscription = 'staff_inbox'")
    return {row["stream_id"]: (row["position"], row["why"]) for row in found}


async def health(log: Log) -> tuple[int, int]:
    """How far the inbox is behind and how many streams it set aside, as the health page counts them."""
    [standing] = await standings(log.pool)
    return standing.behind, standing.parked


async def position(log: Log, stream_id: UUID, version: int) -> int:
    query = "select position from events where stream_id = $1 and version = $2"
    found: int = await log.pool.fetchval(query, stream_id, version)
    return found


def stumbling(stream_id: UUID, fault: Exception, on: type = ChildAdded) -> Projection[InboxRow]:
    """The inbox with a fold that fails on one event of one stream."""

    def evolve(row: InboxRow | None, envelope: Envelope) -> InboxRow | None:
        if envelope.stream_id == stream_id and isinstance(envelope.event, on):
            raise fault
        return STAFF_INBOX.evolve(row, envelope)

    return msgspec.structs.replace(STAFF_INBOX, evolve=evolve)


def children(row: InboxRow) -> list[Listed]:
    assert row.content is not None
    return list(row.content.children.values())


async def test_a_row_follows_the_events_of_its_stream(log: Log) -> None:
    referral = await log.started(Service.EARLY_HELP)
    assert await fill(log) == {referral: STAFF_INBOX.evolve(None, await first_of(log, referral))}
    await log.child_added(referral, a_child("Amara", "Okafor"))
    row = (await fill(log))[referral]
    assert (row.service, row.status, row.cannot_read) == (Service.EARLY_HELP, InboxStatus.DRAFT, None)
    assert children(row) == [Listed("AO", 6)]


async def first_of(log: Log, referral: UUID) -> Envelope:
    return (await log.store.history(referral)).envelopes[0]


async def test_nothing_personal_stands_in_a_row_in_clear(log: Log) -> None:
    referral = await log.started()
    await log.child_added(referral, a_child("Quentin", "Zebedee"))
    assert children((await fill(log))[referral]) == [Listed("QZ", 6)]
    [record] = await log.pool.fetch("select * from staff_inbox")
    assert "QZ" not in repr({name: value for name, value in record.items() if name != "content"})
    assert b"QZ" not in record["content"]


async def test_one_batch_may_hold_many_events_of_many_streams(log: Log) -> None:
    referrals = [await log.started() for _ in range(5)]
    for number in range(4):
        for referral in referrals:
            await log.child_added(referral, a_child("Amara", "BCDE"[number]))
    rows = await fill(log)
    assert rows.keys() == set(referrals)
    for row in rows.values():
        assert [child.initials for child in children(row)] == ["AB", "AC", "AD", "AE"]


async def test_batches_of_any_size_give_the_same_rows(log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(3):
        referral = await log.started()
        for name in "BCD":
            await log.child_added(referral, a_child("Amara", name))
    at_once = await fill(log)
    for size in (1, 2, 5):
        monkeypatch.setattr("portal.eventstore.following.BATCH", size)
        await empty(log)
        assert await fill(log) == at_once


async def test_a_rebuild_gives_the_rows_that_were_there(log: Log) -> None:
    for name in "BCD":
        referral = await log.started()
        await log.child_added(referral, a_child("Amara", name))
        await fill(log)
    live = await fill(log)
    await empty(log)
    assert await log.count("staff_inbox") == 0
    assert await fill(log) == live
    assert len(live) == 3


async def test_events_of_other_kinds_touch_no_row(log: Log) -> None:
    async def decide(work: Work) -> None:
        await work.note(Opened, access_stream(uuid4()), looked_at=Looked.REFERRAL, reason="")

    await perform(log.store, asked("look"), decide)
    assert await fill(log) == {}
    assert await health(log) == (0, 0)


async def test_a_fold_that_raises_sets_its_stream_aside_and_everything_else_goes_on(log: Log) -> None:
    bad, good = await log.started(), await log.started()
    await log.child_added(bad)
    await log.child_added(good)
    projection = stumbling(bad, ZeroDivisionError())
    rows = await fill(log, projection)
    at = await position(log, bad, 2)
    assert (rows[bad].cannot_read, children(rows[bad])) == (at, [])
    assert (rows[good].cannot_read, children(rows[good])) == (None, [Listed("AO", 6)])
    assert await parked(log) == {bad: (at, "it cannot be folded: ZeroDivisionError")}
    assert await health(log) == (0, 1)


async def test_a_stream_set_aside_stays_as_it_is_although_more_happens_in_it(log: Log) -> None:
    bad, good = await log.started(), await log.started()
    await log.child_added(bad)
    before = await fill(log, stumbling(bad, ZeroDivisionError()))
    await log.child_added(bad)
    await log.child_added(good)
    rows = await fill(log)  # the fold is mended, but nobody has read the stream anew
    assert rows[bad] == before[bad]
    assert len(children(rows[good])) == 1
    assert await health(log) == (0, 1)


async def test_a_mended_fold_reads_everything_in_a_rebuild(log: Log) -> None:
    bad = await log.started()
    await log.child_added(bad)
    await fill(log, stumbling(bad, ZeroDivisionError()))
    await empty(log)
    row = (await fill(log))[bad]
    assert (row.cannot_read, len(children(row))) == (None, 1)
    assert await health(log) == (0, 0)


async def test_why_a_stream_was_set_aside_says_nothing_personal(log: Log, caplog: pytest.LogCaptureFixture) -> None:
    bad = await log.started()
    await log.child_added(bad)
    with caplog.at_level(logging.DEBUG):
        await fill(log, stumbling(bad, ValueError("Amara Okafor")))
    assert "ValueError" in caplog.text
    assert "Amara" not in caplog.text
    assert "Amara" not in repr(await parked(log))


async def test_a_damaged_event_sets_its_stream_aside_and_the_row_says_where(log: Log) -> None:
    bad, good = await log.started(), await log.started()
    await log.child_added(bad, a_child("Amara"))
    await log.child_added(bad, a_child("Jonah"))
    await log.child_added(bad, a_child("Zara"))
    await log.child_added(good)
    await log.as_owner(FLIP, bad, 3)
    rows = await fill(log)
    assert rows[bad].cannot_read == await position(log, bad, 3)
    assert children(rows[bad]) == [Listed("AO", 6)]
    assert rows[good].cannot_read is None
    assert (await parked(log)).keys() == {bad}
    assert await health(log) == (0, 1)


async def test_a_referral_whose_beginning_is_damaged_is_on_the_desk_all_the_same(log: Log) -> None:
    bad = await log.started()
    await log.child_added(bad)
    await log.as_owner(FLIP, bad, 1)
    row = (await fill(log))[bad]
    assert (row.cannot_read, row.status, row.urgent) == (await position(log, bad, 1), InboxStatus.NEW, True)
    assert row.received_at is not None


async def test_a_damaged_event_of_another_kind_makes_no_row(log: Log) -> None:
    await log.appender.append(one(a_row(topic="access.opened")))
    assert await fill(log) == {}
    assert await health(log) == (0, 1)


async def test_an_event_of_a_topic_that_nobody_knows_sets_its_stream_aside(log: Log) -> None:
    bad = await log.started()
    await log.appender.append(one(a_row(bad, 2, topic="referral.praised")))
    assert (await fill(log))[bad].cannot_read == await position(log, bad, 2)
    assert (await parked(log))[bad][1] == "its topic is not in the catalogue"


async def test_events_whose_key_was_destroyed_are_skipped(log: Log) -> None:
    erased, good = await log.started(), await log.started()
    await log.child_added(erased)
    await log.child_added(good)
    await log.destroy_key(erased)
    rows = await fill(log, stumbling(erased, ZeroDivisionError(), on=Unreadable))
    assert rows.keys() == {good}
    assert await health(log) == (0, 0)


async def test_a_row_whose_key_was_destroyed_keeps_nothing_that_was_sealed(log: Log) -> None:
    erased, good = await log.started(), await log.started()
    await log.child_added(erased)
    assert (await fill(log))[erased].content is not None
    await log.destroy_key(erased)
    await log.child_added(good)
    rows = await fill(log)
    assert rows[erased].content is None
    assert (len(children(rows[good])), await health(log)) == (1, (0, 0))


async def test_a_row_that_cannot_be_read_is_kept_and_says_so_and_everything_else_goes_on(log: Log) -> None:
    bad, good = await log.started(), await log.started()
    await log.child_added(bad)
    await fill(log)
    await log.as_owner(DAMAGE_ROW, bad)
    await log.child_added(bad)
    await log.child_added(good)
    rows = await fill(log)
    assert (rows[bad].cannot_read, rows[bad].content) == (await position(log, bad, 3), None)
    assert await parked(log) == {bad: (await position(log, bad, 3), "its row cannot be read")}
    assert await health(log) == (0, 1)
    assert len(children(rows[good])) == 1


async def test_a_list_with_a_row_that_cannot_be_read_shows_the_others(log: Log) -> None:
    bad, good = await log.started(), await log.started()
    await fill(log)
    await log.as_owner(DAMAGE_ROW, bad)
    rows = await fill(log)
    assert rows[bad].cannot_read is not None and rows[bad].content is None
    assert rows[good].cannot_read is None and rows[good].content is not None


async def test_a_fold_that_has_no_row_for_a_stream_takes_it_away(log: Log) -> None:
    referral = await log.started()
    assert (await fill(log)).keys() == {referral}

    def forget(row: InboxRow | None, envelope: Envelope) -> None:
        return None

    await log.child_added(referral)
    assert await fill(log, msgspec.structs.replace(STAFF_INBOX, evolve=forget)) == {}


async def test_two_who_fill_the_inbox_at_once_fill_it_once(log: Log, database: Database) -> None:
    expected: dict[UUID, int] = {}

    async def write() -> None:
        for _ in range(10):
            referral = await log.started()
            expected[referral] = 3
            for name in "BCD":
                await log.child_added(referral, a_child("Amara", name))

    async def follow(reader: Projector) -> None:
        while not (over and reader.position >= head):
            await reader.step()
            await asyncio.sleep(0.001)

    over, head = False, 0
    async with a_log(database, "other") as other:
        readers = [asyncio.create_task(follow(inbox(each))) for each in (log, other, log)]
        await asyncio.gather(*(write() for _ in range(4)))
        over, head = True, await log.store.head()
        await asyncio.wait_for(asyncio.gather(*readers), 10)
    rows = await fill(log)
    assert {id: len(children(row)) for id, row in rows.items()} == expected
    live = rows
    await empty(log)
    assert await fill(log) == live


def test_columns_of_a_row_are_those_of_its_struct() -> None:
    assert STAFF_INBOX.columns == {
        "id": "uuid",
        "service": "text",
        "status": "text",
        "urgent": "boolean",
        "reference": "text",
        "received_at": "timestamptz",
        "acknowledged_at": "timestamptz",
        "changed_at": "timestamptz",
        "cannot_read": "bigint",
        "content": "bytea",
    }


@pytest.mark.parametrize("projection", projections(SECRETS), ids=lambda projection: projection.table)
async def test_columns_of_a_row_are_those_of_its_table(log: Log, projection: Projection[Any]) -> None:
    query = """
    select attname, format_type(atttypid, null) as kind from pg_attribute
    where attrelid = $1::text::regclass and attnum > 0 and not attisdropped
    """
    kinds = {"timestamp with time zone": "timestamptz"}
    columns = await log.pool.fetch(query, projection.table)
    assert {row["attname"]: kinds.get(row["kind"], row["kind"]) for row in columns} == projection.columns
