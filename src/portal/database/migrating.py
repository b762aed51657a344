"""Bring a database to the state that this version of the portal needs: numbered SQL files, each applied once."""

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
from asyncpg.connect_utils import SessionAttribute

from portal.database.roles import ensure_application_role, quoted

if TYPE_CHECKING:
    Connection = asyncpg.Connection[asyncpg.Record]

__all__ = ["MIGRATIONS", "MigrationRefused", "ensure_application_role", "migrate"]

MIGRATIONS = Path(__file__).parent / "migrations"
GRANTS = "grants.sql"
NAME = re.compile(r"\d{3}_[a-z0-9_]+\.sql")
# Any number will do that nothing else in the database locks by.
LOCK = 0x706F7274616C

LEDGER = """
create table if not exists migrations (
    name text primary key,
    sha256 text not null,
    applied_at timestamptz not null default clock_timestamp()
)
"""


class MigrationRefused(RuntimeError):
    """A migration cannot be applied; the message names the file and the reason. Nothing of that file was done."""


async def migrate(url: str, application: str, folder: Path = MIGRATIONS) -> list[str]:
    """Apply the migrations that the database lacks, as its owner, and give their names; then grant rights again.

    Each file has a transaction of its own, so a failure keeps those before it; any number of processes may do this at
    once. `application` is the role that grants.sql speaks of as {application}. Raises MigrationRefused.
    """
    files, grants = migrations(folder), rights(folder, application)
    # Of several hosts the one that can be written to.
    connection = await asyncpg.connect(url, target_session_attrs=SessionAttribute.read_write)
    try:
        async with connection.transaction():
            await alone(connection)
            await connection.execute("set local client_min_messages = warning")
            await connection.execute(LEDGER)
            await refuse_changed(connection, files)
        applied = [file.name for file in files if await apply(connection, file)]
        # Again each time, so that the application's rights are what the file says.
        async with connection.transaction():
            await alone(connection)
            await run(connection, GRANTS, grants)
    finally:
        await connection.close()
    return applied


def migrations(folder: Path) -> list[Path]:
    """The migrations in their order. A misnamed file is refused, for it would be passed over in silence."""
    files = sorted(path for path in folder.glob("*.sql") if path.name != GRANTS)
    if wrong := [path.name for path in files if not NAME.fullmatch(path.name)]:
        raise MigrationRefused(f"Migrations are named like 001_events.sql, and these are not: {', '.join(wrong)}")
    numbers = [path.name[:3] for path in files]
    if twice := sorted({number for number in numbers if numbers.count(number) > 1}):
        raise MigrationRefused(f"More than one migration has the number {', '.join(twice)}")
    return files


async def alone(connection: "Connection") -> None:
    """Let only one process migrate at a time, until the end of the transaction."""
    await connection.execute("select pg_advisory_xact_lock($1)", LOCK)


async def refuse_changed(connection: "Connection", files: list[Path]) -> None:
    """Refuse, before anything is done, if a file is not what it was when it was applied."""
    known = {row["name"]: row["sha256"] for row in await connection.fetch("select name, sha256 from migrations")}
    if changed := [file.name for file in files if known.get(file.name, digest(file)) != digest(file)]:
        raise MigrationRefused(
            f"{', '.join(changed)}: changed since it was applied to this database. A migration is never edited: "
            "restore the file, and put the change into a new one."
        )


async def apply(connection: "Connection", file: Path) -> bool:
    """Apply one file, unless it was applied before or by another process just now."""
    async with connection.transaction():
        await alone(connection)
        if await connection.fetchval("select exists (select from migrations where name = $1)", file.name):
            return False
        await run(connection, file.name, text(file))
        await connection.execute("insert into migrations (name, sha256) values ($1, $2)", file.name, digest(file))
    return True


def rights(folder: Path, application: str) -> str:
    """The text of grants.sql for this role; none where there is no such file."""
    file = folder / GRANTS
    return text(file).replace("{application}", quoted(application)) if file.exists() else ""


async def run(connection: "Connection", name: str, sql: str) -> None:
    """Run the statements of a file, and name it if one fails."""
    try:
        # asyncpg stumbles over a text without any statement, such as a file of comments.
        await connection.execute(f"{sql}\n;select 1")
    except asyncpg.PostgresError as error:
        raise MigrationRefused(f"{name}: {error}") from error


def text(file: Path) -> str:
    return file.read_text(encoding="utf-8")


def digest(file: Path) -> str:
    """The hash of a file's text: the same whatever line ends a checkout gave it."""
    return hashlib.sha256(text(file).encode()).hexdigest()
