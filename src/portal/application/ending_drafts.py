"""What becomes of a draft that is not sent: its owner is reminded twice, then it ends and is erased; at once if they
close their account."""

from contextlib import suppress
from datetime import datetime, timedelta
from uuid import UUID

from portal.application.notifying import posted
from portal.application.portal import Portal
from portal.application.sending import FormStatus, forms_now
from portal.application.visitors import found
from portal.domain.account import Account
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work, own_command
from portal.mail import letters


def end_of(portal: Portal, referral: Referral) -> datetime:
    """When a draft ends: hours after its last change while nobody has claimed it, else days after it."""
    limits = portal.council.limits
    return referral.modified_on + (limits.unsent_draft if referral.owner else limits.unclaimed_draft)


async def end_draft(portal: Portal, event_id: UUID) -> datetime | None:
    """End the draft, or come back when it is due."""
    if (unsent := await _unsent(portal, event_id)) is None:
        return None
    draft, now = unsent
    if (due := end_of(portal, draft)) > now:
        return due

    async def decide(work: Work) -> Referral:
        referral, now = await work.load(Referral, draft.id)
        if referral is None:
            raise LookupError
        if end_of(portal, referral) <= now:  # somebody may have gone on with it this very moment
            referral.end_draft(now)
            referral.erase(EraseRule.DRAFT_NOT_SENT, now)
        return referral

    referral = (await portal.perform(own_command(event_id, f"end {due}"), Referral, decide)).answer
    return None if referral.ended or referral.submission else end_of(portal, referral)


async def end_drafts_of_closed(portal: Portal, event_id: UUID) -> datetime | None:
    """The owner has closed the account: nobody can go on with its drafts."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None
    for form in await forms_now(portal, envelope.stream_id):
        if form.status is FormStatus.DRAFT:
            with suppress(Erased):  # it came to its end meanwhile
                await _end(portal, own_command(event_id, f"end {form.id}"), form.id)
    return None


async def _end(portal: Portal, command: Command, draft: UUID) -> None:
    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, draft)
        referral = found(loaded)
        referral.end_draft(now)
        if referral.ended:
            referral.erase(EraseRule.DRAFT_NOT_SENT, now)
        return referral

    await portal.perform(command, Referral, decide)


async def remind_first(portal: Portal, event_id: UUID) -> datetime | None:
    """The day after it was begun."""
    await _remind(portal, event_id, "first")
    return None


async def remind_last(portal: Portal, event_id: UUID) -> datetime | None:
    """A few days before it ends; later, if it was changed since."""
    if unsent := await _unsent(portal, event_id):
        draft, now = unsent
        before = timedelta(days=portal.council.limits.last_reminder_days)
        if (due := end_of(portal, draft) - before) > now:
            return due
    await _remind(portal, event_id, "last")
    return None


async def _remind(portal: Portal, event_id: UUID, which: str) -> None:
    if (unsent := await _unsent(portal, event_id)) is None:
        return
    draft, now = unsent
    owner = (await portal.store.load(Account, draft.owner)).aggregate if draft.owner else None
    if owner and not owner.shut:
        days_left = max(0, (end_of(portal, draft) - now).days)
        link = f"{portal.correspondence.address}/my-submitted-forms"
        letter = letters.unfinished(portal.correspondence, owner.details.email, days_left, link)
        await posted(portal, letter, f"{event_id}-{which}")


async def _unsent(portal: Portal, event_id: UUID) -> tuple[Referral, datetime] | None:
    """The draft that the event began, and the database's clock; None where it was sent or has ended."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None
    loaded = await portal.store.load(Referral, envelope.stream_id)
    referral = loaded.aggregate
    return (referral, loaded.now) if referral and not referral.submission and not referral.ended else None
