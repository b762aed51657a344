"""A real PostgreSQL for the demo and the tests, as a child process of this one. Linux and macOS.

It must never outlive its parent: on Linux the kernel stops it when the parent dies, however that dies; elsewhere the
next start on the same home finds the orphan and stops it. Its log tells no personal data (see SETTINGS).
"""

import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote

from portal.database.home import Home, HomeInUse
from portal.database.privileges import account, hand_over, owner
from portal.database.processes import command_of, dying_with_parent
from portal.database.programs import programs

__all__ = ["DidNotStart", "HomeInUse", "Server", "discard", "postgres"]

START_SECONDS = 30
STOP_SECONDS = 20
SETTINGS = {
    "timezone": "UTC",
    "max_connections": "100",
    "shared_buffers": "64MB",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    # What people typed reaches a log by three ways, and none is left open: statements and their parameters, DETAIL
    # and CONTEXT lines (terse leaves them out), and the messages of errors ("invalid input syntax for type date: ..."):
    # level "log" is above "error", so that only the server's own troubles are written. The client is told the rest.
    "log_min_messages": "log",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
    "log_statement": "none",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
    "log_checkpoints": "off",
}
# Both pass: processes of a killed server go within moments, and a port may be borrowed for one.
PASSING = ("is still in use", "could not bind")


class DidNotStart(RuntimeError):
    """PostgreSQL could not be started; the message says why and names its log."""


@contextmanager
def postgres(home: Path, **settings: str) -> Iterator["Server"]:
    """Run PostgreSQL on a home folder, which is made if need be, and stop it on the way out.

    Settings are PostgreSQL's own, by name. Rows, address and password stay the same from one time to the next.
    Raises HomeInUse, DidNotStart, or NoPrograms when the extra that brings PostgreSQL is not installed.
    """
    kept = Home(home)
    with kept.locked():
        server = Server(kept, programs(), settings)
        try:
            server.start()
            yield server
        finally:
            server.close()


def discard(home: Path) -> None:
    """Remove a home and all that is kept for it, inside it and elsewhere. Raises HomeInUse when its server runs."""
    Home(home).discard()


