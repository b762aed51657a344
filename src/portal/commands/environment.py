"""What the environment describes, and its faults as a command line tells them."""

import os
import pwd
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import click

from portal.eventstore.hosts import connect_to_primary
from portal.eventstore.work import Command, fresh_command
from portal.keys.secrets import NoSecrets
from portal.keys.sources import Source
from portal.settings import MissingSettings, Settings, kept_elsewhere, read_secrets, read_settings

CONNECT = 10.0  # seconds
STATEMENT = 60.0
WORDS: tuple[tuple[tuple[type[Exception], ...], str], ...] = (
    ((asyncpg.UndefinedTableError,), "The database is not up to date. Run `portal migrate` first."),
    (
        (asyncpg.InvalidAuthorizationSpecificationError, asyncpg.InvalidCatalogNameError),
        "The database does not know this user, password or name: check the URL.",
    ),
    ((asyncpg.TargetServerAttributeNotMatched,), "The database takes no writes: give the URL of the one that does."),
    (
        (ConnectionError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError),
        "The database cannot be reached: check the URL, and whether it runs.",
    ),
)


def settings_of(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or an error that names each one that is missing."""
    with faults_told():
        return read_settings(environment)


def operated(what: str) -> Command:
    """A command of whoever types it, by the name that they have on this machine; behind sudo, of who called that."""
    uid = int(os.environ.get("SUDO_UID", "")) if os.environ.get("SUDO_UID", "").isdecimal() else os.getuid()
    try:
        name = pwd.getpwuid(uid).pw_name
    except KeyError:  # a container may know no names
        name = str(uid)
    return fresh_command(what, f"operator:{name}")


def database_url_kept() -> str | None:
    """The application's URL where it is kept outside of the environment; None where nothing says so."""
    with faults_told():
        return kept_elsewhere(os.environ, "DATABASE_URL") or None


def source_of_secrets(environment: Mapping[str, str] = os.environ) -> Source:
    """Where PORTAL_SECRETS says that the secrets are, once it is certain that they can be read there."""
    with faults_told():
        return read_secrets(environment)[0]


@contextmanager
def faults_told() -> Iterator[None]:
    """Say in a line or two what is missing or away, instead of where in the code it was noticed."""
    try:
        yield
    except MissingSettings as missing:
        raise click.ClickException(str(missing)) from None
    except NoSecrets as no:
        raise click.ClickException(f"PORTAL_SECRETS: {no}") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as fault:
        raise click.ClickException(_in_words(fault)) from None


def _in_words(fault: Exception) -> str:
    """Never with the text of a database's fault, which may quote what is stored."""
    for kinds, words in WORDS:
        if isinstance(fault, kinds):
            return words
    if isinstance(fault, OSError) and fault.filename:
        return f"{fault.filename}: {fault.strerror}"
    return f"The database or a file cannot be used: {type(fault).__name__}"


database_url = click.option(
    "--database-url",
    default=database_url_kept,
    required=True,
    help="The application's URL (DATABASE_URL, or kept where DATABASE_URL_FROM says).",
)


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection for one command, closed afterwards."""
    connection = await connect_to_primary(url, timeout=CONNECT, command_timeout=STATEMENT)
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT)
