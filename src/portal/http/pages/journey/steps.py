"""The steps of a form: which pages a referral has, in order, and how each stands."""

from collections.abc import Iterator
from enum import StrEnum
from uuid import UUID

import msgspec

from portal.domain.forms.asked import AskedSection
from portal.domain.forms.form import CONSENT, FORMS, form_of
from portal.domain.gaps import gaps
from portal.domain.referral import Referral
from portal.domain.services import Capacity, Service
from portal.http.views import View


class Stands(StrEnum):
    """How far a step is."""

    COMPLETED = "Completed"
    INCOMPLETE = "Incomplete"
    NOT_STARTED = "Not yet started"
    OPTIONAL = "Optional"


class Step(msgspec.Struct, frozen=True):
    """One page of the form, below the form's own address. `gap`: where what is missing on it is said to be."""

    path: str
    title: str
    stands: Stands
    gap: str


def address(referral: Referral, path: str = "") -> str:
    """Where a page of a referral is."""
    return f"/referrals/{referral.id}{path}"


def steps(referral: Referral) -> tuple[Step, ...]:
    """All steps, in the order in which they are asked."""
    return tuple(_Steps(referral).all())


def after(referral: Referral, path: str) -> str:
    """Where to go on from a step: the next one that is not complete, or else to the check."""
    found = steps(referral)
    places = [step.path for step in found]
    here = places.index(path) if path in places else -1
    waiting = [step for step in found[here + 1 :] if step.stands in (Stands.NOT_STARTED, Stands.INCOMPLETE)]
    return address(referral, waiting[0].path if waiting else "/check")


def onward(view: View, referral: Referral, path: str) -> str:
    """Where to go on from a step; straight back where somebody came from the check to change an answer."""
    return address(referral, "/check") if from_check(view) else after(referral, path)


def from_check(view: View) -> bool:
    """Whether whoever asks came from the check."""
    return view.request.query_params.get("from") == "check"


def own_sections(referral: Referral) -> Iterator[AskedSection]:
    """The sections of questions that are asked in this capacity."""
    form = form_of(referral.service)
    for own in FORMS[referral.service]:
        section = form.section(own.NAME)
        if section and section.asked_of(referral.capacity):
            yield section


class _Steps:
    def __init__(self, referral: Referral) -> None:
        self.referral = referral
        self.missing = [fault.at for fault in gaps(referral)]

    def all(self) -> Iterator[Step]:
        referral = self.referral
        yield self._step("/danger", "Is anyone in danger now?", "/danger", referral.danger is not None)
        if referral.service is Service.LADO:
            yield self._step("/adult", "The adult this is about", "/adult", referral.adult is not None)
        who = "The children this is about" if referral.service is not Service.LADO else "The children, if any"
        yield self._step("/children", who, "/children", bool(referral.children) or referral.no_particular_child)
        for person in referral.people.values():
            yield self._of(person.id, "capacity", f"You and {person.called}", person.id in referral.capacities)
            yield self._of(person.id, "address", f"Address: {person.called}", person.id in referral.addresses)
        if form_of(referral.service).section(CONSENT):
            yield self._step("/consent", "Agreement of the family", "/consent", referral.consent is not None)
        for section in own_sections(referral):
            path, title = f"/answers/{section.name}", section.title_for(referral.capacity)
            yield self._step(path, title, path, section.name in referral.answers)
        if referral.documents or referral.capacity is Capacity.PROFESSIONAL:
            yield self._step("/documents", "Documents", "/documents", bool(referral.documents))

    def _of(self, person: UUID, what: str, title: str, begun: bool) -> Step:
        place = f"/people/{person}/{what}"
        return self._step(place, title, place, begun)

    def _step(self, path: str, title: str, gap: str, begun: bool) -> Step:
        lacking = any(at == gap or at.startswith(f"{gap}/") for at in self.missing)
        if lacking:
            stands = Stands.INCOMPLETE if begun else Stands.NOT_STARTED
        else:
            stands = Stands.COMPLETED if begun else Stands.OPTIONAL
        return Step(path, title, stands, gap)
