"""`portal addresses`: the council's gazetteer."""

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

import asyncpg
import click

from portal.addresses.gazetteer_file import MalformedGazetteer
from portal.addresses.loading import BeingLoaded, FarFewer, load
from portal.commands.environment import connected


@click.group()
def addresses() -> None:
    """The council's gazetteer, in which people find their addresses."""


@addresses.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--owner-url", envvar="DATABASE_OWNER_URL", required=True, help="The owner's PostgreSQL URL.")
@click.option("--fewer", is_flag=True, help="Take it though it has fewer than half of the addresses there are.")
def load_file(file: Path, owner_url: str, fewer: bool) -> None:
    """Put the addresses of FILE (CSV in the shape of BS 7666, UTF-8) in the place of those there are. People go on
    finding the old ones until all of it is there. A file with a fault changes nothing, and so does one that seems cut
    short."""
    try:
        hidden = not sys.stderr.isatty()
        size = file.stat().st_size
        with click.progressbar(label="Reading", length=size, show_eta=True, file=sys.stderr, hidden=hidden) as bar:
            count = asyncio.run(_load(file, owner_url, bar.update, fewer))
    except MalformedGazetteer as malformed:
        raise click.ClickException(f"{malformed}\nNothing was changed.") from None
    except FarFewer as cut_short:
        says = f"{cut_short}: was it cut short on its way? If that is meant, add --fewer.\nNothing was changed."
        raise click.ClickException(says) from None
    except BeingLoaded:
        raise click.ClickException("another load is running: wait until it has ended") from None
    except asyncpg.LockNotAvailableError:
        says = "the addresses were in use all the time, so the old ones stay: try again when it is quieter"
        raise click.ClickException(says) from None
    click.echo(f"Addresses that can be found now: {count:,}")


async def _load(file: Path, owner_url: str, told: Callable[[int], object], fewer: bool) -> int:
    async with connected(owner_url) as owner:
        return await load(owner, file, told, fewer=fewer)
