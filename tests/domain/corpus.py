"""The bytes of every event shape ever released, and what they read as: `corpus.jsonl`, to which lines are only added.

A line is a `Stored` event, or a `Reading`: what a stored line reads as since its class has a new version or more
fields; without one it reads as it was written. `chain` is a digest over everything up to and with the line.
"""

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec

from portal.domain.aggregate import Event
from portal.eventstore.codec import Catalogue, decode, encode
from tests.domain.samples import STREAM

CORPUS = Path(__file__).with_name("corpus.jsonl")
COMMAND = "python -m tests.domain.record_corpus"
WORDS = {"title", "description", "examples", "default", "$defs"}  # of a schema, about no byte that is stored


class Stored(msgspec.Struct, frozen=True, tag="stored", tag_field="line"):
    """An event as it was written. `schema`: digest of the shape that its class had then."""

    topic: str
    class_version: int
    schema: str
    state: str
    chain: str = ""


class Reading(msgspec.Struct, frozen=True, tag="reading", tag_field="line"):
    """What the stored line with the chain `of` reads as under a later shape of its class."""

    of: str
    class_version: int
    schema: str
    fields: dict[str, Any]
    chain: str = ""


Line = Stored | Reading


def read_corpus(path: Path = CORPUS) -> list[Line]:
    """All lines, in order."""
    decoder = msgspec.json.Decoder(Line)
    return [decoder.decode(line) for line in path.read_bytes().splitlines()] if path.exists() else []


def chained(lines: Sequence[Line]) -> Iterator[Line]:
    """The same lines, each with the digest that it has to have."""
    chain = ""
    for line in lines:
        bare = msgspec.json.encode(msgspec.structs.replace(line, chain=""), order="sorted")
        chain = hashlib.sha256(chain.encode() + bare).hexdigest()
        yield msgspec.structs.replace(line, chain=chain)


def schema_of(kind: type[Event]) -> str:
    """A digest of what bytes a class takes: its JSON schema without words for people and names of Python classes."""
    schema = msgspec.json.schema(kind)
    bare = _bare(schema, schema.get("$defs", {}))
    return hashlib.sha256(msgspec.json.encode(bare, order="sorted")).hexdigest()[:16]


def readings(lines: Sequence[Line]) -> list[tuple[Stored, list[dict[str, Any]]]]:
    """Each stored line with all it was ever recorded to read as, oldest first."""
    kept = {line.chain: (line, [_as_written(line)]) for line in lines if isinstance(line, Stored)}
    for line in lines:
        if isinstance(line, Reading):
            _, read = kept[line.of]
            read.append(line.fields)
    return list(kept.values())


def reads_as(catalogue: Catalogue, stored: Stored) -> dict[str, Any]:
    """What the bytes of a line are today, written anew by the real codec."""
    event = decode(catalogue, stored.topic, stored.state.encode(), STREAM, 2)
    fields: dict[str, Any] = msgspec.json.decode(encode(event))
    return {name: value for name, value in fields.items() if name != "class_version"}


def only_adds(later: Any, earlier: Any) -> bool:
    """Whether all that was read earlier is still read, and as the same."""
    if isinstance(earlier, dict) and isinstance(later, dict):
        return all(name in later and only_adds(later[name], value) for name, value in earlier.items())
    if isinstance(earlier, list) and isinstance(later, list) and len(later) == len(earlier):
        return all(map(only_adds, later, earlier))
    return bool(later == earlier)


def _as_written(stored: Stored) -> dict[str, Any]:
    fields: dict[str, Any] = msgspec.json.decode(stored.state)
    return {name: value for name, value in fields.items() if name != "class_version"}


def _bare(schema: Any, classes: dict[str, Any], names_are_fields: bool = False) -> Any:
    if isinstance(schema, list):
        return [_bare(each, classes) for each in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return _bare(classes[schema["$ref"].rpartition("/")[2]], classes)
    kept = schema if names_are_fields else {name: value for name, value in schema.items() if name not in WORDS}
    return {name: _bare(value, classes, name == "properties") for name, value in kept.items()}
