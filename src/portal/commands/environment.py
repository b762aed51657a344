"""What the environment describes, and its faults as a command line tells them."""

import os
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import asyncpg
import click

from portal.keys.secrets import NoSecrets
from portal.keys.sources import Source
from portal.settings import MissingSettings, Settings, read_secrets, read_settings

CONNECT = 10.0  # seconds
STATEMENT = 60.0


def settings_of(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings, or an error that names each one that is missing."""
    with faults_told():
        return read_settings(environment)


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
    except asyncpg.UndefinedTableError:
        raise click.ClickException("this is no database of this version of the portal: `portal migrate`") from None
    except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as away:
        raise click.ClickException(f"the database or a file cannot be reached: {type(away).__name__}") from None


@asynccontextmanager
async def connected(url: str) -> AsyncIterator["asyncpg.Connection[Any]"]:
    """A connection for one command, closed afterwards."""
    connection: asyncpg.Connection[Any] = await asyncpg.connect(url, timeout=CONNECT, command_timeout=STATEMENT)
    try:
        yield connection
    finally:
        await connection.close(timeout=CONNECT)
