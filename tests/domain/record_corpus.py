"""`python -m tests.domain.record_corpus`: add to the corpus what the catalogue's present shapes write and read.

Lines are only added. Read the added lines before you commit them: they say what events of former shapes mean today.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from portal.domain.catalogue import CATALOGUE
from portal.eventstore.codec import Catalogue, encode
from tests.domain.corpus import (
    CORPUS,
    Line,
    Reading,
    Stored,
    chained,
    only_adds,
    read_corpus,
    readings,
    reads_as,
    schema_of,
)
from tests.domain.samples import samples


class ChangesMeaning(Exception):
    """Bytes of a released shape would read as something else, though the class has the same version."""


def record(catalogue: Catalogue, path: Path = CORPUS) -> int:
    """Add the lines that are missing; how many. Raises ChangesMeaning, or what a line that cannot be read raises."""
    lines = read_corpus(path)
    missing: list[Line] = [*_missing_readings(catalogue, lines), *_missing_shapes(catalogue, lines)]
    whole = list(chained([*lines, *missing]))
    if whole[: len(lines)] != lines:
        raise ChangesMeaning(f"a line of {path.name} was changed or taken out: bring it back first")
    with path.open("ab") as corpus:
        corpus.writelines(msgspec.json.encode(line) + b"\n" for line in whole[len(lines) :])
    return len(missing)


def _missing_shapes(catalogue: Catalogue, lines: Sequence[Line]) -> Iterator[Stored]:
    stored = [line for line in lines if isinstance(line, Stored)]
    for topic, kind in catalogue.items():
        shape = (topic, kind.class_version, schema_of(kind))
        known = {line.state for line in stored if (line.topic, line.class_version, line.schema) == shape}
        if len(known) < len(made_up := samples(kind)):
            for state in (encode(event).decode() for event in made_up):
                if state not in known:
                    yield Stored(*shape, state)


def _missing_readings(catalogue: Catalogue, lines: Sequence[Line]) -> Iterator[Reading]:
    versions = {line.of: line.class_version for line in lines if isinstance(line, Reading)}
    for stored, recorded in readings(lines):
        kind, now = catalogue[stored.topic], reads_as(catalogue, stored)
        known = versions.get(stored.chain, stored.class_version)
        if kind.class_version == known and not only_adds(now, recorded[-1]):
            raise ChangesMeaning(
                f"{stored.topic}: bytes of a released shape read as something else. Raise class_version of "
                f"{kind.__name__} to {known + 1} and write upcast_v{known}_v{known + 1}."
            )
        if now != recorded[-1] or kind.class_version != known:
            yield Reading(stored.chain, kind.class_version, schema_of(kind), now)


if __name__ == "__main__":
    try:
        added = record(CATALOGUE)
    except ChangesMeaning as refused:
        sys.exit(str(refused))
    except Exception as fault:  # whatever an event that cannot be read raises
        sys.exit(
            f"An event of a released shape cannot be read any more ({type(fault).__name__}: {fault}). Keep the old "
            "fields readable, or raise class_version and write the upcaster."
        )
    print(f"{added} lines added to {CORPUS.name}. Read them before you commit: what is there never changes again.")
