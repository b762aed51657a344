"""What is derived from code sets: where a referral came from, and ethnicity asked in two steps."""

from datetime import date

import pytest

from portal.domain.account_details import OrganisationKind
from portal.domain.codes.code_sets import code_set
from portal.domain.codes.referral_source import referral_source
from portal.domain.services import Capacity, Relationship

TODAY = date(2026, 11, 25)
ORGANISATIONS = {
    "school": "2A",
    "early_years": "2B",
    "education_other": "2B",
    "gp": "3A",
    "health_visitor": "3B",
    "school_nurse": "3C",
    "primary_health": "3D",
    "emergency_department": "3E",
    "hospital": "3F",
    "health_other": "3F",
    "police": "6",
    "housing": "4",
    "social_care": "5A",
    "early_help": "5D",
    "council": "5B",
    "other_council": "5C",
    "courts_and_probation": "7",
    "voluntary": "8",
    "other": "8",
    "": "10",
}


def test_a_young_person_refers_themselves() -> None:
    assert referral_source(Capacity.SELF, Relationship.SELF) == "1C"


@pytest.mark.parametrize(
    ("relationship", "source"),
    [
        (Relationship.MOTHER, "1A"),
        (Relationship.SIBLING, "1A"),
        (Relationship.FOSTER_CARER, "1A"),
        (Relationship.FAMILY_FRIEND, "1B"),
        (Relationship.NEIGHBOUR, "1B"),
        (Relationship.OTHER, "1D"),
        (Relationship.EMPLOYER, "1D"),
    ],
)
def test_in_a_personal_capacity_it_goes_by_what_they_are_to_the_child(relationship: Relationship, source: str) -> None:
    assert referral_source(Capacity.PERSONAL, relationship, "school") == source


def test_a_professional_is_counted_by_where_they_work() -> None:
    assert set(ORGANISATIONS) == {*OrganisationKind, ""}
    for organisation, source in ORGANISATIONS.items():
        assert referral_source(Capacity.PROFESSIONAL, Relationship.PROFESSIONAL, organisation) == source
    assert referral_source(Capacity.PROFESSIONAL, Relationship.FOSTER_CARER, "school") == "2A"


def test_every_source_of_professionals_comes_of_some_organisation() -> None:
    professional = {code.code for code in code_set("referral_source").codes if code.code[0] in "2345678"}
    assert professional <= set(ORGANISATIONS.values())
