"""The letters: each is a job that an event caused. Doing one twice sends the same letter under the same message id.

Those about referrals are written here, those to the owner of an account in notifying_owners.py."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from portal.application.confirming import sent_unverified
from portal.application.portal import Portal
from portal.domain.account import Account
from portal.domain.enquiry import Enquiry
from portal.domain.enquiry_forms import EnquiryKind
from portal.domain.referral import Referral
from portal.eventstore.envelope import Envelope
from portal.eventstore.store import A
from portal.jobs.queue import Hopeless
from portal.mail import letters
from portal.mail.port import Letter, NotDelivered

Write = Callable[[Portal, Envelope], Awaitable[Letter | None]]  # None: there is nothing to send any more


async def send(write: Write, portal: Portal, event_id: UUID) -> datetime | None:
    """Write the letter an event asks for, and post it."""
    await sent(write, portal, event_id)
    return None


async def sent(write: Write, portal: Portal, event_id: UUID) -> Envelope | None:
    """The event whose letter was posted; None where there was nothing to send any more."""
    envelope = await portal.store.event(event_id)
    letter = envelope and await write(portal, envelope)
    if letter:
        await posted(portal, letter, f"{event_id}-{write.__name__}")
    return envelope if letter else None


async def posted(portal: Portal, letter: Letter, message_id: str) -> None:
    """Post a letter. Hopeless where no later try would fare better."""
    try:
        await portal.post.send(letter, message_id)
    except NotDelivered as lost:
        if lost.permanent:
            raise Hopeless from lost
        raise


async def arrival_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team: something has arrived."""
    referral = await loaded(portal, Referral, envelope.stream_id)
    if referral.submission is None:
        return None
    to = team_of(portal, referral)
    sent = referral.submission
    return letters.arrived(portal.correspondence, to, sent.reference, sent.urgent, desk_link(portal, referral.id))


async def enquiry_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the team for feedback, or for fostering: something has arrived."""
    enquiry = await loaded(portal, Enquiry, envelope.stream_id)
    mailboxes = portal.council.team_mailboxes
    feedback = enquiry.kind is EnquiryKind.SERVICE_FEEDBACK
    to = mailboxes.service_feedback if feedback else mailboxes.foster_enquiries
    link = f"{portal.correspondence.address}/enquiries/{enquiry.id}"
    return letters.arrived(portal.correspondence, to, enquiry.reference, False, link)


async def receipt_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the referrer: we have it, and this is its reference."""
    sent = (await loaded(portal, Referral, envelope.stream_id)).submission
    return letters.received(portal.correspondence, sent.referrer.email, sent.reference) if sent else None


async def change_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team: its referrer added to it or withdrew it."""
    referral = await loaded(portal, Referral, envelope.stream_id)
    if referral.submission is None:
        return None
    to = team_of(portal, referral)
    return letters.changed(portal.correspondence, to, referral.submission.reference, desk_link(portal, referral.id))


async def feedback_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the referrer: an answer is there. Its text stays behind sign-in (guide G31). Who is not verified may not read
    it yet, and is written to when they are confirmed."""
    referral = await loaded(portal, Referral, envelope.stream_id)
    owner = referral.owner and (await portal.store.load(Account, referral.owner)).aggregate
    if not owner or owner.shut or owner.is_not_verified(portal.council.trusted_domains) or sent_unverified(referral):
        return None
    link = f"{portal.correspondence.address}/my-submitted-forms"
    return letters.feedback_waiting(portal.correspondence, owner.details.email, link)


def team_of(portal: Portal, referral: Referral) -> str:
    """The mailbox of the team of its service."""
    return str(getattr(portal.council.team_mailboxes, referral.service.value))


def desk_link(portal: Portal, referral: UUID) -> str:
    """Where staff open it."""
    return f"{portal.correspondence.address}/inbox/{referral}"


async def loaded(portal: Portal, kind: type[A], stream_id: UUID) -> A:
    """What a letter is about. Hopeless where there is none."""
    aggregate = (await portal.store.load(kind, stream_id)).aggregate
    if aggregate is None:
        raise Hopeless
    return aggregate
