"""Proving that a database can be read with these keys: each of its keys, and events of each version. Only reads."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from portal.eventstore.codec import Catalogue
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Damaged
from portal.eventstore.kek_versions import live_keys
from portal.eventstore.keyring import Keyring, KeyUnusable
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS, to_envelopes

BATCH = 5_000  # keys
WAIT = 600.0  # seconds for one statement: a restored database may be cold
FIRST = UUID(int=0)
KEYS = """
select id, stream_id, kek_version, wrapped from keys where kek_version = $1 and wrapped is not null and id > $2
order by id limit $3
"""
SEALED = f"""
select {COLUMNS}, {KEY_COLUMNS} from events e join keys k on k.id = e.key_id
where k.kek_version = $1 and k.wrapped is not null order by e.position {{order}} limit 1
"""  # noqa: S608 - column names of our own


class Proof(msgspec.Struct):
    """What one version opened. `faults` name what cannot be read, never what it says."""

    version: int
    opened: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    faults: list[str] = msgspec.field(default_factory=list)


async def prove(connection: Connection, keyring: Keyring, catalogue: Catalogue) -> AsyncIterator[Proof]:
    """Unwrap every live key and decrypt the oldest and the newest sealed event, version by version."""
    async with connection.transaction(isolation="repeatable_read", readonly=True):
        for version, live in (await live_keys(connection)).items():
            proof = Proof(version)
            try:
                keyring.use(version)
            except KeyUnusable as why:  # said once, not for each of a million keys
                proof.faults.append(f"{live} keys: {why}")
                yield proof
                continue
            await _unwrap_all(connection, keyring, proof)
            proof.oldest = await _decrypt(connection, keyring, catalogue, proof, "asc")
            proof.newest = await _decrypt(connection, keyring, catalogue, proof, "desc")
            yield proof


async def _unwrap_all(connection: Connection, keyring: Keyring, proof: Proof) -> None:
    last = FIRST
    while records := await connection.fetch(KEYS, proof.version, last, BATCH, timeout=WAIT):
        for record in records:
            try:
                keyring.unwrap(record["id"], proof.version, record["wrapped"])
                proof.opened += 1
            except KeyUnusable as why:
                proof.faults.append(f"the key of stream {record['stream_id']}: {why}")
        last = records[-1]["id"]


async def _decrypt(
    connection: Connection, keyring: Keyring, catalogue: Catalogue, proof: Proof, order: str
) -> datetime | None:
    """When the first event in this order was written; None where there is none."""
    records: list[Any] = await connection.fetch(SEALED.format(order=order), proof.version, timeout=WAIT)
    for envelope in to_envelopes(catalogue, keyring, records):
        if isinstance(envelope.event, Damaged):
            proof.faults.append(f"event {envelope.position} of stream {envelope.stream_id}: {envelope.event.why}")
        return envelope.recorded_at
    return None
