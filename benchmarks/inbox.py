"""The inbox with few referrals on it and with many: a page by each filter, and the counts on the tabs.

The few are the yardstick of the many, with the functions that the application calls. Rows are put in directly, sealed
as the projector seals them. `ratio_growth` is the worst of all.
"""

import random
import time
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import msgspec

from benchmarks.ground import KEYRING, Database, Ground, a_connection
from benchmarks.made_up import NOON
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.application.casework import ASKABLE, MOST_COUNTED, PAGE, SHOWN
from portal.domain.services import Service
from portal.eventstore.keyring import Key, Wrapped
from portal.projections import staff_inbox
from portal.projections.staff_inbox import (
    STAFF_INBOX,
    InboxContent,
    InboxRow,
    InboxStatus,
    Listed,
    inbox_counts,
    inbox_page,
)

BLOCK = 10_000  # rows at a time
TODAY = 40  # referrals that nobody has read yet, however many there are
EVERYWHERE = list(Service)
Connection = Any
Query = Callable[[Connection], Awaitable[object]]


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    async with ground.database() as small, ground.database() as large:
        await _fill(small, sizes.inbox_small)
        await _fill(large, sizes.inbox_large)
        for _ in range(sizes.rounds):
            await _ask_both(rounds, small, large, sizes.inbox_reads)
    growth = {f"growth_{name}": rounds.ratio(f"{name}_large", f"{name}_small") for name in _queries(None)}
    return rounds.result(
        {"small": sizes.inbox_small, "large": sizes.inbox_large, "reads": sizes.inbox_reads, "page": PAGE},
        ratio_growth=max(growth.values()),
        **growth,
    )


async def _ask_both(rounds: Rounds, small: Database, large: Database, reads: int) -> None:
    """Each query in turn of the one and of the other."""
    async with a_connection(small) as few, a_connection(large) as many:
        queries = [(connection, _queries(await _middle(connection))) for connection in (few, many)]
        for name in _queries(None):
            taken = await _in_turn([(connection, of_one[name]) for connection, of_one in queries], reads)
            rounds.add(**{f"{name}_{size}": found for size, found in zip(("small", "large"), taken, strict=True)})


async def _in_turn(at: Sequence[tuple[Connection, Query]], reads: int) -> list[float]:
    """The median of each, in milliseconds."""
    taken: list[list[float]] = [[] for _ in at]
    for _ in range(reads + 6):  # asyncpg and PostgreSQL settle on a plan in the first six
        for (connection, query), times in zip(at, taken, strict=True):
            began = time.perf_counter()
            await query(connection)
            times.append(time.perf_counter() - began)
    return [median(times[6:]) * 1000 for times in taken]


def _queries(middle: staff_inbox.Cursor | None) -> dict[str, Query]:
    """What staff ask for. `middle`: where a page far down begins."""

    def page(services: Sequence[Service], statuses: Sequence[InboxStatus], after: Any = None) -> Query:
        return lambda connection: inbox_page(connection, KEYRING, services, statuses, after, PAGE)

    def counts(services: Sequence[Service]) -> Query:
        return lambda connection: inbox_counts(connection, services, ASKABLE, MOST_COUNTED + 1)

    return {
        "page": page(EVERYWHERE, SHOWN),
        "page_far_down": page(EVERYWHERE, SHOWN, middle),
        "page_of_worker": page([Service.EARLY_HELP, Service.SOCIAL_CARE], SHOWN),
        "page_of_worker_far_down": page([Service.EARLY_HELP, Service.SOCIAL_CARE], SHOWN, middle),
        **{f"page_{service}": page([service], SHOWN) for service in Service},
        **{f"page_{status}": page(EVERYWHERE, [status]) for status in SHOWN},
        "page_new_or_acknowledged": page(EVERYWHERE, [InboxStatus.NEW, InboxStatus.ACKNOWLEDGED]),
        "page_new_of_one_service": page([Service.LADO], [InboxStatus.NEW]),
        "page_answered_far_down": page([Service.LADO], [InboxStatus.ANSWERED], middle),
        "page_nothing_found": page([Service.EARLY_HELP], [InboxStatus.WITHDRAWN]),
        "tab_counts": counts(EVERYWHERE),
        "tab_counts_of_one_service": counts([Service.LADO]),
    }


async def _middle(connection: Connection) -> staff_inbox.Cursor:
    query = """
    select urgent, received_at, id from staff_inbox where not urgent and received_at is not null
    order by received_at offset (select count(*) / 2 from staff_inbox) limit 1
    """
    urgent, received_at, id = await connection.fetchrow(query)
    return urgent, received_at, id


async def _fill(database: Database, referrals: int) -> None:
    """Most of a council's referrals are answered; those of today are new."""
    chance = random.Random(referrals)  # noqa: S311 - made-up rows
    for begun in range(0, referrals, BLOCK):
        minted = [KEYRING.mint(uuid4()) for _ in range(min(BLOCK, referrals - begun))]
        rows = [_row(chance, n, key, stream.stream_id) for n, (key, stream) in enumerate(minted, begun)]
        keys = [msgspec.structs.astuple(wrapped) for _, wrapped in minted]
        await database.copy("keys", Wrapped.__struct_fields__, keys)
        await database.copy(STAFF_INBOX.table, tuple(STAFF_INBOX.columns), rows)
    await database.as_owner("vacuum analyze", "checkpoint")
    await _assert_readable(database)


def _row(chance: random.Random, number: int, key: Key, referral: UUID) -> tuple[Any, ...]:
    content = InboxContent({uuid4(): Listed("AO", 6)}, None, "Oakfield Primary School")
    service = chance.choice(EVERYWHERE)
    row = InboxRow(
        id=referral,
        service=service,
        status=InboxStatus.NEW if number < TODAY else _status(chance, service),
        urgent=chance.random() < 0.1,
        reference=f"SV-{referral.hex[:8].upper()}",
        received_at=NOON - timedelta(minutes=number),
        acknowledged_at=NOON if number >= TODAY else None,
    )
    sealed = key.seal(msgspec.json.encode(content), f"row|{STAFF_INBOX.table}|{referral}")
    return tuple(sealed if name == "content" else getattr(row, name) for name in STAFF_INBOX.columns)


def _status(chance: random.Random, service: Service) -> InboxStatus:
    """Few are withdrawn, and none of early help: a page that has to look for its rows, and one that finds none."""
    if chance.random() < 0.005 and service is not Service.EARLY_HELP:
        return InboxStatus.WITHDRAWN
    return InboxStatus.ACKNOWLEDGED if chance.random() < 0.1 else InboxStatus.ANSWERED


async def _assert_readable(database: Database) -> None:
    """That the rows are such as the projector writes."""
    async with a_connection(database) as connection:
        rows, _ = await inbox_page(connection, KEYRING, EVERYWHERE, SHOWN, None, PAGE)
    if not rows or any(row.content is None for row in rows):
        raise RuntimeError("the rows put into the inbox cannot be read")
