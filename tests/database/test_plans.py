"""Every query that is asked often finds its rows by an index, however full the tables are.

The functions themselves are called, and what they asked the database is explained: with the values they gave, and as
PostgreSQL plans it for any values once a statement has been prepared for a while.
"""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple, cast
from uuid import UUID, uuid4

import asyncpg
import pytest
import pytest_asyncio

from portal.application import limits, sessions
from portal.application.casework import ASKABLE, MOST_COUNTED, PAGE
from portal.application.searching import MOST, Sought
from portal.council.limits import Limits
from portal.database.embedded import Server
from portal.domain.catalogue import CATALOGUE
from portal.domain.services import Service
from portal.eventstore.append import Append, insert
from portal.eventstore.envelope import CannotRead
from portal.eventstore.feed import Feed
from portal.eventstore.standing import standings
from portal.eventstore.store import EventStore
from portal.eventstore.work import fresh_command
from portal.http.health import HELD
from portal.jobs import queue
from portal.projections import batch
from portal.projections.dashboard import read_dashboard
from portal.projections.people_index import find_people
from portal.projections.staff_inbox import Cursor, InboxStatus, inbox_counts, inbox_page
from portal.projections.submitted_forms import drafts_of_token, forms_of
from portal.wiring import projections
from tests.conftest import TEMPLATE, fresh_database, with_database
from tests.database.filled import REFERRALS, fill
from tests.databases import Database
from tests.eventstore.logbook import KEYRING, NOON, a_row
from tests.portals import SECRETS

