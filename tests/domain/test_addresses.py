"""An address for each person, or a recorded reason why there is none (guide G26)."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.addresses import Address, AddressByHand, AddressSource, Place, WhyNoAddress
from portal.domain.people import Child
from portal.domain.referral_events import ChildRemoved, WhereaboutsGiven
from portal.domain.whereabouts import Whereabouts
from portal.domain.whose_area import deciding_addresses
from tests.domain.made_up import (
    AMARA,
    COLIN,
    JONAH,
    LADO,
    NAMED,
    NO_FIXED_ABODE,
    NOT_KNOWN,
    TANNERY_ROW,
    WITH_AMARA,
    WITH_BOTH,
    Given,
    added,
    lives,
)
from tests.domain.policy import NOW, Told, told

FOUND = Address(
    source=AddressSource.FOUND,
    lines=("3 Weir Lane",),
    town="Severnmouth",
    postcode="ZZ1 4QP",
    uprn="10000000042",
    custodian="9999",
)
WORKPLACE = replace(TANNERY_ROW, place=Place.WORKPLACE)
COPIED = replace(TANNERY_ROW, source=AddressSource.COPIED, copied_from=AMARA.id)


@pytest.mark.parametrize(
    "address",
    [FOUND, TANNERY_ROW, NO_FIXED_ABODE, NOT_KNOWN],
    ids=["found", "typed", "no fixed abode", "not known"],
)
@pytest.mark.parametrize("secret", [False, True], ids=["", "secret"])
def test_an_address_is_recorded_however_it_became_known(address: Address, secret: bool) -> None:
    kept = replace(address, secret=secret)
    Given(*WITH_AMARA).when(lambda referral: referral.confirm_address([AMARA.id], kept, NOW)).then(lives(AMARA, kept))


def test_for_the_adult_of_concern_the_workplace_counts() -> None:
    given = Given(LADO, NAMED)
    given.when(lambda referral: referral.confirm_address([COLIN.id], WORKPLACE, NOW)).then(lives(COLIN, WORKPLACE))


def test_the_same_address_again_changes_nothing() -> None:
    given = Given(*WITH_AMARA, lives(AMARA))
    given.when(lambda referral: referral.confirm_address([AMARA.id], TANNERY_ROW, NOW)).then_nothing()


def test_the_same_address_kept_secret_is_another_answer() -> None:
    secret = replace(TANNERY_ROW, secret=True)
    given = Given(*WITH_AMARA, lives(AMARA))
    given.when(lambda referral: referral.confirm_address([AMARA.id], secret, NOW)).then(lives(AMARA, secret))


def test_having_no_address_needs_a_reason() -> None:
    unexplained = Address(source=AddressSource.NONE)
    given = Given(*WITH_AMARA)
    given.when(lambda referral: referral.confirm_address([AMARA.id], unexplained, NOW)).refused_at("/why_none")


@pytest.mark.parametrize("source", [AddressSource.FOUND, AddressSource.MANUAL, AddressSource.COPIED])
def test_every_other_address_has_a_line_and_a_town_or_postcode(source: AddressSource) -> None:
    def refused(*pointers: str, **fields: object) -> None:
        address = replace(TANNERY_ROW, source=source, **fields)
        given = Given(*WITH_AMARA)
        given.when(lambda referral: referral.confirm_address([AMARA.id], address, NOW)).refused_at(*pointers)

    refused("/lines", lines=())
    refused("/lines", lines=("", " \t"))
    refused("/town", town="", postcode="")
    refused("/lines", "/town", lines=(), town="", postcode="")
    for only in ({"town": ""}, {"postcode": ""}):
        enough = replace(TANNERY_ROW, source=source, **only)
        assert not list(enough.faults(NOW.date()))


def test_the_lines_of_an_address_are_tidied_like_any_text() -> None:
    typed = AddressByHand(lines=(" 14 Tannery Row\r\n", "Cafe\u0301 flat"), town=" Severnmouth ")
    assert typed == AddressByHand(lines=("14 Tannery Row", "Caf\u00e9 flat"), town="Severnmouth")


def test_nobody_has_an_address_who_is_not_on_the_form() -> None:
    stranger = UUID(int=0xF)
    given = Given(*WITH_AMARA)
    given.when(lambda referral: referral.confirm_address([stranger], TANNERY_ROW, NOW)).refused("not on the form")
    given.when(lambda referral: referral.copy_address(AMARA.id, stranger, NOW)).refused("not on the form")


def test_an_address_is_copied_from_somebody_else_on_the_form() -> None:
    given = Given(*WITH_BOTH, lives(AMARA))
    given.when(lambda referral: referral.copy_address(JONAH.id, AMARA.id, NOW)).then(lives(JONAH, COPIED))
    given = Given(LADO, NAMED, *added(AMARA), lives(AMARA))
    given.when(lambda referral: referral.copy_address(COLIN.id, AMARA.id, NOW)).then(lives(COLIN, COPIED))


def test_a_copied_address_is_kept_secret_where_the_original_is() -> None:
    given = Given(*WITH_BOTH, lives(AMARA, replace(TANNERY_ROW, secret=True)))
    given.when(lambda referral: referral.copy_address(JONAH.id, AMARA.id, NOW)).then(
        lives(JONAH, replace(COPIED, secret=True))
    )


@pytest.mark.parametrize("why", WhyNoAddress)
def test_a_reason_for_having_no_address_holds_for_somebody_else_as_it_is(why: WhyNoAddress) -> None:
    none = replace(NOT_KNOWN, why_none=why, secret=True)
    given = Given(*WITH_BOTH, lives(AMARA, none))
    given.when(lambda referral: referral.copy_address(JONAH.id, AMARA.id, NOW)).then(lives(JONAH, none))


def test_copying_the_same_address_again_changes_nothing() -> None:
    given = Given(*WITH_BOTH, lives(AMARA), lives(JONAH, COPIED))
    given.when(lambda referral: referral.copy_address(JONAH.id, AMARA.id, NOW)).then_nothing()


def test_there_must_be_an_address_to_copy_and_it_must_be_somebody_elses() -> None:
    given = Given(*WITH_BOTH, lives(AMARA))
    given.when(lambda referral: referral.copy_address(AMARA.id, JONAH.id, NOW)).refused_at("/from_person")
    given.when(lambda referral: referral.copy_address(AMARA.id, AMARA.id, NOW)).refused_at("/from_person")


def test_a_copied_address_stays_when_the_child_it_came_from_is_removed() -> None:
    referral = Given(*WITH_BOTH, lives(AMARA), lives(JONAH, COPIED), told(ChildRemoved, child_id=AMARA.id)).aggregate
    assert referral.addresses == {JONAH.id: COPIED}


def test_a_workplace_is_nobody_elses_home() -> None:
    at_work = replace(TANNERY_ROW, place=Place.WORKPLACE)
    given = Given(LADO, NAMED, *added(AMARA), lives(COLIN, at_work))
    given.when(lambda referral: referral.copy_address(AMARA.id, COLIN.id, NOW)).refused("That is a workplace")


# --- one address for several, and a child who is somewhere else now -------------------------------------------


def test_one_address_is_given_once_for_all_who_share_it() -> None:
    both = [AMARA.id, JONAH.id, AMARA.id]
    given = Given(*WITH_BOTH)
    given.when(lambda referral: referral.confirm_address(both, FOUND, NOW)).then(
        lives(AMARA, FOUND), lives(JONAH, FOUND)
    )
    given = Given(*WITH_BOTH, lives(AMARA, FOUND))
    given.when(lambda referral: referral.confirm_address(both, FOUND, NOW)).then(lives(JONAH, FOUND))


def test_no_fixed_abode_and_keeping_an_address_secret_hold_for_all_of_them_too() -> None:
    def recorded(kept: Address) -> None:
        given = Given(*WITH_BOTH)
        given.when(lambda referral: referral.confirm_address([AMARA.id, JONAH.id], kept, NOW)).then(
            lives(AMARA, kept), lives(JONAH, kept)
        )

    recorded(replace(NO_FIXED_ABODE, secret=True))
    recorded(replace(FOUND, secret=True))


def test_nobody_gets_an_address_where_one_of_them_is_not_on_the_form() -> None:
    given = Given(*WITH_AMARA)
    given.when(lambda referral: referral.confirm_address([AMARA.id, JONAH.id], FOUND, NOW)).refused("not on the form")


def test_a_workplace_is_shared_by_nobody() -> None:
    given = Given(LADO, NAMED, *added(AMARA))
    given.when(lambda referral: referral.confirm_address([COLIN.id, AMARA.id], WORKPLACE, NOW)).refused("workplace")


AT_GRANDMOTHERS = Whereabouts(staying="With her grandmother", address=FOUND)
IN_HOSPITAL = Whereabouts(staying="At the children's hospital")


def stays(child: Child, now: Whereabouts | None) -> Told:
    return told(WhereaboutsGiven, child=child.id, whereabouts=now)


@pytest.mark.parametrize("now", [AT_GRANDMOTHERS, IN_HOSPITAL], ids=["with an address", "in words"])
def test_a_child_is_somewhere_else_now_beside_having_a_home(now: Whereabouts) -> None:
    given = Given(*WITH_BOTH, lives(AMARA))
    told_of_both = [stays(AMARA, now), stays(JONAH, now)]
    given.when(lambda referral: referral.give_whereabouts([AMARA.id, JONAH.id], now, NOW)).then(*told_of_both)
    referral = Given(*WITH_BOTH, lives(AMARA), *told_of_both).aggregate
    assert referral.addresses == {AMARA.id: TANNERY_ROW}
    assert referral.whereabouts == {AMARA.id: now, JONAH.id: now}


def test_the_same_whereabouts_again_change_nothing_and_they_can_be_taken_back() -> None:
    given = Given(*WITH_AMARA, stays(AMARA, IN_HOSPITAL))
    given.when(lambda referral: referral.give_whereabouts([AMARA.id], IN_HOSPITAL, NOW)).then_nothing()
    given.when(lambda referral: referral.give_whereabouts([AMARA.id], None, NOW)).then(stays(AMARA, None))
    back = Given(*WITH_AMARA, stays(AMARA, IN_HOSPITAL), stays(AMARA, None))
    assert back.aggregate.whereabouts == {}
    back.when(lambda referral: referral.give_whereabouts([AMARA.id], None, NOW)).then_nothing()


def test_the_address_of_the_place_is_one_or_is_left_out() -> None:
    def refused(address: Address, *pointers: str) -> None:
        now = Whereabouts(staying="Away", address=address)
        given = Given(*WITH_AMARA)
        given.when(lambda referral: referral.give_whereabouts([AMARA.id], now, NOW)).refused_at(*pointers)

    refused(NOT_KNOWN, "/address")
    refused(replace(TANNERY_ROW, lines=(), town="", postcode=""), "/address/lines", "/address/town")


def test_only_children_are_somewhere_else_and_one_who_is_removed_takes_that_along() -> None:
    given = Given(LADO, NAMED, *added(AMARA))
    given.when(lambda referral: referral.give_whereabouts([COLIN.id], IN_HOSPITAL, NOW)).refused("not on the form")
    removed = told(ChildRemoved, child_id=AMARA.id)
    assert Given(*WITH_AMARA, stays(AMARA, IN_HOSPITAL), removed).aggregate.whereabouts == {}


# --- which address decides ---------------------------------------------------------------------------------------


def test_a_referral_goes_by_where_each_child_is_now() -> None:
    referral = Given(*WITH_BOTH, lives(AMARA), lives(JONAH), stays(JONAH, AT_GRANDMOTHERS)).aggregate
    assert dict(deciding_addresses(referral)) == {AMARA.id: TANNERY_ROW, JONAH.id: FOUND}
    in_words = Given(*WITH_BOTH, lives(AMARA), stays(AMARA, IN_HOSPITAL)).aggregate
    assert dict(deciding_addresses(in_words)) == {AMARA.id: TANNERY_ROW}


def test_an_allegation_goes_by_where_the_adult_works() -> None:
    at_work = Given(LADO, NAMED, *added(AMARA), lives(AMARA, FOUND), lives(COLIN, WORKPLACE)).aggregate
    assert dict(deciding_addresses(at_work)) == {COLIN.id: WORKPLACE}
    at_home = Given(LADO, NAMED, *added(AMARA), lives(AMARA, FOUND), lives(COLIN)).aggregate
    assert dict(deciding_addresses(at_home)) == {}
