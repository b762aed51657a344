"""A referral as the API shows it to its owner and, with its referrer, to the desk. Never the aggregate itself."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import msgspec

from portal.application.attaching import rules_of
from portal.application.confirming import feedback_for
from portal.application.ending_drafts import end_of
from portal.application.outside import Outside, outside
from portal.application.portal import Outcome, Portal
from portal.application.sent_text import full_text_until, is_put_away
from portal.application.state_tokens import state_token
from portal.application.urgent_help import help_in_danger, what_happens_next
from portal.application.visitors import Visitor
from portal.council.documents import DocumentRules
from portal.domain.addresses import Address
from portal.domain.documents import Attached, Verdict
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.front_door import WhomToRing
from portal.domain.gaps import gaps
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.referral_parts import Amended, CapacityOf, CaseRecord, Issued, Referrer, Submission, Withdrawn
from portal.domain.refusals import Fault
from portal.domain.services import Channel, Service
from portal.domain.whereabouts import Whereabouts


class PersonView(msgspec.Struct, frozen=True, kw_only=True):
    """A child, or the adult of concern, with what is given about them. Exactly one of `child` and `adult` is there."""

    id: UUID
    child: Child | None = None
    adult: Adult | None = None
    confirmed: bool = False
    capacity: CapacityOf | None = None
    address: Address | None = None
    whereabouts: Whereabouts | None = None


class DocumentView(msgspec.Struct, frozen=True, kw_only=True):
    """A document. `kind` is what it is, whatever it is called; `size` is in bytes; only one that is `clean` can be
    opened at the desk; `after_sending`: it was added to what had been sent."""

    id: UUID
    name: str
    description: str
    kind: str
    size: int
    attached_at: datetime
    after_sending: bool
    verdict: Verdict
    says: str


class SubmissionView(msgspec.Struct, frozen=True):
    """What was sent when. Keep the reference. `what_happens_next`: when it is read, and by when we mean to answer."""

    reference: str
    received_at: datetime
    channel: Channel
    urgent: bool
    what_happens_next: str


class ReferralView(msgspec.Struct, frozen=True, kw_only=True):
    """A referral, sent or still a draft. `missing` names all that is needed before it can be sent; `state_tokens` holds
    what replacing an answer needs (If-Match); `offered_capacity` is what was answered for another person, to be offered
    here; `whom_to_ring`: in danger, until the council has read it; `outside`: addresses outside the council's area,
    which keep nobody from sending; `document_limits`: what may be attached, by professionals only; `feedback_withheld`:
    there is feedback, which its referrer reads once staff have confirmed their account; `full_text_until`: when its
    sender stops to see what they wrote."""

    id: UUID
    service: Service
    people: list[PersonView]
    no_particular_child: bool
    offered_capacity: CapacityOf | None
    danger: Danger | None
    whom_to_ring: WhomToRing | None
    answers: dict[str, dict[str, Any]]
    consent: Consent | None
    missing: list[Fault]
    outside: list[Outside]
    state_tokens: dict[str, str]
    ends_at: datetime | None
    full_text_until: datetime | None
    submission: SubmissionView | None
    amendments: list[Amended]
    withdrawn: Withdrawn | None
    consent_withdrawn: Withdrawn | None
    acknowledged_at: datetime | None
    feedback: list[Issued]
    feedback_withheld: bool
    documents: list[DocumentView]
    document_limits: DocumentRules


WITHOUT_TEXT: dict[str, Any] = {
    "people": [],
    "no_particular_child": False,
    "offered_capacity": None,
    "danger": None,
    "answers": {},
    "consent": None,
    "amendments": [],
    "withdrawn": None,
    "documents": [],
    "outside": [],
    "whom_to_ring": None,
    "consent_withdrawn": None,
}


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
    return own_view(portal, referral, feedback_for(who, referral) if who else ())


def own_view(portal: Portal, referral: Referral, feedback: Sequence[Issued]) -> ReferralView:
    """The referral as its owner sees it: some weeks after it was sent, without what they wrote."""
    view = referral_view(portal, referral, feedback)
    put_away = view.submission is not None and is_put_away(portal, view.submission.received_at)
    return msgspec.structs.replace(view, **WITHOUT_TEXT) if put_away else view


def referral_view(portal: Portal, referral: Referral, feedback: Sequence[Issued]) -> ReferralView:
    """The whole referral, with the feedback that its reader may see."""
    sent = referral.submission
    return ReferralView(
        id=referral.id,
        service=referral.service,
        people=[_person(referral, person) for person in referral.people.values()],
        no_particular_child=referral.no_particular_child,
        offered_capacity=next(iter(referral.capacities.values()), None),
        danger=referral.danger,
        whom_to_ring=help_in_danger(portal, referral, datetime.now(UTC)),
        answers=referral.answers,
        consent=referral.consent,
        missing=[] if sent else list(gaps(referral)),
        outside=outside(portal.council.area, referral),
        state_tokens={} if sent else {part: state_token(portal, referral, part) for part in referral.changed},
        ends_at=None if sent else end_of(portal, referral),
        full_text_until=full_text_until(portal, sent.received_at if sent else None),
        submission=_submission(portal, sent) if sent else None,
        amendments=referral.amendments,
        withdrawn=referral.withdrawn,
        consent_withdrawn=referral.consent_withdrawn,
        acknowledged_at=referral.acknowledged_at,
        feedback=list(feedback),
        feedback_withheld=len(feedback) < len(referral.feedback),
        documents=[_document(attached) for attached in referral.documents.values()],
        document_limits=rules_of(portal, referral.service),
    )


def desk_view(portal: Portal, referral: Referral) -> DeskView:
    """The referral as staff see it."""
    assert referral.submission is not None  # noqa: S101 - the desk only has what was sent
    return DeskView(
        referrer=referral.submission.referrer,
        referral=referral_view(portal, referral, referral.feedback),
        case_records=referral.case_records,
    )


def _submission(portal: Portal, sent: Submission) -> SubmissionView:
    after = what_happens_next(portal, sent)
    return SubmissionView(sent.reference, sent.received_at, sent.channel, sent.urgent, after)


SAYS = {
    Verdict.PENDING: "Waiting to be checked for viruses",
    Verdict.CLEAN: "No virus was found",
    Verdict.INFECTED: "The selected file contains a virus",
    Verdict.UNSCANNABLE: "The selected file could not be checked for viruses",
}


def _document(attached: Attached) -> DocumentView:
    document = attached.document
    return DocumentView(
        id=document.id,
        name=document.name,
        description=document.description,
        kind=document.kind,
        size=document.size,
        attached_at=attached.at,
        after_sending=attached.after_sending,
        verdict=attached.verdict,
        says=SAYS[attached.verdict],
    )


def _person(referral: Referral, person: Child | Adult) -> PersonView:
    return PersonView(
        id=person.id,
        child=person if isinstance(person, Child) else None,
        adult=person if isinstance(person, Adult) else None,
        confirmed=person.id in referral.confirmed,
        capacity=referral.capacities.get(person.id),
        address=referral.addresses.get(person.id),
        whereabouts=referral.whereabouts.get(person.id),
    )
