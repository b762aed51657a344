"""Confirming a professional whose address the council does not know: staff who have rung the school, say."""

from contextlib import suppress
from datetime import datetime
from functools import partial
from uuid import UUID

from portal.application.opening import look_up, note_shown
from portal.application.policy import Act
from portal.application.portal import Outcome, Portal
from portal.application.sending import FormStatus, forms_now
from portal.application.visitors import Visitor, erased_said_to_staff, found, services_of, theirs
from portal.domain.account import Account
from portal.domain.referral import Referral
from portal.domain.referral_parts import Issued
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work, own_command


async def confirm_referrer(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, how: str
) -> Outcome[Referral]:
    """Whoever may open a referral may confirm who sent it. From then on its sender reads feedback, on this and on all
    they have sent or will send."""
    await look_up(portal, who, command, Act.CONFIRM, referral_id)

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral_id)
        referral = theirs(who, Act.CONFIRM, loaded)
        if referral.owner:
            account = found((await work.load(Account, referral.owner))[0])
            account.confirm_professional(how, now)
        referral.confirm_referrer(now)
        return referral

    with erased_said_to_staff(services_of(who, Act.CONFIRM)):
        may = partial(theirs, who, Act.CONFIRM)
        outcome = await portal.perform(command, Referral, decide, may, of=referral_id)
    await note_shown(portal, command, referral_id)
    return outcome


def feedback_for(who: Visitor, referral: Referral) -> list[Issued]:
    """What the owner of a referral may read of the answers to it: nothing while they are not verified, nor on what they
    sent while they were not, whatever their account says of them since."""
    return [] if who.not_verified or sent_unverified(referral) else referral.feedback


def sent_unverified(referral: Referral) -> bool:
    """Whether it was sent by a professional who was not verified, and whom nobody has confirmed since."""
    return referral.submission is not None and referral.submission.referrer.not_verified


async def confirm_referrals(portal: Portal, event_id: UUID) -> datetime | None:
    """A job: what the confirmed professional has sent before says so too."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None
    for form in await forms_now(portal, envelope.stream_id):
        if form.status is not FormStatus.DRAFT:
            with suppress(Erased):
                await _confirm(portal, own_command(event_id, f"confirm {form.id}"), form.id)
    return None


async def _confirm(portal: Portal, command: Command, referral_id: UUID) -> None:
    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral_id)
        referral = found(loaded)
        referral.confirm_referrer(now)
        return referral

    await portal.perform(command, Referral, decide)
