"""One append as one statement: events of several aggregates, keys of new streams, claims on unique names.

Everything in it is sorted, so that two statements meet their rows in the same order and do not dead-lock. The key row
is looked at and not locked: a key is destroyed only behind a tombstone, which takes the next version of its stream, so
an append decided before it conflicts and never seals for a dead key (destroying.py).
"""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from portal.eventstore.keyring import Wrapped
from portal.eventstore.rows import Row

EVENTS = """
insert into events (id, stream_id, version, topic, state, key_id, metadata)
select id, stream_id, version, topic,
  -- a destroyed key leaves no state, which the table refuses
  case when key_id is null or {minted}
    or (select k.wrapped is not null from keys k where k.id = new.key_id) then state end,
  key_id, metadata
from unnest($1::uuid[], $2::uuid[], $3::int[], $4::text[], $5::bytea[], $6::uuid[], $7::jsonb[])
  as new (id, stream_id, version, topic, state, key_id, metadata)
returning id, position
"""
APPEND = EVENTS.format(minted="false")
APPEND_NEW = f"""
with minted as (
  insert into keys (id, stream_id, kek_version, wrapped)
  select * from unnest($8::uuid[], $9::uuid[], $10::int[], $11::bytea[])
), claimed as (
  insert into claims (name, stream_id) select * from unnest($12::bytea[], $13::uuid[])
)
{EVENTS.format(minted="key_id = any($8::uuid[])")}
"""  # noqa: S608 - SQL of our own
OURS = ("22", "23", "42")  # classes of SQLSTATE by which the server says that the statement itself is wrong
Connect = Callable[[], Awaitable["asyncpg.Connection[Any]"]]


class Conflict(Exception):
    """Another writer was first: the stream has moved on, or the name is taken, or the command is done already."""


class KeyDestroyed(Exception):
    """The stream's key was destroyed while something was being appended."""


class Rejected(Exception):
    """The database does not take this append, now or later: a fault of ours. Nothing was written."""


class Unknown(Exception):
    """The answer of the database did not arrive: the append may or may not have happened. Look the command up."""


class Append(msgspec.Struct, frozen=True):
    """All that one command writes: events of its aggregates, keys of new streams, claims on unique names."""

    rows: tuple[Row, ...]
    keys: tuple[Wrapped, ...] = ()
    claims: tuple[tuple[bytes, UUID], ...] = ()


async def insert(connection: "asyncpg.Connection[Any]", appends: Sequence[Append]) -> dict[UUID, int]:
    """Write all or nothing; the position of each event id. Raises Conflict, KeyDestroyed or Rejected, and then nothing
    was written; anything else that is raised means that nobody knows."""
    rows = sorted((row for append in appends for row in append.rows), key=lambda row: (row.stream_id.int, row.version))
    keys = sorted((key for append in appends for key in append.keys), key=lambda key: key.stream_id.int)
    claims = sorted(claim for append in appends for claim in append.claims)
    values = _columns(rows, Row)
    if keys or claims:
        values += [*_columns(keys, Wrapped), [name for name, _ in claims], [stream for _, stream in claims]]
    try:
        written = await connection.fetch(APPEND_NEW if keys or claims else APPEND, *values)
    except (asyncpg.UniqueViolationError, asyncpg.DeadlockDetectedError):
        raise Conflict from None
    except asyncpg.NotNullViolationError:
        raise KeyDestroyed from None
    except asyncpg.PostgresError as error:
        if (error.sqlstate or "").startswith(OURS):
            raise Rejected(type(error).__name__) from None
        raise
    return {record["id"]: record["position"] for record in written}


def _columns(structs: Sequence[Any], kind: type[msgspec.Struct]) -> list[list[Any]]:
    return [[getattr(struct, name) for struct in structs] for name in kind.__struct_fields__]
