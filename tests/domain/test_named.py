"""Nobody opens a referral that names them: what counts as being named."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.account_details import AccountKind, OwnerDetails
from portal.domain.forms.at_work import NeedSeen
from portal.domain.forms.contact import Contact
from portal.domain.forms.danger import Danger
from portal.domain.forms.employment import Employment
from portal.domain.forms.household import Household, HouseholdMember
from portal.domain.forms.professionals import ProfessionalInvolved, Professionals
from portal.domain.forms.who_knows import WhoKnows
from portal.domain.named import is_named, same_email, same_name, same_phone
from portal.domain.options import Known
from portal.domain.people import Adult
from portal.domain.referral import Referral
from portal.domain.referral_events import AdultOfConcernNamed, ConsentRecorded, DangerDeclared
from tests.domain.made_up import AGREED, COLIN, LADO, PRIYA, SENT, STARTED, TEACHER, Given, answered
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


@pytest.mark.parametrize(
    ("reported", "on_staff"),
    [
        ("Łukasz Kowalski", "Lukasz Kowalski"),
        ("Søren Østergaard", "Soren Ostergaard"),
        ("Mary O'Brien", "Mary O\u02bcBrien"),
        ("Mary O'Brien", "Mary O Brien"),
        ("Mary O'Brien-Smith", "Mary O Brien"),
        ("Mary OBrien", "O\u2019BRIEN, Mary"),
        ("Ewan MacDonald", "Ewan Mac Donald"),
        ("Na\u0131m D\u2019Souza", "Naim D Souza"),
        ("Dana\u200b Osei", "Dana Osei"),
        ("Colin O Marsh", "Colin Marsh"),
    ],
)
def test_letters_and_apostrophes_that_people_write_otherwise_hide_nobody(reported: str, on_staff: str) -> None:
    given, family = reported.split(" ", 1)
    adult = replace(COLIN, given_name=given, family_name=family)
    assert is_named(about(adult), STAFF, replace(DANA, name=on_staff))


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


def test_who_is_in_the_family_or_works_with_it_is_found_by_name_phone_and_address() -> None:
    dana = HouseholdMember(given_name="Dana", family_name="Osei", what_they_are="Aunt")
    nurse = ProfessionalInvolved(name="Nurse D. Okoro", phone="01632 960 017", email="dana.osei@severnshire.example")
    in_family, at_work = Household(people=(dana,)), Professionals(involved=(nurse,))
    assert is_named(Given(*SENT, answered(in_family)).aggregate, STAFF, DANA)
    assert is_named(Given(*SENT, answered(at_work)).aggregate, STAFF, replace(DANA, name="D. Other"))
    by_phone = replace(DANA, name="D. Other", email="other@x.example", phone="01632960017")
    assert is_named(Given(STARTED, answered(at_work)).aggregate, STAFF, by_phone)
    assert not is_named(Given(STARTED, answered(at_work)).aggregate, STAFF, replace(by_phone, phone=""))
    assert not is_named(Given(STARTED, answered(in_family)).aggregate, STAFF, replace(DANA, name="Dana Okoro"))


def test_who_is_named_in_a_line_is_found_but_not_who_took_the_call() -> None:
    line = "Dana Osei, head of human resources, 01632 960 171"
    assert is_named(Given(LADO, answered(Employment(hr_contact=line))).aggregate, STAFF, DANA)
    agreed = told(ConsentRecorded, consent=replace(AGREED, agreed_by="Dana Osei, Amara's aunt"))
    assert is_named(Given(STARTED, agreed).aggregate, STAFF, DANA)
    took_the_call = NeedSeen(spoken_before=Known.YES, spoken_with="Dana Osei")
    assert not is_named(Given(STARTED, answered(took_the_call)).aggregate, STAFF, DANA)


@pytest.mark.parametrize(
    "section",
    [
        Contact(on_behalf_of="Dana Osei"),
        WhoKnows(adult_knows=Known.YES, adult_told_by="Dana Osei on Monday: said that it was a joke"),
        WhoKnows(parents_know=Known.YES, parents_told_by="Dana Osei, on Tuesday"),
    ],
)
def test_whoever_is_named_as_having_told_or_asked_is_found(section: Contact | WhoKnows) -> None:
    assert is_named(Given(LADO, answered(section)).aggregate, STAFF, DANA)


def test_whoever_was_rung_about_the_danger_is_found() -> None:
    rang = told(DangerDeclared, danger=Danger(in_danger=True, spoke_to="Dana Osei at Severnmouth"))
    assert is_named(Given(STARTED, rang).aggregate, STAFF, DANA)
    assert not is_named(Given(STARTED, rang).aggregate, STAFF, replace(DANA, name="Dana Webb"))


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("D. O., 01632 960 171", True),
        ("Head of HR (+44 (0)1632 960171 or 01632 960 172)", True),
        ("Head of HR <Dana.Osei@severnshire.example>.", True),
        ("Head of HR, 01632 960 172, other.dana.osei@severnshire.example", False),
    ],
)
def test_who_can_be_reached_in_a_line_is_found(line: str, found: bool) -> None:
    somebody = replace(DANA, name="D. Other", phone="01632 960171")
    assert is_named(Given(LADO, answered(Employment(hr_contact=line))).aggregate, STAFF, somebody) is found


def test_an_adult_of_concern_is_found_by_another_name_and_by_e_mail() -> None:
    adult = replace(COLIN, also_known_as="Dana Osei", email="colin@example.org")
    assert is_named(about(adult), STAFF, DANA)
    assert is_named(about(adult), STAFF, replace(DANA, name="C. M.", email="Colin@Example.org"))


def test_names_addresses_and_numbers_are_compared_as_people_mean_them() -> None:
    assert same_name("Siân O\u2019Neil", "Sian O'Neil") and not same_name("Ann Lee", "Ann Leigh")
    assert same_email(" Dana@X.example ", "dana@x.EXAMPLE") and not same_email("", "")
    assert same_phone("0044 1632 960 017", "01632 960017") and not same_phone("101", "101")
