"""Copies of what was sent: for its sender to keep, for the council's printer, for the council's case system."""

from uuid import UUID

from portal.application.case_system import CaseSystemBundle, bundle_of
from portal.application.opening import look_up
from portal.application.own_referral import read_own_referral
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.sent_text import refuse_text_put_away
from portal.application.visitors import Visitor
from portal.domain.access import Exported, Taken, access_stream
from portal.domain.copy import Copy, copy_of
from portal.domain.forms.telling import Told
from portal.domain.referral import Referral
from portal.domain.refusals import Refused
from portal.domain.services import Service
from portal.domain.working_days import in_words, time_in_words
from portal.eventstore.work import Command
from portal.printing.pdf import CannotPrint, Heading, Row, Sheet

TITLES = {
    Service.EARLY_HELP: "Request for early help",
    Service.SOCIAL_CARE: "Referral to children's social care",
    Service.LADO: "Report about an adult who works with children",
}
NOT_SENT = "This form has not been sent yet. There is a copy of it once it has been."


async def read_own_copy(portal: Portal, who: Visitor, referral_id: UUID) -> Copy:
    """All that the visitor has said so far, in words: what check-your-answers shows."""
    referral = await read_own_referral(portal, who, referral_id)
    refuse_text_put_away(portal, referral)
    return copy_of(referral)


async def print_own(portal: Portal, who: Visitor, referral_id: UUID) -> bytes:
    """What the visitor sent, as a PDF. Refused before it was sent: nobody shall take a draft for a receipt."""
    referral = await read_own_referral(portal, who, referral_id)
    if referral.submission is None:
        raise Refused(NOT_SENT)
    refuse_text_put_away(portal, referral)
    return await printed(portal, referral)


async def take_copy(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> bytes:
    """A referral on the desk as a PDF. Who took it is on record first."""
    referral = await _taken(portal, who, command, referral_id, Taken.PDF)
    return await printed(portal, referral)


async def take_bundle(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> CaseSystemBundle:
    """All that the council's case system is given. Who took it is on record first."""
    referral = await _taken(portal, who, command, referral_id, Taken.BUNDLE)
    try:
        pdf = await printed(portal, referral)
    except CannotPrint:
        pdf = None
    return bundle_of(referral, copy_of(referral), pdf)


async def printed(portal: Portal, referral: Referral) -> bytes:
    """A sent referral as a PDF. CannotPrint where it cannot be made."""
    return await portal.printer.pdf(sheet_of(portal, copy_of(referral), referral))


def sheet_of(portal: Portal, copy: Copy, referral: Referral) -> Sheet:
    """What is printed of a referral that was sent."""
    assert referral.submission is not None and copy.received_at is not None  # noqa: S101 - only what was sent is printed
    facts = [
        Row("Reference", copy.reference),
        Row("Sent to", portal.council.name),
        Row("Received", time_in_words(copy.received_at)),
        Row("Version of the form", str(copy.form_version)),
    ]
    return Sheet(
        title=f"{TITLES[copy.service]}: {copy.reference}",
        council=portal.council.name,
        footer=f"Reference {copy.reference}, received {in_words(copy.received_at)}",
        urgent=copy.urgent,
        facts=tuple(facts),
        parts=tuple(Heading(part.title, _rows(part.told)) for part in copy.parts),
        declaration=referral.submission.declaration,
    )


async def _taken(portal: Portal, who: Visitor, command: Command, referral_id: UUID, taken: Taken) -> Referral:
    referral = await look_up(portal, who, command, Act.TAKE, referral_id)
    await portal.note(command, Exported, access_stream(referral_id), taken=taken)
    return referral


def _rows(told: tuple[Told, ...]) -> tuple[Row, ...]:
    return tuple(Row(each.title, each.answer, tuple(_rows(item) for item in each.group)) for each in told)