class Server:
    """A running PostgreSQL; `postgres` makes it."""

    def __init__(self, home: Home, programs: Path, settings: dict[str, str]) -> None:
        self.log = home.log
        self._programs = programs
        self._data = home.place() / "pg"
        self._settings = settings
        self._password = home.password()
        self._create()
        self._port = home.port()
        self._process: subprocess.Popen[bytes] | None = None
        # The kernel takes the end of the thread that started a child for the parent's death. This one ends with us.
        self._starter = ThreadPoolExecutor(1, thread_name_prefix="postgresql-starter")

    @property
    def url(self) -> str:
        """The address for the owner of everything, a superuser."""
        return f"postgresql://portal:{quote(self._password, safe='')}@127.0.0.1:{self._port}/postgres"

    @property
    def pid(self) -> int:
        """The number of the server's main process; 0 before it was started."""
        return self._process.pid if self._process else 0

    def running(self) -> bool:
        """Whether the server's main process is alive."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the server on its port, and return once it takes connections. Raises DidNotStart."""
        self._stop_orphan()
        deadline = time.monotonic() + START_SECONDS
        while True:
            written = self.log.stat().st_size if self.log.exists() else 0
            self._process = self._starter.submit(self._launch).result()
            if self._ready(deadline):
                return
            said = self.log.read_bytes()[written:].decode(errors="replace")
            self._stop()
            if not any(words in said for words in PASSING) or time.monotonic() > deadline:
                last = said.strip().rpartition("\n")[2] or f"no answer within {START_SECONDS} s"
                raise DidNotStart(f"PostgreSQL did not start: {last} (its log: {self.log})")
            time.sleep(0.2)

    def restart(self) -> None:
        """Start again on the same data and port, whether or not the server still runs. Raises DidNotStart."""
        self._stop()
        self.start()

    def close(self) -> None:
        """Stop the server for good."""
        self._stop()
        self._starter.shutdown()

    def _create(self) -> None:
        """Make the data folder, if there is none: aside, so that what is in place is whole."""
        if self._data.exists():
            if self._data.stat().st_uid != owner():
                raise DidNotStart(f"{self._data} belongs to another user: start as that one, or choose another folder.")
            return
        aside, secret = self._data.with_name("pg.new"), self._data.with_name("pg.new.password")
        shutil.rmtree(aside, ignore_errors=True)
        secret.unlink(missing_ok=True)
        aside.mkdir(mode=0o700)
        secret.touch(mode=0o600)
        secret.write_text(self._password)
        for path in (aside, secret):
            hand_over(path)
        self._initialise(aside, secret)
        secret.unlink()
        aside.rename(self._data)

    def _initialise(self, data: Path, secret: Path) -> None:
        """Let initdb fill the data folder: UTF-8, in an order of characters that is the same on all machines."""
        text = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        access = ["--username=portal", "--auth=scram-sha-256", f"--pwfile={secret}"]
        care = ["--no-sync"] if self._settings.get("fsync") == "off" else []
        done = subprocess.run(
            [self._programs / "initdb", "-D", data, "--data-checksums", *text, *access, *care],
            cwd=data, capture_output=True, text=True, preexec_fn=dying_with_parent(signal.SIGKILL), **account()
        )  # fmt: skip
        if done.returncode:
            raise DidNotStart(f"PostgreSQL's data could not be made in {data}:\n{done.stderr.strip()}")

    def _launch(self) -> subprocess.Popen[bytes]:
        """Start the main process, in a session of its own: Ctrl-C is for the portal alone, which then stops this."""
        options = {**SETTINGS, **self._settings, "port": str(self._port)}
        self.log.touch(mode=0o600)
        with open(self.log, "ab") as log:
            return subprocess.Popen(
                [self._programs / "postgres", "-D", self._data, *(f"-c{name}={options[name]}" for name in options)],
                cwd=self._data, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
                preexec_fn=dying_with_parent(signal.SIGINT), **account()  # noqa: PLW1509 - see there
            )  # fmt: skip

    def _ready(self, deadline: float) -> bool:
        """Wait until the server says so in its pid file; False when it ended or the time is over."""
        while self.running() and time.monotonic() < deadline:
            pid, state = self._pid_file()
            if self._process is not None and pid == self._process.pid and state == "ready":
                return True
            time.sleep(0.02)
        return False

    def _pid_file(self) -> tuple[int, str]:
        """The process that the data folder is in use by, and its state; 0 for none."""
        with suppress(OSError, ValueError, IndexError):
            lines = (self._data / "postmaster.pid").read_text().splitlines()
            return int(lines[0]), lines[7].strip() if len(lines) > 7 else ""
        return 0, ""

    def _stop_orphan(self) -> None:
        """Stop the server of a parent that was killed. The home's lock is ours, so there is no other kind."""
        for mode in ("fast", "immediate"):
            if not self._in_use():
                return
            self._pg_ctl_stop(mode)

    def _in_use(self) -> bool:
        """Whether the process in the pid file is a server on our data, and not one that has got its number since."""
        pid, _ = self._pid_file()
        return pid > 0 and str(self._data) in command_of(pid)

    def _pg_ctl_stop(self, mode: str) -> None:
        program = str(self._programs / "pg_ctl")
        command = [program, "stop", "-D", str(self._data), "-m", mode, "-t", str(STOP_SECONDS)]
        subprocess.run(command, cwd=self._data, capture_output=True, **account())

    def _stop(self) -> None:
        """Stop the main process: in order, or else at once (it then recovers at the next start)."""
        if self._process is None:
            return
        for how in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
            if self._process.poll() is None:
                self._process.send_signal(how)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(STOP_SECONDS)
                break
        self._process = None
