"""Given these events, then these people are found by what is known of them, and by nothing else."""

from datetime import date
from functools import reduce
from typing import Any

import pytest
from msgspec.structs import replace

from portal.application.searching import Sought
from portal.domain.forms.household import Household, HouseholdMember
from portal.domain.referral_events import AdultOfConcernNamed, ChildDetailsGiven, ChildRemoved, ServiceChanged
from portal.domain.services import Service
from portal.projections.people_index import IndexedPeople, people_index, term_for
from tests.domain.made_up import (
    AMARA,
    COLIN,
    COMPLETE,
    JONAH,
    LADO,
    NAMED,
    SENT,
    STARTED,
    UNBORN,
    WITH_AMARA,
    WITH_BOTH,
    added,
    answered,
    started,
    submitted,
)
from tests.domain.policy import NOW, Told, enveloped, told

KEY = b"b" * 32
INDEX = people_index(KEY)
KNOWN = replace(AMARA, upn="H801200001001", nhs_number="9990000018")


def indexed(*history: Told) -> IndexedPeople:
    row = reduce(INDEX.evolve, enveloped(each.as_event(version) for version, each in enumerate(history, 1)), None)
    assert isinstance(row, IndexedPeople)
    return row


def found(row: IndexedPeople, service: Service = Service.SOCIAL_CARE, key: bytes = KEY, **known: Any) -> bool:
    """Whether somebody who asks for this finds the referral."""
    return term_for(key, service, Sought(**known)) in row.terms.split()


@pytest.mark.parametrize(
    "known",
    [
        {"family_name": "Okafor"},
        {"given_name": "Amara"},
        {"born": date(2017, 3, 27)},
        {"upn": "H801200001001"},
        {"nhs_number": "999 000 0018"},
        {"family_name": "OKAFOR", "given_name": "amará"},
        {"family_name": "Okafor", "born": date(2017, 3, 27)},
        {"given_name": "Amara", "born": date(2017, 3, 27)},
        {"family_name": "Okafor", "given_name": "Amara", "born": date(2017, 3, 27)},
        {"given_name": "Amara", "upn": "h801200001001", "nhs_number": "9990000018"},
    ],
)
def test_a_child_is_found_by_anything_that_is_known_and_by_all_of_it_together(known: dict[str, Any]) -> None:
    assert found(indexed(STARTED, *added(JONAH, KNOWN), submitted()), **known)


@pytest.mark.parametrize(
    "known",
    [
        {"family_name": "Frost"},
        {"family_name": "Amara"},  # that is her first name
        {"given_name": "Okafor"},
        {"born": date(2017, 3, 28)},
        {"family_name": "Okafor", "given_name": "Elin"},
        {"family_name": "Okafor", "born": date(2017, 3, 28)},
        {"given_name": "Jonah", "born": date(2017, 3, 27)},  # each is known of somebody, but not of the same child
        {"given_name": "Jonah", "upn": "H801200001001"},
    ],
)
def test_nobody_is_found_of_whom_not_all_of_it_is_known(known: dict[str, Any]) -> None:
    assert not found(indexed(STARTED, *added(JONAH, KNOWN), submitted()), **known)


def test_the_adult_of_concern_is_found_within_lado_only() -> None:
    row = indexed(LADO, NAMED, *added(AMARA), submitted())
    assert found(row, Service.LADO, family_name="Marsh", given_name="Colin")
    assert found(row, Service.LADO, family_name="Okafor")
    assert not found(row, Service.SOCIAL_CARE, family_name="Marsh", given_name="Colin")
    assert not found(row, Service.LADO, given_name="Amara", family_name="Marsh")


