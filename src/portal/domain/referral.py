"""The referral: a draft somebody fills in, then a referral the council answers. Its methods decide; events tell."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Self
from uuid import UUID

import msgspec

from portal.domain import referral_events as happened
from portal.domain.account_details import AccountKind
from portal.domain.addresses import Address, AddressSource, Place
from portal.domain.documents import MOST_EVER, Document, DocumentLimits, Verdict, why_not
from portal.domain.forms.answering import not_asked
from portal.domain.forms.consent import Consent
from portal.domain.forms.consent_rules import name_faults
from portal.domain.forms.contact import Contact
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import CONSENT, DECLARATION, FORM_VERSION, form_of
from portal.domain.forms.section import Section
from portal.domain.gaps import gaps, gaps_of_referrer
from portal.domain.people import Adult, Child
from portal.domain.referral_parts import (
    Amendment,
    CapacityOf,
    CaseRecord,
    EraseRule,
    Feedback,
    Referrer,
    Submission,
)
from portal.domain.referral_state import ReferralState
from portal.domain.refusals import Fault, Refused, refuse_if
from portal.domain.services import Capacity, Channel, Service
from portal.domain.whereabouts import Whereabouts
from portal.domain.working_days import day_of

MOST_CHILDREN = 20
MOST_AMENDMENTS = 50


class Referral(ReferralState):
    """One referral, from the first word of its draft to the council's feedback."""

    TOPIC = "referral"

    # --- the draft -------------------------------------------------------------------------------------------------

    @classmethod
    def start(cls, id: UUID, service: Service, owner: UUID | None, draft_key: str, now: datetime) -> Self:
        """A new draft of an account, or of whoever holds the token behind `draft_key`."""
        return cls._create(
            happened.ReferralStarted, id=id, service=service, owner=owner, draft_key=draft_key, timestamp=now
        )

    def claim(self, owner: UUID, now: datetime) -> None:
        """Taken over at sign-in. Nothing happens where it is the account's already."""
        if self.owner == owner:
            return
        if self.owner is not None:
            raise Refused("This form belongs to somebody else.")
        self._open_draft()
        self._tell(happened.ReferralClaimed, now, owner=owner)

    def add_child(self, child: Child, now: datetime) -> None:
        """A child of the family (for the LADO: a child whom it happened to)."""
        self._open_draft()
        self._check_child(child, now)
        if len(self.children) == MOST_CHILDREN:
            raise Refused(f"You can refer up to {MOST_CHILDREN} children at once.")
        if child.id in self.people:
            raise Refused("This child is on the form already.")
        self._tell(happened.ChildAdded, now, child=child)

    def give_child_details(self, child: Child, now: datetime) -> None:
        """What is known of a child, in place of what was known."""
        self._open_draft()
        self._check_child(child, now)
        if self.children[self._child(child.id)] != child:
            self._tell(happened.ChildDetailsGiven, now, child=child)

    def remove_child(self, child_id: UUID, now: datetime) -> None:
        """Take a child off the draft. Addresses copied from it stay: they were true when they were copied."""
        self._open_draft()
        self._tell(happened.ChildRemoved, now, child_id=self._child(child_id))

    def say_no_particular_child(self, now: datetime) -> None:
        """LADO only: the worry is about the adult's conduct, not about one child."""
        self._open_draft()
        if self.service is not Service.LADO:
            raise Refused("Tell us which child this is about.")
        if self.children:
            raise Refused("There are children on this form. Remove them first.")
        if not self.no_particular_child:
            self._tell(happened.NoParticularChild, now)

    def confirm_children(self, now: datetime) -> None:
        """ "Confirm": these are the children. More can be added afterwards, and confirmed again."""
        self._open_draft()
        if not self.children and not self.no_particular_child:
            raise Refused("Add a child before you confirm.", [Fault("/children", "Add at least one child.")])
        if self.children.keys() != self.confirmed:
            self._tell(happened.ChildrenConfirmed, now, children=tuple(self.children))

    def name_adult(self, adult: Adult, now: datetime) -> None:
        """The one adult a LADO referral is about; each further adult needs a form of their own."""
        self._open_draft()
        if self.service is not Service.LADO:
            raise Refused("Only a referral about an adult who works with children names an adult.")
        refuse_if(adult.faults(day_of(now)))
        if self.adult and self.adult.id != adult.id:
            raise Refused("This form is about somebody else. Please start another form for this adult.")
        if self.adult != adult:
            self._tell(happened.AdultOfConcernNamed, now, adult=adult)

    def declare_capacity(self, persons: Sequence[UUID], given: CapacityOf, now: datetime) -> None:
        """ "I am completing this form as a", for each of these people. Professional does not mix with the others
        in what is sent (gaps.py); in a draft it may, or nobody could change one person after the other."""
        self._open_draft()
        refuse_if(given.faults(day_of(now)))
        self._only_one_is_self({self._person(person) for person in persons}, given.capacity)
        for person in dict.fromkeys(persons):
            if self.capacities.get(person) != given:
                self._tell(
                    happened.CapacityDeclared,
                    now,
                    person=person,
                    capacity=given.capacity,
                    relationship=given.relationship,
                )

    def declare_danger(self, danger: Danger, now: datetime) -> None:
        """Is anyone in danger now? Yes makes the referral urgent and puts it first in the inbox."""
        self._open_draft()
        if self.danger != danger:
            self._tell(happened.DangerDeclared, now, danger=danger)

    def confirm_address(self, persons: Sequence[UUID], address: Address, now: datetime) -> None:
        """Where these people live (or where one works), or why that cannot be said: once for all who share it."""
        self._open_draft()
        refuse_if(address.faults(day_of(now)))
        together = dict.fromkeys(map(self._person, persons))
        if address.place is Place.WORKPLACE and len(together) > 1:
            raise Refused("That is a workplace. Give the address where each of the others lives.")
        for person in together:
            if self.addresses.get(person) != address:
                self._tell(happened.AddressConfirmed, now, person=person, address=address)

    def copy_address(self, person: UUID, other: UUID, now: datetime) -> None:
        """The same address as somebody else on the referral, kept secret where theirs is."""
        self._open_draft()
        original = self.addresses.get(self._person(other))
        if person == other or original is None:
            fault = Fault("/from_person", "Choose a person with an address.")
            raise Refused("There is no address to copy yet.", [fault])
        if original.place is Place.WORKPLACE:
            raise Refused("That is a workplace. Give the address where this person lives.")
        copied = msgspec.structs.replace(original, source=AddressSource.COPIED, copied_from=other)
        self.confirm_address([person], copied if original.why_none is None else original, now)

    def give_whereabouts(self, children: Sequence[UUID], whereabouts: Whereabouts | None, now: datetime) -> None:
        """Where these children are staying now who are not at home; None: they are at home after all."""
        self._open_draft()
        refuse_if(whereabouts.faults(day_of(now)) if whereabouts else ())
        for child in dict.fromkeys(map(self._child, children)):
            if self.whereabouts.get(child) != whereabouts:
                self._tell(happened.WhereaboutsGiven, now, child=child, whereabouts=whereabouts)

    def give_answers(self, section: Section, now: datetime) -> None:
        """The answers to one section of this service's form. What is not answered yet can wait until sending; what
        contradicts itself cannot."""
        self._open_draft()
        asked = form_of(self.service).section(section.NAME)
        if asked is None:
            raise Refused("These questions belong to another form.")
        answers = msgspec.json.decode(msgspec.json.encode(section))  # just as they will be read back
        of_the_name = name_faults(self.capacity, section) if isinstance(section, Contact) else ()
        refuse_if([*section.faults(day_of(now)), *not_asked(asked.questions, answers), *of_the_name])
        if self.answers.get(section.NAME) != answers:
            self._tell(happened.AnswersGiven, now, section=section.NAME, answers=answers, form_version=FORM_VERSION)

    def record_consent(self, consent: Consent, now: datetime) -> None:
        """Whether the family agreed; whether that is enough depends on the service and is said before sending."""
        self._open_draft()
        asked = form_of(self.service).section(CONSENT)
        if asked is None:
            raise Refused("This form asks for nobody's agreement. Say who has been told instead.")
        refuse_if([*consent.faults(day_of(now)), *not_asked(asked.questions, msgspec.to_builtins(consent))])
        if self.consent != consent:
            self._tell(happened.ConsentRecorded, now, consent=consent)

    def change_service(self, service: Service, now: datetime) -> None:
        """Send the draft to another service for families, with all that was answered; what the other form does not ask
        is kept. The LADO's is another form with other people on it, and others read it."""
        self._open_draft()
        if Service.LADO in (service, self.service) and service is not self.service:
            raise Refused("A report about an adult who works with children has a form of its own. Please start that.")
        if service is not self.service:
            self._tell(happened.ServiceChanged, now, service=service)

    # --- documents -------------------------------------------------------------------------------------------------

    def may_attach(self, kind: AccountKind) -> None:
        """Refuses whoever can attach no file, before any is sent: a professional's only, to a draft or to what was sent
        (guide G27). Not by number and size: a request that is repeated may have been what filled the form."""
        if self.submission:
            self._open_to_additions()
        else:
            self._open_draft()
        if kind is not AccountKind.PROFESSIONAL:
            raise Refused("Only professionals can attach documents. Write what matters into the form instead.")
        if self.capacity is not Capacity.PROFESSIONAL:
            raise Refused("Only professionals can attach documents. First say on the form that it is your job.")

    def attach_document(self, document: Document, kind: AccountKind, limits: DocumentLimits, now: datetime) -> None:
        """A file of somebody who has an account of this kind. It is safe in the store before this is asked."""
        self.may_attach(kind)
        if self.documents_ever >= MOST_EVER:
            raise Refused("You cannot attach any more files to this form. Call us instead.")
        if says := why_not(document, self.documents.values(), limits):
            raise Refused(says, [Fault("/document", says)])
        self._tell(happened.DocumentAttached, now, document=document)

    def check_document(self, document: UUID, verdict: Verdict, scanner: str, now: datetime) -> None:
        """What the virus scan said. Of one that was removed meanwhile it says nothing to anybody."""
        self._not_erased()
        if document in self.documents:
            self._tell(happened.DocumentChecked, now, document=document, verdict=verdict, scanner=scanner)

    def describe_document(self, document: UUID, description: str, now: datetime) -> None:
        """Say what a file shows. Of what was sent only where nothing was said yet; the same again changes nothing."""
        described = self.documents[document].document.description
        if self.submission:
            self._open_to_additions()
        else:
            self._open_draft()
        if self.submission and described not in ("", description):
            raise Refused("This form has been sent, so what you said of its files stays as it is.")
        if description != described:
            self._tell(happened.DocumentDescribed, now, document=document, description=description)

    def remove_document(self, document: UUID, now: datetime) -> None:
        """Take a file off the draft. What was sent keeps its documents; a second time changes nothing."""
        self._open_draft()
        if document in self.documents:
            self._tell(happened.DocumentRemoved, now, document=document)

    # --- the end of a draft ----------------------------------------------------------------------------------------

    def end_draft(self, now: datetime) -> None:
        """A draft that was not sent in time ends. A sent referral never does, nor an ended draft twice."""
        if self.submission is None and not self.ended:
            self._tell(happened.DraftEnded, now)

    # --- sending ---------------------------------------------------------------------------------------------------

    def submit(
        self, reference: str, referrer: Referrer, channel: Channel, received_at: datetime, now: datetime
    ) -> None:
        """ "Send Report to Local Authority". Refuses what is incomplete and names every gap at once."""
        self._open_draft()
        if self.owner is None:
            raise Refused("Sign in before you send this form, so that we can answer you.")
        if missing := [*gaps(self), *gaps_of_referrer(self, referrer)]:
            raise Refused("The form is not complete yet.", missing)
        self._tell(
            happened.ReferralSubmitted,
            now,
            reference=reference,
            declaration=DECLARATION,
            form_version=FORM_VERSION,
            channel=channel,
            received_at=received_at,
            urgent=self.danger is not None and self.danger.in_danger,
            referrer=referrer,
        )

    def amend(self, amendment: Amendment, now: datetime) -> None:
        """Add to what was sent; what was sent stays as it was."""
        self._open_to_additions()
        if len(self.amendments) == MOST_AMENDMENTS:
            raise Refused("You cannot add any more to this referral online. Call us instead.")
        self._tell(happened.ReferralAmended, now, amendment=amendment)

    def withdraw(self, why: str, now: datetime) -> None:
        """Take the referral back. The council keeps it and decides what to do."""
        self._sent()
        if self.withdrawn is None:
            self._tell(happened.ReferralWithdrawn, now, why=why)

    def withdraw_consent(self, why: str, now: datetime) -> None:
        """The family takes back its agreement to what was sent. Staff decide what that means for it."""
        self._sent()
        if self.consent is None or not self.consent.agreed:
            raise Refused("No agreement was recorded on this referral.")
        if self.consent_withdrawn is None:
            self._tell(happened.ConsentWithdrawn, now, why=why)

    # --- the council's side ----------------------------------------------------------------------------------------

    def acknowledge(self, now: datetime) -> None:
        """Staff have read it. A second time changes nothing."""
        self._sent()
        if self.acknowledged_at is None:
            self._tell(happened.Acknowledged, now)

    def issue_feedback(self, feedback: Feedback, now: datetime) -> None:
        """Tell the referrer what was decided, on the whole referral or on one of its children. Whoever answers has read
        it, so an answer also acknowledges."""
        self._sent()
        self._one_of_its_children(feedback.child_id)
        self.acknowledge(now)
        self._tell(happened.FeedbackIssued, now, feedback=feedback)

    def record_in_case_system(self, record: CaseRecord, now: datetime) -> None:
        """Where it is kept in the council's case system; the same again changes nothing."""
        self._sent()
        self._one_of_its_children(record.child_id)
        if record not in self.case_records:
            self._tell(happened.RecordedInCaseSystem, now, record=record)

    def confirm_referrer(self, now: datetime) -> None:
        """Staff made sure who sent it. A second time changes nothing."""
        if self._sent().referrer.not_verified:
            self._tell(happened.ReferrerConfirmed, now)

    # --- the end ---------------------------------------------------------------------------------------------------

    def erase(self, rule: EraseRule, now: datetime) -> None:
        """Leave only what statistics may keep. Of what was sent, or of a draft that has ended; a second time changes
        nothing."""
        if self.erased_at:
            return
        if self.submission is None and not self.ended:
            raise Refused("This form has not been sent yet. If it is not sent in time it ends, and is erased then.")
        if (rule is EraseRule.DRAFT_NOT_SENT) is not self.ended:
            raise Refused(f"The rule {rule.value} is not for {'a draft' if self.ended else 'what was sent'}.")
        self._tell(
            happened.ReferralErased,
            now,
            rule=rule,
            service=self.service,
            status=self.status,
            started_at=self.created_on,
            acknowledged_at=self.acknowledged_at,
            **self._what_arrived(),
        )

    # --- what the methods above lean on ----------------------------------------------------------------------------

    def _tell(self, kind: type[happened.ReferralEvent], now: datetime, **fields: Any) -> None:
        self.trigger_event(kind, timestamp=now, **fields)

    def _what_arrived(self) -> dict[str, Any]:
        if self.submission is None:
            return {}
        kept = ("reference", "channel", "urgent", "received_at")
        return {"owner": self.owner, **{name: getattr(self.submission, name) for name in kept}}

    def _not_erased(self) -> None:
        if self.erased_at:
            raise Refused("This referral has been erased. To tell us something, start a new one or call us.")

    def _open_draft(self) -> None:
        self._not_erased()
        if self.submission:
            raise Refused("This referral has been sent. To tell us more, add to it from your submitted forms.")
        if self.ended:
            raise Refused("This form was not sent in time and has ended. Please start a new one.")

    def _sent(self) -> Submission:
        self._not_erased()
        if self.submission is None:
            raise Refused("This form has not been sent yet.")
        return self.submission

    def _open_to_additions(self) -> None:
        self._sent()
        if self.withdrawn:
            raise Refused("You have withdrawn this referral. Start a new one, or call us.")

    def _person(self, person: UUID) -> UUID:
        if person not in self.people:
            raise Refused("This person is not on the form any more.")
        return person

    def _child(self, child_id: UUID) -> UUID:
        if child_id not in self.children:
            raise Refused("This child is not on the form any more.")
        return child_id

    def _one_of_its_children(self, child_id: UUID | None) -> None:
        if child_id is not None and child_id not in self.children:
            raise Refused("Check the child.", [Fault("/child_id", "This child is not on the referral.")])

    def _only_one_is_self(self, persons: set[UUID], given: Capacity) -> None:
        others = {of.capacity for person, of in self.capacities.items() if person not in persons}
        if given is Capacity.SELF and (len(persons) > 1 or given in others or not persons <= self.children.keys()):
            raise Refused("Only one of the children can be yourself. Say what you are to the others.")

    def _check_child(self, child: Child, now: datetime) -> None:
        refuse_if(child.faults(day_of(now)))
        if child.was_child_then and self.service is not Service.LADO:
            says = "Only a referral about an adult who works with children can be about somebody who was a child then."
            raise Refused("Check the child.", [Fault("/was_child_then", says)])
