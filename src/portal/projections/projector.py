"""Folding events into rows: one batch is one transaction, whatever the projection.

Touched rows are read and decrypted, folded, encrypted and written with one statement. A row's plain fields are
columns; its `content` (everything personal) is one column, sealed with the key of its stream. An event that cannot be
read or folded parks its stream: its row says so, and everything else goes on.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar, get_type_hints
from uuid import UUID

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Damaged, Envelope, Unreadable
from portal.eventstore.keyring import Key, Keyring, KeyUnusable
from portal.eventstore.subscription import Handle

log = logging.getLogger(__name__)
ITSELF = 0  # as `cannot_read`: no event, but the row cannot be read
WITH_KEYS = "k.id as key_id, k.kek_version, k.wrapped"
SQL_TYPES = {UUID: "uuid", datetime: "timestamptz", int: "bigint", bool: "boolean"}  # anything else: text


class Row(Protocol):
    """What every projected row has. `cannot_read`: position of the event at which its stream was parked."""

    id: UUID
    cannot_read: int | None


R = TypeVar("R", bound=Any)


class Projection(msgspec.Struct, Generic[R], frozen=True):
    """A fold and its table, a row for each referral. `evolve`: the row after an event, None to have none; `stub`: the
    row that stands for a stream whose very first event cannot be read."""

    table: str
    row: type[R]
    evolve: Callable[[R | None, Envelope], R | None]
    stub: Callable[[Envelope], R]

    @property
    def columns(self) -> dict[str, str]:
        """Column name to SQL type, as the row Struct says."""
        return _columns(self.row)  # type: ignore[arg-type]


def concerns_a_referral(envelope: Envelope) -> bool:
    """Whether the event is one of a referral, readable or not."""
    return envelope.topic.startswith("referral.")


def projecting(projection: Projection[Any], keyring: Keyring) -> Handle:
    """The handler a subscription calls with each batch."""

    async def handle(connection: Connection, envelopes: Sequence[Envelope]) -> None:
        batch = _Batch(projection, keyring)
        await batch.read(connection, envelopes)
        for envelope in envelopes:
            batch.fold(envelope)
        await batch.write(connection)

    return handle


async def read_rows(
    connection: Connection, keyring: Keyring, projection: Projection[R], query: str, *values: Any
) -> list[R]:
    """Rows of a projection, decrypted. The query selects `p.*` and WITH_KEYS from the table `p` and its keys `k`."""
    rows = []
    for record in await connection.fetch(query, *values):
        try:
            rows.append(_to_row(projection, record, _key(keyring, record)))
        except msgspec.ValidationError:  # of a newer version, say: the page goes on without this one row
            log.error("%s: a row cannot be read", projection.table)
    return rows


class _Batch:
    """One batch under way."""

    def __init__(self, projection: Projection[Any], keyring: Keyring) -> None:
        self._projection = projection
        self._keyring = keyring
        self._rows: dict[UUID, Any] = {}
        self._keys: dict[UUID, Key | None] = {}
        self._parked: set[UUID] = set()
        self._to_park: dict[UUID, tuple[int, str]] = {}

    async def read(self, connection: Connection, envelopes: Sequence[Envelope]) -> None:
        streams = list({envelope.stream_id for envelope in envelopes})
        parked = "select stream_id from parked where subscription = $1 and stream_id = any($2::uuid[])"
        self._parked = {row["stream_id"] for row in await connection.fetch(parked, self._projection.table, streams)}
        query = "select stream_id, id as key_id, kek_version, wrapped from keys where stream_id = any($1::uuid[])"
        for record in await connection.fetch(query, streams):
            self._keys[record["stream_id"]] = _key(self._keyring, record)
        query = f"select * from {self._projection.table} where id = any($1::uuid[])"  # noqa: S608
        for record in await connection.fetch(query, streams):
            try:
                self._rows[record["id"]] = _to_row(self._projection, record, self._keys.get(record["id"]))
            except msgspec.ValidationError:
                self._to_park[record["id"]] = (ITSELF, "its row cannot be read")

    def fold(self, envelope: Envelope) -> None:
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

    async def write(self, connection: Connection) -> None:
        table, columns = self._projection.table, self._projection.columns
        if gone := [key for key, row in self._rows.items() if row is None]:
            await connection.execute(f"delete from {table} where id = any($1::uuid[])", gone)  # noqa: S608
        if kept := [row for row in self._rows.values() if row is not None]:
            values = [[self._column(row, name) for row in kept] for name in columns]
            await connection.execute(_upsert(table, tuple(columns.items())), *values)
        if self._to_park:
            parked = [(table, stream, position, why) for stream, (position, why) in self._to_park.items()]
            await connection.executemany("insert into parked values ($1, $2, $3, $4) on conflict do nothing", parked)

    def _column(self, row: Any, name: str) -> Any:
        value = getattr(row, name)
        if name != "content" or value is None:
            return value
        key = self._keys.get(row.id)
        return key and key.seal(msgspec.json.encode(value), _place(self._projection.table, row.id))


def _key(keyring: Keyring, record: Mapping[str, Any]) -> Key | None:
    if not record["wrapped"]:
        return None
    try:
        return keyring.unwrap(record["key_id"], record["kek_version"], record["wrapped"])
    except KeyUnusable:
        return None


def _to_row(projection: Projection[R], record: Mapping[str, Any], key: Key | None) -> R:
    """A row as it stands in its table; one whose content cannot be opened comes without, and says so."""
    fields = {name: record[name] for name in projection.columns}
    if sealed := fields.get("content"):
        try:
            opened = key and key.unseal(sealed, _place(projection.table, record["id"]))
            fields["content"] = opened and msgspec.json.decode(opened)
        except (KeyUnusable, msgspec.DecodeError):
            fields |= {"content": None, "cannot_read": fields["cannot_read"] or ITSELF}
    row: R = msgspec.convert(fields, projection.row)
    return row


def _place(table: str, row_id: UUID) -> str:
    return f"row|{table}|{row_id}"


@lru_cache
def _columns(row: type[Any]) -> dict[str, str]:
    def sql_type(name: str, hint: Any) -> str:
        bare = next((part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)), hint)
        return "bytea" if name == "content" else SQL_TYPES.get(bare, "text")

    return {name: sql_type(name, hint) for name, hint in get_type_hints(row).items()}


@lru_cache
def _upsert(table: str, columns: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join(name for name, _ in columns)
    arrays = ", ".join(f"${place}::{kind}[]" for place, (_, kind) in enumerate(columns, 1))
    updates = ", ".join(f"{name} = excluded.{name}" for name, _ in columns if name != "id")
    return (
        f"insert into {table} ({names}) select {names} from unnest({arrays}) as new ({names}) "  # noqa: S608
        f"on conflict (id) do update set {updates}"
    )
