"""The people a referral is about: children, and for the LADO the adult of concern."""

from uuid import UUID

from portal.domain.adult import AdultDetails as AdultDetails
from portal.domain.child import ChildDetails as ChildDetails
from portal.domain.child_age import age as age
from portal.domain.person import PersonDetails as PersonDetails


class Child(ChildDetails, frozen=True, kw_only=True):
    """A child on a referral."""

    id: UUID


class Adult(AdultDetails, frozen=True, kw_only=True):
    """The adult of concern on a LADO referral."""

    id: UUID
