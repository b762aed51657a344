"""The folder in which an embedded server keeps what has to outlive it: data, password, port and log."""

import fcntl
import os
import random
import secrets
import shutil
import socket
import stat
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from portal.database.privileges import common_ground, hand_over, owner, reachable

# Below the ports that systems hand out for outgoing connections, so that none of those takes a stopped server's.
PORTS = range(20_000, 32_000)


class HomeInUse(RuntimeError):
    """Another process runs a server on this home."""


class Home:
    """The paths of one home. Everything in it is ours; only the data folder is PostgreSQL's own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.absolute()
        self.log = self.folder / "postgresql.log"
        self._secret = self.folder / "password"
        self._port = self.folder / "port"
        self._elsewhere = self.folder / "data-is-in"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Keep others out for as long as this is held. Raises HomeInUse when somebody else is in."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with open(self.folder / "lock", "a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise HomeInUse(f"A database is running on {self.folder} already: stop that one first.") from None
            yield

    def password(self) -> str:
        """The owner's password, made up at the first time."""
        if not self._secret.exists():
            new = self._secret.with_suffix(".new")
            new.unlink(missing_ok=True)
            write_private(new, secrets.token_urlsafe(24))
            new.rename(self._secret)
        return self._secret.read_text()

    def port(self) -> int:
        """The port of last time if it is free, or else a new one, which is remembered."""
        known = int(self._port.read_text() or 0) if self._port.exists() else 0
        if known and bindable(known):
            return known
        port = next(port for port in random.sample(PORTS, len(PORTS)) if bindable(port))
        self._port.write_text(str(port))
        return port

    def place(self) -> Path:
        """The folder for PostgreSQL's own files: this one, or a private one elsewhere if it could not get in here.

        Elsewhere is among temporary files: what a machine clears away there, at a restart say, is started afresh.
        """
        if self._elsewhere.exists() and self._is_ours(place := Path(self._elsewhere.read_text())):
            return place
        if reachable(self.folder):
            return self.folder
        place = Path(tempfile.mkdtemp(prefix="portal-data-", dir=common_ground()))
        (place / "home").write_text(str(self.folder))
        hand_over(place)
        self._elsewhere.write_text(str(place))
        return place

    def _is_ours(self, place: Path) -> bool:
        """Whether a folder elsewhere is there, private, and kept for this home, not for one that this is a copy of."""
        if not is_private(place):
            return False
        kept_for = Path((place / "home").read_text())
        if kept_for != self.folder and not kept_for.exists():  # this home was moved here
            (place / "home").write_text(str(self.folder))
            return True
        return kept_for == self.folder

    def discard(self) -> None:
        """Remove the home, and what is kept elsewhere for it. Raises HomeInUse when its server runs."""
        with self.locked():
            if (place := self.place()) != self.folder:
                shutil.rmtree(place, ignore_errors=True)
            shutil.rmtree(self.folder, ignore_errors=True)


def bindable(port: int) -> bool:
    """Whether a server could listen on this port of the machine itself."""
    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def is_private(place: Path) -> bool:
    """Whether a folder elsewhere is still the one that was made: PostgreSQL's, and closed to all others."""
    try:
        found = place.lstat()
    except FileNotFoundError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == owner() and not found.st_mode & 0o077


def write_private(path: Path, text: str) -> None:
    """Write a new file that only its owner can read."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
