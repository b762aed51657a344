"""A referral as the API shows it to its owner and, with its referrer, to the desk. Never the aggregate itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from portal.application.confirming import feedback_for
from portal.application.ending_drafts import end_of
from portal.application.portal import Outcome, Portal
from portal.application.state_tokens import state_token
from portal.application.visitors import Visitor
from portal.domain.addresses import Address
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.gaps import gaps
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.referral_parts import Amended, CapacityOf, CaseRecord, Issued, Referrer, Withdrawn
from portal.domain.refusals import Fault
from portal.domain.services import Channel, Service


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A child, or the adult of concern, with what is given about them. Exactly one of `child` and `adult` is there."""

    id: UUID
    child: Child | None = None
    adult: Adult | None = None
    confirmed: bool = False
    capacity: CapacityOf | None = None
    address: Address | None = None


class SubmissionView(msgspec.Struct, frozen=True):
    """What was sent when. Keep the reference."""

    reference: str
    received_at: datetime
    channel: Channel
    urgent: bool


class ReferralView(msgspec.Struct, frozen=True, kw_only=True):
    """A referral, sent or still a draft. `missing` names all that is needed before it can be sent; `state_tokens` holds
    what replacing an answer needs (If-Match); `offered_capacity` is what was answered for another person, to be offered
    here; `feedback_withheld`: there is feedback, which its referrer reads once staff have confirmed their account."""

    id: UUID
    service: Service
    people: list[PersonView]
    no_particular_child: bool
    offered_capacity: CapacityOf | None
    danger: Danger | None
    answers: dict[str, dict[str, Any]]
    consent: Consent | None
    missing: list[Fault]
    state_tokens: dict[str, str]
    ends_at: datetime | None
    submission: SubmissionView | None
    amendments: list[Amended]
    withdrawn: Withdrawn | None
    acknowledged_at: datetime | None
    feedback: list[Issued]
    feedback_withheld: bool


class DeskView(msgspec.Struct, frozen=True, kw_only=True):
    """A referral in full, for the staff of its service."""

    referrer: Referrer
    referral: ReferralView
    case_records: list[CaseRecord]


async def shown(
    portal: Portal, outcome: Outcome[Referral], *projections: str, who: Visitor | None = None
) -> ReferralView:
    """What a command left, once the lists that will be looked at next show it too. Feedback is shown to `who` may read
    it; a draft has none."""
    referral = await portal.settle(outcome, *projections)
    return referral_view(portal, referral, feedback_for(who, referral) if who else ())


def referral_view(portal: Portal, referral: Referral, feedback: Sequence[Issued]) -> ReferralView:
    """The referral as its owner sees it, with the feedback that they may read."""
    sent = referral.submission
    return ReferralView(
        id=referral.id,
        service=referral.service,
        people=[_person(referral, person) for person in referral.people.values()],
        no_particular_child=referral.no_particular_child,
        offered_capacity=next(iter(referral.capacities.values()), None),
        danger=referral.danger,
        answers=referral.answers,
        consent=referral.consent,
        missing=[] if sent else list(gaps(referral)),
        state_tokens={} if sent else {part: state_token(portal, referral, part) for part in referral.changed},
        ends_at=None if sent else end_of(portal, referral),
        submission=SubmissionView(sent.reference, sent.received_at, sent.channel, sent.urgent) if sent else None,
        amendments=referral.amendments,
        withdrawn=referral.withdrawn,
        acknowledged_at=referral.acknowledged_at,
        feedback=list(feedback),
        feedback_withheld=len(feedback) < len(referral.feedback),
    )


def desk_view(portal: Portal, referral: Referral) -> DeskView:
    """The referral as staff see it."""
    assert referral.submission is not None  # noqa: S101 - the desk only has what was sent
    return DeskView(
        referrer=referral.submission.referrer,
        referral=referral_view(portal, referral, referral.feedback),
        case_records=referral.case_records,
    )


def _person(referral: Referral, person: Child | Adult) -> PersonView:
    return PersonView(
        id=person.id,
        child=person if isinstance(person, Child) else None,
        adult=person if isinstance(person, Adult) else None,
        confirmed=person.id in referral.confirmed,
        capacity=referral.capacities.get(person.id),
        address=referral.addresses.get(person.id),
    )
