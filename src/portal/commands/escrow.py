"""`portal keys escrow` and `drill`: the sealed copy of the secrets, and the proof that it opens a restored backup."""

import asyncio
import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import click

from portal.commands.environment import connected, faults_told, source_of_secrets
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.drilling import Proof, prove
from portal.eventstore.kek_versions import note_escrowed, story
from portal.eventstore.keyring import Keyring
from portal.keys import escrow_folder
from portal.keys.escrow import CannotOpen, label_of, open_with, seal
from portal.keys.holder_codes import BadCode, on_paper, read, written
from portal.keys.secrets import parsed

SHOWN = 20  # faults named one by one
TRIES = 5  # at typing one code


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--holder", "holders", multiple=True, required=True, help="Who keeps a code; at least two.")
@click.option("--database-url", envvar="DATABASE_URL", required=True, help="The application's URL.")
def escrow(folder: Path, holders: tuple[str, ...], database_url: str) -> None:
    """Make a sealed copy of the secrets in FOLDER, which any two holders open together and none alone."""
    source = source_of_secrets()
    with faults_told():
        content = source.content()
        versions = sorted(parsed(content, source.name).keks)
        now = asyncio.run(_clock(database_url))
        _write(folder, content, versions, _names(holders), now)
        asyncio.run(_note(database_url, versions, now))
    click.echo(f"{folder} holds {escrow_folder.SEALED} and a paper for each holder.")
    click.echo(
        "Give each holder their paper, keep the sealed file apart from all of them, and try it: portal keys drill."
    )


def _names(holders: Sequence[str]) -> list[str]:
    names = [" ".join(holder.split()) for holder in holders]
    if len(names) < 2 or len({name.casefold() for name in names}) < len(names) or not all(names):
        raise click.UsageError("name two or more holders, each by a name or post of their own")
    return names


def _write(folder: Path, content: bytes, versions: list[int], holders: list[str], now: datetime) -> None:
    """Sealed, opened again by every pair as a trial, then written as a whole."""
    sealed, codes = seal(content, versions, holders, now)
    for one, other in itertools.combinations(codes, 2):
        if open_with(sealed, one, other) != content:
            raise click.ClickException("the sealed copy does not open: nothing was written")
    papers = {
        escrow_folder.paper_name(place, holder): escrow_folder.paper(holder, holders, written(code), now)
        for place, (holder, code) in enumerate(zip(holders, codes, strict=True), 1)
    }
    try:
        escrow_folder.write(folder, {escrow_folder.SEALED: sealed, **papers})
    except escrow_folder.Exists:
        raise click.ClickException(f"{folder} is there already: an escrow is never overwritten") from None
    except OSError as fault:
        raise click.ClickException(f"{folder} cannot be written: {type(fault).__name__}") from None


async def _clock(url: str) -> datetime:
    async with connected(url) as connection:
        await story(connection)  # a database of ours, before anything is written
        now: datetime = await connection.fetchval("select clock_timestamp()")
        return now


async def _note(url: str, versions: list[int], now: datetime) -> None:
    async with connected(url) as connection:
        await note_escrowed(connection, versions, now)


@click.command()
@click.option("--escrow", "sealed", type=click.Path(path_type=Path, exists=True, dir_okay=False), required=True)
@click.option("--database-url", required=True, help="A restored backup; not the live database.")
@click.option(
    "--code-file",
    "papers",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A holder's paper as a file, instead of typing; twice.",
)
def drill(sealed: Path, database_url: str, papers: tuple[Path, ...]) -> None:
    """Open the sealed copy with two holders' codes and read a restored backup with it. Changes nothing."""
    try:
        file = sealed.read_bytes()
        label = label_of(file)
        click.echo(f"Sealed copy of {label.made_at:%d %B %Y}, held by {', '.join(label.holders)}.")
        one, other = _codes(papers)
        secrets = parsed(open_with(file, one, other), "the sealed copy")
    except (BadCode, CannotOpen) as cannot:
        raise click.ClickException(str(cannot)) from None
    except OSError as fault:
        raise click.ClickException(f"a file cannot be read: {type(fault).__name__}") from None
    click.echo("Opened.")
    with faults_told():
        proofs = asyncio.run(_prove(database_url, Keyring(secrets.keks)))
    if not proofs:
        raise click.ClickException("this database has no live key at all: is it the restored one?")
    faults = [fault for proof in proofs for fault in proof.faults]
    if faults:
        more = [f"  and {len(faults) - SHOWN} more"] if len(faults) > SHOWN else []
        raise click.ClickException("\n".join(["it cannot all be read:", *(f"  {f}" for f in faults[:SHOWN]), *more]))
    click.echo("All of it can be read with this copy.")


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
