"""The tables of docs/documents.md, written from those that the tests hold.

`python -m tests.documents.samples.written` puts them there.
"""

from collections.abc import Iterator
from pathlib import Path

from portal.documents.checking.kinds import FORMATS, Kind, Why
from portal.documents.checking.limits import CheckLimits
from portal.documents.checking.words import says
from tests.documents.clamav import SETTINGS
from tests.documents.samples.names import NAMES
from tests.documents.samples.table import SAMPLES
from tests.documents.samples.wrapped import WRAPPED

DOCUMENT = Path(__file__).parents[3] / "docs" / "documents.md"
BEGINS, ENDS = "<!-- {name}: written by tests -->\n", "<!-- end -->\n"


def tables() -> dict[str, str]:
    """Each table by its name."""
    return {
        "limits": _table(("What", "At most"), _limits()),
        "clamd": "".join(f"    {name} {value}\n" for name, value in SETTINGS.items()),
        "words": _table(("Why", "What people are told, of a PDF"), _words()),
        "samples": _table(("What it is", *(f".{FORMATS[kind].extensions[0]}" for kind in Kind)), _samples()),
        "names": _table(
            ("Name", "Declared", "Outcome"), ((n.shown, n.declared or "nothing", _cell(n.why)) for n in NAMES)
        ),
        "wrapped": _table(
            ("EICAR", "The checks", "ClamAV"), ((w.says, _cell(w.why), w.scanned.value) for w in WRAPPED)
        ),
    }


def written(text: str) -> str:
    """The text with its tables as they should be."""
    for name, table in tables().items():
        before, begins, rest = text.partition(BEGINS.format(name=name))
        _, ends, after = rest.partition(ENDS)
        if not begins or not ends:
            raise AssertionError(f"{DOCUMENT.name} has no place for the table {name!r}")
        text = before + begins + table + ends + after
    return text


def _limits() -> Iterator[tuple[str, str]]:
    limits = CheckLimits()
    yield "bytes of a file", f"{limits.largest:,}"
    for name, value in limits.bounds._asdict().items():
        yield name.replace("_", " "), f"{value:,}"


def _words() -> Iterator[tuple[str, str]]:
    limits = CheckLimits(kinds=frozenset({Kind.PDF, Kind.JPEG, Kind.DOCX}))
    for why in Why:
        yield _cell(why), says(why, limits, "doc" if why is Why.NOT_LISTED else "pdf")


def _samples() -> Iterator[tuple[str, ...]]:
    for family, samples in SAMPLES.items():
        yield (f"**{family}**", *("" for _ in Kind))
        for sample in samples:
            yield (sample.says, *(_cell(sample.outcome(kind)) for kind in Kind))


def _cell(why: Why | None) -> str:
    return why.replace("_", " ") if why else "accepted"


def _table(head: tuple[str, ...], rows: Iterator[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text()))
