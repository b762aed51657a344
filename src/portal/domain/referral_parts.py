"""The smaller values a referral is made of: who referred, what was sent when, what came back."""

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from portal.domain.facts import Facts, line, story
from portal.domain.forms.question import Data, ask
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Channel, Relationship


class Status(StrEnum):
    """Where a referral stands."""

    DRAFT = "draft"
    NEW = "new"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"


class EraseRule(StrEnum):
    """Why a referral is erased (security.md 4.1: retention drives it, a request rarely does)."""

    RETENTION_OVER = "retention_over"
    REQUEST_GRANTED = "request_granted"
    SENT_IN_ERROR = "sent_in_error"
    DRAFT_NOT_SENT = "draft_not_sent"


class CapacityOf(Facts, frozen=True, kw_only=True):
    """In which capacity the referrer writes about one person, and what they are to that person."""

    capacity: Annotated[
        Capacity,
        ask(
            "I am completing this form as a",
            hint="Choose with care: it decides what we ask you. Answer for each child. If you work with children but "
            "write about your own family, you are not writing as a professional.",
            why="It decides what we ask you, and how.",
            data=Data.PERSONAL,
            required=True,
        ),
    ]
    relationship: Annotated[
        Relationship,
        ask(
            "What are you to this person?",
            why="So that we know how you come to know what you tell us.",
            data=Data.PERSONAL,
            required=True,
        ),
    ]

    def faults(self, today: date) -> Iterator[Fault]:
        if (self.capacity is Capacity.SELF) != (self.relationship is Relationship.SELF):
            yield Fault("/relationship", "If this is about you, choose 'self' for both questions. If not, for neither.")
        if self.capacity is Capacity.PROFESSIONAL and self.relationship not in _AT_WORK:
            yield Fault("/relationship", "As a professional, choose what you are to this person in your work.")


_AT_WORK = frozenset(
    {
        Relationship.PROFESSIONAL,
        Relationship.EMPLOYER,
        Relationship.COLLEAGUE,
        Relationship.FOSTER_CARER,
        Relationship.OTHER,
    }
)


class Referrer(msgspec.Struct, frozen=True, kw_only=True):
    """Who sent a referral, as their account said at that moment. `not_verified`: a professional of whom only they
    themselves said so; staff have not confirmed them yet."""

    name: str
    email: str
    phone: str = ""
    professional: bool = False
    organisation: str = ""
    organisation_kind: str = ""
    role: str = ""
    not_verified: bool = False


class Submission(msgspec.Struct, frozen=True):
    """What was sent when."""

    reference: str
    received_at: datetime
    channel: Channel
    urgent: bool
    referrer: Referrer
    form_version: int
    declaration: str = ""


class Amendment(Facts, frozen=True, kw_only=True):
    """Something added to what was sent, and why."""

    text: Annotated[str, story("What do you want to add?", "He is back at school.", required=True)]
    why: Annotated[str, line("Why?", "I learned more today", longest=1000, required=True)]


class Amended(msgspec.Struct, frozen=True):
    """An amendment and when it was made."""

    amendment: Amendment
    at: datetime


class Withdrawn(msgspec.Struct, frozen=True):
    """Why the referrer took the referral back, or the family its agreement, and when."""

    why: str
    at: datetime


class Feedback(Facts, frozen=True, kw_only=True):
    """What staff tell the referrer: the answer to the whole referral, or to what concerns one child."""

    child_id: Annotated[UUID, Meta(title="The child it is about; leave out for the whole referral")] | None = None
    outcome: Annotated[
        str,
        line("What we decided", "A social worker will visit the family this week.", longest=5000, required=True),
    ]
    what_happens_next: Annotated[
        str, line("What happens next", "They will ring you on Wednesday.", longest=5000, required=True)
    ]
    whom_to_ring: Annotated[
        str, line("Whom to ring", "The family front door, 01632 960 100", longest=500, required=True)
    ]
    how_to_disagree: Annotated[
        str,
        line("How to disagree", "Ask for the team manager within ten days.", longest=2000, required=True),
    ]


class Issued(msgspec.Struct, frozen=True):
    """Feedback and when it was given."""

    feedback: Feedback
    at: datetime


class CaseRecord(Facts, frozen=True, kw_only=True):
    """Where a referral, or what concerns one child of it, is kept in the council's case system."""

    system: Annotated[str, line("Case system", "Mosaic", longest=100, required=True)]
    number: Annotated[str, line("Number of the record there", "2026-004711", longest=100, required=True)]
    child_id: Annotated[UUID, Meta(title="The child it is about; leave out for the whole referral")] | None = None


class Change(msgspec.Struct, frozen=True):
    """When a part of the draft was last changed: version of the stream, and the time."""

    version: int
    at: datetime
