"""The versions of the key-encryption key as the database knows them: since when each wraps, how many keys, until when.

The keys themselves are never in here. All functions work on a connection of the application, `close` on the owner's.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime

import asyncpg
import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.keyring import Keyring, KeyUnusable

LOCK = 0x6B656B73  # what those who change the versions lock by
NEWEST = "select max(version) from keks where retired_at is null"
# The first one begins by itself: that of the keys that are there, or else what the secrets hold.
FIRST = """
insert into keks (version) select coalesce((select max(kek_version) from keys), $1) where not exists (select from keks)
on conflict do nothing
"""
LIVE = "select kek_version, count(*) from keys where wrapped is not null group by kek_version order by kek_version"
SAMPLE = "select id, kek_version, wrapped from keys where kek_version = $1 and wrapped is not null limit 1"
STORY = """
select version, began_at, rewrapped_at, escrowed_at, retired_at, clock_timestamp() as now from keks order by version
"""
LEAVING = "update keks set rewrapped_at = null where version = any($1) and rewrapped_at is not null"
REWRAPPED = """
update keks set rewrapped_at = clock_timestamp() where version < $1 and rewrapped_at is null
and not exists (select from keys where keys.kek_version = keks.version and wrapped is not null)
"""
# A key that was destroyed under this version after all others had left it stands in older backups too.
LEFT = """
select greatest(rewrapped_at, (select max(destroyed_at) from keys where kek_version = keks.version)) from keks
where version = $1
"""
CLOSED = "keys_of_versions_in_use"


class Version(msgspec.Struct, frozen=True):
    """One version of the key-encryption key. `live`: how many keys it wraps; `now`: the database's clock."""

    version: int
    began_at: datetime
    rewrapped_at: datetime | None
    escrowed_at: list[datetime]
    retired_at: datetime | None
    live: int
    now: datetime


class StillWraps(Exception):
    """A version cannot be closed: it wraps live keys."""


@asynccontextmanager
async def alone(connection: Connection) -> AsyncIterator[None]:
    """Let only one process change the versions at a time; others wait."""
    await connection.execute("select pg_advisory_lock($1)", LOCK)
    try:
        yield
    finally:
        await connection.execute("select pg_advisory_unlock($1)", LOCK)


async def newest_in_use(connection: Connection, known: int) -> int:
    """The version that wraps. In a database that has none yet the newest one `known` begins."""
    await connection.execute(FIRST, known)
    found: int = await connection.fetchval(NEWEST)
    return found


async def live_keys(connection: Connection) -> dict[int, int]:
    """How many live keys each version wraps."""
    return {record["kek_version"]: record["count"] for record in await connection.fetch(LIVE)}


async def unusable_versions(connection: Connection, keyring: Keyring) -> dict[int, str]:
    """The versions that wrap live keys and with which one of these, as a sample, cannot be unwrapped; and why."""
    unusable = {}
    for version in await live_keys(connection):
        for record in await connection.fetch(SAMPLE, version):  # none: the last one left this moment
            try:
                keyring.unwrap(record["id"], version, record["wrapped"])
            except KeyUnusable as why:
                unusable[version] = str(why)
    return unusable


async def story(connection: Connection) -> list[Version]:
    """All versions that there ever were, oldest first."""
    live = await live_keys(connection)
    return [Version(**record, live=live.get(record["version"], 0)) for record in await connection.fetch(STORY)]


async def begin(connection: Connection, version: int) -> None:
    """From now on this version wraps: every process learns of it, by a row that names it or within a minute."""
    await connection.execute("insert into keks (version) values ($1) on conflict do nothing", version)


async def note_leaving(connection: Connection, versions: set[int]) -> None:
    """Keys are leaving these versions, in the transaction at hand: when the last one did is not known until it has."""
    await connection.execute(LEAVING, list(versions))


async def note_rewrapped(connection: Connection, newest: int) -> None:
    """Keep the instant for the versions before the newest that wrap nothing any more."""
    await connection.execute(REWRAPPED, newest)


async def note_escrowed(connection: Connection, versions: list[int], made_at: datetime) -> None:
    """A sealed copy was made that holds these versions."""
    update = "update keks set escrowed_at = escrowed_at || $2::timestamptz where version = any($1)"
    await connection.execute(update, versions, made_at)


async def last_key_left_at(connection: Connection, version: int) -> datetime | None:
    """The instant since which no live key has been wrapped by this version, if it is known."""
    found: datetime | None = await connection.fetchval(LEFT, version)
    return found


async def close(owner: Connection, version: int) -> None:
    """Let the database itself refuse keys under this version and those retired, whoever would still write one.

    StillWraps where it wraps live keys; TimeoutError where appends do not let us in. Then nothing has changed.
    """
    retired = [
        record["version"] for record in await owner.fetch("select version from keks where retired_at is not null")
    ]
    await _constrain(owner, [*retired, version])
    try:  # looks at all rows, those included that were written a moment ago; keeps no writer waiting
        await owner.execute(f"alter table keys validate constraint {CLOSED}")
    except asyncpg.CheckViolationError:
        await _constrain(owner, retired)
        raise StillWraps from None


async def note_retired(connection: Connection, version: int) -> None:
    """The version is gone for good."""
    await connection.execute("update keks set retired_at = clock_timestamp() where version = $1", version)


async def _constrain(owner: Connection, versions: list[int]) -> None:
    listed = ",".join(str(int(version)) for version in sorted(set(versions)))
    check = f"check (wrapped is null or kek_version <> all ('{{{listed}}}'::int[])) not valid"
    try:
        async with owner.transaction():
            await owner.execute("set local lock_timeout = '2s'")  # who waits for this lock holds up all appends
            await owner.execute(f"alter table keys drop constraint if exists {CLOSED}, add constraint {CLOSED} {check}")
    except asyncpg.LockNotAvailableError:
        raise TimeoutError from None
