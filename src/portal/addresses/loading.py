"""Loading a gazetteer file: into a table beside the one that is used, checked there, and put in its place, all in one
transaction. Until it is committed everybody finds what they found before; what a killed load did, nobody ever sees.

The database reads the file (COPY) and checks it by the table's own constraints as it does; gazetteer_file.py says in
words what it finds.
"""

from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any, Final

import asyncpg

from portal.addresses.gazetteer_file import (
    READ,
    MalformedGazetteer,
    first_no_postcode,
    first_repeated,
    header_of,
    in_words,
)
from portal.addresses.port import NotAPostcode
from portal.addresses.postcode import CANONICAL, canonical

DEMONSTRATION: Final = Path(__file__).with_name("demonstration.csv")
"""Made-up streets: two towns of Severnshire (custodian 9901) and one just outside it (9902)."""

BESIDE: Final = "gazetteer_loaded"
LOCK: Final = 0x67617A65747465  # any number that nothing else in the database locks by
CHUNK: Final = 1 << 20  # bytes
WITHIN: Final = 600.0  # seconds for each step
PATIENCE: Final = "250ms"  # for the table to oneself: whoever wants to look something up meanwhile waits behind us ...
TRIES: Final = 40  # ... so often
BEGIN: Final = f"""
set local maintenance_work_mem = '256MB';
set local work_mem = '64MB';
create table {BESIDE} (like gazetteer including constraints);
"""
STATUS_COLUMNS: Final = ("logical_status smallint", "official_flag text")
LIVE_ONLY: Final = f"delete from {BESIDE} where logical_status <> 1"  # noqa: S608 - a name of our own
ONE_EACH: Final = f"""
delete from {BESIDE} using (
  select ctid as at, row_number() over (
    partition by uprn order by coalesce(upper(official_flag), '') = 'Y' desc, logical_status nulls last, ctid
  ) as place from {BESIDE}
) entries where {BESIDE}.ctid = at and place > 1
"""  # noqa: S608 - a name of our own
READERS: Final = """
select distinct quote_ident(pg_get_userbyid(grantee)) as role from pg_class, aclexplode(relacl)
where oid = 'gazetteer'::regclass and grantee not in (0, relowner)
"""
INDEXED: Final = (
    f"alter table {BESIDE} add constraint {BESIDE}_pkey primary key (uprn)",
    f"create index {BESIDE}_postcode on {BESIDE} (postcode_locator)",
)
WRITTEN: Final = f"""
with postcodes as materialized (select postcode_locator from {BESIDE} group by postcode_locator)
select postcode_locator from postcodes where postcode_locator !~ $1
"""  # noqa: S608 - a name of our own
WRITTEN_OTHERWISE: Final = f"""
update {BESIDE} set postcode_locator = $2 where postcode_locator = $1
"""  # noqa: S608 - a name of our own
IN_PLACE: Final = f"""
drop table gazetteer;
alter table {BESIDE} rename to gazetteer;
alter index {BESIDE}_pkey rename to gazetteer_pkey;
alter index {BESIDE}_postcode rename to gazetteer_postcode;
"""


class BeingLoaded(Exception):
    """Somebody else is loading a gazetteer into this database."""


class FarFewer(Exception):
    """The file has fewer than half of the addresses there are: most likely it was cut short on its way. The text says
    how many."""


async def load(
    owner: "asyncpg.Connection[Any]",
    path: Path,
    told: Callable[[int], object] = lambda _: None,
    *,
    fewer: bool = False,
) -> int:
    """Put the addresses of a file in the place of those there are, as the database's owner; how many it has.

    The file is UTF-8 CSV with a header line; it has at least COLUMNS, in any order. Where it has LOGICAL_STATUS too,
    one live entry of each UPRN is kept: the official one, else the first. `told` is called with the number of bytes
    that were read since it was last called. `fewer`: that there are far fewer addresses than before is meant.
    Raises MalformedGazetteer, FarFewer, BeingLoaded, and OSError, which names the file, when it cannot be opened.
    """
    header = header_of(path)
    async with owner.transaction():
        if not await owner.fetchval("select pg_try_advisory_xact_lock($1)", LOCK):
            raise BeingLoaded
        await owner.execute(BEGIN)
        await _copy(owner, path, header, told)
        if "LOGICAL_STATUS" in header:
            await owner.execute(LIVE_ONLY, timeout=WITHIN)
            await owner.execute(ONE_EACH, timeout=WITHIN)
        await _alter(owner, [f"drop column {each.split()[0]}" for each in STATUS_COLUMNS])
        await _index(owner, path)
        count = await _enough(owner, path, fewer)
        await _put_postcodes_in_one_form(owner, path)
        for each in await owner.fetch(READERS):
            await owner.execute(f"grant select on {BESIDE} to {each['role']}")
        await _put_in_place(owner)
    return count


