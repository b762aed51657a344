""" "I am completing this form as a": asked for each person; a form on which professional mixes with the others is not
sent."""

from functools import partial
from itertools import product
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.referral import Referral
from portal.domain.referral_events import ChildRemoved
from portal.domain.referral_parts import CapacityOf
from portal.domain.services import Capacity, Relationship
from tests.domain.made_up import (
    AMARA,
    AT_WORK,
    COLIN,
    COMPLETE,
    JONAH,
    LADO,
    MOTHER,
    MYSELF,
    NAMED,
    WITH_AMARA,
    WITH_BOTH,
    Given,
    added,
    confirmed,
    declared,
    lives,
    submit,
    submitted,
)
from tests.domain.policy import NOW, told

BOTH = (AMARA.id, JONAH.id)
GRANDPARENT = CapacityOf(capacity=Capacity.PERSONAL, relationship=Relationship.GRANDPARENT)
AT_WORK_ONE_IS = {
    Relationship.PROFESSIONAL,
    Relationship.EMPLOYER,
    Relationship.COLLEAGUE,
    Relationship.FOSTER_CARER,
    Relationship.OTHER,
}


@pytest.mark.parametrize("given", [AT_WORK, MOTHER, MYSELF], ids=lambda given: given.capacity.value)
def test_the_referrer_says_in_which_capacity_they_write(given: CapacityOf) -> None:
    Given(*WITH_AMARA).when(lambda referral: referral.declare_capacity([AMARA.id], given, NOW)).then(
        declared(AMARA, given)
    )


def test_one_answer_can_hold_for_several_people_and_each_has_it_on_record() -> None:
    Given(*WITH_BOTH).when(lambda referral: referral.declare_capacity(BOTH, MOTHER, NOW)).then(
        declared(AMARA, MOTHER), declared(JONAH, MOTHER)
    )


def test_somebody_named_twice_is_answered_for_once() -> None:
    twice = [AMARA.id, AMARA.id]
    Given(*WITH_AMARA).when(lambda referral: referral.declare_capacity(twice, MOTHER, NOW)).then(
        declared(AMARA, MOTHER)
    )


def test_the_capacity_is_asked_for_the_adult_of_concern_too() -> None:
    given = Given(LADO, NAMED, *added(AMARA))
    given.when(lambda referral: referral.declare_capacity([COLIN.id, AMARA.id], AT_WORK, NOW)).then(
        declared(COLIN), declared(AMARA)
    )


def test_the_same_answer_again_changes_nothing() -> None:
    given = Given(*WITH_BOTH, declared(AMARA, MOTHER))
    given.when(lambda referral: referral.declare_capacity([AMARA.id], MOTHER, NOW)).then_nothing()
    given.when(lambda referral: referral.declare_capacity(BOTH, MOTHER, NOW)).then(declared(JONAH, MOTHER))


def test_nobody_answers_for_somebody_who_is_not_on_the_form() -> None:
    stranger = UUID(int=0xF)
    given = Given(*WITH_AMARA)
    given.when(lambda referral: referral.declare_capacity([AMARA.id, stranger], MOTHER, NOW)).refused("not on the form")


@pytest.mark.parametrize("other", [MOTHER, MYSELF], ids=["personal", "self"])
def test_what_somebody_is_can_be_changed_person_by_person_and_back(other: CapacityOf) -> None:
    for first, second in ((AT_WORK, other), (other, AT_WORK)):
        given = Given(*WITH_BOTH, declared(AMARA, first), declared(JONAH, first))
        change = partial(Referral.declare_capacity, persons=[JONAH.id], given=second, now=NOW)
        given.when(change).then(declared(JONAH, second))


