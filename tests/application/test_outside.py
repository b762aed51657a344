"""An address outside the area: the council is named, with its number if it is known; nobody is kept from sending."""

from uuid import UUID

import msgspec
import pytest

from portal.addresses.custodians import children_services_at
from portal.application.outside import outside, whose
from portal.council.area import Area, Neighbour
from portal.domain.addresses import Address, AddressSource, Place
from portal.domain.referral import Referral
from portal.domain.services import Service
from tests.domain.made_up import AMARA, COLIN, TANNERY_ROW
from tests.domain.policy import NOW

WORCESTERSHIRE = Area(
    custodian_codes=("1805", "1820", "1825", "1835", "1840", "1845"),
    postcodes=("WR", "B97", "B98"),
    neighbours=(
        Neighbour(name="Herefordshire Council", postcodes=("HR", "WR13 5"), phone="01632 960 400"),
        Neighbour(
            name="Birmingham Children's Trust",
            custodian_codes=("4605",),
            phone="01632 960 500",
            lado_phone="01632 960 501",
        ),
    ),
)


def found(custodian: str, postcode: str = "") -> Address:
    return Address(
        source=AddressSource.FOUND,
        lines=("3 Weir Lane",),
        town="Averbourne",
        postcode=postcode,
        uprn="1",
        custodian=custodian,
    )


@pytest.mark.parametrize(
    ("address", "council"),
    [
        (found("1835"), None),
        (found("1835", "HR8 1AA"), None),  # the custodian decides
        (found("1850"), "Herefordshire Council"),
        (found("1850", "WR1 1AA"), "Herefordshire Council"),
        (found("4605"), "Birmingham Children's Trust"),
        (found("1620"), "Gloucestershire County Council"),  # the city of Gloucester is a district
        (found("2705"), "North Yorkshire Council"),  # Craven, which is no more
        (found("6840"), "Monmouthshire County Council"),
        (found("7655", "WR1 1AA"), None),  # Ordnance Survey itself
        (found("7655", "HR8 1AA"), "Herefordshire Council"),
        (found("", "WR14 4QP"), None),
        (found("", "WR13 4QP"), None),
        (found("", "WR13 5QP"), "Herefordshire Council"),  # the longest that fits
        (found("", "HR8 1AA"), "Herefordshire Council"),
        (found("", "B97 4QP"), None),
        (found("", "B9 4QP"), ""),
        (found("", "EC1A 1BB"), ""),
        (found("", ""), None),
    ],
)
def test_the_custodian_says_whose_an_address_is_or_else_the_postcode(address: Address, council: str | None) -> None:
    there = whose(WORCESTERSHIRE, address)
    assert (there.name if there else None) == council


def test_a_council_that_has_not_said_what_its_area_is_calls_nothing_outside() -> None:
    for address in (found("1850", "HR8 1AA"), found("", "HR8 1AA"), TANNERY_ROW):
        assert whose(Area(), address) is None
    only_codes = Area(custodian_codes=("1835",))
    assert whose(only_codes, found("", "HR8 1AA")) is None
    only_postcodes = Area(postcodes=("WR",))
    assert whose(only_postcodes, found("1850", "WR1 1AA")) is None


def sent_about(service: Service, address: Address) -> Referral:
    referral = Referral.start(UUID(int=1), service, None, "token", NOW)
    referral.add_child(AMARA, NOW)
    if service is Service.LADO:
        referral.name_adult(COLIN, NOW)
    about = COLIN.id if service is Service.LADO else AMARA.id
    referral.confirm_address([about], address, NOW)
    return referral


def test_the_words_name_the_council_and_its_number_and_say_that_it_can_be_sent() -> None:
    [told] = outside(WORCESTERSHIRE, sent_about(Service.SOCIAL_CARE, found("1850")))
    assert (told.person, told.council, told.phone) == (AMARA.id, "Herefordshire Council", "01632 960 400")
    assert told.says == (
        "This address is in the area of Herefordshire Council. You can still send this to us: we will pass it on. "
        "Their number is 01632 960 400."
    )
    [without_number] = outside(WORCESTERSHIRE, sent_about(Service.EARLY_HELP, found("1620")))
    assert without_number.says.endswith("we will pass it on.")
    [somewhere] = outside(WORCESTERSHIRE, sent_about(Service.EARLY_HELP, found("", "EC1A 1BB")))
    assert somewhere.says.startswith("This address seems to be outside our area. You can still send this")
    assert outside(WORCESTERSHIRE, sent_about(Service.EARLY_HELP, found("1835"))) == []


def test_an_allegation_names_the_council_of_the_workplace_with_the_number_of_its_lado() -> None:
    at_work = msgspec.structs.replace(found("4605"), place=Place.WORKPLACE)
    [told] = outside(WORCESTERSHIRE, sent_about(Service.LADO, at_work))
    assert told.person == COLIN.id
    assert told.says.startswith("This workplace is in the area of Birmingham Children's Trust.")
    assert told.says.endswith("Their number is 01632 960 501.")
    assert outside(WORCESTERSHIRE, sent_about(Service.LADO, found("4605"))) == []


@pytest.mark.parametrize(
    ("code", "council"),
    [
        ("1850", "Herefordshire Council"),
        ("1805", "Worcestershire County Council"),
        ("4605", "Birmingham City Council"),
        ("405", "Buckinghamshire Council"),
        ("9902", None),
        ("", None),
    ],
)
def test_a_district_stands_for_the_county_that_has_the_childrens_services(code: str, council: str | None) -> None:
    assert children_services_at(code) == council


@pytest.mark.parametrize(
    ("keys", "named"),
    [
        ({"custodian_codes": ["18O5"]}, "custodian_codes"),
        ({"postcodes": ["wr"]}, "postcodes"),
        ({"postcodes": ["WR1 1AA"]}, "postcodes"),
        ({"neighbours": [{"phone": "01632 960 400"}]}, "name"),
        ({"custodian_codes": ["1850"], "neighbours": [{"name": "A", "custodian_codes": ["1850"]}]}, "once: 1850"),
        ({"postcodes": ["WR"], "neighbours": [{"name": "A", "postcodes": ["WR"]}]}, "once: WR"),
    ],
)
def test_what_is_wrong_in_the_councils_file_is_named(keys: object, named: str) -> None:
    with pytest.raises(msgspec.ValidationError, match=named):
        msgspec.convert(keys, Area)
