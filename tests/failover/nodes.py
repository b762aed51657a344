"""Two PostgreSQL servers for a test: a primary, and a standby that follows it and can take over."""

import os
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any

import asyncpg

from portal.database.embedded import SETTINGS
from portal.database.home import PORTS, bindable
from portal.database.migrating import ensure_application_role, migrate
from portal.database.privileges import account, common_ground, hand_over
from portal.database.processes import dying_with_parent
from portal.database.programs import programs
from tests.databases import Database

MEMORY = Path("/dev/shm")  # noqa: S108 - only mkdtemp in it
APPLICATION = "portal_application"
OF_BOTH = {
    **SETTINGS,
    "fsync": "off",  # a killed server loses nothing that it gave to the system, and no test takes the power away
    "wal_level": "replica",
    "hot_standby": "on",
    "wal_keep_size": "128MB",
    "wal_receiver_status_interval": "1s",
    "max_connections": "60",
}
STREAMING = """
select count(*) from pg_stat_replication where application_name = 'b' and state = 'streaming' and sync_state = $1
"""


class Node:
    """One server: its folder, its port and its process."""

    def __init__(self, folder: Path, password: str) -> None:
        self.data = folder
        self.password = password
        self.port = next(port for port in sorted(PORTS, key=lambda _: secrets.randbelow(2**32)) if bindable(port))
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def owner(self) -> str:
        """The owner's address on this node alone."""
        return f"postgresql://portal:{self.password}@{self.host}/postgres"

    def start(self) -> None:
        """Start, and return once it takes connections."""
        options = [f"-c{name}={value}" for name, value in {**OF_BOTH, "port": str(self.port)}.items()]
        self._process = subprocess.Popen(
            [programs() / "postgres", "-D", self.data, *options],
            cwd=self.data, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            start_new_session=True, preexec_fn=dying_with_parent(signal.SIGINT), **account(),  # noqa: PLW1509
        )  # fmt: skip
        until = time.monotonic() + 30
        while run("pg_isready", "-q", "-h", "127.0.0.1", "-p", str(self.port), check=False):
            assert self._process.poll() is None and time.monotonic() < until, f"no server on {self.data}"
            time.sleep(0.05)

    def signal(self, how: signal.Signals) -> None:
        """To the server, which then starts nothing new, and to each of its processes: they have groups of their own."""
        assert self._process is not None
        os.kill(self._process.pid, how)
        for pid in children(self._process.pid):
            with suppress(ProcessLookupError):  # it has just ended
                os.kill(pid, how)

    def freeze(self) -> None:
        """It hangs: neither answers nor hangs up."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """It goes on as if nothing had been."""
        self.signal(signal.SIGCONT)

    def crash(self) -> None:
        """The machine is gone: first nothing moves any more, so that nothing is said in dying."""
        self.freeze()
        assert self._process is not None
        orphans = children(self._process.pid)
        for pid in (self._process.pid, *orphans):
            os.kill(pid, signal.SIGKILL)
        self._process.wait(10)

    def promote(self) -> None:
        """The standby is the primary from here on."""
        run("pg_ctl", "promote", "-w", "-D", str(self.data))

    def close(self) -> None:
        """Whatever state it is in: it ends."""
        if self._process and self._process.poll() is None:
            self.crash()


class Pair:
    """A primary `a` and its standby `b`, with the portal's tables on them."""

    def __init__(self, a: Node, b: Node) -> None:
        self.a = a
        self.b = b
        self.database = Database("", "")  # addresses that name both hosts

    async def on(self, node: Node, query: str, *values: Any) -> Any:
        """One value, asked of one node as its owner."""
        connection = await asyncpg.connect(node.owner, timeout=5)
        try:
            return await connection.fetchval(query, *values, timeout=10)
        finally:
            await connection.close()

    async def synchronous(self, wanted: bool) -> None:
        """Whether a commit waits for the standby."""
        names = "FIRST 1 (b)" if wanted else ""
        await self.on(self.a, f"alter system set synchronous_standby_names = '{names}'")
        await self.on(self.a, "select pg_reload_conf()")
        await self.until(STREAMING, "sync" if wanted else "async")

    async def until(self, query: str, *values: Any) -> None:
        """Ask the primary until the answer is yes."""
        deadline = time.monotonic() + 20
        while not await self.on(self.a, query, *values):
            assert time.monotonic() < deadline, query
            time.sleep(0.05)

    async def part(self) -> None:
        """Cut the wire between the two; nothing is on its way any more."""
        await self.on(self.b, "alter system set primary_conninfo = ''")
        await self.on(self.b, "select pg_reload_conf()")
        await self.until("select not exists (select from pg_stat_replication)")

    async def fail_over(self) -> None:
        """The primary's machine is lost, and the standby takes over."""
        if self.a._process and self.a._process.poll() is None:
            self.a.crash()
        self.b.promote()


@asynccontextmanager
async def a_pair() -> AsyncIterator[Pair]:
    """A primary and a standby that has caught up; replication is synchronous."""
    with _two_nodes() as pair:
        initialise(pair.a)
        pair.a.start()
        application = await ensure_application_role(pair.a.owner, APPLICATION, secrets.token_urlsafe(18))
        await migrate(pair.a.owner, APPLICATION)
        follow(pair.a, pair.b)
        pair.b.start()
        both = f"{pair.a.host},{pair.b.host}"
        pair.database = Database(*(url.replace(pair.a.host, both) for url in (pair.a.owner, application)))
        await pair.synchronous(True)
        yield pair


@contextmanager
def _two_nodes() -> Iterator[Pair]:
    ground = MEMORY if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > 2 * 1024**3 else common_ground()
    parent = Path(tempfile.mkdtemp(prefix="portal-pair-", dir=ground))
    parent.chmod(0o711)  # for PostgreSQL, which runs as nobody if we are root
    password = secrets.token_urlsafe(18)
    nodes = []
    for name in ("a", "b"):
        (parent / name).mkdir(mode=0o700)
        hand_over(parent / name)
        nodes.append(Node(parent / name, password))
    try:
        yield Pair(*nodes)
    finally:
        for node in nodes:
            node.close()
        shutil.rmtree(parent)


def initialise(node: Node) -> None:
    """An empty cluster in the node's folder."""
    secret = node.data.with_name("password")
    secret.touch(mode=0o600)
    secret.write_text(node.password)
    hand_over(secret)
    text = ["--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    access = ["--username=portal", "--auth=scram-sha-256", f"--pwfile={secret}"]
    run("initdb", "-D", str(node.data), "--no-sync", *text, *access)


def follow(primary: Node, standby: Node) -> None:
    """Make the standby's folder a copy of the primary that goes on following it."""
    where = f"host=127.0.0.1 port={primary.port} user=portal password={primary.password} application_name=b"
    run("pg_basebackup", "-d", where, "-D", str(standby.data), "-R", "-X", "stream", "-c", "fast", "--no-sync")


def run(program: str, *arguments: str, check: bool = True) -> int:
    """Run one of PostgreSQL's programs, as whom PostgreSQL's files belong to; its exit code."""
    command = [str(programs() / program), *arguments]
    done = subprocess.run(command, cwd="/", capture_output=True, text=True, timeout=60, **account())
    assert not check or done.returncode == 0, done.stderr
    return done.returncode


def children(pid: int) -> list[int]:
    """The processes that a process has started."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
