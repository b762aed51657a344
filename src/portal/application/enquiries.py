"""The teams for feedback and fostering: what has arrived for them, opening it, noting that it was answered."""

from collections.abc import Collection
from functools import partial
from uuid import UUID

from portal.application.policy import Act, kinds_seen
from portal.application.portal import Outcome, Portal
from portal.application.visitors import NotFound, Visitor, allow
from portal.domain.access import Looked, Opened, access_stream
from portal.domain.enquiry import ENQUIRY, Answer, Enquiry
from portal.domain.enquiry_forms import EnquiryKind
from portal.eventstore.envelope import Erased
from portal.eventstore.store import replay
from portal.eventstore.work import Command, Work
from portal.projections.enquiries import Cursor as Cursor
from portal.projections.enquiries import EnquiryRow as EnquiryRow
from portal.projections.enquiries import EnquiryStatus as EnquiryStatus
from portal.projections.enquiries import enquiries_page

PAGE = 25  # rows


async def list_enquiries(
    portal: Portal,
    who: Visitor,
    kind: EnquiryKind | None = None,
    statuses: Collection[EnquiryStatus] = (EnquiryStatus.NEW,),
    after: Cursor | None = None,
) -> tuple[list[EnquiryRow], Cursor | None]:
    """A page of those that are for this person's team, the longest waiting first, and where the next one begins."""
    allow(who, Act.LIST_ENQUIRIES)
    kinds = [one for one in sorted(kinds_seen(who.roles)) if kind in (None, one)]
    async with portal.pool.acquire() as connection:
        return await enquiries_page(connection, kinds, list(statuses), after, PAGE)


async def find_unopened(portal: Portal, who: Visitor, enquiry_id: UUID) -> None:
    """NotFound where there is none that this person may open. Nothing of it is shown by this."""
    _theirs(who, Act.OPEN_ENQUIRY, await _loaded(portal, enquiry_id))


async def open_enquiry(portal: Portal, who: Visitor, command: Command, enquiry_id: UUID) -> Enquiry:
    """One in full. That it was opened, and by whom, is on record before it is shown."""
    enquiry = _theirs(who, Act.OPEN_ENQUIRY, await _loaded(portal, enquiry_id))
    await _note_shown(portal, command, enquiry_id)
    return enquiry


async def answer_enquiry(
    portal: Portal, who: Visitor, command: Command, enquiry_id: UUID, answer: Answer
) -> Outcome[Enquiry]:
    """Note how it was answered; that is done outside the portal, by telephone or letter."""
    _theirs(who, Act.ANSWER_ENQUIRY, await _loaded(portal, enquiry_id))

    async def decide(work: Work) -> Enquiry:
        loaded, now = await work.load(Enquiry, enquiry_id)
        enquiry = _theirs(who, Act.ANSWER_ENQUIRY, loaded)
        enquiry.answer(answer, now)
        return enquiry

    try:
        outcome = await portal.perform(command, Enquiry, decide, partial(_theirs, who, Act.ANSWER_ENQUIRY))
    except Erased:
        raise NotFound from None
    await _note_shown(portal, command, enquiry_id)
    return outcome


async def _note_shown(portal: Portal, command: Command, enquiry_id: UUID) -> None:
    await portal.note(command, Opened, access_stream(enquiry_id), looked_at=Looked.ENQUIRY)


async def _loaded(portal: Portal, enquiry_id: UUID) -> Enquiry | None:
    """None where there is none, or the id is of something else."""
    envelopes = (await portal.store.history(enquiry_id)).envelopes
    if not envelopes or not envelopes[0].topic.startswith(ENQUIRY):
        return None
    try:
        return replay(Enquiry, envelopes)
    except Erased:
        return None


def _theirs(who: Visitor, act: Act, enquiry: Enquiry | None) -> Enquiry:
    """The enquiry, if it is for this person's team; otherwise there is none."""
    allow(who, act)
    if enquiry is None or enquiry.kind not in kinds_seen(who.roles):
        raise NotFound
    return enquiry
