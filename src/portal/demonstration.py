"""`portal demo`: a database, one worker and the web as children of this process, started and stopped in order.

What dies is started again: the demonstration shows what a council's machine would do under its service manager.
"""

from __future__ import annotations

import asyncio
import os
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx

from portal.addresses.loading import DEMONSTRATION as DEMONSTRATION_ADDRESSES
from portal.addresses.loading import is_empty, load
from portal.application.codes import STEP, app_codes
from portal.application.portal import Portal
from portal.application.registering import accept_invitation, invite
from portal.application.visitors import found
from portal.database.embedded import DidNotStart, HomeInUse, Server, discard, postgres
from portal.database.migrating import ensure_application_role, migrate
from portal.database.processes import dying_with_parent
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.refusals import Refused
from portal.eventstore.work import Work, fresh_command
from portal.keys.secrets import new_secrets
from portal.settings import DEMONSTRATION, read_settings
from portal.wiring import opened

APPLICATION = "portal_application"
START = 60.0  # seconds the web may take
STOP = 15.0  # seconds each process may take
LOOK = 0.25  # seconds between looks at the children
PASSWORD = "coffee-otter-bicycle"  # noqa: S105 - of the demonstration's made-up staff
APP_SECRET = "SEVERNSHIREDEMOSEVERNSHIREDEMOSE"  # noqa: S105 - of their authenticator app; in base32
STAFF = {
    "Dana Osei, duty worker": ("dana.osei@severnshire.example", Role.WORKER),
    "Martin Shaw, team manager": ("martin.shaw@severnshire.example", Role.MANAGER),
    "Lewis Hart, LADO": ("lewis.hart@severnshire.example", Role.LADO),
    "Grace Adeyemi, LADO manager": ("grace.adeyemi@severnshire.example", Role.LADO_MANAGER),
    "Jo Lindqvist, team for feedback": ("jo.lindqvist@severnshire.example", Role.SERVICE_FEEDBACK),
    "Farah Aziz, fostering team": ("farah.aziz@severnshire.example", Role.FOSTERING),
    "Ines Varga, auditor": ("ines.varga@severnshire.example", Role.AUDITOR),
    "Owen Price, administrator": ("owen.price@severnshire.example", Role.ADMINISTRATOR),
}


class Demonstration:
    """A running demonstration: where it is, and its children."""

    def __init__(self, server: Server, environment: Mapping[str, str], port: int) -> None:
        self.address = environment["PORTAL_ADDRESS"]
        self.log = server.log.with_name("portal.log")
        self.environment = dict(environment)
        self._server = server
        self._commands = {"web": ["serve", "--port", str(port)], "worker": ["worker"]}
        self._children: dict[str, subprocess.Popen[bytes]] = {}

    def start(self) -> None:
        """Start worker and web; return once the web answers."""
        for name in ("worker", "web"):
            self._start(name)
        until = time.monotonic() + START
        while not self._answers():
            self.look_after()
            if time.monotonic() > until:
                raise DidNotStart(f"the web did not answer within {START:.0f} seconds")
            time.sleep(0.05)

    def look_after(self) -> None:
        """Start again whatever has died."""
        if not self._server.running():
            print("The database has stopped: starting it again.", file=sys.stderr, flush=True)
            with suppress(DidNotStart):  # killed again while it recovers: the next look tries again
                self._server.restart()
        for name, child in list(self._children.items()):
            if child.poll() is not None:
                print(f"The {name} has stopped: starting it again.", file=sys.stderr, flush=True)
                self._start(name)

    def look_after_for_ever(self) -> None:
        """Until somebody interrupts."""
        while True:
            self.look_after()
            time.sleep(LOOK)

    def stop(self) -> None:
        """Web first, so that nothing new comes in; then the worker. The database is stopped by whoever started it."""
        for name in ("web", "worker"):
            if child := self._children.pop(name, None):
                child.terminate()
                try:
                    child.wait(STOP)
                except subprocess.TimeoutExpired:
                    child.kill()
                    child.wait()

    def pids(self) -> dict[str, int]:
        """Process numbers of the database, the web and the worker, for tests that pull the plug."""
        return {"database": self._server.pid, **{name: child.pid for name, child in self._children.items()}}

    def _start(self, name: str) -> None:
        with self.log.open("ab") as log:
            self._children[name] = subprocess.Popen(
                [sys.executable, "-m", "portal.cli", *self._commands[name]],
                env=self.environment,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C reaches this process first, which then stops them in order
                preexec_fn=dying_with_parent(signal.SIGTERM),  # noqa: PLW1509 - one prctl, looked up before the fork
            )

    def _answers(self) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"{self.address}/health", timeout=5, trust_env=False).status_code in (200, 503)
        return False


