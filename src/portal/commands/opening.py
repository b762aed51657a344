"""`portal keys drill` and `open`: two holders open the sealed copy, to prove that it works or to get what is in it."""

import asyncio
import os
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.commands.environment import connected, faults_told
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.drilling import Proof, prove
from portal.eventstore.keyring import Keyring
from portal.keys.durable import sync_folder, write_new
from portal.keys.escrow import CannotOpen, label_of, open_with
from portal.keys.holder_codes import BadCode, on_paper, read
from portal.keys.secrets import parsed

SHOWN = 20  # faults named one by one
TRIES = 5  # at typing one code
A_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)
sealed_copy = click.option("--escrow", "sealed", type=A_FILE, required=True, help="The sealed copy, escrow.json.")
holders_papers = click.option(
    "--code-file", "papers", type=A_FILE, multiple=True, help="A holder's paper as a file, instead of typing; twice."
)


@click.command()
@sealed_copy
@holders_papers
@click.option("--database-url", required=True, help="A restored backup; not the live database.")
def drill(sealed: Path, database_url: str, papers: tuple[Path, ...]) -> None:
    """Open the sealed copy with two holders' codes and read a restored backup with it. Changes nothing."""
    with faults_told():
        secrets = parsed(_opened(sealed, papers), "the sealed copy")
        proofs = asyncio.run(_prove(database_url, Keyring(secrets.keks)))
    if not proofs:
        raise click.ClickException("this database has no live key at all: is it the restored one?")
    faults = [fault for proof in proofs for fault in proof.faults]
    if faults:
        more = [f"  and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise click.ClickException("\n".join(["it cannot all be read:", *(f"  {f}" for f in faults[:SHOWN]), *more]))
    click.echo("All of it can be read with this copy.")


@click.command("open")
@sealed_copy
@holders_papers
@click.argument("file", type=click.Path(path_type=Path))
def open_sealed(sealed: Path, papers: tuple[Path, ...], file: Path) -> None:
    """After a loss: write the secrets in the sealed copy to FILE, with two holders' codes."""
    content = _opened(sealed, papers)
    aside = file.with_name(f".{file.name}.new")
    try:
        aside.unlink(missing_ok=True)
        write_new(aside, content)
        os.link(aside, file)  # whole, and never over another
        sync_folder(file.parent)
    except FileExistsError:
        raise click.ClickException(f"{file} is there already: nothing was written") from None
    except OSError as fault:
        raise click.ClickException(f"{file} cannot be written: {type(fault).__name__}") from None
    finally:
        aside.unlink(missing_ok=True)
    click.echo(f"{file} holds the secrets. Start the portal with it, rotate, and make a new sealed copy.")


def _opened(sealed: Path, papers: Sequence[Path]) -> bytes:
    """What is in the sealed copy."""
    try:
        file = sealed.read_bytes()
        label = label_of(file)
        click.echo(f"Sealed copy of {label.made_at:%d %B %Y}, held by {', '.join(label.holders)}.")
        content = open_with(file, *_codes(papers))
    except (BadCode, CannotOpen) as cannot:
        raise click.ClickException(str(cannot)) from None
    except (OSError, UnicodeDecodeError) as fault:
        raise click.ClickException(f"a file cannot be read: {type(fault).__name__}") from None
    click.echo("Opened.")
    return content


def _codes(papers: Sequence[Path]) -> tuple[bytes, bytes]:
    if papers and len(papers) != 2:
        raise click.UsageError("give --code-file twice, or not at all")
    one, other = [on_paper(paper.read_text()) for paper in papers] or [_typed("One"), _typed("Another")]
    return one, other


def _typed(whose: str) -> bytes:
    for _ in range(TRIES):
        try:
            return read(click.prompt(f"{whose} holder's code (it does not show)", hide_input=True))
        except BadCode as bad:
            click.echo(f"  {bad}")
    raise BadCode("no code was typed that can be one")


async def _prove(url: str, keyring: Keyring) -> list[Proof]:
    proofs = []
    async with connected(url) as connection:
        async for proof in prove(connection, keyring, CATALOGUE):
            events = (
                f", sealed events from {_time(proof.oldest)} to {_time(proof.newest)}"
                if proof.oldest and proof.newest
                else ", no sealed events"
            )
            click.echo(f"Version {proof.version}: {proof.opened} keys unwrapped{events}.")
            proofs.append(proof)
    return proofs


def _time(when: datetime) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
