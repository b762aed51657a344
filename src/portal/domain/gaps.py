"""What is still missing before a draft can be sent: every gap at once, each with its place on the form."""

from collections.abc import Iterator

import msgspec

from portal.domain.forms.answering import missing
from portal.domain.forms.consent_rules import consent_gaps, never_waits
from portal.domain.forms.form import CONSENT, FORMS, form_of
from portal.domain.referral_parts import Referrer
from portal.domain.referral_state import ReferralState
from portal.domain.refusals import Fault
from portal.domain.services import Capacity, Service

ONE_CAPACITY = (
    "A form is sent either as a professional or in a personal capacity. Give the same answer for everybody, or start a "
    "second form for the others."
)


def gaps(referral: ReferralState) -> Iterator[Fault]:
    """Pointers into the referral as its owner sees it; empty when it can be sent."""
    yield from _about_people(referral)
    yield from _in_the_form(referral)


def gaps_of_referrer(referral: ReferralState, referrer: Referrer) -> Iterator[Fault]:
    """What the sender's account lacks for the capacity they write in (guide G10, G23)."""
    if referral.capacity is Capacity.PROFESSIONAL and not referrer.professional:
        yield Fault("/referrer", "To refer as a professional, add your organisation and role to your account.")


def _about_people(referral: ReferralState) -> Iterator[Fault]:
    if referral.service is Service.LADO and referral.adult is None:
        yield Fault("/adult", "Name the adult this is about, or say what you know of them.")
    if not referral.children and not referral.no_particular_child:
        yield Fault("/children", "Add at least one child.")
    if referral.children.keys() - referral.confirmed:
        yield Fault("/children", "Confirm that these are the children.")
    mixed = _mixed(referral)
    for person, details in referral.people.items():
        if mixed and person in referral.capacities:
            yield Fault(f"/people/{person}/capacity", f"{ONE_CAPACITY} Check this person: {details.called}.")
        if person not in referral.capacities:
            yield Fault(f"/people/{person}/capacity", f"Tell us your relationship to this person: {details.called}.")
        if person not in referral.addresses:
            yield Fault(f"/people/{person}/address", f"Give an address, or say why there is none: {details.called}.")


def _mixed(referral: ReferralState) -> bool:
    at_work = [given.capacity is Capacity.PROFESSIONAL for given in referral.capacities.values()]
    return any(at_work) and not all(at_work)


def _in_the_form(referral: ReferralState) -> Iterator[Fault]:
    if referral.danger is None:
        yield Fault("/danger", "Say whether anyone is in danger now.")
    form = form_of(referral.service)
    for own in FORMS[referral.service]:
        section = form.section(own.NAME)
        assert section is not None  # noqa: S101 - a form has the sections it is made of
        for fault in missing(section, referral.answers.get(own.NAME, {}), referral.capacity):
            yield Fault(f"/answers/{own.NAME}{fault.at}", fault.says)
    for fault in _about_consent(referral):
        yield Fault(f"/consent{fault.at}", fault.says)
    if referral.documents and referral.capacity is not Capacity.PROFESSIONAL:
        yield Fault("/documents", "Only professionals can attach documents. Remove them from this form.")


def _about_consent(referral: ReferralState) -> Iterator[Fault]:
    danger_now = referral.danger is not None and referral.danger.in_danger
    if never_waits(referral.service, referral.consent, danger_now):
        return
    section = form_of(referral.service).section(CONSENT)
    if referral.consent and section:
        yield from missing(section, msgspec.to_builtins(referral.consent), referral.capacity)
    yield from consent_gaps(referral.service, referral.consent, referral.capacity)
