"""docs/security/asvs.md: every requirement has a line, and every line that says "met" a test that runs."""

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TESTS = Path(__file__).parents[1]
TABLE = TESTS.parent / "docs/security/asvs.md"
IDS = TESTS / "security/asvs_ids.txt"  # of ASVS 5.0.0, levels 1 and 2
OTHERWISE = re.compile(r"does not apply|not met|issue [3-7]|a later issue")


class Line(NamedTuple):
    """One requirement. `proof`: a test, or why there is none."""

    id: str
    level: str
    here: str
    status: str
    proof: str


def lines() -> list[Line]:
    """All lines of the tables of requirements."""
    pattern = r"^\| (\d+\.\d+\.\d+)( L3\*)? \| (.+?) \| (.+?) \| (.*?) ?\|$"
    return [Line(*map(str.strip, found)) for found in re.findall(pattern, TABLE.read_text(), re.M)]


MET = [line for line in lines() if line.status == "met"]


def test_every_requirement_of_levels_one_and_two_has_one_line() -> None:
    counted = Counter(line.id for line in lines())
    assert not [id for id, times in counted.items() if times > 1]
    assert {line.id for line in lines() if not line.level} == set(IDS.read_text().split())
    assert len(TABLE.read_text().split("\n| Requirement")) == 18, "a chapter's table cannot be read"


def test_every_line_is_met_or_says_why_not() -> None:
    for line in lines():
        assert line.status == "met" or OTHERWISE.fullmatch(line.status), line
        assert line.here, line
        if line.status == "not met":
            assert line.proof and line.proof != "``", line


@pytest.mark.parametrize("line", MET, ids=[line.id for line in MET])
def test_what_is_met_is_proved_by_a_test_that_runs(line: Line) -> None:
    named = re.fullmatch(r"`(?P<file>[\w/]+\.py)::(?P<test>test_\w+)`", line.proof)
    assert named, f"{line.id} names no test: {line.proof}"
    found = functions(named["file"]).get(named["test"])
    assert found is not None, f"{line.id}: there is no {line.proof}"
    assert not is_skipped(found), f"{line.id}: {line.proof} is skipped"


def test_a_skipped_or_renamed_test_would_be_noticed() -> None:
    skipped = (
        "import pytest\n@pytest.mark.skip\ndef test_a() -> None: ...\ndef test_b() -> None:\n    pytest.skip('x')\n"
    )
    found = {each.name: each for each in ast.walk(ast.parse(skipped)) if isinstance(each, ast.FunctionDef)}
    assert all(map(is_skipped, found.values()))
    assert "test_that_never_was" not in functions("security/test_asvs.py")
    assert not is_skipped(functions("security/test_asvs.py")["test_a_skipped_or_renamed_test_would_be_noticed"])


@cache
def functions(file: str) -> dict[str, ast.FunctionDef | ast.AsyncFunctionDef]:
    """The tests of a file by name."""
    path = TESTS / file
    tree = ast.parse(path.read_text()) if path.exists() else ast.Module([], [])
    return {each.name: each for each in tree.body if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)}


def is_skipped(test: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    """Whether a test skips itself whatever is installed. One that misses a program fails in CI (conftest.py)."""
    marks = [ast.unparse(mark) for mark in test.decorator_list]
    calls = [ast.unparse(each.value) for each in test.body if isinstance(each, ast.Expr)]
    return any(re.search(r"mark\.(skip\b|xfail)", mark) for mark in marks) or any(
        call.startswith("pytest.skip(") for call in calls
    )
