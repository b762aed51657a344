"""Every event that was ever written can be read for ever, and means what it meant (corpus.jsonl)."""

from pathlib import Path
from typing import Any, ClassVar

import msgspec
import pytest

from portal.domain.aggregate import Event
from portal.domain.catalogue import CATALOGUE
from portal.domain.facts import Facts
from portal.eventstore.codec import Catalogue
from tests.domain.corpus import (
    COMMAND,
    CORPUS,
    Reading,
    Stored,
    chained,
    only_adds,
    read_corpus,
    readings,
    reads_as,
    schema_of,
)
from tests.domain.record_corpus import ChangesMeaning, record
from tests.domain.samples import samples

LINES = read_corpus()
# After so many lines the chain stood here; a release may raise both, nothing else does.
RELEASED = 156, "0c8836f197d18e516cf396c5adce568d77f36a983039524ff1ea15882133c377"
BY_TOPIC = {topic: [pair for pair in readings(LINES) if pair[0].topic == topic] for topic in CATALOGUE}


@pytest.mark.parametrize("topic", CATALOGUE)
def test_every_event_ever_written_reads_as_it_was_recorded_to(topic: str) -> None:
    for stored, recorded in BY_TOPIC[topic]:
        assert reads_as(CATALOGUE, stored) == recorded[-1], (
            f"{topic}: bytes of class_version {stored.class_version} read as something else. If fields were only added "
            f"(with defaults), run `{COMMAND}`. If not, leave what is released as it is: raise class_version, write "
            f"the upcaster, and run it then."
        )


@pytest.mark.parametrize("topic", CATALOGUE)
def test_what_the_catalogue_writes_today_is_in_the_corpus(topic: str) -> None:
    kind, known = CATALOGUE[topic], [stored for stored, _ in BY_TOPIC[topic]]
    shapes = {(stored.class_version, stored.schema) for stored in known}
    assert (kind.class_version, schema_of(kind)) in shapes, (
        f"{kind.__name__} has a shape that is not recorded. New event, or fields only added (with defaults): run "
        f"`{COMMAND}` and commit the lines it adds. Anything else: raise class_version to {kind.class_version + 1}, "
        f"write upcast_v{kind.class_version}_v{kind.class_version + 1}(fields), and run it then."
    )
    present = [
        stored for stored in known if (stored.class_version, stored.schema) == (kind.class_version, schema_of(kind))
    ]
    assert len(present) >= len(samples(kind)), (
        f"{topic}: lines are gone from {CORPUS.name}, or there is a new section or member of an enumeration: restore "
        f"them, or run `{COMMAND}`."
    )


def test_no_line_was_ever_changed_or_taken_out() -> None:
    assert list(chained(LINES)) == LINES, (
        f"{CORPUS.name} was changed: restore it (after a merge: take the other side's lines, then run `{COMMAND}`)."
    )
    count, chain = RELEASED
    assert LINES[count - 1].chain == chain, f"released lines of {CORPUS.name} are gone or changed: restore them"


def test_every_topic_that_was_ever_written_is_in_the_catalogue() -> None:
    assert {line.topic for line in LINES if isinstance(line, Stored)} <= CATALOGUE.keys()


def test_what_lines_of_one_class_version_read_as_is_only_ever_added_to() -> None:
    versions = {line.chain: line.class_version for line in LINES if isinstance(line, Stored)}
    for stored, recorded in readings(LINES):
        of = [line for line in LINES if isinstance(line, Reading) and line.of == stored.chain]
        for earlier, later, line in zip(recorded, recorded[1:], of, strict=False):
            assert versions[line.of] < line.class_version or only_adds(later, earlier), stored.topic
            versions[line.of] = line.class_version


# What the tests above are good for, shown on a class that changes as classes do.


class Pupil(Facts, frozen=True, kw_only=True):
    """Somebody at school."""

    name: str
    year: int | None = None


class Enrolled(Event, frozen=True, kw_only=True):
    """The first shape."""

    pupil: Pupil


class EnrolledWithSchool(Event, frozen=True, kw_only=True):
    """A field more, with a default."""

    pupil: Pupil
    school: str = ""