@pytest.mark.parametrize("other", [MOTHER, MYSELF], ids=["personal", "self"])
def test_professional_does_not_mix_with_the_other_two_in_what_is_sent(other: CapacityOf) -> None:
    both = (*COMPLETE, *added(JONAH), lives(JONAH), confirmed(AMARA, JONAH), declared(AMARA, AT_WORK))
    outcome = Given(*both, declared(JONAH, other)).when(submit)
    outcome.refused_at(f"/people/{AMARA.id}/capacity", f"/people/{JONAH.id}/capacity")
    assert outcome.refusal and "either as a professional or in a personal capacity" in outcome.refusal.faults[0].says
    Given(*both, declared(JONAH, other), declared(JONAH, AT_WORK)).when(submit).then(submitted())


def test_a_young_person_can_refer_themselves_and_a_sibling() -> None:
    sibling = CapacityOf(capacity=Capacity.PERSONAL, relationship=Relationship.SIBLING)
    given = Given(*WITH_BOTH, declared(AMARA, MYSELF))
    given.when(lambda referral: referral.declare_capacity([JONAH.id], sibling, NOW)).then(declared(JONAH, sibling))


def test_relationships_can_differ_from_child_to_child() -> None:
    given = Given(*WITH_BOTH, declared(AMARA, MOTHER))
    given.when(lambda referral: referral.declare_capacity([JONAH.id], GRANDPARENT, NOW)).then(
        declared(JONAH, GRANDPARENT)
    )


def test_switching_everybody_at_once_works() -> None:
    given = Given(*WITH_BOTH, declared(AMARA), declared(JONAH))
    given.when(lambda referral: referral.declare_capacity(BOTH, MOTHER, NOW)).then(
        declared(AMARA, MOTHER), declared(JONAH, MOTHER)
    )


def test_whoever_is_alone_on_the_form_can_be_switched() -> None:
    given = Given(*WITH_AMARA, declared(AMARA))
    given.when(lambda referral: referral.declare_capacity([AMARA.id], MOTHER, NOW)).then(declared(AMARA, MOTHER))


def test_a_child_that_was_removed_does_not_count_any_more() -> None:
    given = Given(*WITH_BOTH, declared(AMARA), told(ChildRemoved, child_id=AMARA.id))
    given.when(lambda referral: referral.declare_capacity([JONAH.id], MOTHER, NOW)).then(declared(JONAH, MOTHER))


@pytest.mark.parametrize(("capacity", "relationship"), list(product(Capacity, Relationship)))
def test_self_goes_with_self_and_at_work_one_is_no_relative(capacity: Capacity, relationship: Relationship) -> None:
    fits = {
        Capacity.SELF: {Relationship.SELF},
        Capacity.PERSONAL: set(Relationship) - {Relationship.SELF},
        Capacity.PROFESSIONAL: AT_WORK_ONE_IS,
    }
    given = replace(AT_WORK, capacity=capacity, relationship=relationship)
    outcome = Given(*WITH_AMARA).when(lambda referral: referral.declare_capacity([AMARA.id], given, NOW))
    if relationship in fits[capacity]:
        outcome.then(declared(AMARA, given))
    else:
        outcome.refused("There is a problem")
        assert outcome.refusal and {fault.at for fault in outcome.refusal.faults} == {"/relationship"}


def test_only_one_of_the_children_can_be_the_referrer() -> None:
    Given(*WITH_BOTH).when(lambda referral: referral.declare_capacity(BOTH, MYSELF, NOW)).refused("Only one")
    one = (*WITH_BOTH, declared(AMARA, MYSELF))
    Given(*one).when(lambda referral: referral.declare_capacity([JONAH.id], MYSELF, NOW)).refused("Only one")
    sister = CapacityOf(capacity=Capacity.PERSONAL, relationship=Relationship.SIBLING)
    Given(*one).when(lambda referral: referral.declare_capacity([JONAH.id], sister, NOW)).then(declared(JONAH, sister))


def test_nobody_is_the_adult_of_concern_themselves() -> None:
    named = (LADO, NAMED)
    Given(*named).when(lambda referral: referral.declare_capacity([COLIN.id], MYSELF, NOW)).refused("Only one")
