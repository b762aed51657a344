"""Former shapes are lifted one version at a time; a shape that nobody here knows is refused, never guessed."""

from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import uuid4

import msgspec
import pytest

from portal.domain.aggregate import Created, Event
from portal.eventstore.codec import CannotDecode, Catalogue, decode, encode
from portal.eventstore.envelope import Damaged, Metadata
from portal.eventstore.rows import to_envelopes, to_row
from tests.eventstore.logbook import KEYRING, NOON

WHEN = "2026-11-16T12:00:00Z"


class Moved(Event, frozen=True, kw_only=True):
    """A family moved. v1: {place}; v2: {town, street}; v3: {lines, town}."""

    class_version: ClassVar[int] = 3
    lines: tuple[str, ...]
    town: str

    @staticmethod
    def upcast_v1_v2(fields: dict[str, Any]) -> None:
        fields["street"], _, fields["town"] = fields.pop("place").partition(", ")

    @staticmethod
    def upcast_v2_v3(fields: dict[str, Any]) -> None:
        fields["lines"] = [fields.pop("street")]


class Begun(Created, frozen=True, kw_only=True):
    """The first event of a stream, in its second shape."""

    AGGREGATE: ClassVar[str] = "made_up"
    class_version: ClassVar[int] = 2
    name: str

    @staticmethod
    def upcast_v1_v2(fields: dict[str, Any]) -> None:
        fields["name"] = fields.pop("called")


class Careless(Event, frozen=True, kw_only=True):
    """An upcaster that expects what is not always there."""

    class_version: ClassVar[int] = 2
    name: str

    @staticmethod
    def upcast_v1_v2(fields: dict[str, Any]) -> None:
        fields["name"] = fields.pop("nobody_wrote_this")


CATALOGUE: Catalogue = {"family.moved": Moved, "made_up.begun": Begun, "family.careless": Careless}


def read(topic: str, **fields: Any) -> Any:
    return decode(CATALOGUE, topic, msgspec.json.encode({"timestamp": WHEN, **fields}), uuid4(), 1)


@pytest.mark.parametrize(
    "fields",
    [
        {"place": "14 Tannery Row, Severnmouth"},
        {"class_version": 1, "place": "14 Tannery Row, Severnmouth"},
        {"class_version": 2, "street": "14 Tannery Row", "town": "Severnmouth"},
        {"class_version": 3, "lines": ["14 Tannery Row"], "town": "Severnmouth"},
    ],
    ids=["first", "first, and says so", "second", "third"],
)
def test_every_former_shape_is_lifted_to_the_present_one(fields: dict[str, Any]) -> None:
    moved = read("family.moved", **fields)
    assert (moved.lines, moved.town, moved.timestamp) == (("14 Tannery Row",), "Severnmouth", NOON)


def test_an_event_is_written_with_the_version_of_its_shape_and_read_back() -> None:
    moved = Moved(originator_id=uuid4(), originator_version=4, timestamp=datetime.now(UTC), lines=("A",), town="B")
    assert msgspec.json.decode(encode(moved))["class_version"] == 3
    assert decode(CATALOGUE, "family.moved", encode(moved), moved.originator_id, 4) == moved


def test_the_first_event_of_a_stream_is_lifted_too() -> None:
    begun = read("made_up.begun", called="Amara")
    assert (begun.name, begun.originator_topic) == ("Amara", "made_up")


def test_a_newer_shape_is_refused_even_if_its_fields_would_fit() -> None:
    with pytest.raises(CannotDecode, match="newer than this version of the portal"):
        read("family.moved", class_version=4, lines=["14 Tannery Row"], town="Severnmouth")


@pytest.mark.parametrize("version", [0, -1, True, False, None, "1", 1.0, [1]])
def test_a_shape_that_is_no_version_is_refused(version: object) -> None:
    with pytest.raises(CannotDecode, match="which shape"):
        read("family.moved", class_version=version, lines=["14 Tannery Row"], town="Severnmouth")


def test_an_upcaster_that_fails_damages_the_event_and_blames_neither_topic_nor_person() -> None:
    event = Moved(originator_id=uuid4(), originator_version=1, timestamp=NOON, lines=("Amara Okafor",), town="")
    row = msgspec.structs.asdict(to_row(uuid4(), event, None, Metadata()))
    state = msgspec.json.encode({"timestamp": WHEN, "other": "Amara Okafor"})
    extra = {"position": 1, "recorded_at": NOON, "kek_version": None, "wrapped": None}
    record = {**row, **extra, "topic": "family.careless", "state": state}
    [envelope] = to_envelopes(CATALOGUE, KEYRING, [record])
    assert envelope.event == Damaged("family.careless", "its bytes are not those of such an event")


def test_what_a_fault_says_is_not_chained_to_what_was_in_the_bytes() -> None:
    with pytest.raises(CannotDecode) as refused:
        read("family.moved", class_version=3, lines="Amara Okafor", town=7)
    assert "Amara" not in str(refused.value)
    assert refused.value.__suppress_context__
