"""What a referral is at any moment: the state that its events make and its methods decide on."""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.domain.addresses import Address
from portal.domain.aggregate import Aggregate
from portal.domain.documents import Attached
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.people import Adult, Child
from portal.domain.referral_parts import Amended, CapacityOf, CaseRecord, Change, Issued, Status, Submission, Withdrawn
from portal.domain.services import Capacity, Service
from portal.domain.whereabouts import Whereabouts


class ReferralState(Aggregate):
    """The state of one referral."""

    def __init__(self, service: Service, owner: UUID | None, draft_key: str) -> None:
        self.service = service
        self.owner = owner
        self.draft_key = draft_key
        self.children: dict[UUID, Child] = {}
        self.no_particular_child = False
        self.confirmed: frozenset[UUID] = frozenset()
        self.adult: Adult | None = None
        self.capacities: dict[UUID, CapacityOf] = {}
        self.addresses: dict[UUID, Address] = {}
        self.whereabouts: dict[UUID, Whereabouts] = {}  # of children who are not at home
        self.danger: Danger | None = None
        self.answers: dict[str, dict[str, Any]] = {}
        self.asked_in: dict[str, int] = {}  # of each section: the version of the form in which it was answered
        self.consent: Consent | None = None
        self.documents: dict[UUID, Attached] = {}
        self.documents_ever = 0
        self.submission: Submission | None = None
        self.amendments: list[Amended] = []
        self.withdrawn: Withdrawn | None = None
        self.consent_withdrawn: Withdrawn | None = None
        self.acknowledged_at: datetime | None = None
        self.feedback: list[Issued] = []
        self.case_records: list[CaseRecord] = []
        self.ended = False
        self.erased_at: datetime | None = None
        self.changed: dict[str, Change] = {}  # by part; the state tokens of pages stand on it

    @property
    def people(self) -> dict[UUID, Child | Adult]:
        """Everybody who needs an address and a relationship, by id: the adult of concern first, then the children."""
        return {**({self.adult.id: self.adult} if self.adult else {}), **self.children}

    @property
    def capacity(self) -> Capacity:
        """In which capacity the form as a whole is filled in: it decides what is asked, and how it is put. Whoever has
        not said yet is asked as anybody in a personal capacity is."""
        given = {of.capacity for of in self.capacities.values()}
        return next((each for each in (Capacity.PROFESSIONAL, Capacity.SELF) if each in given), Capacity.PERSONAL)

    def capacity_towards(self, person: UUID) -> Capacity:
        """In which capacity one person is written about: whoever refers themselves writes about the others as family
        do."""
        if given := self.capacities.get(person):
            return given.capacity
        return Capacity.PERSONAL if self.capacity is Capacity.SELF else self.capacity

    @property
    def status(self) -> Status:
        """Where it stands: of the council's answer and the referrer's withdrawal, what was said last."""
        if self.submission is None:
            return Status.DRAFT
        if self.withdrawn and not any(issued.at >= self.withdrawn.at for issued in self.feedback):
            return Status.WITHDRAWN
        if self.feedback:
            return Status.ANSWERED
        return Status.ACKNOWLEDGED if self.acknowledged_at else Status.NEW
