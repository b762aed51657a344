"""The last look before a referral is opened: nobody opens one that names them, and an auditor none of the LADO's,
unless a LADO manager has let them. Whoever is refused is on record too."""

from uuid import UUID

from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.visitors import NotFound, Visitor, account_of, erased_said_to_staff, found, services_of, theirs
from portal.domain.access import Barred, Looked, Opened, OpeningRefused, access_stream, is_granted
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.named import is_named
from portal.domain.referral import Referral
from portal.domain.referral_events import ReferralSubmitted
from portal.domain.services import Service
from portal.eventstore.envelope import Envelope
from portal.eventstore.work import Command


class NotLetIn(Exception):
    """They may not open this one. The text says whom to turn to and not why: it must tell nobody that somebody has
    written about them."""

    says = (
        "You cannot open this referral. Speak to a LADO manager, who can let you open it. Tell them its reference and "
        "why you need it."
    )


async def look_up(portal: Portal, who: Visitor, command: Command, act: Act, referral_id: UUID) -> Referral:
    """The referral, if it is on the desk of whoever wants to do this to it, and they may see it: NotFound or NotLetIn
    where not, Erased where it was."""
    with erased_said_to_staff(services_of(who, act)):
        referral = theirs(who, act, (await portal.store.load(Referral, referral_id)).aggregate)
    await refuse_the_named(portal, who, command, referral)
    return referral


async def note_opening(
    portal: Portal, who: Visitor, command: Command, referral: Referral, looked_at: Looked, reason: str = ""
) -> None:
    """Put it on record that somebody opens a referral, before anything of it is shown; NotLetIn where they may not."""
    await refuse_the_named(portal, who, command, referral, looked_at)
    await portal.note(command, Opened, access_stream(referral.id), looked_at=looked_at, reason=reason)


async def note_shown(portal: Portal, command: Command, referral_id: UUID) -> None:
    """Put it on record that a referral is shown in full to somebody who may see it (`look_up`): before every answer
    that does, whatever else was done, and also if nothing was."""
    await portal.note(command, Opened, access_stream(referral_id), looked_at=Looked.REFERRAL)


async def refuse_the_named(
    portal: Portal, who: Visitor, command: Command, referral: Referral, looked_at: Looked = Looked.REFERRAL
) -> None:
    """NotLetIn, and on record, where a referral is not for this member of staff, whatever their roles."""
    why = why_barred(referral, found((await portal.store.load(Account, account_of(who))).aggregate))
    if why and not await is_let_in(portal, account_of(who), referral.id):
        await portal.note(command, OpeningRefused, access_stream(referral.id), looked_at=looked_at, why=why)
        raise NotLetIn


async def is_kept_from(portal: Portal, who: Visitor, referral: Referral) -> bool:
    """Whether a referral names this member of staff, who is not even to learn of it, and nobody has let them in."""
    account = found((await portal.store.load(Account, account_of(who))).aggregate)
    named = is_named(referral, account.id, *account.known_as)
    return named and not await is_let_in(portal, account.id, referral.id)


async def is_let_in(portal: Portal, account: UUID, referral_id: UUID) -> bool:
    """Whether a LADO manager has let this person open this referral by way of exception."""
    history = await portal.store.history(access_stream(referral_id))
    return is_granted((each.event for each in history.envelopes), account, history.now)


async def sent_events(portal: Portal, referral_id: UUID) -> list[Envelope]:
    """The events of a referral that was sent, whether they can be read or not; NotFound where it was not."""
    events = (await portal.store.history(referral_id)).envelopes
    if not any(envelope.topic == ReferralSubmitted.TOPIC for envelope in events):
        raise NotFound  # what was never sent is nobody's at the council, not even an auditor's
    return events


def why_barred(referral: Referral, account: Account) -> Barred | None:
    """Why a referral is not for this member of staff, whatever their roles; None where it may be."""
    if is_named(referral, account.id, *account.known_as):
        return Barred.NAMED
    if referral.service is Service.LADO and account.roles.isdisjoint({Role.LADO, Role.LADO_MANAGER}):
        return Barred.NO_GRANT
    return None
