"""Changing a secrets file so that whoever reads it finds the old one or the new one whole, whenever a machine dies."""

import os
import secrets
import stat
from pathlib import Path

from portal.keys.durable import sync_folder, write_new
from portal.keys.secrets import NoSecrets

FOR_OTHERS = 0o027  # never: anything for anybody else, writing for the group
FOR_OWNER = 0o600


def replace(path: Path, content: bytes, destroy: bool = False) -> None:
    """Write the new content beside the file, then put it in its place: same owner, closed to others.

    A group that could read it still can: services may run as one. `destroy`: the bytes of the old file are overwritten
    where they stood, and so are those that one who was killed left under another name. NoSecrets where the folder does
    not allow it; then the old file is as it was.
    """
    path = path.resolve()  # through a link to the file itself
    aside = path.with_name(f".{path.name}.new")
    try:
        finish_destroying(path)
        with path.open("r+b" if destroy else "rb") as old:
            found = os.fstat(old.fileno())
            aside.unlink(missing_ok=True)  # of one who was killed
            write_new(aside, content, lambda new: _own_alike(new, found))
            if destroy:
                os.link(path, _ending(path))  # the old bytes can be found by it until they are overwritten
                sync_folder(path.parent)
            aside.replace(path)
            sync_folder(path.parent)
        finish_destroying(path)
    except OSError as fault:
        aside.unlink(missing_ok=True)
        raise NoSecrets(f"{path} cannot be changed ({type(fault).__name__}): run this as its owner") from None


def finish_destroying(path: Path) -> None:
    """Overwrite the old bytes of a secrets file that `replace` was killed over, if there are any. OSError.

    Killed before the new file was in its place, the other name is the file's own: only that name goes then.
    """
    path = path.resolve()
    ending = _ending(path)
    if not ending.exists():
        return
    if not ending.samefile(path):
        with ending.open("r+b") as old:
            _overwrite(old.fileno())
    ending.unlink()
    sync_folder(path.parent)


def _ending(path: Path) -> Path:
    return path.with_name(f".{path.name}.ending")


def _own_alike(new: int, old: os.stat_result) -> None:
    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(new, old.st_uid, old.st_gid)
    os.fchmod(new, (stat.S_IMODE(old.st_mode) & 0o666 & ~FOR_OTHERS) | FOR_OWNER)


def _overwrite(file: int) -> None:
    """What a file system keeps of a file elsewhere (snapshots, journals, worn blocks) is out of reach here."""
    os.pwrite(file, secrets.token_bytes(os.fstat(file).st_size), 0)
    os.fsync(file)
