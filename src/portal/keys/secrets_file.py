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
    where they stood. NoSecrets where the folder does not allow it; then the old file is as it was.
    """
    path = path.resolve()  # through a link to the file itself
    aside = path.with_name(f".{path.name}.new")
    try:
        with path.open("r+b" if destroy else "rb") as old:
            found = os.fstat(old.fileno())
            aside.unlink(missing_ok=True)  # of one who was killed
            write_new(aside, content, lambda new: _own_alike(new, found))
            aside.replace(path)
            sync_folder(path.parent)
            if destroy:
                _overwrite(old.fileno())
    except OSError as fault:
        aside.unlink(missing_ok=True)
        raise NoSecrets(f"{path} cannot be changed ({type(fault).__name__}): run this as its owner") from None


def _own_alike(new: int, old: os.stat_result) -> None:
    if (old.st_uid, old.st_gid) != (os.geteuid(), os.getegid()):
        os.fchown(new, old.st_uid, old.st_gid)
    os.fchmod(new, (stat.S_IMODE(old.st_mode) & 0o666 & ~FOR_OTHERS) | FOR_OWNER)


def _overwrite(file: int) -> None:
    """What a file system keeps of a file elsewhere (snapshots, journals, worn blocks) is out of reach here."""
    os.pwrite(file, secrets.token_bytes(os.fstat(file).st_size), 0)
    os.fsync(file)
