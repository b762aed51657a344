"""A projection: a pure fold and its table, a row for each stream; and its rows as they stand in the table.

A row's plain fields are columns; its `content` (everything personal) is one column, sealed with the key of its stream.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any, Generic, Protocol, TypeVar, get_type_hints
from uuid import UUID

import msgspec

from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.eventstore.keyring import Key, Keyring, KeyUnusable

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
    """A fold and its table. `evolve`: the row after an event, None to have none; `stub`: the row that stands for a
    stream whose very first event cannot be read; `set_aside`: the row after a later event of a stream that cannot be
    read any more, which is not folded; `beside`: what the table's name ends in while it is built beside the
    one that is in use; `of`: what the topics of the events begin with that it folds."""

    name: str
    row: type[R]
    evolve: Callable[[R | None, Envelope], R | None]
    stub: Callable[[Envelope], R]
    set_aside: Callable[[R, Envelope], R] = lambda row, _: row
    beside: str = ""
    of: str = "referral."

    def concerns(self, envelope: Envelope) -> bool:
        """Whether the event is one of those it folds, readable or not."""
        return envelope.topic.startswith(self.of)

    @property
    def table(self) -> str:
        """Its table; also the name of its checkpoint, and of what it has parked."""
        return self.name + self.beside

    @property
    def columns(self) -> dict[str, str]:
        """Column name to SQL type, as the row Struct says."""
        return _columns(self.row)  # type: ignore[arg-type]

    def sealed(self, row: R, key: Key | None) -> list[Any]:
        """The values of a row's columns. Without a key there is nothing personal to keep."""
        content = getattr(row, "content", None)
        sealed = key and content is not None and key.seal(msgspec.json.encode(content), self._place(row.id))
        return [(sealed or None) if name == "content" else getattr(row, name) for name in self.columns]

    def opened(self, record: Mapping[str, Any], key: Key | None, before: str = "") -> R:
        """A row as it stands in its table; one whose content cannot be opened comes without, and says so. Raises
        msgspec.ValidationError where it is no row of this shape. `before`: what stands before the columns' names."""
        fields = {name: record[before + name] for name in self.columns}
        if sealed := fields.get("content"):
            try:
                if key is None:
                    raise KeyUnusable("its key is destroyed, or cannot be unwrapped")
                fields["content"] = msgspec.json.decode(key.unseal(sealed, self._place(record[f"{before}id"])))
            except (KeyUnusable, msgspec.DecodeError):
                fields |= {"content": None, "cannot_read": fields["cannot_read"] or ITSELF}
        row: R = msgspec.convert(fields, self.row)
        return row

    def _place(self, row_id: UUID) -> str:
        return f"row|{self.name}|{row_id}"


async def read_rows(
    connection: Connection, keyring: Keyring, projection: Projection[R], query: str, *values: Any
) -> list[R]:
    """Rows of a projection, decrypted. The query selects `p.*` and WITH_KEYS from the table `p` and its keys `k`."""
    return opened_rows(keyring, projection, await connection.fetch(query, *values))


def opened_rows(keyring: Keyring, projection: Projection[R], records: Iterable[Mapping[str, Any]]) -> list[R]:
    """Records that were read WITH_KEYS, decrypted. There may be fewer rows than records."""
    rows = []
    for record in records:
        try:
            rows.append(projection.opened(record, key_of(keyring, record)))
        except msgspec.ValidationError:  # of a newer version, say: the page goes on without this one row
            log.error("%s: a row cannot be read", projection.table)
    return rows


def key_of(keyring: Keyring, record: Mapping[str, Any]) -> Key | None:
    """The key in a record that was read WITH_KEYS; None where it is destroyed or cannot be used."""
    if not record["wrapped"]:
        return None
    try:
        return keyring.unwrap(record["key_id"], record["kek_version"], record["wrapped"])
    except KeyUnusable:
        return None


@lru_cache
def _columns(row: type[Any]) -> dict[str, str]:
    def sql_type(name: str, hint: Any) -> str:
        bare = next((part for part in getattr(hint, "__args__", (hint,)) if part is not type(None)), hint)
        return "bytea" if name == "content" else SQL_TYPES.get(bare, "text")

    return {name: sql_type(name, hint) for name, hint in get_type_hints(row).items()}
