"""What the council's case system is given of a referral: typed, with the codes of the Department for Education, so that
nobody types it again.

Its children are shaped after the Department's children's social care API (domain.md 7.7). `FORMAT` changes when a name
or a meaning does; what is only added does not change it.
"""

from datetime import date, datetime
from uuid import UUID

import msgspec

from portal.domain.addresses import Address
from portal.domain.codes.referral_source import UNKNOWN, referral_source
from portal.domain.copy import Copy, Part
from portal.domain.options import Known
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf, Referrer
from portal.domain.services import Capacity, Channel, Relationship, Service
from portal.domain.whereabouts import Whereabouts

FORMAT = "referral-bundle/1"


class BundledChild(msgspec.Struct, frozen=True, kw_only=True):
    """A child, by a date of birth, an expected one or an estimated age, or by its year or month of birth where no more
    is known (`date_of_birth_about`: nothing is made up). `referral_source` is the Department's code, derived from who
    sent it; staff may correct it. Sex, ethnicity, disabilities and the reason for having no UPN are its codes too."""

    id: UUID
    first_name: str
    surname: str
    name_not_known: bool
    description: str
    date_of_birth: date | None
    expected_date_of_birth: date | None
    date_of_birth_about: str | None
    estimated_age: int | None
    sex: str | None
    ethnicity: str | None
    disabilities: tuple[str, ...]
    unaccompanied: Known | None
    upn: str
    upn_unknown_reason: str | None
    nhs_number: str
    postcode: str
    address: Address | None
    whereabouts: Whereabouts | None
    capacity: Capacity | None
    relationship: Relationship | None
    referral_source: str


class CaseSystemBundle(msgspec.Struct, frozen=True, kw_only=True):
    """A whole referral. `parts` holds every question and answer in words, `pdf` the same as a document (base64), or
    null where it could not be made just now: the rest does not wait for it."""

    format: str
    id: UUID
    reference: str
    service: Service
    channel: Channel
    received_at: datetime
    urgent: bool
    form_version: int
    referrer: Referrer
    children: list[BundledChild]
    adult: Adult | None
    parts: tuple[Part, ...]
    pdf: bytes | None


def bundle_of(referral: Referral, copy: Copy, pdf: bytes | None) -> CaseSystemBundle:
    """The bundle of a referral that was sent."""
    sent = referral.submission
    assert sent is not None  # noqa: S101 - only what was sent goes into a case system
    return CaseSystemBundle(
        format=FORMAT,
        id=referral.id,
        reference=sent.reference,
        service=referral.service,
        channel=sent.channel,
        received_at=sent.received_at,
        urgent=sent.urgent,
        form_version=sent.form_version,
        referrer=sent.referrer,
        children=[_child(referral, child) for child in referral.children.values()],
        adult=referral.adult,
        parts=copy.parts,
        pdf=pdf,
    )


def _child(referral: Referral, child: Child) -> BundledChild:
    address, of = referral.addresses.get(child.id), referral.capacities.get(child.id)
    return BundledChild(
        id=child.id,
        first_name=child.given_name,
        surname=child.family_name,
        name_not_known=child.name_not_known,
        description=child.description,
        date_of_birth=child.born,
        expected_date_of_birth=child.due,
        date_of_birth_about=child.born_about,
        estimated_age=child.estimated_age,
        sex=child.sex,
        ethnicity=child.ethnicity,
        disabilities=child.disabilities,
        unaccompanied=child.alone_in_country,
        upn=child.upn,
        upn_unknown_reason=child.upn_unknown,
        nhs_number=child.nhs_number,
        postcode=address.postcode if address else "",
        address=address,
        whereabouts=referral.whereabouts.get(child.id),
        capacity=of.capacity if of else None,
        relationship=of.relationship if of else None,
        referral_source=_source(referral, of),
    )


def _source(referral: Referral, of: CapacityOf | None) -> str:
    assert referral.submission is not None  # noqa: S101 - see bundle_of
    if of is None:
        return UNKNOWN
    return referral_source(of.capacity, of.relationship, referral.submission.referrer.organisation_kind)