def test_a_grown_up_in_the_family_is_found_by_name_and_date_of_birth() -> None:
    tamsin = HouseholdMember(given_name="Tamsin", family_name="Okafor", born=date(1988, 6, 21))
    femi = HouseholdMember(given_name="Femi", family_name="Adeyemi")
    row = indexed(*WITH_AMARA, answered(Household(people=(tamsin, femi))), submitted())
    assert found(row, given_name="Tamsin", born=date(1988, 6, 21)) and found(row, family_name="Adeyemi")
    assert not found(row, given_name="Amara", born=date(1988, 6, 21))
    fewer = indexed(*WITH_AMARA, answered(Household(people=(tamsin, femi))), answered(Household(people=(femi,))))
    assert fewer.content and len(fewer.content.people) == 2, "Amara and Femi are left"
    nameless = HouseholdMember(what_they_are="Amara's grandmother")
    none = indexed(*WITH_AMARA, answered(Household(people=(nameless, tamsin))), answered(Household()), submitted())
    assert not found(none, given_name="Tamsin") and found(none, given_name="Amara")


def test_a_draft_that_went_from_early_help_to_social_care_is_found_there() -> None:
    begun = (started(Service.EARLY_HELP), *WITH_AMARA[1:], told(ServiceChanged, service=Service.SOCIAL_CARE))
    assert found(indexed(*begun, submitted()), Service.SOCIAL_CARE, given_name="Amara")


def test_the_same_person_has_other_terms_at_the_lado_and_under_another_key() -> None:
    child, pupil = indexed(*SENT), indexed(LADO, *added(AMARA), submitted())
    assert not set(child.terms.split()) & set(pupil.terms.split())
    assert not found(child, key=b"x" * 32, family_name="Okafor")


def test_nobody_is_found_before_the_referral_is_sent() -> None:
    draft = indexed(*COMPLETE)
    assert (draft.terms, draft.received_at) == ("", None)
    assert (indexed(*SENT).received_at, found(indexed(*SENT), family_name="Okafor")) == (NOW, True)


def test_a_child_that_was_taken_off_or_is_called_otherwise_by_now_is_not_found() -> None:
    assert not found(indexed(*WITH_BOTH, told(ChildRemoved, child_id=AMARA.id), submitted()), given_name="Amara")
    assert found(indexed(*WITH_BOTH, told(ChildRemoved, child_id=AMARA.id), submitted()), given_name="Jonah")
    renamed = indexed(*WITH_BOTH, told(ChildDetailsGiven, child=replace(AMARA, family_name="Frost")), submitted())
    assert found(renamed, given_name="Amara", family_name="Frost")
    assert not found(renamed, given_name="Amara", family_name="Okafor")
    other = indexed(LADO, NAMED, told(AdultOfConcernNamed, adult=replace(COLIN, family_name="Frost")), submitted())
    assert not found(other, Service.LADO, family_name="Marsh")


def test_whoever_was_known_before_something_could_not_be_read_is_found_once_it_is_sent() -> None:
    draft, [*_, sent] = indexed(*WITH_BOTH), enveloped([submitted().as_event(5)])
    assert not found(INDEX.set_aside(draft, enveloped([NAMED.as_event(4)])[0]), given_name="Amara")
    assert found(INDEX.set_aside(draft, sent), given_name="Amara", family_name="Okafor")
    assert INDEX.set_aside(replace(draft, content=None), sent).terms == ""


def test_somebody_taken_off_after_what_could_not_be_read_is_not_found() -> None:
    draft = indexed(*WITH_BOTH)
    removed, sent = enveloped([told(ChildRemoved, child_id=JONAH.id).as_event(5), submitted().as_event(6)])
    row = INDEX.set_aside(INDEX.set_aside(draft, removed), sent)
    assert found(row, given_name="Amara") and not found(row, given_name="Jonah")


def test_somebody_of_whom_nothing_is_known_has_no_terms() -> None:
    assert indexed(STARTED, *added(UNBORN), submitted()).terms == ""
    nobody = replace(AMARA, given_name="?", family_name="-", born=None, estimated_age=9)
    assert indexed(STARTED, *added(nobody), submitted()).terms == ""


def test_a_row_says_nothing_in_clear() -> None:
    row = indexed(STARTED, *added(JONAH, KNOWN), submitted())
    for word in ("Amara", "Okafor", "2017", "H801200001001", "9990000018"):
        assert word.lower() not in repr(row).lower()
    terms = row.terms.split()
    assert len(terms) == len(set(terms)) == 31 + 2  # all that is known of Amara, and Jonah but for their family name
    assert all(len(term) == 32 for term in terms)
