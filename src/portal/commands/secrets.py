"""`portal secrets`: fresh ones, and the same with one version more or less, for sources that no command can change."""

import sys

import click

from portal.commands.environment import faults_told
from portal.keys.secrets import new_secrets, with_new_version, without_version

INPUT = "the input"


@click.group(invoke_without_command=True)
@click.pass_context
def secrets(context: click.Context) -> None:
    """Print a fresh secrets file. Keep it outside the database and its backups; without it nothing can be read."""
    if context.invoked_subcommand is None:
        click.echo(new_secrets().decode())


@secrets.command()
def add() -> None:
    """Print the secrets that are put in with one more key-encryption key; it wraps after `portal keys rotate`."""
    with faults_told():
        content, _ = with_new_version(sys.stdin.buffer.read(), INPUT)
    click.echo(content.decode())


@secrets.command()
@click.argument("version", type=click.IntRange(1))
def drop(version: int) -> None:
    """Print the secrets that are put in without one version; `portal keys retire` says when."""
    with faults_told():
        content = without_version(sys.stdin.buffer.read(), version, INPUT)
    click.echo(content.decode())
