"""Erase, then rebuild: what remains in each projection is the same, whatever the live fold had seen."""

import random
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from functools import partial, reduce
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import pytest
import pytest_asyncio
from hypothesis import event, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from portal.domain.catalogue import CATALOGUE
from portal.domain.referral import Referral
from portal.domain.referral_events import ReferralErased
from portal.domain.referral_parts import EraseRule
from portal.domain.services import Channel, Service
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope, Metadata, Unreadable
from portal.eventstore.keyring import Key, Wrapped
from portal.keys.ledger import Ledger
from portal.projections.dashboard import DASHBOARD
from portal.projections.people_index import people_index
from portal.projections.projection import Projection
from portal.projections.projector import Projector
from portal.projections.staff_inbox import STAFF_INBOX
from portal.projections.submitted_forms import SUBMITTED_FORMS
from tests.databases import Database
from tests.domain.made_up import PRIYA, TEACHER
from tests.domain.policy import NOW, STREAM, enveloped
from tests.domain.test_any_history import Command, ask, fill_in, histories
from tests.eventstore.erasures import destroyed
from tests.eventstore.logbook import KEYRING, Log, a_log

LISTS: tuple[Projection[Any], ...] = (SUBMITTED_FORMS, STAFF_INBOX, DASHBOARD)
PEOPLE = people_index(b"b" * 32)
EVERY = (*LISTS, PEOPLE)
SEND = partial(Referral.submit, reference="4H7K-PX2M", referrer=TEACHER, channel=Channel.PORTAL, received_at=NOW)
rules = st.sampled_from([rule for rule in EraseRule if rule is not EraseRule.DRAFT_NOT_SENT])


def erased_after(
    service: Service, owner: UUID | None, commands: list[Command], rule: EraseRule, stream_id: UUID = STREAM
) -> list[Envelope]:
    """A history that is erased at the end, as the feed hands it out while the key lives."""
    referral = Referral.start(stream_id, service, owner, "" if owner else "hash of a token", NOW)
    for minute, command in enumerate(commands, 1):
        ask(referral, command, NOW + timedelta(minutes=minute))
    later = NOW + timedelta(days=30)
    if referral.submission:
        referral.erase(rule, later)
    else:
        referral.end_draft(later)
        referral.erase(EraseRule.DRAFT_NOT_SENT, later)
    events: list[Any] = list(referral.collect_events())
    return enveloped(events)


def unreadable(envelope: Envelope) -> Envelope:
    return replace(envelope, event=Unreadable(envelope.topic))


def was_sent(tombstone: Envelope) -> bool:
    assert isinstance(tombstone.event, ReferralErased)
    return tombstone.event.reference is not None


def fold(projection: Projection[Any], envelopes: list[Envelope]) -> Any:
    """As the projector does: what cannot be read is passed over."""
    readable = [each for each in envelopes if not isinstance(each.event, Unreadable)]
    return reduce(projection.evolve, readable, None)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(Service), st.sampled_from([None, PRIYA]), histories, st.data(), rules)
def test_the_stub_is_the_same_however_far_the_live_fold_had_come_when_the_key_went(
    service: Service, owner: UUID | None, commands: list[Command], data: st.DataObject, rule: EraseRule
) -> None:
    *before, tombstone = erased_after(service, owner, commands, rule)
    reached = data.draw(st.integers(0, len(before)), "events that the live fold read before the key was destroyed")
    live = [*before[:reached], *map(unreadable, before[reached:]), tombstone]
    rebuilt = [*map(unreadable, before), tombstone]
    sent = was_sent(tombstone)
    event("sent" if sent else "a draft")
    assert fold(PEOPLE, live) is fold(PEOPLE, rebuilt) is fold(PEOPLE, [*before, tombstone]) is None
    for projection in LISTS:
        row = fold(projection, live)
        assert row == fold(projection, rebuilt) == fold(projection, [*before, tombstone])
        assert (row is not None) == sent
        if row is not None:
            assert row.status == "erased"
            assert getattr(row, "content", None) is None


# --- the same with the database's own rows, all columns --------------------------------------------------------------


@pytest_asyncio.fixture
async def log(database: Database) -> AsyncIterator[Log]:
    """A log, and projections that nobody has filled yet."""
    async with a_log(database) as log:
        yield log


