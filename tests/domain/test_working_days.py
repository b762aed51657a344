"""Working days: Monday to Friday without England's bank holidays; a day ends at midnight in England, summer or not."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.domain.working_days import ENGLAND, after_working_days, day_of, is_working_day

BANK_HOLIDAYS = {  # www.gov.uk/bank-holidays, England and Wales
    2026: [(1, 1), (4, 3), (4, 6), (5, 4), (5, 25), (8, 31), (12, 25), (12, 28)],
    2027: [(1, 1), (3, 26), (3, 29), (5, 3), (5, 31), (8, 30), (12, 27), (12, 28)],
}


def in_england(*when: int) -> datetime:
    return datetime(*when, tzinfo=ENGLAND)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("year", BANK_HOLIDAYS)
def test_offices_are_closed_at_weekends_and_on_bank_holidays_and_on_no_other_day(year: int) -> None:
    closed = {date(year, *day) for day in BANK_HOLIDAYS[year]}
    for number in range(365):
        day = date(year, 1, 1) + timedelta(days=number)
        assert is_working_day(day) == (day.weekday() < 5 and day not in closed), day


@pytest.mark.parametrize(
    ("received", "end_of"),
    [
        (in_england(2026, 11, 23, 10, 30), (2026, 11, 24)),  # Monday: by the end of Tuesday
        (in_england(2026, 11, 23, 23, 59), (2026, 11, 24)),
        (in_england(2026, 11, 24, 0, 0), (2026, 11, 25)),
        (in_england(2026, 11, 27, 17, 0), (2026, 11, 30)),  # Friday: Monday
        (in_england(2026, 11, 28, 9, 0), (2026, 11, 30)),  # Saturday: Monday
        (in_england(2026, 11, 29, 9, 0), (2026, 11, 30)),  # Sunday: Monday
        (in_england(2026, 12, 24, 16, 0), (2026, 12, 29)),  # Christmas Eve: after the weekend and the substitute day
        (in_england(2026, 12, 31, 12, 0), (2027, 1, 4)),
        (in_england(2027, 3, 25, 12, 0), (2027, 3, 30)),  # Maundy Thursday: after Easter Monday, on summer time
        (in_england(2026, 6, 30, 0, 30), (2026, 7, 1)),  # in England it is Tuesday already
    ],
)
def test_something_is_due_at_the_end_of_the_next_working_day(received: datetime, end_of: tuple[int, int, int]) -> None:
    midnight = datetime.combine(date(*end_of) + timedelta(days=1), datetime.min.time(), ENGLAND)
    due = after_working_days(received)
    assert due == midnight.astimezone(UTC)
    assert due.tzinfo is UTC
    assert after_working_days(received.astimezone(UTC)) == due


def test_a_day_ends_at_midnight_in_england_which_is_eleven_in_summer_in_utc() -> None:
    assert after_working_days(datetime(2026, 11, 23, 12, tzinfo=UTC)) == datetime(2026, 11, 25, 0, tzinfo=UTC)
    assert after_working_days(datetime(2026, 7, 6, 12, tzinfo=UTC)) == datetime(2026, 7, 7, 23, tzinfo=UTC)


def test_the_clocks_change_at_the_weekend_and_change_nothing() -> None:
    assert after_working_days(in_england(2026, 3, 27, 12)) == in_england(2026, 3, 31, 0).astimezone(UTC)
    assert after_working_days(in_england(2026, 10, 23, 12)) == in_england(2026, 10, 27, 0).astimezone(UTC)


def test_several_working_days_can_be_counted() -> None:
    received = in_england(2026, 12, 21, 9)
    assert after_working_days(received, 5) == in_england(2026, 12, 31, 0).astimezone(UTC)
    assert after_working_days(received, 0) == in_england(2026, 12, 22, 0).astimezone(UTC)


def test_the_date_is_that_of_england() -> None:
    assert day_of(datetime(2026, 6, 30, 23, 30, tzinfo=UTC)) == date(2026, 7, 1)
    assert day_of(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == date(2026, 12, 31)
