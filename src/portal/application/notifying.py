"""The letters: each is a job that an event caused. Doing one twice sends the same letter under the same message id."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from uuid import UUID

from portal.application.codes import code_for
from portal.application.portal import Portal
from portal.application.registering import INVITATION
from portal.application.signing_in import NEW_PASSWORD
from portal.domain.account import Account
from portal.domain.login_challenge import CODE_LIFE, LINK_LIFE, CodeReissued, LoginChallenge, Purpose
from portal.domain.referral import Referral
from portal.eventstore.envelope import Envelope
from portal.eventstore.store import A
from portal.eventstore.work import Work, own_command
from portal.jobs.queue import Hopeless
from portal.mail import letters
from portal.mail.port import Letter, NotDelivered

Write = Callable[[Portal, Envelope], Awaitable[Letter | None]]  # None: there is nothing to send any more


async def send(write: Write, portal: Portal, event_id: UUID) -> datetime | None:
    """Write the letter an event asks for, and post it."""
    envelope = await portal.store.event(event_id)
    letter = envelope and await write(portal, envelope)
    if letter:
        await posted(portal, letter, f"{event_id}-{write.__name__}")
    return None


async def posted(portal: Portal, letter: Letter, message_id: str) -> None:
    """Post a letter. Hopeless where no later try would fare better."""
    try:
        await portal.post.send(letter, message_id)
    except NotDelivered as lost:
        if lost.permanent:
            raise Hopeless from lost
        raise


async def challenge_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """What a challenge mails: a code, a link, or that there is an account already."""
    challenge = await _loaded(portal, LoginChallenge, envelope.stream_id)
    account = (await portal.store.load(Account, challenge.account)).aggregate
    if challenge.accepted or account is None:
        return None
    to = account.details.email
    match challenge.purpose:
        case Purpose.ALREADY_REGISTERED:
            return letters.already_registered(portal.correspondence, to)
        case Purpose.NEW_PASSWORD:
            token = portal.sign(NEW_PASSWORD, challenge.id)
            link = f"{portal.correspondence.address}/new-password#{token}"
            return letters.new_password_link(portal.correspondence, to, link, LINK_LIFE.seconds // 60)
    code = code_for(portal.secrets.codes, challenge.id, _issue(envelope))
    return letters.code(portal.correspondence, to, code, CODE_LIFE.seconds // 60)


async def send_challenge(portal: Portal, event_id: UUID) -> datetime | None:
    """Mail the challenge, then say so: the five minutes of a code run from the moment it was handed over."""
    await send(challenge_letter, portal, event_id)
    envelope = await portal.store.event(event_id)
    if envelope is None:
        return None

    async def decide(work: Work) -> LoginChallenge:
        challenge, now = await work.load(LoginChallenge, envelope.stream_id)
        if challenge is None:
            raise Hopeless
        challenge.note_sent(_issue(envelope), now)
        return challenge

    await portal.perform(own_command(event_id, "sent"), LoginChallenge, decide)
    return None


async def invitation_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """The link with which somebody invited chooses a password."""
    account = await _loaded(portal, Account, envelope.stream_id)
    link = f"{portal.correspondence.address}/invitation#{portal.sign(INVITATION, account.id)}"
    days = portal.council.limits.invitation_days
    return None if account.validated else letters.invitation(portal.correspondence, account.details.email, link, days)


async def password_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the owner: the password was changed."""
    account = await _loaded(portal, Account, envelope.stream_id)
    return letters.password_changed(portal.correspondence, account.details.email)


async def arrival_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team: something has arrived."""
    referral = await _loaded(portal, Referral, envelope.stream_id)
    if referral.submission is None:
        return None
    to = _team_of(portal, referral)
    sent = referral.submission
    return letters.arrived(portal.correspondence, to, sent.reference, sent.urgent, _desk_link(portal, referral.id))


async def receipt_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the referrer: we have it, and this is its reference."""
    sent = (await _loaded(portal, Referral, envelope.stream_id)).submission
    return letters.received(portal.correspondence, sent.referrer.email, sent.reference) if sent else None


async def change_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the service's team: its referrer added to it or withdrew it."""
    referral = await _loaded(portal, Referral, envelope.stream_id)
    if referral.submission is None:
        return None
    to = _team_of(portal, referral)
    return letters.changed(portal.correspondence, to, referral.submission.reference, _desk_link(portal, referral.id))


async def feedback_letter(portal: Portal, envelope: Envelope) -> Letter | None:
    """To the referrer: an answer is there. Its text stays behind sign-in (guide G31)."""
    referral = await _loaded(portal, Referral, envelope.stream_id)
    owner = referral.owner and (await portal.store.load(Account, referral.owner)).aggregate
    if not owner:
        return None
    link = f"{portal.correspondence.address}/my-submitted-forms"
    return letters.feedback_waiting(portal.correspondence, owner.details.email, link)


def _issue(envelope: Envelope) -> int:
    return envelope.event.issue if isinstance(envelope.event, CodeReissued) else 1


def _team_of(portal: Portal, referral: Referral) -> str:
    return str(getattr(portal.council.team_mailboxes, referral.service.value))


def _desk_link(portal: Portal, referral: UUID) -> str:
    return f"{portal.correspondence.address}/inbox/{referral}"


async def _loaded(portal: Portal, kind: type[A], stream_id: UUID) -> A:
    aggregate = (await portal.store.load(kind, stream_id)).aggregate
    if aggregate is None:
        raise Hopeless
    return aggregate
