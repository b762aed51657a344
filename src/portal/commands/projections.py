"""`portal projections`: how far they are, building one anew, and trying again what was parked."""

import asyncio
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import click

from portal.commands.environment import connected, settings_of
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.standing import Standing, measured_standings
from portal.projections.parked import retry_parked
from portal.projections.rebuilding import BESIDE, BeingRebuilt, Rebuild
from portal.wiring import Running, opened

HEADINGS = ("reader", "position", "behind", "events/s", "time left", "parked")


@click.group()
def projections() -> None:
    """The tables that pages are read from, made from events."""


@projections.command()
@click.option("--seconds", default=1.0, show_default=True, help="How long to measure the rate.")
def status(seconds: float) -> None:
    """How far each reader of the log has come. Exit code 1 where a stream is parked."""

    async def measured() -> list[Standing]:
        async with opened(settings_of()) as running:
            return await measured_standings(running.portal.pool, seconds)

    found = asyncio.run(measured())
    for line in table(found):
        click.echo(line)
    if any(each.parked for each in found):
        click.echo("\nParked streams could not be read; portal projections retry tries again, the log says why.")
        raise click.exceptions.Exit(1)


@projections.command()
@click.argument("name")
@click.option("--owner-url", envvar="DATABASE_OWNER_URL", required=True, help="The owner's PostgreSQL URL.")
def rebuild(name: str, owner_url: str) -> None:
    """Build a projection anew beside the one in use, and put it in its place. The desk goes on meanwhile."""
    try:
        asyncio.run(_rebuild(name, owner_url))
    except BeingRebuilt:
        raise click.ClickException("another rebuild is running: wait until it has ended") from None
    except asyncpg.LockNotAvailableError:
        says = "the table was in use all the time, so the old one stays in place: try again when it is quieter"
        raise click.ClickException(says) from None
    click.echo(f"{name} has been rebuilt.")


@projections.command()
@click.argument("names", nargs=-1)
def retry(names: tuple[str, ...]) -> None:
    """Read parked streams again, of these projections or of all."""

    async def retried() -> list[tuple[str, int, int]]:
        async with opened(settings_of()) as running:
            return [(name, *await _retry(running, name)) for name in _known(running, names)]

    outcomes = asyncio.run(retried())
    for name, tried, still in outcomes:
        click.echo(f"{name}: {tried} parked, {tried - still} can be read now, {still} still cannot")
    if any(still for _, _, still in outcomes):
        raise click.exceptions.Exit(1)


def table(found: Sequence[Standing]) -> list[str]:
    """The readers as lines for people."""
    rows = [HEADINGS, *map(_cells, found)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return [
        "  ".join(cell.ljust(width) if column == 0 else cell.rjust(width) for column, (cell, width) in enumerate(cells))
        for cells in (list(zip(row, widths, strict=True)) for row in rows)
    ]


def _cells(standing: Standing) -> tuple[str, ...]:
    name = standing.name.removesuffix(BESIDE)
    left = "-" if standing.seconds_left is None else _duration(standing.seconds_left)
    return (
        name if name == standing.name else f"{name} (being rebuilt)",
        f"{standing.position:,}",
        f"{standing.behind:,}",
        f"{standing.rate:,.0f}",
        left,
        str(standing.parked),
    )


def _duration(seconds: float) -> str:
    return str(timedelta(seconds=round(seconds)))


async def _rebuild(name: str, owner_url: str) -> None:
    async with opened(settings_of()) as running:
        portal = running.portal
        [known] = _known(running, (name,))
        async with connected(owner_url) as owner:
            again = Rebuild(owner, portal.pool, portal.store.keyring, CATALOGUE, portal.projector.projections[known])
            began = time.monotonic()
            with click.progressbar(label=name, length=1, show_eta=True, item_show_func=_rate) as bar:
                async for progress in again.run():
                    bar.length = progress.head
                    rate = progress.position / (time.monotonic() - began)
                    bar.update(progress.position - bar.pos, current_item=rate)


def _rate(events_a_second: Any) -> str:
    return f"{events_a_second or 0:,.0f} events/s"


async def _retry(running: Running, name: str) -> tuple[int, int]:
    portal = running.portal
    return await retry_parked(portal.pool, portal.store.keyring, CATALOGUE, portal.projector.projections[name])


def _known(running: Running, names: Sequence[str]) -> Sequence[str]:
    there = running.portal.projector.projections
    if unknown := [name for name in names if name not in there]:
        raise click.ClickException(f"there is no projection {', '.join(unknown)}; there are {', '.join(there)}")
    return names or list(there)
