"""Nobody opens a referral that names them: what counts as being named."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.account_details import AccountKind, OwnerDetails
from portal.domain.named import is_named, same_email, same_name, same_phone
from portal.domain.people import Adult
from portal.domain.referral import Referral
from portal.domain.referral_events import AdultOfConcernNamed
from tests.domain.made_up import COLIN, LADO, PRIYA, SENT, TEACHER, Given
from tests.domain.policy import told

STAFF = UUID(int=0x21)
DANA = OwnerDetails(kind=AccountKind.PUBLIC, name="Dana Osei", email="dana.osei@severnshire.example")


def about(adult: Adult) -> Referral:
    return Given(LADO, told(AdultOfConcernNamed, adult=adult)).aggregate


@pytest.mark.parametrize(
    "name",
    ["Colin Marsh", "COLIN  MARSH", "Marsh, Colin", "Mr Colin James Marsh", "Dr. Cólin Marsh", "Colin Marsh-Webb"],
)
def test_the_adult_of_concern_is_found_however_the_name_is_typed(name: str) -> None:
    assert is_named(about(COLIN), STAFF, replace(DANA, name=name))


@pytest.mark.parametrize("name", ["Colin", "Marsh", "Colin Webb", "Dana Marsh", "Mr Marsh", ""])
def test_half_a_name_is_nobodys(name: str) -> None:
    assert not is_named(about(COLIN), STAFF, replace(DANA, name=name))


def test_somebody_of_whom_no_name_is_known_is_nobody() -> None:
    unknown = Adult(id=COLIN.id, name_not_known=True, description="The tall coach")
    assert not is_named(about(unknown), STAFF, DANA)


def test_an_adult_of_concern_is_found_by_phone() -> None:
    adult = replace(COLIN, given_name="C", phone="+44 (0)1632 960142")
    assert is_named(about(adult), STAFF, replace(DANA, phone="01632 960 142"))
    assert not is_named(about(adult), STAFF, replace(DANA, phone="01632 960 143"))
    assert not is_named(about(replace(adult, phone="")), STAFF, DANA)


def test_whoever_sent_it_is_found_by_account_name_and_address() -> None:
    sent = Given(*SENT).aggregate
    assert is_named(sent, PRIYA, DANA)
    assert is_named(sent, STAFF, replace(DANA, name="Priya Nair"))
    assert is_named(sent, STAFF, replace(DANA, email=TEACHER.email.upper()))
    assert is_named(sent, STAFF, replace(DANA, phone="01632960017"))
    assert not is_named(sent, STAFF, DANA)


def test_a_child_is_found_by_name() -> None:
    assert is_named(Given(*SENT).aggregate, STAFF, replace(DANA, name="Amara Okafor"))


def test_names_addresses_and_numbers_are_compared_as_people_mean_them() -> None:
    assert same_name("Siân O\u2019Neil", "Sian O'Neil") and not same_name("Ann Lee", "Ann Leigh")
    assert same_email(" Dana@X.example ", "dana@x.EXAMPLE") and not same_email("", "")
    assert same_phone("0044 1632 960 017", "01632 960017") and not same_phone("101", "101")
