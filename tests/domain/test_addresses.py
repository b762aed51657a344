"""An address for each person, or a recorded reason why there is none (guide G26)."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.addresses import Address, AddressByHand, AddressSource, Place, WhyNoAddress
from portal.domain.referral_events import ChildRemoved
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
from tests.domain.policy import NOW, told

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