async def is_empty(owner: "asyncpg.Connection[Any]") -> bool:
    """Whether no gazetteer was ever loaded."""
    return not await owner.fetchval("select exists (select from gazetteer)")


async def _enough(owner: "asyncpg.Connection[Any]", path: Path, fewer: bool) -> int:
    """How many addresses the new table has, if it has any, and not far fewer than the old one."""
    before: int = await owner.fetchval("select count(*) from gazetteer", timeout=WITHIN)
    count: int = await owner.fetchval(f"select count(*) from {BESIDE}", timeout=WITHIN)  # noqa: S608 - of our own
    if not count:
        raise MalformedGazetteer(f"{path}, line 1: no address in the whole file")
    if 2 * count < before and not fewer:
        raise FarFewer(f"{path} has {count:,} addresses, fewer than half of the {before:,} there are")
    return count


async def _copy(owner: "asyncpg.Connection[Any]", path: Path, header: list[str], told: Callable[[int], object]) -> None:
    """All rows into the table beside; columns that the portal does not need are dropped again."""
    names = [name.lower() if name in READ else f"ignored_{at}" for at, name in enumerate(header)]
    ignored = [name for name in names if name.startswith("ignored_")]
    await _alter(owner, [f"add column {name}" for name in (*STATUS_COLUMNS, *(f"{name} text" for name in ignored))])
    try:
        await owner.copy_to_table(
            BESIDE,
            columns=names,
            source=_chunks(path, told),
            format="csv",
            header=True,
            force_null=[name for name in names if name not in ignored],
            encoding="utf-8",
            timeout=WITHIN,
        )
    except (asyncpg.DataError, asyncpg.IntegrityConstraintViolationError) as fault:
        raise MalformedGazetteer(f"{path}, {in_words(fault, path)}") from None
    await _alter(owner, [f"drop column {name}" for name in ignored])


async def _alter(owner: "asyncpg.Connection[Any]", changes: list[str]) -> None:
    if changes:
        await owner.execute(f"alter table {BESIDE} {', '.join(changes)}")


async def _chunks(path: Path, told: Callable[[int], object]) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
            told(len(chunk))


async def _index(owner: "asyncpg.Connection[Any]", path: Path) -> None:
    try:
        for each in INDEXED:
            await owner.execute(each, timeout=WITHIN)
    except asyncpg.UniqueViolationError:
        raise MalformedGazetteer(f"{path}, {first_repeated(path)}") from None


async def _put_postcodes_in_one_form(owner: "asyncpg.Connection[Any]", path: Path) -> None:
    """Those that are written otherwise are read as if they had been typed."""
    written = [row["postcode_locator"] for row in await owner.fetch(WRITTEN, CANONICAL, timeout=WITHIN)]
    try:
        otherwise = [(text, canonical(text)) for text in written]
    except NotAPostcode:
        raise MalformedGazetteer(f"{path}, {first_no_postcode(path)}") from None
    await owner.executemany(WRITTEN_OTHERWISE, otherwise, timeout=WITHIN)


async def _put_in_place(owner: "asyncpg.Connection[Any]") -> None:
    """As soon as nobody is looking anything up."""
    for left in reversed(range(TRIES)):
        try:
            async with owner.transaction():
                await owner.execute(f"set local lock_timeout = '{PATIENCE}'")
                await owner.execute(IN_PLACE)
            return
        except asyncpg.LockNotAvailableError:
            if not left:
                raise
