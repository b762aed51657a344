"""`portal staff`: accounts for staff and auditors, and what staff do to the accounts of others."""

import asyncio
from collections.abc import Awaitable, Callable
from uuid import UUID

import click

from portal.application.account_care import (
    account_with,
    disable_account,
    enable_account,
    take_off_authenticator,
)
from portal.application.portal import Portal
from portal.application.registering import invite
from portal.commands.environment import operated, settings_of
from portal.domain.account_details import Role
from portal.domain.refusals import Refused
from portal.wiring import opened


@click.group()
def staff() -> None:
    """Staff and auditors, and anybody's account."""


@staff.command("invite")
@click.argument("email")
@click.option("--name", required=True, help="Their full name.")
@click.option("--role", "roles", type=click.Choice([role.value for role in Role]), multiple=True, required=True)
def invite_staff(email: str, name: str, roles: tuple[str, ...]) -> None:
    """Open an account for staff; prints the one-time link, which is mailed to them too."""
    settings = settings_of()

    async def invited() -> str:
        async with opened(settings) as running:
            command = operated("invite")
            return (await invite(running.portal, command, name, email, frozenset(map(Role, roles)))).answer

    try:
        click.echo(f"{settings.address}/invitation#{asyncio.run(invited())}")
    except Refused as refused:
        raise click.ClickException(refused.says) from None


@staff.command("disable")
@click.argument("email")
@click.option("--why", required=True, help="The reason, which is on record.")
def disable(email: str, why: str) -> None:
    """Shut somebody's account: every session ends at once, and nobody signs in with it."""
    _do(email, lambda portal, account: disable_account(portal, operated("disable"), account, why))


@staff.command("enable")
@click.argument("email")
def enable(email: str) -> None:
    """Open an account again that was disabled."""
    _do(email, lambda portal, account: enable_account(portal, operated("enable"), account))


@staff.command("remove-authenticator")
@click.argument("email")
def remove_authenticator(email: str) -> None:
    """Codes by mail again, for somebody who has lost the phone and the recovery codes. Make sure that it is them."""
    _do(email, lambda portal, account: take_off_authenticator(portal, operated("remove app"), account))


def _do(email: str, act: Callable[[Portal, UUID], Awaitable[None]]) -> None:
    settings = settings_of()

    async def done() -> None:
        async with opened(settings) as running:
            await act(running.portal, await account_with(running.portal, email))

    try:
        asyncio.run(done())
    except Refused as refused:
        raise click.ClickException(refused.says) from None
