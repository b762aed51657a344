"""Feedback about a service, and an enquiry about fostering: what was sent, that somebody answered it, its end."""

from datetime import datetime
from typing import Annotated, Any, ClassVar, Self
from uuid import UUID

from portal.domain.aggregate import Aggregate, Created, Event
from portal.domain.enquiry_forms import EnquiryForm, EnquiryKind, FosterEnquiry, ServiceFeedback
from portal.domain.facts import Facts, line
from portal.domain.referral_parts import EraseRule
from portal.domain.refusals import Refused, refuse_if
from portal.domain.working_days import day_of

ENQUIRY = "enquiry."  # what the topics of its events begin with


class ServiceFeedbackSent(Created, frozen=True, kw_only=True):
    """Somebody said what they think of a service. `owner`: their account, if they were signed in."""

    TOPIC: ClassVar = "enquiry.service_feedback_sent"
    AGGREGATE: ClassVar = "enquiry"
    reference: str
    form: ServiceFeedback
    owner: UUID | None = None


class FosterEnquirySent(Created, frozen=True, kw_only=True):
    """Somebody asked about becoming a foster carer. `owner`: their account, if they were signed in."""

    TOPIC: ClassVar = "enquiry.foster_enquiry_sent"
    AGGREGATE: ClassVar = "enquiry"
    reference: str
    form: FosterEnquiry
    owner: UUID | None = None


class EnquiryAnswered(Event, frozen=True, kw_only=True):
    """Staff answered it, by telephone or letter, and noted how; or noted that nothing was to be answered."""

    TOPIC: ClassVar = "enquiry.answered"
    how: str

    def apply(self, aggregate: Any) -> None:
        aggregate.answered_at, aggregate.how_answered = self.timestamp, self.how


class EnquiryErased(Event, frozen=True, kw_only=True):
    """The tombstone: what was sent can no longer be read, by anybody."""

    TOPIC: ClassVar = "enquiry.erased"
    ENDS_KEY: ClassVar = True
    IN_CLEAR: ClassVar = True
    rule: EraseRule
    enquiry_kind: EnquiryKind
    sent_at: datetime
    answered_at: datetime | None = None

    def apply(self, aggregate: Any) -> None:
        aggregate.erased_at = self.timestamp


class Answer(Facts, frozen=True, kw_only=True):
    """How staff answered it."""

    how: Annotated[
        str, line("How was it answered?", "Rang on Tuesday and sent the booklet.", longest=2000, required=True)
    ]


class Enquiry(Aggregate):
    """One message by one of the short forms."""

    TOPIC = "enquiry"

    def __init__(self, reference: str, form: EnquiryForm, owner: UUID | None) -> None:
        self.reference = reference
        self.form = form
        self.owner = owner
        self.answered_at: datetime | None = None
        self.how_answered = ""
        self.erased_at: datetime | None = None

    @classmethod
    def send(cls, id: UUID, form: EnquiryForm, reference: str, owner: UUID | None, now: datetime) -> Self:
        """A new one. Refused where something is missing or contradicts itself, every fault at once."""
        refuse_if(form.faults(day_of(now)))
        kind = ServiceFeedbackSent if isinstance(form, ServiceFeedback) else FosterEnquirySent
        return cls._create(kind, id=id, reference=reference, form=form, owner=owner, timestamp=now)

    @property
    def kind(self) -> EnquiryKind:
        """Which form it was."""
        return self.form.KIND

    def answer(self, answer: Answer, now: datetime) -> None:
        """Somebody answered it. What was answered is not answered again."""
        if self.answered_at:
            raise Refused("Somebody has marked this as answered already.")
        self.trigger_event(EnquiryAnswered, how=answer.how, timestamp=now)

    def erase(self, rule: EraseRule, now: datetime) -> None:
        """Leave only which form it was and when. A second time changes nothing."""
        if rule is EraseRule.DRAFT_NOT_SENT:
            raise Refused(f"The rule {rule.value} is not for what was sent.")
        if self.erased_at is None:
            self.trigger_event(
                EnquiryErased,
                rule=rule,
                enquiry_kind=self.kind,
                sent_at=self.created_on,
                answered_at=self.answered_at,
                timestamp=now,
            )
