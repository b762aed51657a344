"""A secrets file changes from one whole state to another, whenever the machine dies, and stays closed to others."""

import os
import stat
from pathlib import Path

import pytest

from portal.keys.secrets import NoSecrets
from portal.keys.secrets_file import replace


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "secrets.json"
    path.write_bytes(b"the old secrets")
    path.chmod(0o600)
    return path


def test_the_new_content_stands_in_the_place_of_the_old_and_nothing_beside_it(file: Path) -> None:
    replace(file, b"new")
    assert file.read_bytes() == b"new"
    assert list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(
    ("before", "after"), [(0o600, 0o600), (0o400, 0o600), (0o640, 0o640), (0o666, 0o640), (0o644, 0o640)]
)
def test_it_is_its_owners_and_at_most_readable_for_the_group_that_it_was_readable_for(
    file: Path, before: int, after: int
) -> None:
    file.chmod(before)
    replace(file, b"new")
    assert stat.S_IMODE(file.stat().st_mode) == after


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root: only root gives files away")
def test_it_stays_the_file_of_whom_it_belonged_to(file: Path) -> None:
    os.chown(file, 65534, 65534)
    replace(file, b"new")
    assert (file.stat().st_uid, file.stat().st_gid) == (65534, 65534)


def test_a_link_to_it_stays_a_link(file: Path) -> None:
    link = file.with_name("link.json")
    link.symlink_to(file)
    replace(link, b"new")
    assert link.is_symlink() and file.read_bytes() == b"new"


@pytest.mark.parametrize("dies_in", ["fsync", "fchmod", "rename"])
def test_whoever_dies_in_the_middle_leaves_the_old_one_whole(
    file: Path, monkeypatch: pytest.MonkeyPatch, dies_in: str
) -> None:
    class Killed(BaseException):
        pass

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        if dies_in == "rename":
            patch.setattr(Path, "replace", die)
        else:
            patch.setattr(os, dies_in, die)
        with pytest.raises(Killed):
            replace(file, b"new", destroy=True)
    assert file.read_bytes() == b"the old secrets"
    replace(file, b"new")  # what was left beside it is in nobody's way
    assert file.read_bytes() == b"new" and list(file.parent.iterdir()) == [file]


@pytest.mark.parametrize(("destroy", "left"), [(False, True), (True, False)])
def test_the_bytes_of_a_destroyed_file_are_overwritten_where_they_stood(file: Path, destroy: bool, left: bool) -> None:
    same_bytes = file.with_name("second name of the same bytes")
    os.link(file, same_bytes)
    replace(file, b"new", destroy)
    assert (same_bytes.read_bytes() == b"the old secrets") is left
    assert file.read_bytes() == b"new"


def test_a_file_that_is_not_there_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoSecrets, match="run this as its owner"):
        replace(tmp_path / "nowhere.json", b"new")
    assert list(tmp_path.iterdir()) == []
