"""`portal retention`: erasing what the council may no longer keep, and keeping it erased after a restore."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID

import click

from portal.application.ending_enquiries import erase_enquiry_called
from portal.application.erasing import erase, keep_erased, referral_called
from portal.application.visitors import NotFound
from portal.commands.environment import operated, settings_of
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.domain.refusals import Refused
from portal.domain.working_days import in_words
from portal.eventstore.envelope import CannotRead, Erased
from portal.settings import Settings
from portal.wiring import Running, opened

RULES = [rule.value for rule in EraseRule if rule is not EraseRule.DRAFT_NOT_SENT]


@click.group()
def retention() -> None:
    """Erasing, and keeping erased."""


@retention.command("erase")
@click.argument("referral", metavar="REFERENCE_OR_ID")
@click.option("--rule", type=click.Choice(RULES), required=True, help="Why; it stays on record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_referral(referral: str, rule: str, yes: bool) -> None:
    """Erase what was sent: nobody can read it afterwards. See docs/erasing.md for what remains."""
    with _in_words(f"referral {referral}"):
        asyncio.run(_erase(settings_of(), referral, EraseRule(rule), yes))


@retention.command("erase-enquiry")
@click.argument("reference")
@click.option("--rule", type=click.Choice(RULES), required=True, help="Why; it stays on record.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def erase_enquiry(reference: str, rule: str, yes: bool) -> None:
    """Erase feedback about a service, or a fostering enquiry, before its time: nobody can read it afterwards."""
    if not yes:
        click.confirm(f"Erase {reference}? This cannot be undone", abort=True)
    with _in_words(f"enquiry {reference}"):
        asyncio.run(_erase_enquiry(settings_of(), reference, EraseRule(rule)))


async def _erase_enquiry(settings: Settings, reference: str, rule: EraseRule) -> None:
    async with opened(settings) as running:
        await erase_enquiry_called(running.portal, operated("erase"), reference, rule)
    click.echo(f"{reference} has been erased and its key destroyed. Backups: see docs/erasing.md.")


@contextmanager
def _in_words(called: str) -> Iterator[None]:
    """Why something was not erased, as the command line says it."""
    try:
        yield
    except NotFound:
        raise click.ClickException(f"There is no {called}.") from None
    except Refused as refused:
        raise click.ClickException(refused.says) from None
    except CannotRead as cannot:
        raise click.ClickException(f"{cannot}. What is to be erased must be readable.") from None
    except OSError as cannot:
        raise click.ClickException(
            f"The ledger or the database cannot be reached: {type(cannot).__name__}. Run this again: what was begun is "
            "ended, by this command or by a worker."
        ) from None


async def _erase(settings: Settings, called: str, rule: EraseRule, yes: bool) -> None:
    async with opened(settings) as running:
        referral_id = await referral_called(running.portal, called)
        about = await _described(running, referral_id)
        if not yes:
            click.confirm(f"{about}. Erase it? This cannot be undone", abort=True)
        await erase(running.portal, operated("erase"), referral_id, rule)
    click.echo(f"{called} has been erased and its key destroyed. Backups: see docs/erasing.md.")


async def _described(running: Running, referral_id: UUID) -> str:
    """What is about to be erased, as the log says it is and not as somebody typed it."""
    try:
        referral = (await running.portal.store.load(Referral, referral_id)).aggregate
    except Erased:
        return "It has been erased before, and its key will be seen to"
    if referral is None:
        raise NotFound
    if referral.submission is None:
        raise Refused("This form has not been sent yet. If it is not sent in time it ends, and is erased then.")
    sent = referral.submission
    return (
        f"{sent.reference}, for {referral.service.value}, received on {in_words(sent.received_at)}, "
        f"{referral.status.value}"
    )


@retention.command()
@click.argument("ledgers", nargs=-1, type=click.Path(path_type=Path, exists=True, dir_okay=False))
def reapply(ledgers: tuple[Path, ...]) -> None:
    """After restoring a backup: erase again what was erased since, by this machine's ledger and these LEDGERS."""
    again = asyncio.run(_reapply(settings_of(), ledgers))
    click.echo(f"{again} erased again." if again else "Nothing to do: what was erased is erased.")


async def _reapply(settings: Settings, ledgers: tuple[Path, ...]) -> int:
    async with opened(settings) as running:
        return await keep_erased(running.portal, ledgers)
