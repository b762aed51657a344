"""As whom the embedded PostgreSQL runs: PostgreSQL refuses root, so root starts it as nobody."""

import os
import subprocess
import tempfile
from pathlib import Path
from typing import TypedDict

NOBODY = 65534


class Account(TypedDict, total=False):
    """The arguments of subprocess that say as whom a program runs; empty: as ourselves."""

    user: int
    group: int
    extra_groups: list[int]


def account() -> Account:
    """As whom PostgreSQL's programs have to be run."""
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []} if os.geteuid() == 0 else {}


def owner() -> int:
    """The user id that PostgreSQL's files belong to."""
    return account().get("user", os.geteuid())


def hand_over(path: Path) -> None:
    """Make a file or folder of ours PostgreSQL's own."""
    if account():
        os.chown(path, NOBODY, NOBODY)


def reachable(path: Path) -> bool:
    """Whether PostgreSQL can get at a folder or program: as root that fails under /root, say.

    The question is put to the system, by one who has the right, since rights are more than mode bits.
    """
    if not account():
        return os.access(path, os.X_OK)
    return subprocess.run(["test", "-x", str(path.absolute())], cwd="/", **account()).returncode == 0


def common_ground() -> Path:
    """A folder for temporary files which both we and PostgreSQL can get at."""
    for folder in (Path(tempfile.gettempdir()), Path("/tmp"), Path("/var/tmp")):  # noqa: S108 - only mkdtemp in it
        if reachable(folder):
            return folder
    raise PermissionError(f"User {owner()}, as whom PostgreSQL has to run, can reach no folder for temporary files.")
