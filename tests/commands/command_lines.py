"""The command line as an operator types it, on a portal with its secrets in a file."""

import asyncio
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from portal.cli import main
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.keyring import Keyring
from portal.eventstore.store import EventStore
from portal.keys.secrets import parsed
from tests.eventstore.logbook import Log


class Desk:
    """An operator at the machine of a portal."""

    def __init__(self, log: Log, file: Path) -> None:
        self.log = log
        self.file = file
        self.environment = {
            "DATABASE_URL": log.database.application,
            "DATABASE_OWNER_URL": log.database.owner,
            "PORTAL_SECRETS": str(file),
        }

    async def types(self, *arguments: str, given: str | None = None, **environment: str) -> Result:
        """Run `portal` with these arguments."""
        env = {**self.environment, **environment}
        return await asyncio.to_thread(CliRunner().invoke, main, list(arguments), input=given, env=env)

    async def told(self, *arguments: str, given: str | None = None, **environment: str) -> str:
        """What a command that must succeed prints."""
        result = await self.types(*arguments, given=given, **environment)
        assert result.exit_code == 0, result.output
        return result.output

    async def refused(self, *arguments: str, given: str | None = None, **environment: str) -> str:
        """What a command that must fail says: in words, never with a traceback."""
        result = await self.types(*arguments, given=given, **environment)
        assert result.exit_code in (1, 2) and isinstance(result.exception, SystemExit), result.output
        return result.output

    def starts(self, *arguments: str) -> "subprocess.Popen[bytes]":
        """The same in a process of its own, which can be killed."""
        return subprocess.Popen(
            [sys.executable, "-m", "portal.cli", *arguments],
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )

    @property
    def versions(self) -> list[int]:
        """Of the key-encryption key, in the file."""
        return sorted(self.keks())

    def store(self) -> EventStore:
        """The log as a process reads it that starts now."""
        return EventStore(self.log.pool, self.log.appender, Keyring(self.keks()), CATALOGUE)

    def keks(self, file: Path | None = None) -> Mapping[int, bytes]:
        """The key-encryption keys that stand in the file now."""
        return parsed((file or self.file).read_bytes(), "").keks

    async def settle(self) -> None:
        """As if the newest version had begun ten minutes earlier."""
        await self.log.as_owner("update keks set began_at = began_at - interval '10 minutes'")

    async def story(self) -> dict[int, Any]:
        """What is kept about each version."""
        rows = await self.log.pool.fetch("select * from keks")
        return {row["version"]: row for row in rows}
