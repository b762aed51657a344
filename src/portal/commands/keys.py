"""`portal keys`: the versions of the key-encryption key. docs/keys.md says when to use which."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import click

from portal.application.rotating import CannotChange, Retirement, begin_rotation, may_retire, retire
from portal.commands.environment import connected, database_url, faults_told, source_of_secrets
from portal.commands.escrow import escrow
from portal.commands.opening import drill, open_sealed
from portal.eventstore.kek_versions import Version, live_keys, story
from portal.eventstore.rewrapping import HeldUp, Round, rewrap
from portal.keys.sources import Source

HOW = {
    "drawn": "Version {version} is drawn, and wraps from now on.",
    "waiting": "Version {version}, which waited in the secrets, wraps from now on.",
    "resumed": "Going on under version {version}, where this was stopped before.",
}
GIVE_UP = (
    "A backup from before they were damaged may have them whole, and only version {version} opens it: bring them back "
    "from there, then run `portal keys rotate`. To give them up for good, run this again with --give-up."
)
SHOWN = 20  # faults named one by one
COLUMNS = ("Version", "Began", "Keys", "Left by all keys", "Sealed copies", "Retired")


@click.group()
def keys() -> None:
    """The keys that wrap all other keys: changing them, keeping copies, proving that the copies work."""


keys.add_command(escrow)
keys.add_command(drill)
keys.add_command(open_sealed)


@keys.command("rotate")
@database_url
def rotate_keys(database_url: str) -> None:
    """Begin a new version and wrap every key by it. Once a month; beside everything else; killed, run it again."""
    source = source_of_secrets()
    with _refusals_told():
        done = asyncio.run(_rotate(database_url, source))
    if done.unusable:
        raise click.ClickException(_named(done.unusable, "stay where they are; everything else has moved"))


def _named(unusable: Mapping[UUID, str], then: str) -> str:
    named = [f"  key {id}: {why}" for id, why in list(unusable.items())[:SHOWN]]
    more = [f"  and {len(unusable) - SHOWN} more"] if len(unusable) > SHOWN else []
    return "\n".join([f"{len(unusable)} keys cannot be unwrapped, and {then}:", *named, *more])


async def _rotate(url: str, source: Source) -> Round:
    async with connected(url) as connection:
        rotation = await begin_rotation(connection, source)
        click.echo(HOW[rotation.how].format(version=rotation.version))
        older = sum(live for version, live in (await live_keys(connection)).items() if version < rotation.version)
        done, shown = Round(), 0
        with click.progressbar(length=older, label="Wrapping keys anew") as bar:
            async for done in rewrap(connection, rotation.keyring):
                bar.update(done.moved - shown)
                shown = done.moved
        click.echo(f"{done.moved} keys are wrapped by version {rotation.version} now.")
        if not {each.version: each for each in await story(connection)}[rotation.version].escrowed_at:
            click.echo(f"No sealed copy holds version {rotation.version} yet: run `portal keys escrow`.")
    return done


@keys.command("retire")
@click.argument("version", type=click.IntRange(1))
@click.option("--yes", is_flag=True, help="Do not ask.")
@click.option("--give-up", is_flag=True, help="Also where it wraps keys that cannot be unwrapped: they are lost then.")
@click.option("--owner-url", envvar="DATABASE_OWNER_URL", required=True, help="The owner's URL, as for `migrate`.")
@database_url
def retire_version(version: int, yes: bool, give_up: bool, owner_url: str, database_url: str) -> None:
    """Destroy an old version, and with it all backups that only it opens."""
    source = source_of_secrets()

    async def looked() -> Retirement:
        async with connected(database_url) as connection:
            return await may_retire(connection, source, version)

    async def done(retirement: Retirement) -> None:
        async with connected(database_url) as connection, connected(owner_url) as owner:
            await retire(connection, owner, source, retirement)

    with _refusals_told():
        retirement = asyncio.run(looked())
        if retirement.unusable and not give_up:
            then = f"version {version} wraps them"
            raise CannotChange(f"{_named(retirement.unusable, then)}\n{GIVE_UP.format(version=version)}")
        click.echo(_what_ends(retirement))
        if not yes:
            click.confirm("Destroy it?", abort=True)
        asyncio.run(done(retirement))
    click.echo(f"Version {version} is retired. Restart every process, so that none keeps it in memory.")


def _what_ends(ending: Retirement) -> str:
    if ending.ends_before:
        whole_second = ending.ends_before + timedelta(seconds=1)
        backups = (
            f"No backup made before {_time(whole_second)}, and no restoring to a moment before that, can be read "
            f"without version {ending.version}."
        )
    else:
        backups = f"Version {ending.version} has wrapped no key: no backup needs it."
    dates = ", ".join(map(_time, ending.escrowed_at)) or "none"
    if ending.unusable:
        backups = f"{_named(ending.unusable, 'are given up')}\n{backups}"
    return f"{backups}\nSealed copies that still hold it, to be destroyed by their holders, made on: {dates}."


@keys.command("list")
@database_url
def list_versions(database_url: str) -> None:
    """The versions, since when, and how many keys each wraps. Nothing secret."""

    async def told() -> list[Version]:
        async with connected(database_url) as connection:
            return await story(connection)

    with faults_told():
        versions = asyncio.run(told())
    if not versions:
        click.echo("No version yet: the first one begins when the portal is started.")
        return
    for line in _table([COLUMNS, *(_cells(each) for each in versions)]):
        click.echo(line)


def _cells(each: Version) -> Sequence[str]:
    copies = f"{len(each.escrowed_at)}, last {_time(max(each.escrowed_at))}" if each.escrowed_at else "none"
    return (
        str(each.version),
        _time(each.began_at),
        str(each.live),
        _time(each.rewrapped_at),
        copies,
        _time(each.retired_at),
    )


def _table(rows: Sequence[Sequence[str]]) -> list[str]:
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def _time(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if when else "-"


@contextmanager
def _refusals_told() -> Iterator[None]:
    try:
        with faults_told():
            yield
    except CannotChange as cannot:
        raise click.ClickException(str(cannot)) from None
    except HeldUp:
        raise click.ClickException(
            "Some keys are held by others all the time. The rest has moved: run this again."
        ) from None
