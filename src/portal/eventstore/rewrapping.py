"""Moving every live key to the newest key-encryption key, in small transactions, while everything else goes on.

A batch locks its rows without waiting for anybody: what somebody else holds is left for the next round, so this is in
nobody's way for longer than a batch takes, never dead-locks, and never brings a key back that is being destroyed.
Killed at any moment it has done some batches whole, and is simply run again.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.kek_versions import note_leaving, note_rewrapped
from portal.eventstore.keyring import Keyring, KeyUnusable

BATCH = 500  # keys
PAUSE = 0.2  # seconds before what others held is tried again
PATIENCE = 100  # rounds in which nothing moves
FIRST = UUID(int=0)
CANDIDATES = """
select id from keys where kek_version < $1 and wrapped is not null and id > $2 order by id limit $3
"""
TAKE = """
select id, stream_id, kek_version, wrapped from keys
where id = any($2::uuid[]) and kek_version < $1 and wrapped is not null order by id for no key update skip locked
"""
PUT = """
update keys set kek_version = $1, wrapped = new.wrapped
from unnest($2::uuid[], $3::bytea[]) as new (id, wrapped) where keys.id = new.id
"""
LEFT = "select count(*) from keys where kek_version < $1 and wrapped is not null and id <> all($2::uuid[])"


class HeldUp(Exception):
    """Others have held on to some keys for too long. What has moved has moved."""


class Round(msgspec.Struct):
    """How far it has come. `unusable`: keys that cannot be unwrapped, and so stay where they are, with the reason."""

    moved: int = 0
    unusable: dict[UUID, str] = msgspec.field(default_factory=dict)


async def rewrap(connection: Connection, keyring: Keyring, batch: int = BATCH) -> AsyncIterator[Round]:
    """Wrap all live keys of older versions by the newest; tells how far it is after each batch.

    Ends when none is left but what cannot be unwrapped. Raises HeldUp.
    """
    done, newest, idle = Round(), keyring.newest, 0
    while await connection.fetchval(LEFT, newest, list(done.unusable)):
        before, last = done.moved, FIRST
        while candidates := [each["id"] for each in await connection.fetch(CANDIDATES, newest, last, batch)]:
            last = candidates[-1]
            await _move(connection, keyring, newest, candidates, done)
            yield done
        idle = 0 if done.moved > before else idle + 1
        if idle == PATIENCE:
            raise HeldUp
        await asyncio.sleep(PAUSE if idle else 0)
    await note_rewrapped(connection, newest)
    yield done


async def _move(connection: Connection, keyring: Keyring, newest: int, ids: list[UUID], done: Round) -> None:
    """One batch, one transaction; counted once it is committed."""
    wrapped: dict[UUID, bytes] = {}
    versions: set[int] = set()
    async with connection.transaction():
        for record in await connection.fetch(TAKE, newest, ids):
            try:
                wrapped[record["id"]] = _rewrapped(keyring, record)
                versions.add(record["kek_version"])
            except KeyUnusable as why:
                done.unusable[record["id"]] = str(why)
        await connection.execute(PUT, newest, list(wrapped), list(wrapped.values()))
        await note_leaving(connection, versions)
    done.moved += len(wrapped)


def _rewrapped(keyring: Keyring, record: Any) -> bytes:
    key = keyring.unwrap(record["id"], record["kek_version"], record["wrapped"])
    again = keyring.wrap(key, record["stream_id"])
    return again.wrapped
