"""The command line: `portal demo | serve | worker | migrate | staff | passwords | keys | retention | ...`."""

import asyncio
import signal
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, NoReturn
from uuid import uuid4

import click

from portal import serving
from portal.application.breached_passwords import MalformedList
from portal.application.portal import Portal
from portal.application.registering import invite
from portal.commands.addresses import addresses
from portal.commands.docs import docs
from portal.commands.environment import connected, faults_told, settings_of
from portal.commands.keys import keys
from portal.commands.passwords import passwords
from portal.commands.projections import projections
from portal.commands.retention import retention
from portal.commands.secrets import secrets
from portal.commands.staff import staff
from portal.database.embedded import DidNotStart
from portal.database.migrating import MigrationRefused
from portal.database.migrating import migrate as migrate_database
from portal.database.programs import NoPrograms
from portal.demonstration import APP_SECRET, PASSWORD, STAFF, Demonstration, code_of_app, demonstration
from portal.domain.account_details import Role
from portal.eventstore.standing import Standing
from portal.eventstore.work import fresh_command
from portal.logs import log_in_lines
from portal.projections.rebuilding import discard_unfinished
from portal.settings import Settings
from portal.walkthrough.story import Invited, Story
from portal.walkthrough.telling import tell
from portal.wiring import look_ready, opened
from portal.working import caught_up, work


class Told(click.Group):
    """Whatever command is given: what is missing or away is said in words."""

    def invoke(self, ctx: click.Context) -> Any:
        with faults_told():
            return super().invoke(ctx)


@click.group(cls=Told)
def main() -> None:
    """The referral portal."""
    log_in_lines()


main.add_command(projections)
main.add_command(addresses)
main.add_command(staff)
main.add_command(passwords)
main.add_command(retention)
main.add_command(keys)
main.add_command(secrets)
main.add_command(docs)


@main.command()
@click.option("--home", type=click.Path(path_type=Path), default=Path(".demo"), help="Where its data are kept.")
@click.option("--port", default=0, help="Port of the web; a free one if not given.")
@click.option("--walk", is_flag=True, help="Play a whole referral on a portal of its own, then stop.")
@click.option("--code", is_flag=True, help="Only print what the staff's authenticator app shows now.")
def demo(home: Path, port: int, walk: bool, code: bool) -> None:
    """Start the portal with a database, a council and a mailbox of its own."""
    if code:
        click.echo(code_of_app())
        return
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with suppress(KeyboardInterrupt), demonstration(None if walk else home, port) as running:
            if walk:
                _play(settings_of(running.environment))
            _say_where(running)
            running.look_after_for_ever()
    except (DidNotStart, NoPrograms, MigrationRefused) as cannot:
        raise click.ClickException(f"{cannot}\nTo start afresh, without what was kept, delete {home}.") from None


@main.command()
@click.option("--host", default="127.0.0.1")
@click.option("--port", default=8000)
@click.option("--workers", default=1, help="Web processes.")
def serve(host: str, port: int, workers: int) -> None:
    """Serve the web. Settings come from the environment."""
    settings = settings_of()
    _must_be_ready(settings)
    if not asyncio.run(caught_up(settings, _say_how_far)):
        click.echo("A projection makes no progress; serving what there is: see portal projections status", err=True)
    serving.serve(host, port, workers)


@main.command()
def worker() -> None:
    """Project events, react to them and do the jobs. Any number of workers may run."""
    settings = settings_of()
    _must_be_ready(settings)
    asyncio.run(_until_told(settings))


@main.command()
@click.option("--owner-url", envvar="DATABASE_OWNER_URL", required=True, help="The owner's PostgreSQL URL.")
@click.option("--application", default="portal_application", help="The application's role, which must exist.")
def migrate(owner_url: str, application: str) -> None:
    """Bring the database up to date."""
    for name in asyncio.run(_migrated(owner_url, application)):
        click.echo(f"applied {name}")


@main.command()
def walkthrough() -> None:
    """Play a whole referral over HTTP against the portal these settings belong to (a demonstration: it reads mail)."""
    settings = settings_of()
    if not settings.demonstration:
        raise click.ClickException("the walk reads the demonstration's mailbox; this portal has none")
    _play(settings)


def _play(settings: Settings) -> NoReturn:
    [story] = asyncio.run(new_stories(settings))
    sys.exit(0 if tell(story) else 1)


async def new_stories(settings: Settings, count: int = 1) -> list[Story]:
    """So many stories against one portal, each with staff of its own."""
    async with opened(settings) as running:
        return [Story(settings.address, *await _invite_cast(running.portal, settings.address)) for _ in range(count)]


async def _invite_cast(portal: Portal, address: str) -> list[Invited]:
    people = {"Dana Osei": Role.WORKER, "Lewis Hart": Role.LADO, "Ines Varga": Role.AUDITOR}
    invited = []
    for name, role in people.items():
        email = f"{name.lower().replace(' ', '.')}.{uuid4().hex[:8]}@severnshire.example"
        outcome = await invite(portal, fresh_command("invite"), name, email, frozenset({role}))
        invited.append(Invited(address, name, email, outcome.answer))
    return invited


async def _until_told(settings: Settings) -> None:
    task = asyncio.ensure_future(work(settings))
    for told in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(told, task.cancel)
    try:
        await task
    except asyncio.CancelledError:
        return


def _must_be_ready(settings: Settings) -> None:
    """Say at the start what is missing, before any process is started that could only fail."""
    try:
        asyncio.run(look_ready(settings))
    except MalformedList as malformed:
        raise click.ClickException(str(malformed)) from None


async def _migrated(owner_url: str, application: str) -> list[str]:
    applied = await migrate_database(owner_url, application)
    async with connected(owner_url) as owner:
        await discard_unfinished(owner)
    return applied


def _say_how_far(standing: Standing) -> None:
    """One line for a terminal or a log, each time it is looked at."""
    share = standing.position / standing.head
    click.echo(f"{standing.name} is being built: {share:.0%} of {standing.head:,} events", err=True)


def _say_where(running: Demonstration) -> None:
    click.echo(f"\nThe portal runs at {running.address}")
    click.echo(f"  the API, described    {running.address}/api/openapi.json")
    click.echo(f"  its mailbox (codes)   {running.address}/mailbox")
    click.echo(f"  health                {running.address}/health")
    click.echo(f"  its log               {running.log}")
    click.echo(f"\nStaff, all with the password {PASSWORD}:")
    for name, (email, _) in STAFF.items():
        click.echo(f"  {email:36}{name}")
    click.echo(f"and with codes of an authenticator app that has the secret {APP_SECRET}.")
    click.echo("Without an app, scripts/demo --code prints the code of this half minute.")
    click.echo("\nCtrl-C stops it.")


if __name__ == "__main__":
    main()
