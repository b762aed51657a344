"""The versions of the key-encryption key as the database knows them: since when each wraps, how many keys, until when.

The keys themselves are never in here. All functions work on a connection of the application, `close` on the owner's.
"""

from collections.abc import AsyncIterator, Collection, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from uuid import UUID

import asyncpg
import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.keyring import Keyring, KeyUnusable, check_value

LOCK = 0x6B656B73  # what those who change the versions lock by
NEWEST = "select max(version) from keks where retired_at is null"
# The first one begins by itself: that of the keys that are there, or else what the secrets hold.
FIRST = """
insert into keks (version, check_value)
select coalesce(there.version, $1), case when there.version is null then $2::bytea end
from (select max(kek_version) as version from keys) there where not exists (select from keks) on conflict do nothing
"""
BEGIN = "insert into keks (version, check_value) values ($1, $2) on conflict do nothing"
CHECKS = "select version, check_value from keks where check_value is not null"
FIRST_CHECK = "update keks set check_value = $2 where version = $1 and check_value is null"
LIVE = """
select kek_version, count(*) from keys where wrapped is not null and given_up_at is null
group by kek_version order by kek_version
"""
# Of a version without a check value. Any one that opens is proof enough; a damaged one proves nothing.
SAMPLE = """
select id, wrapped from keys where kek_version = $1 and wrapped is not null and given_up_at is null limit 50
"""
STORY = """
select version, began_at, rewrapped_at, escrowed_at, retired_at, clock_timestamp() as now from keks order by version
"""
LEAVING = "update keks set rewrapped_at = null where version = any($1) and rewrapped_at is not null"
REWRAPPED = """
update keks set rewrapped_at = clock_timestamp() where version < $1 and rewrapped_at is null and not exists (
  select from keys where keys.kek_version = keks.version and wrapped is not null and given_up_at is null
  and id <> all($2::uuid[]))
"""
# A key that was destroyed under this version after all others had left it stands in older backups too.
LEFT = """
select greatest(rewrapped_at, (select max(destroyed_at) from keys where kek_version = keks.version)) from keks
where version = $1
"""
GIVE_UP = "update keys set given_up_at = clock_timestamp() where id = any($1::uuid[]) and given_up_at is null"
TAKE_UP = "update keys set given_up_at = null where id = any($1::uuid[])"
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


async def newest_in_use(connection: Connection, known: Mapping[int, bytes]) -> int:
    """The version that wraps. In a database that has none yet the newest one `known` begins."""
    await connection.execute(FIRST, max(known), check_value(known[max(known)]))
    found: int = await connection.fetchval(NEWEST)
    return found


async def live_keys(connection: Connection) -> dict[int, int]:
    """How many live keys each version wraps; those that were given up for good are not among them."""
    return {record["kek_version"]: record["count"] for record in await connection.fetch(LIVE)}


async def unusable_versions(connection: Connection, keks: Mapping[int, bytes], newest: int) -> dict[int, str]:
    """The versions that are needed, the newest and those that wrap live keys, and that are not among `keks`; and why.

    Judged by check values, so that a damaged key among the live ones says nothing about its version.
    """
    checks = {record["version"]: record["check_value"] for record in await connection.fetch(CHECKS)}
    unusable = {}
    for version in {newest, *await live_keys(connection)}:
        if version not in keks:
            unusable[version] = f"key-encryption key version {version} is missing"
        elif not await _fits(connection, version, keks[version], checks.get(version)):
            unusable[version] = f"key-encryption key version {version} does not fit"
    return unusable


async def _fits(connection: Connection, version: int, kek: bytes, check: bytes | None) -> bool:
    if check is not None:
        return check_value(kek) == check
    keyring = Keyring({version: kek})
    sample = await connection.fetch(SAMPLE, version)
    fits = any(_opens(keyring, record["id"], version, record["wrapped"]) for record in sample)
    if fits:
        await connection.execute(FIRST_CHECK, version, check_value(kek))
    return fits or not sample


def _opens(keyring: Keyring, key: UUID, version: int, wrapped: bytes) -> bool:
    try:
        keyring.unwrap(key, version, wrapped)
    except KeyUnusable:
        return False
    return True


async def story(connection: Connection) -> list[Version]:
    """All versions that there ever were, oldest first."""
    live = await live_keys(connection)
    return [Version(**record, live=live.get(record["version"], 0)) for record in await connection.fetch(STORY)]


async def begin(connection: Connection, version: int, kek: bytes) -> None:
    """From now on this version wraps: every process learns of it, by a row that names it or within a minute."""
    await connection.execute(BEGIN, version, check_value(kek))


async def note_leaving(connection: Connection, versions: set[int]) -> None:
    """Keys are leaving these versions, in the transaction at hand: when the last one did is not known until it has."""
    await connection.execute(LEAVING, list(versions))


async def note_rewrapped(connection: Connection, newest: int, unusable: Collection[UUID]) -> None:
    """Keep the instant for the versions before the newest that wrap nothing any more but what is `unusable`."""
    await connection.execute(REWRAPPED, newest, list(unusable))


async def note_escrowed(connection: Connection, versions: list[int], made_at: datetime) -> None:
    """A sealed copy was made that holds these versions."""
    update = "update keks set escrowed_at = escrowed_at || $2::timestamptz where version = any($1)"
    await connection.execute(update, versions, made_at)


async def last_key_left_at(connection: Connection, version: int) -> datetime | None:
    """The instant since which no live key has been wrapped by this version, if it is known."""
    found: datetime | None = await connection.fetchval(LEFT, version)
    return found


async def close(owner: Connection, version: int, given_up: Collection[UUID] = ()) -> None:
    """Let the database itself refuse keys under this version and those retired, whoever would still write one.

    Those `given_up`, which nobody can unwrap, may stay. StillWraps where it wraps other live keys; TimeoutError where
    appends do not let us in. Then nothing has changed.
    """
    await owner.execute(GIVE_UP, list(given_up))
    try:
        await _close(owner, version)
    except BaseException:
        await owner.execute(TAKE_UP, list(given_up))
        raise


async def _close(owner: Connection, version: int) -> None:
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
    check = (
        f"check (wrapped is null or given_up_at is not null or kek_version <> all ('{{{listed}}}'::int[])) not valid"
    )
    try:
        async with owner.transaction():
            await owner.execute("set local lock_timeout = '2s'")  # who waits for this lock holds up all appends
            await owner.execute(f"alter table keys drop constraint if exists {CLOSED}, add constraint {CLOSED} {check}")
    except asyncpg.LockNotAvailableError:
        raise TimeoutError from None