class EnrolledByTheirNames(Event, frozen=True, kw_only=True):
    """Changed twice: v2 has the name out of the pupil, v3 in two parts."""

    class_version: ClassVar[int] = 3
    given_name: str
    family_name: str

    @staticmethod
    def upcast_v1_v2(fields: dict[str, Any]) -> None:
        fields["name"] = fields.pop("pupil")["name"]

    @staticmethod
    def upcast_v2_v3(fields: dict[str, Any]) -> None:
        fields["given_name"], _, fields["family_name"] = fields.pop("name").partition(" ")


class Renamed(Event, frozen=True, kw_only=True):
    """A field has another name, and the same class_version."""

    child: Pupil


class Reinterpreted(Event, frozen=True, kw_only=True):
    """The same fields, which say something else."""

    pupil: Pupil

    def __post_init__(self) -> None:
        msgspec.structs.force_setattr(self, "pupil", Pupil(name="Somebody"))


def catalogue(kind: type[Event]) -> Catalogue:
    return {"pupil.enrolled": kind}


def test_a_class_with_a_field_more_is_recorded_and_old_bytes_get_its_default(tmp_path: Path) -> None:
    assert record(catalogue(Enrolled), tmp_path / "corpus") > 1
    before = read_corpus(tmp_path / "corpus")
    assert record(catalogue(EnrolledWithSchool), tmp_path / "corpus") > 0
    lines = read_corpus(tmp_path / "corpus")
    assert lines[: len(before)] == before and list(chained(lines)) == lines
    first, read = readings(lines)[0]
    assert read[-1] == {**read[0], "school": ""} == reads_as(catalogue(EnrolledWithSchool), first)
    assert record(catalogue(EnrolledWithSchool), tmp_path / "corpus") == 0


def test_a_class_of_a_later_version_reads_all_former_ones_through_its_upcasters(tmp_path: Path) -> None:
    record(catalogue(Enrolled), tmp_path / "corpus")
    record(catalogue(EnrolledByTheirNames), tmp_path / "corpus")
    [first, *_] = readings(read_corpus(tmp_path / "corpus"))
    assert first[1][0]["pupil"]["name"] == "Made-up name"
    assert (first[1][-1]["given_name"], first[1][-1]["family_name"]) == ("Made-up", "name")


@pytest.mark.parametrize("kind", [Renamed, Reinterpreted], ids=lambda kind: kind.__name__.lower())
def test_a_class_that_no_longer_reads_what_was_written_is_not_recorded(kind: type[Event], tmp_path: Path) -> None:
    record(catalogue(Enrolled), tmp_path / "corpus")
    before = (tmp_path / "corpus").read_bytes()
    with pytest.raises(Exception, match=r"Raise class_version of Reinterpreted to 2|not those of such an event"):
        record(catalogue(kind), tmp_path / "corpus")
    assert (tmp_path / "corpus").read_bytes() == before
    assert (schema_of(kind) == schema_of(Enrolled)) == (kind is Reinterpreted), "not every change shows in the shape"


def test_a_line_that_is_changed_or_taken_out_is_noticed(tmp_path: Path) -> None:
    record(catalogue(Enrolled), tmp_path / "corpus")
    lines = (tmp_path / "corpus").read_bytes().splitlines(keepends=True)
    last = lines[-1].replace(b"2026", b"2027")
    for damaged in ([lines[0].replace(b"2026", b"2027"), *lines[1:]], lines[1:], [*lines[:-1], last]):
        (tmp_path / "corpus").write_bytes(b"".join(damaged))
        found = read_corpus(tmp_path / "corpus")
        assert list(chained(found)) != found
        with pytest.raises(ChangesMeaning, match="was changed or taken out"):
            record(catalogue(Enrolled), tmp_path / "corpus")


def test_samples_leave_no_optional_field_empty_and_no_member_of_an_enumeration_out() -> None:
    capacities = [msgspec.json.decode(stored.state) for stored, _ in BY_TOPIC["referral.capacity_declared"]]
    assert len({capacity["relationship"] for capacity in capacities}) == 16
    children = [msgspec.json.decode(stored.state)["child"] for stored, _ in BY_TOPIC["referral.child_added"]]
    assert all(any(child[name] for child in children) for name in children[0])
    assert max(len(child["description"]) for child in children) == 1000
    sections = [msgspec.json.decode(stored.state)["section"] for stored, _ in BY_TOPIC["referral.answers_given"]]
    assert {"support", "worries", "allegation"} <= set(sections)
