"""The biography of a referral: each event says what happened and what that does to the referral."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

from portal.domain.addresses import Address
from portal.domain.aggregate import Created, Event
from portal.domain.documents import Attached, Document, Verdict
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.people import Adult, Child
from portal.domain.referral_parts import (
    Amended,
    Amendment,
    CapacityOf,
    CaseRecord,
    Change,
    EraseRule,
    Feedback,
    Issued,
    Referrer,
    Status,
    Submission,
    Withdrawn,
)
from portal.domain.services import Capacity, Channel, Relationship, Service
from portal.domain.whereabouts import Whereabouts


class ReferralStarted(Created, frozen=True, kw_only=True):
    """Somebody began a draft: an account, or whoever holds the token whose hash is `draft_key`."""

    TOPIC: ClassVar = "referral.started"
    AGGREGATE: ClassVar = "referral"
    service: Service
    owner: UUID | None = None
    draft_key: str = ""


class ReferralEvent(Event, frozen=True, kw_only=True):
    """Anything that happens to a referral later. `PART` names what it replaces, for the state tokens of pages."""

    PART: ClassVar[str] = ""

    def mutate(self, aggregate: Any) -> Any:
        super().mutate(aggregate)
        if self.PART:
            aggregate.changed[self.PART.format(self)] = Change(self.originator_version, self.timestamp)
        return aggregate


class ReferralClaimed(ReferralEvent, frozen=True, kw_only=True):
    """A draft begun before signing in was taken over by an account (guide G7)."""

    TOPIC: ClassVar = "referral.claimed"
    owner: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.owner, aggregate.draft_key = self.owner, ""


class ChildAdded(ReferralEvent, frozen=True, kw_only=True):
    """A child was added to the referral."""

    TOPIC: ClassVar = "referral.child_added"
    PART: ClassVar = "child:{0.child.id}"
    child: Child

    def apply(self, aggregate: Any) -> None:
        aggregate.children[self.child.id] = self.child
        aggregate.no_particular_child = False


class ChildDetailsGiven(ReferralEvent, frozen=True, kw_only=True):
    """What is known of a child was changed; the child must be confirmed again."""

    TOPIC: ClassVar = "referral.child_details_given"
    PART: ClassVar = "child:{0.child.id}"
    child: Child

    def apply(self, aggregate: Any) -> None:
        aggregate.children[self.child.id] = self.child
        aggregate.confirmed -= {self.child.id}


class ChildRemoved(ReferralEvent, frozen=True, kw_only=True):
    """A child was taken off the draft, with the capacity and address given for it."""

    TOPIC: ClassVar = "referral.child_removed"
    PART: ClassVar = "child:{0.child_id}"
    child_id: UUID

    def apply(self, aggregate: Any) -> None:
        parts = (aggregate.children, aggregate.capacities, aggregate.addresses, aggregate.whereabouts)
        for of_child in parts:
            of_child.pop(self.child_id, None)
        aggregate.confirmed -= {self.child_id}


class NoParticularChild(ReferralEvent, frozen=True, kw_only=True):
    """The LADO referral is about an adult's conduct, not about what happened to one child."""

    TOPIC: ClassVar = "referral.no_particular_child"

    def apply(self, aggregate: Any) -> None:
        aggregate.no_particular_child = True


