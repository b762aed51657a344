"""The list of passwords that were stolen elsewhere: made from the text download, searched where it lies on disk."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import pytest
from click.testing import CliRunner

from portal.application.breached_passwords import SIZE, BreachedPasswords, MalformedList, prepare
from portal.cli import main

STOLEN = [f"stolen-{number}" for number in range(1000)]


def as_download(passwords: Iterable[str], seen: int = 3) -> list[str]:
    """The lines in which they are downloaded: hash and how often it was seen, in order of the hash."""
    hashes = (hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest() for password in passwords)
    return [f"{hashed.upper()}:{seen}\n" for hashed in sorted(hashes)]


def made(path: Path, passwords: Iterable[str]) -> BreachedPasswords:
    with path.open("wb") as file:
        prepare(as_download(passwords), file)
    return BreachedPasswords(path)


def test_what_was_stolen_is_found_and_nothing_else(tmp_path: Path) -> None:
    listed = made(tmp_path / "list", STOLEN)
    assert len(listed) == 1000 and (tmp_path / "list").stat().st_size == 1000 * SIZE
    assert all(password in listed for password in STOLEN)
    assert not any(f"{password}!" in listed for password in STOLEN)


@pytest.mark.parametrize("number", [1, 2, 3])
def test_short_lists_are_searched_to_both_ends(tmp_path: Path, number: int) -> None:
    listed = made(tmp_path / "list", STOLEN[:number])
    assert [password in listed for password in STOLEN[: number + 1]] == [True] * number + [False]


def test_a_password_is_found_as_it_was_typed_elsewhere_and_as_we_hash_it(tmp_path: Path) -> None:
    composed, apart = "caf\u00e9-otter-plum", "cafe\u0301-otter-plum"
    assert apart in made(tmp_path / "one", [composed])
    assert apart in made(tmp_path / "other", [apart])


def test_those_that_were_seen_seldom_can_be_left_out() -> None:
    target = io.BytesIO()
    lines = sorted([*as_download(["often"], 100), *as_download(["once"], 1)])
    assert prepare(lines, target, seen_at_least=2) == 1
    assert target.getvalue() == hashlib.sha1(b"often", usedforsecurity=False).digest()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (["password:3"], "line 1 is not a SHA-1"),
        (["AB" * 19 + ":3"], "line 1 is not a SHA-1"),
        (["AB" * 20 + ":often"], "line 1 is not a SHA-1"),
        (["AB" * 20 + ":3", "", "CD" * 20], "line 2 is not a SHA-1"),
        (["CD" * 20 + ":3", "AB" * 20 + ":3"], "line 2 is out of order"),
        (["AB" * 20 + ":3", "AB" * 20 + ":3"], "line 2 is out of order"),
    ],
)
def test_what_is_no_such_download_is_named_by_its_line(lines: list[str], says: str) -> None:
    with pytest.raises(MalformedList, match=says):
        prepare(lines, io.BytesIO())


@pytest.mark.parametrize("content", [b"", b"x" * 19, b"x" * 41])
def test_a_file_that_is_no_list_is_refused_at_the_start(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "list").write_bytes(content)
    with pytest.raises(MalformedList, match="list"):
        BreachedPasswords(tmp_path / "list")
    with pytest.raises(MalformedList, match="nowhere cannot be read"):
        BreachedPasswords(tmp_path / "nowhere")


def test_the_command_makes_a_list_and_leaves_the_old_one_where_it_cannot(tmp_path: Path) -> None:
    source, target = tmp_path / "download.txt", tmp_path / "list"
    source.write_text("".join(as_download(STOLEN)))
    done = CliRunner().invoke(main, ["passwords", "prepare", str(source), str(target)])
    assert done.exit_code == 0 and "1,000 passwords" in done.output
    assert STOLEN[7] in BreachedPasswords(target)
    piped = CliRunner().invoke(main, ["passwords", "prepare", "-", str(target)], input="no hash\n")
    assert piped.exit_code == 1 and "line 1 is not a SHA-1" in piped.output
    assert STOLEN[7] in BreachedPasswords(target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["download.txt", "list"]
