"""Sending one of the short forms: feedback about a service, or an enquiry about fostering. Nobody needs an account."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from portal.application.policy import Act
from portal.application.portal import Outcome, Portal
from portal.application.visitors import NotFound, Visitor, allow, found
from portal.domain.enquiry import Enquiry
from portal.domain.enquiry_forms import EnquiryForm
from portal.domain.reference import new_reference
from portal.domain.working_days import after_working_days, in_words
from portal.eventstore.envelope import Erased
from portal.eventstore.work import Command, Work

CLAIM = "enquiry"


async def send_enquiry(portal: Portal, who: Visitor, command: Command, form: EnquiryForm) -> Outcome[Enquiry]:
    """Send it to its team. Who sends the same request again is answered the same, with or without an account."""
    allow(who, Act.ENQUIRE)
    command = command if who.scope else command.within(_sender(portal, form))

    async def decide(work: Work) -> Enquiry:
        now, reference = await work.now(), new_reference()
        enquiry = Enquiry.send(command.id_for("enquiry"), form, reference, who.account, now)
        work.add(enquiry, portal.keyed_hash(CLAIM, reference))
        return enquiry

    return await portal.perform(command, Enquiry, decide)


async def read_sent(portal: Portal, enquiry_id: UUID) -> Enquiry:
    """What somebody sent, for the page that tells them that it has arrived. Raises NotFound once it was erased."""
    try:
        return found((await portal.store.load(Enquiry, enquiry_id)).aggregate)
    except Erased:
        raise NotFound from None


def what_happens_next(portal: Portal, enquiry: Enquiry) -> str:
    """What its sender is told."""
    if enquiry.form.to_be_answered:
        return f"We mean to answer you by {answer_meant_by(portal, enquiry.created_on)}."
    return "Somebody reads it. You asked for no answer."


def answer_meant_by(portal: Portal, sent_at: datetime) -> str:
    """The day by which the council means to answer."""
    last = after_working_days(sent_at, portal.council.clocks.enquiry_working_days) - timedelta(minutes=1)
    return in_words(last)


def _sender(portal: Portal, form: EnquiryForm) -> str:
    """Within which the names of a stranger's requests are unique: all that they say, since many do not say who they
    are, and their programs may name their requests alike."""
    said = f"{form.KIND} {msgspec.json.encode(form).decode()}"
    return f"enquiry {portal.keyed_hash('enquirer', said, portal.secrets.tokens).hex()}"