Connection = Any
Ask = Callable[[Connection], Awaitable[object]]
BIG = {
    *("events", "keys", "claims", "parked", "submitted_forms", "staff_inbox", "dashboard", "people_index"),
    *("jobs", "sessions", "limits"),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def filled(cluster: Server, template: Database) -> AsyncIterator[str]:
    """The application's address of a full database."""
    async with fresh_database(cluster, f"template {TEMPLATE}") as url:
        await fill(url)
        yield with_database(template.application, url.rpartition("/")[2])


@pytest_asyncio.fixture
async def connection(filled: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection to it; what is written over it is undone."""
    connection = await asyncpg.connect(filled)
    transaction = connection.transaction()
    await transaction.start()
    try:
        yield connection
    finally:
        await transaction.rollback()
        await connection.close()


class Plan(NamedTuple):
    """Which big tables a plan reads from end to end, by which indexes it finds rows, and which of them alone answer."""

    whole: set[str]
    indexes: set[str]
    index_only: set[str]


class Planned(NamedTuple):
    """A query as it was asked and how PostgreSQL goes about it."""

    query: str
    way: str
    plan: Plan


async def planned(connection: Connection, ask: Ask) -> list[Planned]:
    """What `ask` asks of the database, and the plans for it."""
    asked: list[tuple[str, Sequence[Any]]] = []
    with connection.query_logger(lambda record: asked.append((record.query, record.args))):
        await ask(connection)
        await asyncio.sleep(0)  # it tells of a query in the next round of the loop
    found = []
    for query, values in asked:
        found.append(Planned(query, "these values", await _custom(connection, query, values)))
        found.append(Planned(query, "any values", await _generic(connection, query, len(values))))
    return found


async def _custom(connection: Connection, query: str, values: Sequence[Any]) -> Plan:
    return _read(await connection.fetchval(f"explain (format json) {query}", *values))


async def _generic(connection: Connection, query: str, values: int) -> Plan:
    await connection.execute("set local plan_cache_mode = force_generic_plan")
    await connection.execute(f"prepare asked as {query}")
    given = f"({', '.join(['null'] * values)})" if values else ""
    plan = await connection.fetchval(f"explain (format json) execute asked{given}")
    await connection.execute("deallocate asked")
    await connection.execute("set local plan_cache_mode = auto")
    return _read(plan)


def _read(explained: str) -> Plan:
    plan, nodes = Plan(set(), set(), set()), [each["Plan"] for each in json.loads(explained)]
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if "Index Name" in node:
            plan.indexes.add(node["Index Name"])
            if node["Node Type"] == "Index Only Scan":
                plan.index_only.add(node["Index Name"])
        elif node["Node Type"] == "Seq Scan" and node["Relation Name"] in BIG:
            plan.whole.add(node["Relation Name"])
    return plan


# --- what is asked often -------------------------------------------------------------------------------------------

EVERYWHERE = list(Service)
PROJECTIONS = projections(SECRETS)
OFTEN: dict[str, tuple[Ask, set[str]]] = {}  # by a name for people: what is asked, and the indexes it needs


def made(what: str) -> UUID:
    """An id of the made-up rows."""
    return UUID(hashlib.md5(what.encode(), usedforsecurity=False).hexdigest())


class OnlyOne:
    """One connection in place of a pool."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Any:
        return getattr(self._connection, name)

    @asynccontextmanager
    async def acquire(self) -> AsyncIterator[Connection]:
        yield self._connection


def store(connection: Connection) -> EventStore:
    return EventStore(cast("Any", OnlyOne(connection)), cast("Any", None), KEYRING, CATALOGUE)


def often(*indexes: str) -> Callable[[Ask], Ask]:
    """Something that is asked often, by the name of its function, and the indexes it needs."""

    def note(ask: Ask) -> Ask:
        OFTEN[ask.__name__] = (ask, set(indexes))
        return ask

    return note


@often("events_pkey", "keys_pkey")
async def the_feed(connection: Connection) -> None:
    await Feed(position=REFERRALS).batch(connection, 500)


@often("events_stream_id_version_key", "keys_pkey")
async def the_history_of_a_stream(connection: Connection) -> None:
    await store(connection).history(made("referral5"))


@often("events_stream_id_version_key", "keys_pkey")
async def its_beginning(connection: Connection) -> None:
    await store(connection).history(made("referral5"), upto_version=2)


@often("events_stream_id_version_key", "keys_stream_id_key")
async def its_end(connection: Connection) -> None:
    with suppress(CannotRead):  # the keys are made up
        await store(connection).tail(made("referral5"))


@often("events_id_key", "keys_pkey")
async def one_event(connection: Connection) -> None:
    await store(connection).event(made("event5.1"))


@often("events_id_key")
async def whether_a_command_was_done(connection: Connection) -> None:
    await store(connection).repeated(fresh_command("anything").event_ids)


@often("events_pkey")
async def where_the_log_ends(connection: Connection) -> None:
    await store(connection).head()


@often("claims_pkey")
async def who_holds_a_name(connection: Connection) -> None:
    await store(connection).claimed_by(b"of nobody")


@often("keys_pkey")
async def an_append(connection: Connection) -> None:
    await insert(connection, [Append((a_row(made("referral5"), 5),))])


@often("parked_pkey", "keys_stream_id_key", *(f"{each.table}_pkey" for each in PROJECTIONS))
async def the_rows_of_a_batch(connection: Connection) -> None:
    streams = [made(f"referral{n}") for n in range(1, 30)]
    await batch.read(connection, KEYRING, [batch.Batch(each) for each in PROJECTIONS], streams)


@often("submitted_forms_owner", "keys_stream_id_key")
async def the_forms_of_an_account(connection: Connection) -> None:
    await forms_of(connection, KEYRING, made("account7"))


@often("submitted_forms_draft_key")
async def the_drafts_of_a_browser(connection: Connection) -> None:
    await drafts_of_token(connection, "hash of a token")


@often("dashboard_received", "dashboard_waiting")
async def the_dashboard(connection: Connection) -> None:
    await read_dashboard(connection, EVERYWHERE)


@often("people_index_terms", "staff_inbox_pkey", "keys_stream_id_key")
async def a_search(connection: Connection) -> None:
    await find_people(connection, KEYRING, b"b" * 32, EVERYWHERE, Sought(family_name="Okafor"), MOST + 1)


@often("jobs_due")
async def the_jobs_that_are_due(connection: Connection) -> None:
    await connection.fetch(queue.TAKE, uuid4(), queue.LEASE, queue.AT_ONCE, ["scan_document"], False)


@often()
async def putting_a_job(connection: Connection) -> None:
    await queue.put(connection, [queue.Job(uuid4(), "letter", NOON, timedelta(days=1))])


@often("jobs_pkey")
async def the_end_of_a_job(connection: Connection) -> None:
    await connection.execute(queue.DONE, 5, uuid4())
    await connection.execute(queue.LATER, 5, uuid4(), NOON)
    await connection.execute(queue.FAILED, 5, uuid4(), "MadeUp", False, False)


@often("events_pkey", "parked_subscription", "jobs_held")
async def the_health_of_the_portal(connection: Connection) -> None:
    await standings(cast("Any", OnlyOne(connection)))
    await connection.fetchval(HELD)


@often("sessions_pkey", "sessions_id_key")
async def a_session(connection: Connection) -> None:
    await sessions.find_session(connection, "a token", Limits())


@often("sessions_id_key", "sessions_account")
async def the_end_of_sessions(connection: Connection) -> None:
    await sessions.end_session(connection, uuid4())
    await sessions.end_sessions_of(connection, made("account7"))


@often()
async def a_limit(connection: Connection) -> None:
    await connection.fetchval(limits.TAKE, b"of nobody", timedelta(minutes=5), timedelta(hours=1))


@pytest.mark.parametrize("what", OFTEN)
async def test_what_is_asked_often_is_found_by_an_index(connection: Connection, what: str) -> None:
    ask, indexes = OFTEN[what]
    await by_index(connection, ask, indexes)


FILTERS = {
    "everything": (EVERYWHERE, ASKABLE),
    "a worker's": ([Service.EARLY_HELP, Service.SOCIAL_CARE], ASKABLE),
    **{f"{service}": ([service], ASKABLE) for service in Service},
    **{f"{status}": (EVERYWHERE, (status,)) for status in ASKABLE},
    "new of one service": ([Service.LADO], (InboxStatus.NEW,)),
    "nobody's": ([], ASKABLE),
}


@pytest.mark.parametrize("services, statuses", FILTERS.values(), ids=FILTERS)
@pytest.mark.parametrize("after", [None, (False, NOON, made("referral5"))], ids=["first page", "a later page"])
async def test_an_inbox_page_reads_its_index_no_further_than_the_page(
    connection: Connection, services: list[Service], statuses: tuple[InboxStatus, ...], after: Cursor | None
) -> None:
    page = partial(inbox_page, keyring=KEYRING, services=services, statuses=statuses, after=after, size=PAGE)
    plans = await by_index(connection, page, {"staff_inbox_desk", "staff_inbox_pkey", "keys_stream_id_key"})
    assert all(each.plan.index_only == {"staff_inbox_desk"} for each in plans)


@pytest.mark.parametrize("services", [EVERYWHERE, [Service.LADO], []], ids=["all", "one", "none"])
async def test_the_counts_on_tabs_read_the_index_alone(connection: Connection, services: list[Service]) -> None:
    counts = partial(inbox_counts, services=services, statuses=ASKABLE, most=MOST_COUNTED + 1)
    plans = await by_index(connection, counts, {"staff_inbox_desk"})
    assert all(each.plan.index_only == {"staff_inbox_desk"} for each in plans)


async def test_this_would_notice_a_table_that_is_read_whole(connection: Connection) -> None:
    async def whole(connection: Connection) -> None:
        await connection.fetch("select * from jobs where kind = $1", "letter")

    for each in await planned(connection, whole):
        assert each.plan.whole == {"jobs"}, each


async def by_index(connection: Connection, ask: Ask, indexes: set[str]) -> list[Planned]:
    """That no big table is read whole and that each of these indexes is of use, whatever way it is planned."""
    plans = await planned(connection, ask)
    for way in ("these values", "any values"):
        of_this_way = [each for each in plans if each.way == way]
        assert not [each for each in of_this_way if each.plan.whole], way
        assert indexes <= set().union(*(each.plan.indexes for each in of_this_way)), way
    return plans
