"""Folding events into rows, whatever the projection: touched rows are read, folded, and written where they changed.

An event that cannot be read or folded parks its stream: its row says so, and everything else goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Damaged, Envelope, Unreadable
from portal.eventstore.following import Handle
from portal.eventstore.keyring import Key, Keyring
from portal.projections.projection import ITSELF, WITH_KEYS, Projection, concerns_a_referral, key_of

log = logging.getLogger(__name__)
TOUCHED = """
select s.id as stream_id, {with_keys}, q.stream_id is not null as is_parked, p.*
from unnest($1::uuid[]) as s (id)
left join keys k on k.stream_id = s.id
left join parked q on q.subscription = $2 and q.stream_id = s.id
left join {table} p on p.id = s.id
"""
PARK = "insert into parked values ($1, $2, $3, $4) on conflict do nothing"


def projecting(projection: Projection[Any], keyring: Keyring) -> Handle:
    """The handler a subscription calls with each batch."""

    async def handle(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        batch = Batch(projection, keyring)
        await batch.read(connection, envelopes)
        for envelope in envelopes:
            batch.fold(envelope)
        await batch.write(connection)

    return handle


class Batch:
    """One batch under way: the rows it touches as they were and as they will be. `afresh`: as if none were there."""

    def __init__(self, projection: Projection[Any], keyring: Keyring, afresh: bool = False) -> None:
        self._projection = projection
        self._keyring = keyring
        self._afresh = afresh
        self._found: dict[UUID, Any] = {}
        self._rows: dict[UUID, Any] = {}
        self._keys: dict[UUID, Key | None] = {}
        self._parked: set[UUID] = set()
        self._to_park: dict[UUID, tuple[int, str]] = {}

    async def read(self, connection: Connection, envelopes: Sequence[Envelope]) -> None:
        """The rows that these events touch, with their keys, and which of their streams are parked."""
        streams = list({envelope.stream_id for envelope in envelopes})
        query = TOUCHED.format(table=self._projection.table, with_keys=WITH_KEYS)
        for record in await connection.fetch(query, streams, self._projection.table):
            stream = record["stream_id"]
            self._keys[stream] = key_of(self._keyring, record)
            if self._afresh:
                self._rows[stream] = None
                continue
            if record["is_parked"]:
                self._parked.add(stream)
            if record["id"] is not None:
                self._open(record)

    def fold(self, envelope: Envelope) -> None:
        """What one event does to its row."""
        if envelope.stream_id in self._parked or envelope.stream_id in self._to_park:
            return
        if isinstance(envelope.event, Damaged):  # of whatever kind: somebody has to see it
            return self._park(envelope, envelope.event.why)
        if isinstance(envelope.event, Unreadable) or not concerns_a_referral(envelope):
            return
        row = self._rows.get(envelope.stream_id)
        if row is not None and row.cannot_read == ITSELF:
            return self._park(envelope, "its row cannot be read")
        try:
            self._rows[envelope.stream_id] = self._projection.evolve(row, envelope)
        except Exception as fault:  # whatever a fold does not expect: the desk goes on without this one stream
            self._park(envelope, f"it cannot be folded: {type(fault).__name__}")

    async def write(self, connection: Connection) -> None:
        """The rows that have changed, and what was parked."""
        table = self._projection.table
        changed = {id: row for id, row in self._rows.items() if self._afresh or row != self._found.get(id)}
        if gone := [id for id, row in changed.items() if row is None]:
            await connection.execute(f"delete from {table} where id = any($1::uuid[])", gone)  # noqa: S608
        if kept := [row for row in changed.values() if row is not None]:
            values = [self._projection.sealed(row, self._keys.get(row.id)) for row in kept]
            await connection.execute(self._projection.upsert(), *map(list, zip(*values, strict=True)))
        if self._to_park:
            parked = [(table, stream, position, why) for stream, (position, why) in self._to_park.items()]
            await connection.executemany(PARK, parked)

    @property
    def parked(self) -> int:
        """How many streams it had to park."""
        return len(self._to_park)

    def _open(self, record: Any) -> None:
        stream = record["stream_id"]
        try:
            self._found[stream] = self._rows[stream] = self._projection.opened(record, self._keys[stream])
        except msgspec.ValidationError:
            self._to_park[stream] = (ITSELF, "its row cannot be read")

    def _park(self, envelope: Envelope, why: str) -> None:
        log.error(
            "%s: parked stream %s at event %d: %s", self._projection.table, envelope.stream_id, envelope.position, why
        )
        self._to_park[envelope.stream_id] = (envelope.position, why)
        row = self._rows.get(envelope.stream_id)
        if row is None and concerns_a_referral(envelope):
            row = self._projection.stub(envelope)
        if row is not None:
            self._rows[envelope.stream_id] = msgspec.structs.replace(row, cannot_read=envelope.position)
