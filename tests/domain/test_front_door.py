"""Whom to ring now, and when what is sent is read: by the council's hours, in England's time, on every kind of day."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.council.hours import Nights, Opening, Week
from portal.domain.answering import unanswered
from portal.domain.front_door import Team, WhomToRing, look_ahead, moment_in_words, opens, whom_to_ring
from portal.domain.working_days import ENGLAND, CalendarRunsOut

DOOR, NIGHT = "01632 960 100", "01632 960 199"
NINE_TO_FIVE: dict[str, Any] = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-17:00")
OFFICE = Week(**NINE_TO_FIVE)


def in_england(*when: int) -> datetime:
    return datetime(*when, tzinfo=ENGLAND)  # type: ignore[misc, arg-type]


def ringing(at: datetime, hours: Opening | None = None) -> WhomToRing:
    found = whom_to_ring(at, hours or Opening(OFFICE), DOOR, NIGHT)
    assert found == whom_to_ring(at.astimezone(UTC), hours or Opening(OFFICE), DOOR, NIGHT)
    return found


def test_in_office_hours_the_front_door_is_rung_and_reads_now() -> None:
    found = ringing(in_england(2026, 11, 25, 10))
    assert (found.emergency, found.team, found.phone, found.open) == ("999", Team.FRONT_DOOR, DOOR, True)
    assert found.says == (
        "If anyone is in danger now, ring 999 first. Then ring us on 01632 960 100. We are reading what is sent now."
    )


def test_urgent_out_of_hours_on_a_bank_holiday() -> None:
    found = ringing(in_england(2026, 12, 28, 11))  # Boxing Day's substitute, a Monday, in what are office hours else
    assert (found.emergency, found.team, found.phone, found.open) == ("999", Team.OUT_OF_HOURS, NIGHT, False)
    assert found.read_from == in_england(2026, 12, 29, 9)
    assert found.says == (
        "If anyone is in danger now, ring 999 first. Then ring our out-of-hours team on 01632 960 199. "
        "Our office is closed. What you send will be read on Tuesday 29 December at 9am."
    )


@pytest.mark.parametrize(
    ("at", "read"),
    [
        (in_england(2026, 11, 25, 8, 59), "Wednesday 25 November at 9am"),
        (in_england(2026, 11, 25, 17, 0), "Thursday 26 November at 9am"),
        (in_england(2026, 11, 27, 17, 1), "Monday 30 November at 9am"),  # Friday evening
        (in_england(2026, 11, 29, 12, 0), "Monday 30 November at 9am"),
        (in_england(2026, 12, 24, 18, 0), "Tuesday 29 December at 9am"),
        (in_england(2026, 12, 31, 18, 0), "Monday 4 January at 9am"),
        (in_england(2027, 3, 25, 17, 30), "Tuesday 30 March at 9am"),  # before Good Friday, over the change to summer
    ],
)
def test_when_the_office_is_closed_it_says_when_it_opens_next(at: datetime, read: str) -> None:
    found = ringing(at)
    assert (found.team, found.open) == (Team.OUT_OF_HOURS, False)
    assert moment_in_words(found.read_from) == read
    assert found.says.endswith(f"What you send will be read on {read}.")


def test_an_hour_begins_on_the_dot_and_is_over_on_the_dot() -> None:
    assert ringing(in_england(2026, 11, 25, 9)).open
    assert ringing(in_england(2026, 11, 25, 17) - timedelta(microseconds=1)).open
    assert not ringing(in_england(2026, 11, 25, 17)).open


def test_nine_in_the_morning_is_an_hour_earlier_in_summer_for_the_rest_of_the_world() -> None:
    assert ringing(datetime(2026, 7, 6, 8, 0, tzinfo=UTC)).open
    assert not ringing(datetime(2026, 7, 6, 7, 59, tzinfo=UTC)).open
    assert not ringing(datetime(2026, 11, 25, 8, 0, tzinfo=UTC)).open
    assert ringing(in_england(2026, 3, 27, 18)).read_from == datetime(2026, 3, 30, 8, tzinfo=UTC)
    assert ringing(in_england(2026, 10, 23, 18)).read_from == datetime(2026, 10, 26, 9, tzinfo=UTC)


def test_an_extra_closing_day_is_closed_and_a_day_with_hours_of_its_own_has_them() -> None:
    week = Week(**NINE_TO_FIVE, saturday="10:00-12:30", closed=(date(2026, 11, 26),))
    hours = Opening(week)
    assert ringing(in_england(2026, 11, 26, 11), hours).read_from == in_england(2026, 11, 27, 9)
    assert ringing(in_england(2026, 11, 28, 12, 29), hours).open
    assert not ringing(in_england(2026, 11, 28, 12, 30), hours).open


def test_hours_for_bank_holidays_hold_on_them_whatever_day_it_is() -> None:
    hours = Opening(Week(**NINE_TO_FIVE, bank_holiday="10:00-14:00"))
    assert ringing(in_england(2026, 12, 25, 13), hours).open
    assert not ringing(in_england(2026, 12, 25, 9, 30), hours).open


def test_a_team_that_does_not_answer_all_night_is_not_named_when_nobody_is_there() -> None:
    evenings: dict[str, Any] = dict.fromkeys(NINE_TO_FIVE, "17:00-02:00")
    night = Nights(**evenings, saturday="09:00-24:00", bank_holiday="00:00-24:00")
    hours = Opening(OFFICE, night)
    assert ringing(in_england(2026, 11, 26, 1, 59), hours).team is Team.OUT_OF_HOURS  # Wednesday's evening
    quiet = ringing(in_england(2026, 11, 26, 2, 0), hours)
    assert (quiet.team, quiet.phone) == (Team.POLICE, "101")
    assert "Then ring the police on 101." in quiet.says
    assert ringing(in_england(2026, 11, 28, 23, 59), hours).team is Team.OUT_OF_HOURS
    assert ringing(in_england(2026, 11, 29, 0, 0), hours).team is Team.POLICE
    assert ringing(in_england(2026, 12, 25, 3), hours).team is Team.OUT_OF_HOURS


NATURAL = Nights(
    **dict.fromkeys(NINE_TO_FIVE, "17:00-09:00"),  # type: ignore[arg-type]
    saturday="00:00-24:00",
    sunday="00:00-24:00",
)


@pytest.mark.parametrize(
    "at",
    [
        in_england(2026, 11, 30, 3),  # Monday, after a Sunday that ends at midnight
        in_england(2026, 12, 25, 11),
        in_england(2026, 12, 25, 3),
        in_england(2026, 12, 29, 3),  # Tuesday, after a bank holiday
        in_england(2026, 11, 26, 11),  # an extra closing day of the front door
        in_england(2026, 11, 28, 0, 0),
    ],
)
def test_nights_and_weekends_as_one_writes_them_leave_nobody_to_the_police(at: datetime) -> None:
    hours = Opening(Week(**NINE_TO_FIVE, closed=(date(2026, 11, 26),)), NATURAL)
    assert ringing(at, hours).team is Team.OUT_OF_HOURS
    assert unanswered(hours, date(2026, 11, 25)) == []


def test_every_kind_of_stretch_on_which_nobody_answers_is_named() -> None:
    friday = date(2026, 11, 27)
    door = Week(**NINE_TO_FIVE, closed=(date(2026, 12, 24),))
    night = Nights(**dict.fromkeys(NINE_TO_FIVE, "17:30-09:00"), saturday="09:00-24:00")  # type: ignore[arg-type]
    found = unanswered(Opening(door, night), friday)
    assert "Fridays, 5pm to 5:30pm (first on 27/11/2026)" in found
    assert "Sundays, midnight to midnight (first on 29/11/2026)" in found
    assert "Mondays, midnight to 9am (first on 30/11/2026)" in found
    assert "extra closing days, 9am to midnight (first on 24/12/2026)" in found
    assert "bank holidays, midnight to midnight (first on 25/12/2026)" in found
    saturdays = [kind for kind in found if kind.startswith("Saturdays")]
    assert saturdays == ["Saturdays, midnight to 9am (first on 02/01/2027)"]  # after New Year's Day
    assert unanswered(Opening(door), friday) == []


def test_it_fails_loudly_when_the_calendar_runs_out() -> None:
    with pytest.raises(CalendarRunsOut, match="the bank holidays of 2101 are not known"):
        ringing(in_england(2101, 1, 4, 10))
    with pytest.raises(CalendarRunsOut):
        ringing(in_england(2100, 12, 31, 18))  # when it opens next lies beyond the calendar


def test_hours_are_looked_at_for_a_year_ahead() -> None:
    today = date(2026, 11, 25)
    look_ahead(OFFICE, today)
    june = tuple(date(2027, 6, 1) + timedelta(days=number) for number in range(40))
    with pytest.raises(LookupError, match="closed for more than a month from 29/05/2027"):
        look_ahead(Week(**NINE_TO_FIVE, closed=june), today)
    with pytest.raises(CalendarRunsOut):
        look_ahead(OFFICE, date(2100, 11, 25))


def test_a_front_door_that_is_closed_for_good_is_no_front_door() -> None:
    closed = tuple(date(2026, 11, 25) + timedelta(days=number) for number in range(40))
    with pytest.raises(LookupError):
        opens(Week(**NINE_TO_FIVE, closed=closed), in_england(2026, 11, 25, 10))


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (OFFICE, "Monday to Friday, 9am to 5pm, except on bank holidays"),
        (
            Week(**{**NINE_TO_FIVE, "friday": "08:45-16:45"}),
            "Monday to Thursday, 9am to 5pm, and Friday, 8:45am to 4:45pm, except on bank holidays",
        ),
        (
            Week(monday="09:00-12:00", wednesday="12:00-24:00", friday="00:00-24:00", bank_holiday="10:00-12:00"),
            "Monday, 9am to midday, Wednesday, midday to midnight, and Friday, all day, and 10am to midday on bank "
            "holidays",
        ),
    ],
)
def test_a_week_is_told_in_words(week: Week, words: str) -> None:
    assert week.in_words == words
