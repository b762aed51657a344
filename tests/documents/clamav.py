"""ClamAV's daemon as the tests run it: with one signature, of the EICAR test file, so that nothing has to be fetched.

Its limits are those that docs/documents.md asks of a council, and `portal.documents.checking.kinds.Bounds` stays below.
"""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

# In two halves, so that no scanner takes this file for it.
EICAR = (r"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STAN" + r"DARD-ANTIVIRUS-TEST-FILE!$H+H*").encode()
START = 60.0  # seconds
SETTINGS = {
    "StreamMaxLength": "12M",
    "MaxScanSize": "120M",
    "MaxFileSize": "60M",
    "MaxRecursion": "10",
    "MaxFiles": "2000",
    "MaxScanTime": "20000",
    "AlertExceedsMax": "yes",
    "AlertEncrypted": "yes",
    "AlertOLE2Macros": "yes",
    "ExitOnOOM": "yes",
}
HERE = {
    "Foreground": "yes",
    "LogFile": "{folder}/clamd.log",
    "DatabaseDirectory": "{folder}/databases",
    "TemporaryDirectory": "{folder}/temporary",
    "LocalSocket": "{folder}/clamd.sock",
    "LocalSocketMode": "600",
}


class Daemon:
    """A running clamd, in a folder of its own."""

    def __init__(self, folder: Path, process: subprocess.Popen[bytes]) -> None:
        self.folder, self._process = folder, process

    @property
    def address(self) -> str:
        """The path of its socket."""
        return str(self.folder / "clamd.sock")

    @property
    def temporary(self) -> list[Path]:
        """What it keeps on disk while it scans."""
        return list((self.folder / "temporary").rglob("*"))

    def kill(self) -> None:
        """At once, as a machine without memory would."""
        self._process.kill()
        self._process.wait()

    def freeze(self) -> None:
        """It goes on listening and does nothing more."""
        self._process.send_signal(signal.SIGSTOP)


def program() -> str:
    """Where clamd is. Skips the test, with its name, where it is not installed."""
    found = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin")
    if not found:
        pytest.skip("needs clamd (Debian: clamav-daemon)")
    return found


@contextmanager
def clamd(folder: Path, **settings: str) -> Iterator[Daemon]:
    """It runs and answers. `settings` replace those above."""
    for name in ("databases", "temporary"):
        (folder / name).mkdir(exist_ok=True)
    (folder / "databases" / "portal.ndb").write_text(f"Portal.Test.EICAR:0:*:{EICAR.hex()}\n")
    lines = {**SETTINGS, **HERE, **settings}
    (folder / "clamd.conf").write_text(
        "".join(f"{name} {value.format(folder=folder)}\n" for name, value in lines.items())
    )
    process = subprocess.Popen(
        [program(), "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    daemon = Daemon(folder, process)
    try:
        _await_socket(daemon, process)
        yield daemon
    finally:
        process.kill()
        process.wait()


def _await_socket(daemon: Daemon, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START
    while not Path(daemon.address).is_socket():
        if process.poll() is not None or time.monotonic() > until:
            log = daemon.folder / "clamd.log"
            raise AssertionError(f"clamd did not start: {log.read_text() if log.exists() else 'it wrote nothing'}")
        time.sleep(0.02)
