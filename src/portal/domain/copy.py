"""What a copy of a referral says: every question as it was put and every answer as it was given, in the form's order.

Check-your-answers, the printed copy, the PDF, the case system's bundle and the replay all show this.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

import msgspec

from portal.domain.addresses import Address, AddressSource
from portal.domain.codes.code_sets import code_set
from portal.domain.documents import SAYS, Attached, in_megabytes, in_words
from portal.domain.facts import Facts
from portal.domain.forms.asked import AskedSection
from portal.domain.forms.form import ADULT, CAPACITY, CHILD, CONSENT, DANGER, FORM_VERSION
from portal.domain.forms.telling import NOT_GIVEN, Told, told
from portal.domain.forms.versions import form_then, section_then
from portal.domain.people import Adult, Child
from portal.domain.referral_parts import Referrer
from portal.domain.referral_state import ReferralState
from portal.domain.services import Capacity, Service
from portal.domain.whereabouts import Whereabouts
from portal.domain.working_days import in_words as day

DOCUMENTS = "documents"


class Part(msgspec.Struct, frozen=True):
    """Something told under one heading. `name`: the section of the form, or the id of a person."""

    name: str
    title: str
    told: tuple[Told, ...]


class Copy(msgspec.Struct, frozen=True, kw_only=True):
    """A whole referral in words. `reference` and `received_at` are empty for a draft."""

    service: Service
    capacity: Capacity
    form_version: int
    reference: str = ""
    received_at: datetime | None = None
    urgent: bool = False
    parts: tuple[Part, ...]


def copy_of(referral: ReferralState) -> Copy:
    """The referral as it stands: each section with the questions of the version in which it was answered, the people,
    danger and agreement with those of the version under which it was sent (a draft: of today)."""
    sent = referral.submission
    version = sent.form_version if sent else FORM_VERSION
    return Copy(
        service=referral.service,
        capacity=referral.capacity,
        form_version=version,
        reference=sent.reference if sent else "",
        received_at=sent.received_at if sent else None,
        urgent=bool(sent and sent.urgent),
        parts=tuple(_Telling(referral, version).parts()),
    )


class _Telling:
    """One referral and the version of the form under which it was sent."""

    def __init__(self, referral: ReferralState, version: int) -> None:
        self.referral = referral
        self.version = version

    def parts(self) -> Iterator[Part]:
        """All of it, in the order in which it was asked."""
        referral = self.referral
        if referral.submission:
            yield Part("referrer", "Who sent this", tuple(_of_referrer(referral.submission.referrer)))
        yield from self._facts(DANGER, referral.danger)
        for person in referral.people.values():
            yield self._person(person)
        if referral.no_particular_child:
            yield Part("children", "Children", (Told("children", "Children", "No particular child"),))
        yield from self._facts(CONSENT, referral.consent)
        yield from self._answers()
        if referral.documents:
            yield Part(DOCUMENTS, "Documents", tuple(map(_of_document, referral.documents.values())))
        yield from self._afterwards()

    def _facts(self, name: str, facts: Facts | None) -> Iterator[Part]:
        if facts is not None:
            section = self._section(name)
            yield Part(name, section.title, self._told(section, _stored(facts)))

    def _person(self, person: Child | Adult) -> Part:
        section = self._section(CHILD if isinstance(person, Child) else ADULT)
        lines = [*told(section, _stored(person), self.referral.capacity_towards(person.id), _code_text)]
        if given := self.referral.capacities.get(person.id):
            lines += self._told(self._section(CAPACITY), _stored(given))
        if address := self.referral.addresses.get(person.id):
            lines += _of_address(address)
        if now := self.referral.whereabouts.get(person.id):
            lines += _of_whereabouts(now)
        kind = "Child" if isinstance(person, Child) else "Adult of concern"
        return Part(str(person.id), f"{kind}: {person.called}", tuple(lines))

    def _answers(self) -> Iterator[Part]:
        """Those that its form asks in the form's order, then those that came from elsewhere."""
        answers = self.referral.answers
        in_order = (each.name for each in form_then(self.referral.service, self.version).sections)
        for name in dict.fromkeys(each for each in (*in_order, *answers) if each in answers):
            section = self._section(name)
            yield Part(name, section.title_for(self.referral.capacity), self._told(section, answers[name]))

    def _afterwards(self) -> Iterator[Part]:
        for amended in self.referral.amendments:
            added = (Told("text", "What was added", amended.amendment.text), Told("why", "Why", amended.amendment.why))
            yield Part("amendment", f"Added on {day(amended.at)}", added)
        if withdrawn := self.referral.withdrawn:
            yield Part("withdrawal", f"Withdrawn on {day(withdrawn.at)}", (Told("why", "Why", withdrawn.why),))
        if taken_back := self.referral.consent_withdrawn:
            title = f"Agreement taken back on {day(taken_back.at)}"
            yield Part("consent_withdrawn", title, (Told("why", "What they said", taken_back.why),))

    def _section(self, name: str) -> AskedSection:
        return section_then(self.referral.service, self.referral.asked_in.get(name, self.version), name)

    def _told(self, section: AskedSection, answers: Mapping[str, Any]) -> tuple[Told, ...]:
        return told(section, answers, self.referral.capacity, _code_text)


def _code_text(name: str, code: str) -> str:
    return code_set(name).text(code)


def _stored(facts: Facts) -> dict[str, Any]:
    """Facts as an event stores them, without the id, which answers no question."""
    stored: dict[str, Any] = msgspec.to_builtins(facts)
    return {name: given for name, given in stored.items() if name != "id"}


def _of_referrer(referrer: Referrer) -> Iterator[Told]:
    yield Told("name", "Name", referrer.name)
    yield Told("email", "E-mail address", referrer.email)
    yield Told("phone", "Phone number", referrer.phone or NOT_GIVEN)
    if referrer.professional:
        yield Told("organisation", "Organisation", referrer.organisation or NOT_GIVEN)
        yield Told("role", "Role", referrer.role or NOT_GIVEN)


def _of_document(attached: Attached) -> Told:
    """What there is to know of a document beside its content, which no copy has."""
    document = attached.document
    kind = in_words((document.kind,))
    added = f"Added on {day(attached.at)}" if attached.after_sending else ""
    says = (document.description, f"{kind}, {in_megabytes(document.size)}", SAYS[attached.verdict], added)
    return Told(f"document:{document.id}", document.name, "\n".join(filter(None, says)))


def _of_whereabouts(now: Whereabouts) -> Iterator[Told]:
    yield Told("staying", "Where the child is staying now", now.staying)
    if now.address:
        yield from _of_address(now.address, "Address of that place")


def _of_address(address: Address, title: str = "") -> Iterator[Told]:
    title = title or f"Address ({address.place.text.lower()})"
    if address.source is AddressSource.NONE:
        yield Told("address", title, address.why_none.text if address.why_none else NOT_GIVEN)
    else:
        lines = filter(None, (*address.lines, address.town, address.postcode))
        yield Told("address", title, "\n".join(lines))
    if address.secret:
        yield Told("secret", "Must this address stay secret?", "Yes. Do not tell it to anybody in the family")