@contextmanager
def demonstration(home: Path | None, port: int = 0) -> Iterator[Demonstration]:
    """Start everything on a home folder (None: one that is thrown away afterwards), and stop it on the way out."""
    with _kept_or_thrown_away(home) as (folder, server):
        port = port or _free_port()
        environment = asyncio.run(_environment(folder, server, port))
        running = Demonstration(server, environment, port)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@contextmanager
def _kept_or_thrown_away(home: Path | None) -> Iterator[tuple[Path, Server]]:
    if home is not None:
        try:
            with postgres(home) as server:
                yield home, server
            return
        except HomeInUse:
            print(f"Another copy runs in {home}: this one has data of its own, until it ends.", file=sys.stderr)
    folder = Path(tempfile.mkdtemp(prefix="portal-demo-"))
    folder.chmod(0o711)  # PostgreSQL, which never runs as root, has to pass through
    try:
        with postgres(folder) as server:
            yield folder, server
    finally:
        discard(folder)


async def _environment(folder: Path, server: Server, port: int) -> dict[str, str]:
    """A migrated database with staff on it, and the environment in which children find it."""
    application = await ensure_application_role(server.url, APPLICATION, secrets.token_urlsafe(18))
    await migrate(server.url, APPLICATION)
    await _load_addresses(server.url)
    kept = folder / "secrets.json"
    if not kept.exists():
        aside = folder / "secrets.new"  # a kill in between leaves no half-written secrets to start with
        aside.touch(0o600)
        aside.write_bytes(new_secrets())
        aside.rename(kept)
    environment = {
        **os.environ,
        "DATABASE_URL": application,
        "PORTAL_SECRETS": str(kept),
        "PORTAL_ADDRESS": f"http://127.0.0.1:{port}",
        DEMONSTRATION: "yes",
    }
    await _invite_staff(environment)
    return environment


async def _load_addresses(owner_url: str) -> None:
    owner = await asyncpg.connect(owner_url)
    try:
        if await is_empty(owner):
            await load(owner, DEMONSTRATION_ADDRESSES)
    finally:
        await owner.close()


async def _invite_staff(environment: Mapping[str, str]) -> None:
    async with opened(read_settings(environment)) as running:
        for name, (email, role) in STAFF.items():
            with suppress(Refused):  # there since last time
                called = name.partition(",")[0]
                token = await invite(running.portal, fresh_command("invite"), called, email, frozenset({role}))
                account = await accept_invitation(running.portal, fresh_command("accept"), token.answer, PASSWORD)
                await give_app(running.portal, account)


async def give_app(portal: Portal, account_id: UUID) -> None:
    """An authenticator app whose secret everybody knows, for people who do not exist."""

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account_id)
        account = found(loaded)
        codes = app_codes(APP_SECRET, now.timestamp())
        account.offer_authenticator(APP_SECRET, now)
        account.enrol_authenticator(codes[min(codes)], codes, (), now)  # the oldest, so that newer ones can be used
        return account

    await portal.perform(fresh_command("app"), Account, decide)


def code_of_app(later: int = 0) -> str:
    """The code that this app shows now, or so many half minutes later."""
    then = time.time() + later * STEP
    return app_codes(APP_SECRET, then)[int(then) // STEP]


def _free_port() -> int:
    with socket.socket() as bound:
        bound.bind(("127.0.0.1", 0))
        return int(bound.getsockname()[1])
