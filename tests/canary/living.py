"""A demonstration that tells its logs everything, and the people at it, over HTTP."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest

from portal.database.embedded import Server, postgres
from portal.database.migrating import ensure_application_role
from portal.database.programs import programs
from portal.demonstration import APPLICATION, PASSWORD, STAFF, Demonstration, code_of_app, demonstration
from portal.domain.account_details import Role
from tests.portals import Person

PATIENCE = 60.0  # seconds to wait for a letter or the worker
# What no portal of a council would be set to: everything that a statement says is written to the log.
TALKATIVE = {
    "log_statement": "all",
    "log_min_messages": "debug1",
    "log_min_error_statement": "error",
    "log_error_verbosity": "verbose",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}
BUSY = """
select exists (select from checkpoints where position < (select max(position) from events))
  or exists (select from jobs where done_at is null and held_at is null and run_at < now() + interval '10 seconds')
"""


@dataclass
class Living:
    """A running demonstration, its owner's address and its folders."""

    running: Demonstration
    owner: str
    home: Path
    temporary: Path

    @property
    def places(self) -> tuple[Path, ...]:
        """Everywhere something may be left: data, WAL, logs, temporary files."""
        return self.home, self.temporary

    def person(self) -> Person:
        """Somebody with a browser of their own."""
        address = self.running.address
        return Person(httpx.AsyncClient(base_url=address, headers={"Origin": address}, timeout=30, trust_env=False))

    async def as_owner(self, statement: str, *values: Any) -> Any:
        """One value, or nothing, from the database's owner."""
        connection = await asyncpg.connect(self.owner)
        try:
            return await connection.fetchval(statement, *values)
        finally:
            await connection.close()

    def dumped(self) -> bytes:
        """All that is in the database, as text, unpacked."""
        command = [str(programs() / "pg_dump"), "--inserts", self.owner]
        return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


class Mail:
    """The demonstration's letters, each read once."""

    def __init__(self, living: Living) -> None:
        self._living = living
        self._reader = living.person()
        self._read: set[str] = set()

    async def code(self, email: str) -> str:
        """The six digits of the newest letter with a code that was not read yet."""
        return await self._newest(email, r"\b(\d{6})\b")

    async def link_token(self, email: str) -> str:
        """What stands behind # in the newest letter with a link that was not read yet."""
        return await self._newest(email, r"#(\S+)")

    async def prove(self, person: Person) -> None:
        """They enter what the app shows next, since the code of this half minute may be used."""
        await person.do("POST", "/me/proof", {"code": code_of_app(1)})

    async def drain(self) -> None:
        """Wait until the worker has done all there is."""
        async with asyncio.timeout(PATIENCE):
            while await self._living.as_owner(BUSY):  # noqa: ASYNC110 - a database has no events to wait for
                await asyncio.sleep(0.1)

    async def _newest(self, email: str, pattern: str) -> str:
        async with asyncio.timeout(PATIENCE):
            while True:
                for letter in await self._reader.get("/demonstration/letters"):
                    found = re.search(pattern, letter["text"])
                    if letter["to"] == email and found and letter["sent_at"] not in self._read:
                        self._read.add(letter["sent_at"])
                        return found[1]
                await asyncio.sleep(0.1)


async def staff(living: Living, mail: Mail) -> dict[Role, Person]:
    """The demonstration's staff, signed in."""
    signed_in = {}
    for email, role in STAFF.values():
        signed_in[role] = living.person()
        await signed_in[role].do("POST", "/sign-in", {"email": email, "password": PASSWORD})
        await signed_in[role].do("POST", "/challenge/code", {"code": code_of_app()})
    return signed_in


@contextmanager
def living(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Living]:
    """Database, worker and web as processes of their own, on a home in this folder, until the end of the block."""
    folder.chmod(0o711)  # for PostgreSQL, which runs as nobody if we are root
    home, temporary = folder / "home", folder / "temporary"
    temporary.mkdir()
    with postgres(home) as server:
        asyncio.run(_let_it_talk(server))
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setenv("PORTAL_LOG", "DEBUG")
    with demonstration(home) as running:
        yield Living(running, running._server.url, home, temporary)


async def _let_it_talk(server: Server) -> None:
    await ensure_application_role(server.url, APPLICATION, "replaced-at-the-next-start")
    connection = await asyncpg.connect(server.url)
    for name, value in TALKATIVE.items():
        await connection.execute(f"alter role {APPLICATION} set {name} = '{value}'")
    await connection.close()
