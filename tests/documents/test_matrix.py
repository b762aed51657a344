"""Whatever is attached, under whatever extension, fares as the tables of docs/documents.md say."""

import pytest

from portal.documents.checking.checker import Accepted, Rejected, check
from portal.documents.checking.child import looked_at, module_for
from portal.documents.checking.kinds import FORMATS, Bounds, Kind, Why
from portal.documents.checking.limits import CheckLimits
from portal.documents.scanning import Clamd
from tests.documents.clamav import Daemon
from tests.documents.samples.names import NAMES, Named
from tests.documents.samples.table import SAMPLES, Sample
from tests.documents.samples.wrapped import WRAPPED, Wrapped
from tests.documents.samples.written import DOCUMENT, written
from tests.documents.streams import parts, until

ALL = [pytest.param(sample, id=f"{family}: {sample.says}") for family, samples in SAMPLES.items() for sample in samples]
BY_LENGTH = (Why.EMPTY, Why.TOO_LARGE)  # found while the file is handed over


async def outcome(name: str, declared: str, content: bytes) -> Why | None:
    """Why a file is not accepted."""
    found = await check(name, declared, parts(content), CheckLimits())
    return found.why if isinstance(found, Rejected) else None


@pytest.mark.parametrize("sample", ALL)
async def test_a_sample_fares_as_the_table_says(sample: Sample) -> None:
    content = sample.make()
    assert await outcome(f"a.{FORMATS[sample.own].extensions[0]}", "", content) == sample.why
    for kind in Kind:
        if sample.why not in BY_LENGTH:
            said, _ = looked_at(module_for("check", kind), "check", kind, content, 1, Bounds())
            assert said.get("why") == sample.outcome(kind), kind


@pytest.mark.parametrize("kind", Kind)
async def test_a_sound_file_is_accepted_as_what_it_is(kind: Kind) -> None:
    sample = next(each for samples in SAMPLES.values() for each in samples if each.own is kind and not each.why)
    for extension in FORMATS[kind].extensions:
        found = await check(f"a.{extension}", FORMATS[kind].media_types[0], parts(sample.make()), CheckLimits())
        assert isinstance(found, Accepted)
        assert (found.kind, found.media_type) == (kind, FORMATS[kind].media_types[0])


@pytest.mark.parametrize("named", NAMES, ids=lambda named: named.shown)
async def test_a_name_and_what_the_browser_declares_fare_as_the_table_says(named: Named) -> None:
    assert await outcome(named.name, named.declared, named.make()) == named.why


@pytest.mark.parametrize("wrapped", WRAPPED, ids=lambda wrapped: wrapped.says)
async def test_a_virus_is_found_in_whatever_it_comes(wrapped: Wrapped, scanner: Daemon) -> None:
    content = wrapped.make()
    assert await outcome(f"a.{FORMATS[wrapped.kind].extensions[0]}", "", content) == wrapped.why
    assert await Clamd(scanner.address).scan(parts(content)) == wrapped.scanned
    await until(lambda: not scanner.temporary)  # the answer comes first


def test_the_documentation_shows_these_tables() -> None:
    assert DOCUMENT.read_text() == written(DOCUMENT.read_text())
