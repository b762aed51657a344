"""The desk: the inbox, opening a referral, acknowledging it, answering its referrer, the dashboard."""

from collections.abc import Callable, Collection
from datetime import datetime
from functools import partial
from uuid import UUID

import msgspec

from portal.application.opening import look_up, note_shown
from portal.application.policy import Act
from portal.application.portal import Outcome, Portal
from portal.application.visitors import Visitor, erased_said_to_staff, services_of, theirs
from portal.domain.referral import Referral
from portal.domain.referral_parts import CaseRecord, Feedback
from portal.domain.services import Service
from portal.eventstore.work import Command, Work
from portal.projections.dashboard import Dashboard as Dashboard
from portal.projections.dashboard import read_dashboard
from portal.projections.staff_inbox import Cursor as Cursor
from portal.projections.staff_inbox import InboxRow as InboxRow
from portal.projections.staff_inbox import InboxStatus as InboxStatus
from portal.projections.staff_inbox import Listed as Listed
from portal.projections.staff_inbox import inbox_counts, inbox_page

PAGE = 25  # rows
MOST_COUNTED = 99  # on a tab; beyond, it says "99+" and takes no longer
ASKABLE = tuple(status for status in InboxStatus if status is not InboxStatus.DRAFT)
SHOWN = tuple(status for status in ASKABLE if status is not InboxStatus.ERASED)  # where nobody asks for a status


class Tab(msgspec.Struct, frozen=True):
    """How many referrals stand at a status: `referrals`, 99 at most, and whether there are `more` than that."""

    status: InboxStatus
    referrals: int
    more: bool


class InboxPage(msgspec.Struct, frozen=True):
    """Rows, where the next page begins (None on the last one), and a tab for each status."""

    rows: list[InboxRow]
    next: Cursor | None
    tabs: list[Tab]


async def inbox(
    portal: Portal,
    who: Visitor,
    service: Service | None = None,
    statuses: Collection[InboxStatus] = SHOWN,
    after: Cursor | None = None,
) -> InboxPage:
    """One page of the inbox, urgent first, and what its tabs say; only of services this person sees."""
    services = [one for one in sorted(services_of(who, Act.LIST_DESK)) if service in (None, one)]
    shown = [status for status in ASKABLE if status in statuses]
    async with portal.pool.acquire() as connection:
        rows, following = await inbox_page(connection, portal.store.keyring, services, shown, after, PAGE)
        counts = await inbox_counts(connection, services, ASKABLE, MOST_COUNTED + 1)
    tabs = [Tab(status, min(counts[status], MOST_COUNTED), counts[status] > MOST_COUNTED) for status in ASKABLE]
    return InboxPage(rows, following, tabs)


class Unopened(msgspec.Struct, frozen=True):
    """A referral that somebody may open and has not: no more of it than its line in the inbox says."""

    id: UUID
    reference: str


async def find_unopened(portal: Portal, who: Visitor, referral_id: UUID) -> Unopened:
    """What stands on the door of a referral. Nothing of it is shown by this, so nothing is put on record."""
    with erased_said_to_staff(services_of(who, Act.OPEN)):
        referral = theirs(who, Act.OPEN, (await portal.store.load(Referral, referral_id)).aggregate)
    assert referral.submission is not None  # noqa: S101 - the desk only has what was sent
    return Unopened(referral.id, referral.submission.reference)


async def open_referral(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> Referral:
    """A referral in full. That it was opened, and by whom, is on record before it is shown."""
    referral = await look_up(portal, who, command, Act.OPEN, referral_id)
    await note_shown(portal, command, referral_id)
    return referral


async def acknowledge(portal: Portal, who: Visitor, command: Command, referral_id: UUID) -> Outcome[Referral]:
    """The referral has been read; its referrer sees that."""
    return await _on_desk(portal, who, command, referral_id, lambda referral, now: referral.acknowledge(now))


async def issue_feedback(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, feedback: Feedback
) -> Outcome[Referral]:
    """Answer the referrer, who is mailed that an answer is there."""
    return await _on_desk(
        portal, who, command, referral_id, lambda referral, now: referral.issue_feedback(feedback, now)
    )


async def record_in_case_system(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, record: CaseRecord
) -> Outcome[Referral]:
    """Note where the referral is kept in the council's case system."""
    return await _on_desk(
        portal, who, command, referral_id, lambda referral, now: referral.record_in_case_system(record, now)
    )


async def dashboard(portal: Portal, who: Visitor) -> Dashboard:
    """The numbers, of services this person sees."""
    seen = services_of(who, Act.COUNT)
    async with portal.pool.acquire() as connection:
        return await read_dashboard(connection, sorted(seen))


async def _on_desk(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, act: Callable[[Referral, datetime], None]
) -> Outcome[Referral]:
    await look_up(portal, who, command, Act.ANSWER, referral_id)

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral_id)
        referral = theirs(who, Act.ANSWER, loaded)
        act(referral, now)
        return referral

    with erased_said_to_staff(services_of(who, Act.ANSWER)):
        outcome = await portal.perform(command, Referral, decide, partial(theirs, who, Act.ANSWER))
    await note_shown(portal, command, referral_id)
    return outcome