async def caught_up(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of every projection, with all their columns as they stand."""
    projector = Projector(log.pool, KEYRING, CATALOGUE, EVERY)
    await projector.prepare()
    while await projector.step():
        pass
    async with log.pool.acquire() as connection:
        return {each.table: await _rows(connection, each.table) for each in EVERY}


async def _rows(connection: Connection, table: str) -> list[tuple[Any, ...]]:
    return [tuple(record) for record in await connection.fetch(f"select * from {table} order by id")]  # noqa: S608


async def from_zero(log: Log) -> dict[str, list[tuple[Any, ...]]]:
    """The same, built anew."""
    for projection in EVERY:
        await log.pool.execute(f"delete from {projection.table}")  # noqa: S608
    await log.pool.execute("update checkpoints set position = 0")
    return await caught_up(log)


def drawn_histories() -> list[list[Envelope]]:
    """A few dozen histories, each of a referral of its own."""
    found: list[list[Envelope]] = []

    @settings(max_examples=60, deadline=None, database=None)
    @given(st.sampled_from(Service), st.sampled_from([None, PRIYA]), histories, rules)
    def draw(service: Service, owner: UUID | None, commands: list[Command], rule: EraseRule) -> None:
        found.append(erased_after(service, owner, commands, rule, uuid4()))

    draw()
    return found


async def test_rows_are_the_same_in_all_columns_whether_the_key_went_before_or_after_the_projector_came(
    log: Log, tmp_path: Path
) -> None:
    ledger, moments = Ledger(tmp_path / "ledger.jsonl"), random.Random(f"{uuid4()}")
    erased = {each[0].stream_id: each for each in drawn_histories()}
    keys, cuts = {}, {}
    for stream_id, envelopes in erased.items():
        keys[stream_id], wrapped = KEYRING.mint(stream_id)
        cuts[stream_id] = moments.randrange(1, len(envelopes))
        await append(log, envelopes[: cuts[stream_id]], keys, [wrapped])
    await caught_up(log)  # the live fold has read this far, and no further before ...
    early = {stream_id for stream_id in erased if moments.random() < 0.5}
    for stream_id, envelopes in erased.items():
        await append(log, envelopes[cuts[stream_id] :], keys)
        if stream_id in early:
            await destroyed(log, ledger, stream_id)
    live = await caught_up(log)
    await destroyed(log, ledger, *erased.keys() - early)

    sent = sum(was_sent(each[-1]) for each in erased.values())
    assert {table: len(rows) for table, rows in live.items()} == {
        **{each.table: sent for each in LISTS}, PEOPLE.table: 0
    }  # fmt: skip
    assert 0 < sent < len(erased)
    assert await from_zero(log) == live
    assert await log.count("parked") == 0


async def append(log: Log, envelopes: list[Envelope], keys: dict[UUID, Key], minted: Sequence[Wrapped] = ()) -> None:
    events = [each.event for each in envelopes]
    await log.store.append(events, [uuid4() for _ in events], keys, Metadata(), minted)


async def test_a_stream_that_was_parked_ends_as_any_other_when_it_is_erased(log: Log, tmp_path: Path) -> None:
    """Nobody can mend any more what could not be read, so nobody is asked to look."""
    [*before, tombstone] = erased_after(Service.LADO, PRIYA, [partial(fill_in), SEND], EraseRule.RETENTION_OVER)
    key, wrapped = KEYRING.mint(STREAM)
    await append(log, before, {STREAM: key}, [wrapped])
    await caught_up(log)
    parked = "insert into parked select name, $1, 1, 'a fold did not expect this' from checkpoints"
    await log.pool.execute(parked, STREAM)
    await log.pool.execute("update staff_inbox set cannot_read = 1")

    await append(log, [tombstone], {STREAM: key})
    live = await caught_up(log)
    assert await log.count("parked") == 0
    await destroyed(log, Ledger(tmp_path / "ledger.jsonl"), STREAM)
    assert await from_zero(log) == live
    assert [len(rows) for rows in live.values()] == [1, 1, 1, 0]


@pytest.mark.parametrize("damage", ["its content", "its shape"])
async def test_a_row_that_could_not_be_read_ends_as_any_other_when_it_is_erased(
    log: Log, tmp_path: Path, damage: str
) -> None:
    [*before, tombstone] = erased_after(Service.LADO, PRIYA, [partial(fill_in), SEND], EraseRule.RETENTION_OVER)
    key, wrapped = KEYRING.mint(STREAM)
    await append(log, before, {STREAM: key}, [wrapped])
    await caught_up(log)
    for projection in (SUBMITTED_FORMS, STAFF_INBOX, PEOPLE):
        content = b"damaged" if damage == "its content" else key.seal(b'"another"', f"row|{projection.name}|{STREAM}")
        await log.pool.execute(f"update {projection.table} set content = $1", content)  # noqa: S608

    await append(log, [tombstone], {STREAM: key})
    live = await caught_up(log)
    await destroyed(log, Ledger(tmp_path / "ledger.jsonl"), STREAM)
    assert [len(rows) for rows in live.values()] == [1, 1, 1, 0]
    assert await log.count("parked") == 0
    assert await from_zero(log) == live
