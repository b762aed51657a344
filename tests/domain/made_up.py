"""Made-up people, and how far their referral has got: each history here goes on where the one before it ended."""

from datetime import date
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.addresses import Address, AddressSource, WhyNoAddress
from portal.domain.forms.consent import Consent, Giver, HowAgreed
from portal.domain.forms.danger import Danger
from portal.domain.forms.early_help import SupportWanted
from portal.domain.forms.form import DECLARATION, FORM_VERSION
from portal.domain.forms.lado import Allegation, Limb
from portal.domain.forms.section import Section
from portal.domain.forms.social_care import Worries
from portal.domain.options import Known
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.referral_events import (
    AddressConfirmed,
    AdultOfConcernNamed,
    AnswersGiven,
    CapacityDeclared,
    ChildAdded,
    ChildrenConfirmed,
    ConsentRecorded,
    DangerDeclared,
    ReferralStarted,
    ReferralSubmitted,
)
from portal.domain.referral_parts import CapacityOf, Feedback, Referrer
from portal.domain.services import Capacity, Channel, Relationship, Service
from tests.domain import policy
from tests.domain.policy import NOW, Told, told

Given = policy.Given[Referral]

PRIYA = UUID(int=0x11)  # a teacher's account
TAMSIN = UUID(int=0x12)  # a mother's account
AMARA = Child(id=UUID(int=0xA), given_name="Amara", family_name="Okafor", born=date(2017, 3, 27))
JONAH = Child(id=UUID(int=0xB), given_name="Jonah", family_name="Okafor", estimated_age=4)
UNBORN = Child(id=UUID(int=0xC), name_not_known=True, description="Amara's baby sister", due=date(2027, 3, 1))
GROWN_UP = Child(id=UUID(int=0xD), given_name="Elin", family_name="Frost", born=date(1990, 5, 6), was_child_then=True)
COLIN = Adult(id=UUID(int=0xE), given_name="Colin", family_name="Marsh", job_title="Coach")

AT_WORK = CapacityOf(capacity=Capacity.PROFESSIONAL, relationship=Relationship.PROFESSIONAL)
MOTHER = CapacityOf(capacity=Capacity.PERSONAL, relationship=Relationship.MOTHER)
MYSELF = CapacityOf(capacity=Capacity.SELF, relationship=Relationship.SELF)

TANNERY_ROW = Address(source=AddressSource.MANUAL, lines=("14 Tannery Row",), town="Severnmouth", postcode="ZZ1 4QP")
NO_FIXED_ABODE = Address(source=AddressSource.NONE, why_none=WhyNoAddress.NO_FIXED_ABODE)
NOT_KNOWN = Address(source=AddressSource.NONE, why_none=WhyNoAddress.NOT_KNOWN)

SAFE = Danger(in_danger=False)
IN_DANGER = Danger(in_danger=True, police_called=True, police_log_number="SV-2211-118")
WORRIES = Worries(worried_about="Bruises on both arms.", seen_or_heard="On Monday at registration.")
SUPPORT = SupportWanted(going_on="Mornings are hard.", would_help="Somebody to talk to.")
ALLEGATION = Allegation(limbs=(Limb.HARMED, Limb.RISK), what_happened="Held under water.", when="14 November")
AGREED = Consent(
    agreed=True, giver=Giver.PARENT, agreed_by="The children's mother", responsibility=Known.YES, how=HowAgreed.SPOKEN
)

TEACHER = Referrer(
    name="Priya Nair",
    email="priya.nair@oakfield.example",
    phone="01632 960 017",
    professional=True,
    organisation="Oakfield Primary School",
    organisation_kind="school",
    role="Designated safeguarding lead",
)
PARENT = Referrer(name="Tamsin Okafor", email="tamsin@example.org")
ANSWER = Feedback(
    outcome="A social worker will visit the family this week.",
    what_happens_next="They will ring you on Wednesday.",
    whom_to_ring="The family front door, 01632 960 100",
    how_to_disagree="Ask for the team manager within ten days.",
)


def started(service: Service = Service.SOCIAL_CARE, owner: UUID | None = PRIYA, draft_key: str = "") -> Told:
    return told(ReferralStarted, service=service, owner=owner, draft_key=draft_key)


def added(*children: Child) -> tuple[Told, ...]:
    return tuple(told(ChildAdded, child=child) for child in children)


def confirmed(*children: Child) -> Told:
    return told(ChildrenConfirmed, children=tuple(child.id for child in children))


def declared(person: Child | Adult, given: CapacityOf = AT_WORK) -> Told:
    return told(CapacityDeclared, person=person.id, **msgspec.structs.asdict(given))


def lives(person: Child | Adult, address: Address = TANNERY_ROW) -> Told:
    return told(AddressConfirmed, person=person.id, address=address)


def answered(section: Section) -> Told:
    answers = msgspec.json.decode(msgspec.json.encode(section))
    return told(AnswersGiven, section=section.NAME, answers=answers, form_version=FORM_VERSION)


def submitted(**otherwise: Any) -> Told:
    usual = {
        "reference": "4H7K-PX2M",
        "declaration": DECLARATION,
        "form_version": FORM_VERSION,
        "channel": Channel.PORTAL,
        "received_at": NOW,
        "urgent": False,
        "referrer": TEACHER,
    }
    return told(ReferralSubmitted, **{**usual, **otherwise})


STARTED = started()
LADO = started(Service.LADO)
NAMED = told(AdultOfConcernNamed, adult=COLIN)
WITH_AMARA = (STARTED, *added(AMARA))
WITH_BOTH = (*WITH_AMARA, *added(JONAH))
BUT_FOR_CONSENT = (*WITH_AMARA, confirmed(AMARA), declared(AMARA), lives(AMARA), told(DangerDeclared, danger=SAFE))
COMPLETE = (*BUT_FOR_CONSENT, answered(WORRIES), told(ConsentRecorded, consent=AGREED))
SENT = (*COMPLETE, submitted())


def submit(referral: Referral, referrer: Referrer = TEACHER) -> None:
    """ "Send Report to Local Authority"."""
    referral.submit("4H7K-PX2M", referrer, Channel.PORTAL, NOW, NOW)
