"""Rows of the log to envelopes and back: where encryption meets the codec."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.aggregate import Event
from portal.eventstore.codec import CannotDecode, Catalogue, decode, encode
from portal.eventstore.envelope import Damaged, Envelope, Metadata, Unreadable
from portal.eventstore.keyring import Key, Keyring, KeyUnusable

COLUMNS = "e.position, e.id, e.stream_id, e.version, e.topic, e.state, e.key_id, e.metadata, e.recorded_at"
KEY_COLUMNS = "k.kek_version, k.wrapped"


class Row(msgspec.Struct, frozen=True):
    """An event ready to be appended."""

    id: UUID
    stream_id: UUID
    version: int
    topic: str
    state: bytes
    key_id: UUID | None
    metadata: str


def to_row(id: UUID, event: Event, key: Key | None, metadata: Metadata) -> Row:
    """Encode, and seal where the stream has a key. What is `IN_CLEAR` is not: a tombstone outlives the key."""
    state, key, by = encode(event), None if event.IN_CLEAR else key, _in_json(metadata)
    if key:
        state = key.seal(state, _place(event.originator_id, event.originator_version, event.TOPIC, by))
    return Row(
        id,
        event.originator_id,
        event.originator_version,
        event.TOPIC,
        state,
        key.id if key else None,
        by,
    )


def to_envelopes(catalogue: Catalogue, keyring: Keyring, records: list[Any]) -> list[Envelope]:
    """Decode rows that were read with COLUMNS and KEY_COLUMNS. Never raises for one bad row: see `Damaged`."""
    keys: dict[UUID, Key] = {}
    return [_to_envelope(catalogue, keyring, keys, record) for record in records]


def _to_envelope(catalogue: Catalogue, keyring: Keyring, keys: dict[UUID, Key], record: Mapping[str, Any]) -> Envelope:
    try:
        metadata = msgspec.json.decode(record["metadata"], type=Metadata)
        event = _open(catalogue, keyring, keys, record)
    except (msgspec.DecodeError, RecursionError):
        event, metadata = Damaged(record["topic"], "its metadata is not ours"), Metadata()
    return Envelope(
        record["position"],
        record["id"],
        record["stream_id"],
        record["version"],
        record["topic"],
        event,
        metadata,
        record["recorded_at"],
    )


def _open(
    catalogue: Catalogue, keyring: Keyring, keys: dict[UUID, Key], record: Mapping[str, Any]
) -> Event | Unreadable | Damaged:
    topic, stream_id, version, state = record["topic"], record["stream_id"], record["version"], record["state"]
    try:
        if key_id := record["key_id"]:
            if record["wrapped"] is None:
                return Unreadable(topic)
            if key_id not in keys:
                keys[key_id] = keyring.unwrap(key_id, record["kek_version"], record["wrapped"])
            state = keys[key_id].unseal(state, _place(stream_id, version, topic, _sorted(record["metadata"])))
        event = decode(catalogue, topic, state, stream_id, version)
        return event if key_id or event.IN_CLEAR else Damaged(topic, "it stands in clear, and is not ours")
    except (KeyUnusable, CannotDecode) as why:
        return Damaged(topic, str(why))


@lru_cache(maxsize=256)
def _in_json(metadata: Metadata) -> str:
    return msgspec.json.encode(metadata, order="sorted").decode()


@lru_cache(maxsize=256)
def _sorted(metadata: str) -> str:
    """As `_in_json` wrote it, though the database has its own order and spaces, and a newer portal more fields."""
    return msgspec.json.encode(msgspec.json.decode(metadata), order="sorted").decode()


def _place(stream_id: UUID, version: int, topic: str, metadata: str) -> str:
    """Where a ciphertext belongs, and who asked for it: an event moved, or put down to somebody else, does not open."""
    return f"event|{stream_id}|{version}|{topic}|{metadata}"
