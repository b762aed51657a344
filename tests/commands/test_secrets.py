"""`portal secrets`: what is printed into a file is for its owner alone, whatever the shell's umask says."""

import subprocess
import sys
from pathlib import Path

import pytest

from portal.keys.secrets import new_secrets, parsed, with_new_version


def printed(file: Path, *arguments: str, given: bytes = b"") -> bytes:
    """As `portal secrets ... > file` with umask 022."""
    with file.open("wb") as output:
        file.chmod(0o644)
        done = subprocess.run([sys.executable, "-m", "portal.cli", "secrets", *arguments], input=given, stdout=output)
    assert done.returncode == 0
    return file.read_bytes()


@pytest.mark.parametrize("arguments", [(), ("add",), ("drop", "1")], ids=["fresh", "add", "drop"])
def test_a_file_that_secrets_are_printed_into_is_closed_to_others(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    file = tmp_path / "secrets.json"
    given, _ = with_new_version(new_secrets(), "")
    assert parsed(printed(file, *arguments, given=given), "").keks
    assert file.stat().st_mode & 0o777 == 0o600
