"""Children and adults: a name or what is known instead; a birth, an estimated age or a due date; all faults at once."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import msgspec
import pytest

from portal.domain.people import AdultDetails, ChildDetails, PersonDetails, age

TODAY = date(2026, 11, 23)
YEAR = timedelta(days=365)


def faults(person: PersonDetails) -> list[str]:
    return [fault.at for fault in person.faults(TODAY)]


@pytest.mark.parametrize(
    ("person", "places"),
    [
        (PersonDetails(given_name="Amara", family_name="Okafor"), []),
        (PersonDetails(given_name="Amara"), []),
        (PersonDetails(family_name="Okafor"), []),
        (PersonDetails(name_not_known=True, description="A boy in a red coat"), []),
        (PersonDetails(given_name="Amara", description="Wears a red coat"), []),
        (PersonDetails(), ["/given_name"]),
        (PersonDetails(given_name=" \u00a0", family_name="\t"), ["/given_name"]),
        (PersonDetails(description="A boy in a red coat"), ["/given_name"]),
        (PersonDetails(name_not_known=True), ["/description"]),
        (PersonDetails(name_not_known=True, description=" \n"), ["/description"]),
        (PersonDetails(given_name="Amara", name_not_known=True, description="In red"), ["/name_not_known"]),
        (PersonDetails(given_name="Amara", name_not_known=True), ["/name_not_known", "/description"]),
    ],
)
def test_a_person_has_a_name_or_it_is_not_known_and_they_are_described(
    person: PersonDetails, places: Sequence[str]
) -> None:
    assert faults(person) == places


def child(
    born: date | None = None, estimated_age: int | None = None, due: date | None = None, was_child_then: bool = False
) -> ChildDetails:
    return ChildDetails(
        given_name="Amara", born=born, estimated_age=estimated_age, due=due, was_child_then=was_child_then
    )


@pytest.mark.parametrize(
    "known",
    [child(born=date(2017, 3, 27)), child(estimated_age=0), child(estimated_age=25), child(due=date(2027, 3, 1))],
)
def test_a_birth_an_estimated_age_or_a_due_date_is_enough(known: ChildDetails) -> None:
    assert faults(known) == []


@pytest.mark.parametrize(
    "known",
    [
        child(),
        child(born=TODAY, estimated_age=0),
        child(born=TODAY, due=TODAY),
        child(estimated_age=0, due=TODAY),
        child(born=TODAY, estimated_age=0, due=TODAY),
    ],
)
def test_it_is_exactly_one_of_them(known: ChildDetails) -> None:
    assert faults(known) == ["/born"]


@pytest.mark.parametrize(
    ("born_about", "places"),
    [
        ("2017", []),
        ("2017-03", []),
        ("2026-11", []),
        ("2026", []),
        ("2026-12", ["/born_about"]),
        ("2027", ["/born_about"]),
    ],
)
def test_what_is_known_of_a_birth_is_kept_and_the_rest_is_not_made_up(born_about: str, places: list[str]) -> None:
    known = ChildDetails(given_name="Amara", born_about=born_about)
    assert (known.born, known.born_about) == (None, born_about) and faults(known) == places


@pytest.mark.parametrize("typed", ["2017-13", "17", "March 2017", "2017-03-27", "1817"])
def test_a_part_of_a_date_is_a_year_or_a_month_of_one(typed: str) -> None:
    with pytest.raises(msgspec.ValidationError, match="born_about"):
        msgspec.convert({"given_name": "Amara", "born_about": typed}, ChildDetails)


def test_an_age_follows_from_as_much_as_is_known_of_the_birth() -> None:
    assert age(ChildDetails(given_name="Amara", born_about="2017-03"), TODAY) == 9
    assert age(ChildDetails(given_name="Amara", born_about="2017"), TODAY) == 9
    assert age(ChildDetails(given_name="Amara", born_about="2026"), TODAY) == 0
    assert age(ChildDetails(given_name="Amara", age_not_known=True), TODAY) is None


def test_who_may_still_be_25_is_a_child() -> None:
    assert faults(ChildDetails(given_name="Amara", born_about="2000")) == []
    assert faults(ChildDetails(given_name="Amara", born_about="1999")) == ["/born_about"]


def test_nobody_has_to_know_how_old_a_child_is() -> None:
    assert faults(ChildDetails(given_name="Amara", age_not_known=True)) == []
    assert faults(ChildDetails(given_name="Amara", age_not_known=True, estimated_age=6)) == ["/born"]
    then = ChildDetails(given_name="Elin", age_not_known=True, was_child_then=True)
    assert faults(then) == []


@pytest.mark.parametrize(
    ("more", "places"),
    [
        ({"sex": "F", "ethnicity": "BAFR", "disabilities": ("HEAR", "AUT"), "sen_types": ("SLCN",)}, []),
        ({"sex": "2"}, ["/sex"]),  # not since April 2024
        ({"ethnicity": "CNHE"}, ["/ethnicity"]),  # a spelling that is about
        ({"disabilities": ("NONE",)}, []),
        ({"disabilities": ("NONE", "HEAR")}, ["/disabilities/0"]),
        ({"disabilities": ("HEAR", "HEAR")}, ["/disabilities/1"]),
        ({"upn_unknown": "UN1"}, []),
        ({"upn_unknown": "UN7"}, ["/upn_unknown"]),  # for staff, once nothing further is done
        ({"upn_unknown": "UN6"}, ["/upn_unknown"]),
        ({"upn": "H801200001001", "upn_unknown": "UN1"}, ["/upn_unknown"]),
    ],
)
def test_codes_are_those_that_hold_on_the_day_and_go_together(more: dict[str, Any], places: list[str]) -> None:
    assert faults(ChildDetails(given_name="Amara", estimated_age=6, **more)) == places


def test_a_disability_is_left_open_for_an_unborn_child() -> None:
    unborn = ChildDetails(given_name="Baby", due=date(2027, 3, 1), disabilities=("HEAR",))
    assert faults(unborn) == ["/disabilities"]


def test_the_sex_of_an_unborn_child_is_not_known() -> None:
    assert faults(ChildDetails(given_name="Baby", due=date(2027, 3, 1), sex="F")) == ["/sex"]
    assert faults(ChildDetails(given_name="Baby", due=date(2027, 3, 1), sex="U")) == []


def test_codes_of_an_adult_are_checked_too() -> None:
    assert faults(AdultDetails(given_name="Colin", sex="M", ethnicity="WBRI")) == []
    assert faults(AdultDetails(given_name="Colin", sex="1", ethnicity="?")) == ["/sex", "/ethnicity"]


def test_nobody_is_born_tomorrow() -> None:
    assert faults(child(born=TODAY)) == []
    assert faults(child(born=TODAY + timedelta(days=1))) == ["/born"]
    assert faults(AdultDetails(given_name="Colin", born=TODAY + timedelta(days=1))) == ["/born"]
    assert faults(AdultDetails(given_name="Colin", born=date(1984, 11, 14))) == []


def test_a_child_is_25_at_most_unless_it_was_a_child_then() -> None:
    assert faults(child(born=date(2000, 11, 24))) == []
    assert faults(child(born=date(2000, 11, 23))) == ["/born"]
    assert faults(child(born=date(1990, 5, 6), was_child_then=True)) == []


def test_a_due_date_is_at_most_a_pregnancy_away() -> None:
    for weeks in (-42, 0, 42):
        assert faults(child(due=TODAY + timedelta(weeks=weeks))) == []
    for far in (timedelta(weeks=42, days=1), -timedelta(weeks=42, days=1), 5 * YEAR):
        assert faults(child(due=TODAY + far)) == ["/due"]


def test_a_child_is_told_of_every_fault_at_once() -> None:
    wrong = ChildDetails(
        given_name="Amara", name_not_known=True, born=TODAY + YEAR, estimated_age=3, due=TODAY + 5 * YEAR
    )
    assert faults(wrong) == ["/name_not_known", "/description", "/born", "/born", "/due"]


@pytest.mark.parametrize(
    ("born", "years"),
    [
        (TODAY, 0),
        (date(2025, 11, 24), 0),
        (date(2025, 11, 23), 1),
        (date(2017, 3, 27), 9),
        (date(2008, 2, 29), 18),
    ],
)
def test_an_age_is_in_whole_years(born: date, years: int) -> None:
    assert age(child(born=born), TODAY) == years


def test_somebody_born_on_29_february_is_a_year_older_on_1_march() -> None:
    leapling = child(born=date(2016, 2, 29))
    assert [age(leapling, date(2027, *day)) for day in ((2, 28), (3, 1))] == [10, 11]


def test_an_estimated_age_stays_as_estimated_and_an_unborn_child_has_none() -> None:
    assert age(child(estimated_age=4), TODAY) == 4
    assert age(child(due=TODAY), TODAY) is None


@pytest.mark.parametrize(
    ("person", "initials", "called"),
    [
        (PersonDetails(given_name="Amara", family_name="Okafor"), "AO", "Amara Okafor"),
        (PersonDetails(given_name="amara"), "A", "amara"),
        (PersonDetails(family_name="Okafor"), "O", "Okafor"),
        (PersonDetails(given_name="e\u0301lodie", family_name=" van Dijk "), "\u00c9V", "\u00e9lodie van Dijk"),
        (PersonDetails(name_not_known=True, description="In a red coat"), "?", "Name not known"),
    ],
)
def test_what_a_list_shows_and_what_the_referrer_reads(person: PersonDetails, initials: str, called: str) -> None:
    assert (person.initials, person.called) == (initials, called)


@pytest.mark.parametrize("typed", ["H801200001001", "h801200001001", " H801 2000 01001 "])
def test_a_upn_is_kept_in_one_form(typed: str) -> None:
    known = ChildDetails(given_name="Amara", estimated_age=6, upn=typed)
    assert (known.upn, faults(known)) == ("H801200001001", [])


@pytest.mark.parametrize("right", ["Z885413500001", "K88541350000A", "A950000178301", "U940200001001"])
def test_a_upn_may_be_temporary_or_of_a_council_made_since(right: str) -> None:
    assert faults(ChildDetails(given_name="Amara", estimated_age=6, upn=right)) == []


@pytest.mark.parametrize(
    "wrong", ["H801200001002", "A801200001001", "H80120000100", "H8012000010011", "H80120000A001", "x"]
)
def test_a_upn_that_cannot_be_is_refused(wrong: str) -> None:
    assert faults(ChildDetails(given_name="Amara", estimated_age=6, upn=wrong)) == ["/upn"]


@pytest.mark.parametrize("typed", ["9990000018", "999 000 0018", "999-000-0018"])
def test_an_nhs_number_is_kept_in_one_form(typed: str) -> None:
    known = ChildDetails(given_name="Amara", estimated_age=6, nhs_number=typed)
    assert (known.nhs_number, faults(known)) == ("9990000018", [])


@pytest.mark.parametrize("wrong", ["9990000019", "999000001", "99900000180", "999000001A", "٩٩٩٠٠٠٠٠١٨"])
def test_an_nhs_number_that_cannot_be_is_refused(wrong: str) -> None:
    assert faults(ChildDetails(given_name="Amara", estimated_age=6, nhs_number=wrong)) == ["/nhs_number"]


def test_the_numbers_are_among_all_faults_at_once() -> None:
    wrong = ChildDetails(upn="H801200001002", nhs_number="9990000019")
    assert faults(wrong) == ["/given_name", "/born", "/upn", "/nhs_number"]


def test_was_a_child_then_is_for_adults_whatever_is_known_of_their_age() -> None:
    assert faults(child(estimated_age=40, was_child_then=True)) == []
    assert faults(child(estimated_age=40)) == ["/estimated_age"]
    assert faults(child(estimated_age=9, was_child_then=True)) == ["/was_child_then"]
    assert faults(child(due=TODAY, was_child_then=True)) == ["/was_child_then"]
    assert faults(child(born=date(1016, 5, 6), was_child_then=True)) == ["/born"]
