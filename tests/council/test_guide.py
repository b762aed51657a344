"""Each line of the county's guide stands in docs/guide.md with a test that exists; the tour has all its pictures."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
LINES = 31
ROW = re.compile(r"^\| G(\d+) \| .+ \| .+ \| `([^`]+)` \|$", re.MULTILINE)
PICTURE = re.compile(r"!\[[^\]]+\]\(tour/([a-z-]+\.png)\)")
MOST_BYTES = 1_500_000  # of all pictures


def is_there(test: str) -> bool:
    """Whether there is such a test, or such a file of them."""
    path, _, name = test.partition("::")
    source = ROOT / path
    text = source.read_text() if source.is_file() else ""
    return bool(text) and (not name or bool(re.search(rf"^(async )?def {name}\(", text, re.MULTILINE)))


def test_every_line_of_the_guide_has_a_page_and_a_test() -> None:
    found = {int(number): test for number, test in ROW.findall((ROOT / "docs/guide.md").read_text())}
    assert sorted(found) == list(range(1, LINES + 1))
    assert [test for test in found.values() if not is_there(test)] == []


def test_this_would_notice_a_test_that_is_gone() -> None:
    assert is_there("tests/council/test_guide.py::test_this_would_notice_a_test_that_is_gone")
    assert not is_there("tests/council/test_guide.py::test_that_was_never_written")
    assert not is_there("tests/council/never_written.py")


def test_the_tour_shows_all_its_pictures_and_they_are_small() -> None:
    shown = PICTURE.findall((ROOT / "docs/tour.md").read_text())
    there = {each.name: each.stat().st_size for each in (ROOT / "docs/tour").iterdir()}
    assert sorted(shown) == sorted(there) and sum(there.values()) < MOST_BYTES
