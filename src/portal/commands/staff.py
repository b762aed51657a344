"""`portal staff`: accounts for staff and auditors."""

import asyncio

import click

from portal.application.registering import invite
from portal.commands.environment import settings_of
from portal.domain.account_details import Role
from portal.domain.refusals import Refused
from portal.eventstore.work import fresh_command
from portal.wiring import opened


@click.group()
def staff() -> None:
    """Staff and auditors."""


@staff.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Their full name.")
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True)
def invite_staff(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Open an account for staff; prints the one-time link, which is mailed to them too."""
    settings = settings_of()

    async def invited() -> str:
        async with opened(settings) as running:
            command = fresh_command("invite")
            return (await invite(running.portal, command, name, email, frozenset(map(Role, roles)))).answer

    try:
        click.echo(f"{settings.address}/invitation#{asyncio.run(invited())}")
    except Refused as refused:
        raise click.ClickException(refused.says) from None
