"""Whom a referral is about: one or more children; for the LADO one adult of concern, and children if there are any."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.people import Child
from portal.domain.referral import MOST_CHILDREN
from portal.domain.referral_events import (
    AdultOfConcernNamed,
    ChildAdded,
    ChildDetailsGiven,
    ChildRemoved,
    NoParticularChild,
)
from portal.domain.services import Service
from tests.domain.made_up import (
    AMARA,
    COLIN,
    GROWN_UP,
    JONAH,
    LADO,
    NAMED,
    STARTED,
    UNBORN,
    WITH_AMARA,
    WITH_BOTH,
    Given,
    added,
    confirmed,
    declared,
    lives,
    started,
)
from tests.domain.policy import NOW, Told, told

NO_PARTICULAR_CHILD = told(NoParticularChild)
SOMEBODY_ELSE = UUID(int=0xF)
OLDER = replace(AMARA, born=date(2016, 3, 27))


@pytest.mark.parametrize("child", [AMARA, JONAH, UNBORN], ids=["born", "of an estimated age", "unborn, name not known"])
@pytest.mark.parametrize("service", Service)
def test_a_child_is_added(service: Service, child: Child) -> None:
    start = started(service)
    Given(start).when(lambda referral: referral.add_child(child, NOW)).then(told(ChildAdded, child=child))


def test_a_sibling_is_added() -> None:
    Given(*WITH_AMARA).when(lambda referral: referral.add_child(JONAH, NOW)).then(told(ChildAdded, child=JONAH))


def test_a_child_is_added_only_once() -> None:
    Given(*WITH_AMARA).when(lambda referral: referral.add_child(OLDER, NOW)).refused("on the form already")


def test_a_referral_takes_twenty_children_and_no_more() -> None:
    children = [replace(JONAH, id=UUID(int=100 + number)) for number in range(MOST_CHILDREN)]
    *nineteen, twentieth = children
    assert MOST_CHILDREN == 20
    Given(STARTED, *added(*nineteen)).when(lambda referral: referral.add_child(twentieth, NOW)).then(
        told(ChildAdded, child=twentieth)
    )
    Given(STARTED, *added(*children)).when(lambda referral: referral.add_child(AMARA, NOW)).refused("up to 20 children")


def test_a_child_that_contradicts_itself_is_neither_added_nor_changed() -> None:
    wrong = replace(AMARA, given_name="", family_name="", estimated_age=9)
    places = ("/given_name", "/born")
    Given(STARTED).when(lambda referral: referral.add_child(wrong, NOW)).refused_at(*places)
    Given(*WITH_AMARA).when(lambda referral: referral.give_child_details(wrong, NOW)).refused_at(*places)


def test_a_child_born_today_in_england_is_added_though_it_is_still_yesterday_in_utc() -> None:
    half_past_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    newborn = replace(AMARA, born=date(2026, 7, 1))
    Given(STARTED).when(lambda referral: referral.add_child(newborn, half_past_midnight)).then(
        told(ChildAdded, half_past_midnight, child=newborn)
    )


def test_what_is_known_of_a_child_is_changed() -> None:
    Given(*WITH_BOTH).when(lambda referral: referral.give_child_details(OLDER, NOW)).then(
        told(ChildDetailsGiven, child=OLDER)
    )


def test_saying_the_same_of_a_child_again_changes_nothing() -> None:
    Given(*WITH_AMARA).when(lambda referral: referral.give_child_details(AMARA, NOW)).then_nothing()


def test_nobody_changes_a_child_that_is_not_on_the_form() -> None:
    Given(*WITH_AMARA).when(lambda referral: referral.give_child_details(JONAH, NOW)).refused("not on the form")


def test_the_adult_of_concern_is_no_child() -> None:
    as_child = replace(AMARA, id=COLIN.id)
    given = Given(LADO, NAMED, *added(AMARA))
    given.when(lambda referral: referral.give_child_details(as_child, NOW)).refused("not on the form")
    given.when(lambda referral: referral.remove_child(COLIN.id, NOW)).refused("not on the form")


def test_a_child_is_removed_with_all_that_was_said_of_it() -> None:
    given = Given(*WITH_BOTH, confirmed(AMARA, JONAH), declared(AMARA), lives(AMARA))
    given.when(lambda referral: referral.remove_child(AMARA.id, NOW)).then(told(ChildRemoved, child_id=AMARA.id))
    referral = Given(*WITH_BOTH, confirmed(AMARA, JONAH), declared(AMARA), lives(AMARA), removed(AMARA)).aggregate
    assert list(referral.people) == [JONAH.id]
    assert not referral.capacities and not referral.addresses
    assert referral.confirmed == {JONAH.id}


def test_a_child_is_removed_only_once() -> None:
    given = Given(*WITH_AMARA, removed(AMARA))
    given.when(lambda referral: referral.remove_child(AMARA.id, NOW)).refused("not on the form")


def test_the_children_are_confirmed() -> None:
    Given(*WITH_BOTH).when(lambda referral: referral.confirm_children(NOW)).then(confirmed(AMARA, JONAH))


def test_confirming_the_same_children_again_changes_nothing() -> None:
    Given(*WITH_AMARA, confirmed(AMARA)).when(lambda referral: referral.confirm_children(NOW)).then_nothing()


def test_a_child_can_be_added_after_confirming_and_needs_confirming_again() -> None:
    again = Given(*WITH_AMARA, confirmed(AMARA))
    again.when(lambda referral: referral.add_child(JONAH, NOW)).then(told(ChildAdded, child=JONAH))
    more = Given(*WITH_AMARA, confirmed(AMARA), *added(JONAH))
    assert more.aggregate.confirmed == {AMARA.id}
    more.when(lambda referral: referral.confirm_children(NOW)).then(confirmed(AMARA, JONAH))


def test_a_child_that_was_changed_needs_confirming_again() -> None:
    given = Given(*WITH_BOTH, confirmed(AMARA, JONAH), told(ChildDetailsGiven, child=OLDER))
    assert given.aggregate.confirmed == {JONAH.id}
    given.when(lambda referral: referral.confirm_children(NOW)).then(confirmed(AMARA, JONAH))


def test_the_others_stay_confirmed_when_a_child_is_removed() -> None:
    given = Given(*WITH_BOTH, confirmed(AMARA, JONAH), removed(JONAH))
    given.when(lambda referral: referral.confirm_children(NOW)).then_nothing()


@pytest.mark.parametrize("service", Service)
def test_nobody_confirms_that_there_are_no_children(service: Service) -> None:
    Given(started(service)).when(lambda referral: referral.confirm_children(NOW)).refused_at("/children")


def test_only_a_lado_referral_is_about_somebody_who_was_a_child_then() -> None:
    Given(LADO).when(lambda referral: referral.add_child(GROWN_UP, NOW)).then(told(ChildAdded, child=GROWN_UP))
    then = replace(AMARA, was_child_then=True)
    for service in (Service.EARLY_HELP, Service.SOCIAL_CARE):
        given = Given(started(service), *added(AMARA))
        given.when(lambda referral: referral.add_child(GROWN_UP, NOW)).refused_at("/was_child_then")
        given.when(lambda referral: referral.give_child_details(then, NOW)).refused_at("/was_child_then")


def test_a_lado_referral_can_be_about_no_particular_child() -> None:
    Given(LADO).when(lambda referral: referral.say_no_particular_child(NOW)).then(NO_PARTICULAR_CHILD)
    Given(LADO, NO_PARTICULAR_CHILD).when(lambda referral: referral.say_no_particular_child(NOW)).then_nothing()
    Given(LADO, NO_PARTICULAR_CHILD).when(lambda referral: referral.confirm_children(NOW)).then_nothing()


def test_no_other_referral_is_about_no_particular_child() -> None:
    for service in (Service.EARLY_HELP, Service.SOCIAL_CARE):
        given = Given(started(service))
        given.when(lambda referral: referral.say_no_particular_child(NOW)).refused("which child")


def test_no_particular_child_and_a_child_exclude_each_other() -> None:
    Given(LADO, *added(AMARA)).when(lambda referral: referral.say_no_particular_child(NOW)).refused("Remove them first")
    assert not Given(LADO, NO_PARTICULAR_CHILD, *added(AMARA)).aggregate.no_particular_child


def test_a_lado_referral_names_the_adult_of_concern() -> None:
    Given(LADO).when(lambda referral: referral.name_adult(COLIN, NOW)).then(NAMED)
    Given(LADO, NAMED).when(lambda referral: referral.name_adult(COLIN, NOW)).then_nothing()


def test_naming_the_adult_again_changes_what_is_known_of_the_same_adult() -> None:
    better = replace(COLIN, employer="Severnmouth Swimming Club")
    given = Given(LADO, NAMED, declared(COLIN), lives(COLIN))
    given.when(lambda referral: referral.name_adult(better, NOW)).then(told(AdultOfConcernNamed, adult=better))
    referral = Given(LADO, NAMED, declared(COLIN), told(AdultOfConcernNamed, adult=better)).aggregate
    assert list(referral.people) == list(referral.capacities) == [COLIN.id]


def test_each_further_adult_needs_a_form_of_their_own() -> None:
    other = replace(COLIN, id=SOMEBODY_ELSE)
    Given(LADO, NAMED).when(lambda referral: referral.name_adult(other, NOW)).refused("another form for this adult")


def test_an_adult_needs_a_name_too() -> None:
    nameless = replace(COLIN, given_name="", family_name="")
    Given(LADO).when(lambda referral: referral.name_adult(nameless, NOW)).refused_at("/given_name")


def test_no_other_referral_names_an_adult() -> None:
    for service in (Service.EARLY_HELP, Service.SOCIAL_CARE):
        Given(started(service)).when(lambda referral: referral.name_adult(COLIN, NOW)).refused("names an adult")


def removed(child: Child) -> Told:
    return told(ChildRemoved, child_id=child.id)
