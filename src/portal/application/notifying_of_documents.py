"""The letters about documents: which file it is stands behind sign-in, since its name may say whom it is about."""

from datetime import timedelta

from portal.application.notifying import change_letter, desk_link, loaded, team_of
from portal.application.portal import Portal
from portal.domain.account import Account
from portal.domain.documents import Verdict
from portal.domain.referral import Referral
from portal.domain.referral_events import DocumentAttached, DocumentChecked
from portal.eventstore.envelope import Envelope
from portal.mail import letters
from portal.mail.port import Letter

TOGETHER = timedelta(minutes=15)  # files that come within so long are one letter


async def addition_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team: files were added to what had been sent. Of several, the first is written about."""
    if not isinstance(envelope.event, DocumentAttached):
        return None
    referral = await loaded(portal, Referral, envelope.stream_id)
    this = referral.documents.get(envelope.event.document.id)
    if this is None or not this.after_sending:
        return None
    before = (each.at for each in referral.documents.values() if each.after_sending and each.at < this.at)
    return None if any(this.at - at < TOGETHER for at in before) else await change_letter(portal, envelope)


async def not_offered_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the sender: a file of theirs reaches nobody, so they may send another."""
    referral = await _with_a_bad_one(portal, envelope)
    owner = referral and referral.owner and (await portal.store.load(Account, referral.owner)).aggregate
    if not owner or owner.shut:
        return None
    link = f"{portal.correspondence.address}/my-submitted-forms"
    return letters.file_not_accepted(portal.correspondence, owner.details.email, link)


async def not_offered_notice(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team, where it was sent: a file of it is not offered."""
    referral = await _with_a_bad_one(portal, envelope)
    if referral is None or referral.submission is None:
        return None
    link = desk_link(portal, referral.id)
    return letters.file_not_offered(team_of(portal, referral), referral.submission.reference, link)


async def _with_a_bad_one(portal: Portal, envelope: Envelope) -> Referral | None:
    """The referral, where this check found something that no earlier one had."""
    event = envelope.event
    if not isinstance(event, DocumentChecked) or event.verdict is Verdict.CLEAN:
        return None
    return await loaded(portal, Referral, envelope.stream_id)