class ChildrenConfirmed(ReferralEvent, frozen=True, kw_only=True):
    """The referrer pressed "Confirm" for these children; more can be added afterwards (guide G6)."""

    TOPIC: ClassVar = "referral.children_confirmed"
    children: tuple[UUID, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.confirmed = frozenset(self.children)


class AdultOfConcernNamed(ReferralEvent, frozen=True, kw_only=True):
    """The adult whom a LADO referral is about was named, or changed."""

    TOPIC: ClassVar = "referral.adult_of_concern_named"
    PART: ClassVar = "adult"
    adult: Adult

    def apply(self, aggregate: Any) -> None:
        aggregate.adult = self.adult


class CapacityDeclared(ReferralEvent, frozen=True, kw_only=True):
    """ "I am completing this form as a", and what the referrer is to this person."""

    TOPIC: ClassVar = "referral.capacity_declared"
    PART: ClassVar = "capacity:{0.person}"
    person: UUID
    capacity: Capacity
    relationship: Relationship

    def apply(self, aggregate: Any) -> None:
        aggregate.capacities[self.person] = CapacityOf(capacity=self.capacity, relationship=self.relationship)


class DangerDeclared(ReferralEvent, frozen=True, kw_only=True):
    """The answer to: is anyone in danger now?"""

    TOPIC: ClassVar = "referral.danger_declared"
    PART: ClassVar = "danger"
    danger: Danger

    def apply(self, aggregate: Any) -> None:
        aggregate.danger = self.danger


class AddressConfirmed(ReferralEvent, frozen=True, kw_only=True):
    """An address for one person: found, typed, copied from another person, or a reason why there is none."""

    TOPIC: ClassVar = "referral.address_confirmed"
    PART: ClassVar = "address:{0.person}"
    person: UUID
    address: Address

    def apply(self, aggregate: Any) -> None:
        aggregate.addresses[self.person] = self.address


class WhereaboutsGiven(ReferralEvent, frozen=True, kw_only=True):
    """Where a child is staying now who is not at home; None: at home after all."""

    TOPIC: ClassVar = "referral.whereabouts_given"
    PART: ClassVar = "whereabouts:{0.child}"
    child: UUID
    whereabouts: Whereabouts | None

    def apply(self, aggregate: Any) -> None:
        if self.whereabouts is None:
            aggregate.whereabouts.pop(self.child, None)
        else:
            aggregate.whereabouts[self.child] = self.whereabouts


class AnswersGiven(ReferralEvent, frozen=True, kw_only=True):
    """The answers to one section of the form, under the version of the questions that was shown."""

    TOPIC: ClassVar = "referral.answers_given"
    PART: ClassVar = "answers:{0.section}"
    section: str
    answers: dict[str, Any]
    form_version: int

    def apply(self, aggregate: Any) -> None:
        aggregate.answers[self.section] = self.answers
        aggregate.asked_in[self.section] = self.form_version


class ConsentRecorded(ReferralEvent, frozen=True, kw_only=True):
    """Whether the family agreed, and if not, why."""

    TOPIC: ClassVar = "referral.consent_recorded"
    PART: ClassVar = "consent"
    consent: Consent

    def apply(self, aggregate: Any) -> None:
        aggregate.consent = self.consent


class DocumentAttached(ReferralEvent, frozen=True, kw_only=True):
    """A professional attached a document, to the draft or to what was sent; its bytes were safe before (guide G27)."""

    TOPIC: ClassVar = "referral.document_attached"
    document: Document

    def apply(self, aggregate: Any) -> None:
        aggregate.documents[self.document.id] = Attached(
            document=self.document, at=self.timestamp, after_sending=aggregate.submission is not None
        )
        aggregate.documents_ever += 1


class DocumentChecked(ReferralEvent, frozen=True, kw_only=True):
    """A virus scanner looked at a document, for the first time or again; `scanner` says which one, with its version."""

    TOPIC: ClassVar = "referral.document_checked"
    document: UUID
    verdict: Verdict
    scanner: str

    def apply(self, aggregate: Any) -> None:
        before = aggregate.documents[self.document]
        aggregate.documents[self.document] = msgspec.structs.replace(
            before,
            verdict=self.verdict,
            checked_at=self.timestamp,
            scanner=self.scanner,
            refused_at=None if self.verdict is Verdict.CLEAN else before.refused_at or self.timestamp,
        )


class DocumentDescribed(ReferralEvent, frozen=True, kw_only=True):
    """The referrer said what a document shows."""

    TOPIC: ClassVar = "referral.document_described"
    PART: ClassVar = "document:{0.document}"
    document: UUID
    description: str

    def apply(self, aggregate: Any) -> None:
        attached = aggregate.documents[self.document]
        described = msgspec.structs.replace(attached.document, description=self.description)
        aggregate.documents[self.document] = msgspec.structs.replace(attached, document=described)


class DocumentRemoved(ReferralEvent, frozen=True, kw_only=True):
    """The referrer took a document off the draft; its key is destroyed."""

    TOPIC: ClassVar = "referral.document_removed"
    document: UUID

    def apply(self, aggregate: Any) -> None:
        del aggregate.documents[self.document]


class ServiceChanged(ReferralEvent, frozen=True, kw_only=True):
    """The draft goes to another service. What was answered stays, also what the other form does not ask."""

    TOPIC: ClassVar = "referral.service_changed"
    PART: ClassVar = "service"
    service: Service

    def apply(self, aggregate: Any) -> None:
        aggregate.service = self.service


class ReferralSubmitted(ReferralEvent, frozen=True, kw_only=True):
    """ "Send Report to Local Authority": from here on the council has it, and nothing in it is changed any more."""

    TOPIC: ClassVar = "referral.submitted"
    reference: str
    declaration: str
    form_version: int
    channel: Channel
    received_at: datetime
    urgent: bool
    referrer: Referrer

    def apply(self, aggregate: Any) -> None:
        aggregate.submission = Submission(
            self.reference,
            self.received_at,
            self.channel,
            self.urgent,
            self.referrer,
            self.form_version,
            self.declaration,
        )


class ReferralAmended(ReferralEvent, frozen=True, kw_only=True):
    """The referrer added to what was sent, and said why. What was sent stays as it was."""

    TOPIC: ClassVar = "referral.amended"
    amendment: Amendment

    def apply(self, aggregate: Any) -> None:
        aggregate.amendments.append(Amended(self.amendment, self.timestamp))


class ReferralWithdrawn(ReferralEvent, frozen=True, kw_only=True):
    """The referrer took the referral back, and said why. The council still has it and decides what to do."""

    TOPIC: ClassVar = "referral.withdrawn"
    why: str

    def apply(self, aggregate: Any) -> None:
        aggregate.withdrawn = Withdrawn(self.why, self.timestamp)


class ConsentWithdrawn(ReferralEvent, frozen=True, kw_only=True):
    """Whoever had agreed to what was sent does not agree any more. What was sent stays; staff decide what follows."""

    TOPIC: ClassVar = "referral.consent_withdrawn"
    why: str

    def apply(self, aggregate: Any) -> None:
        aggregate.consent_withdrawn = Withdrawn(self.why, self.timestamp)


class Acknowledged(ReferralEvent, frozen=True, kw_only=True):
    """Staff told the referrer that the referral was read."""

    TOPIC: ClassVar = "referral.acknowledged"

    def apply(self, aggregate: Any) -> None:
        aggregate.acknowledged_at = self.timestamp


class FeedbackIssued(ReferralEvent, frozen=True, kw_only=True):
    """Staff answered the referrer, on the whole referral or on one child."""

    TOPIC: ClassVar = "referral.feedback_issued"
    feedback: Feedback

    def apply(self, aggregate: Any) -> None:
        aggregate.feedback.append(Issued(self.feedback, self.timestamp))


class ReferrerConfirmed(ReferralEvent, frozen=True, kw_only=True):
    """Staff made sure that the professional who sent it works where they say (account.professional_confirmed)."""

    TOPIC: ClassVar = "referral.referrer_confirmed"

    def apply(self, aggregate: Any) -> None:
        sent = aggregate.submission
        aggregate.submission = msgspec.structs.replace(
            sent, referrer=msgspec.structs.replace(sent.referrer, not_verified=False)
        )


class RecordedInCaseSystem(ReferralEvent, frozen=True, kw_only=True):
    """Staff, or the case system itself, noted where it is kept there."""

    TOPIC: ClassVar = "referral.recorded_in_case_system"
    record: CaseRecord

    def apply(self, aggregate: Any) -> None:
        aggregate.case_records.append(self.record)


class DraftEnded(ReferralEvent, frozen=True, kw_only=True):
    """A draft that was not sent in time came to its end; nobody at the council ever read it."""

    TOPIC: ClassVar = "referral.draft_ended"

    def apply(self, aggregate: Any) -> None:
        aggregate.ended = True


class ReferralErased(ReferralEvent, frozen=True, kw_only=True):
    """The tombstone: everything before it can no longer be read, by anybody. What it says itself is all that remains.

    `owner` is an opaque id that stands in the metadata of their events too: whose list it is on. `reference`,
    `received_at`, `channel` and `owner` are those of a referral that was sent; a draft leaves none.
    """

    TOPIC: ClassVar = "referral.erased"
    ENDS_KEY: ClassVar = True
    IN_CLEAR: ClassVar = True
    rule: EraseRule
    service: Service
    status: Status
    started_at: datetime
    owner: UUID | None = None
    reference: str | None = None
    channel: Channel | None = None
    urgent: bool = False
    received_at: datetime | None = None
    acknowledged_at: datetime | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.erased_at = self.timestamp
