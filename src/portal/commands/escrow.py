"""`portal keys escrow`: a sealed copy of the secrets for several people to hold."""

import asyncio
import itertools
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import click

from portal.commands.environment import connected, database_url, faults_told, source_of_secrets
from portal.eventstore.fitting import Unfit, fitting
from portal.eventstore.kek_versions import note_escrowed
from portal.keys import escrow_folder
from portal.keys.escrow import open_with, seal
from portal.keys.holder_codes import written
from portal.keys.secrets import parsed


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--holder", "holders", multiple=True, required=True, help="Who keeps a code; at least two.")
@database_url
def escrow(folder: Path, holders: tuple[str, ...], database_url: str) -> None:
    """Make a sealed copy of the secrets in FOLDER, which any two holders open together and none alone."""
    source = source_of_secrets()
    with faults_told():
        content = source.content()
        keks = parsed(content, source.name).keks
        versions = sorted(keks)
        now = asyncio.run(_fit_at(database_url, keks))
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


async def _fit_at(url: str, keks: Mapping[int, bytes]) -> datetime:
    """The database's clock, once it is certain that these keys open it: a copy of others would be worth nothing."""
    async with connected(url) as connection:
        try:
            newest = (await fitting(connection, keks)).newest
        except Unfit as unfit:
            raise click.ClickException(f"these secrets do not open this database:\n{unfit}") from None
        if newest < max(keks):
            raise click.ClickException(f"version {max(keks)} waits in the secrets: `portal keys rotate` first")
        now: datetime = await connection.fetchval("select clock_timestamp()")
        return now


async def _note(url: str, versions: list[int], now: datetime) -> None:
    async with connected(url) as connection:
        await note_escrowed(connection, versions, now)
