"""Days on which the council's offices are open: Monday to Friday without the bank holidays of England."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from holidays import country_holidays

ENGLAND = ZoneInfo("Europe/London")


class CalendarRunsOut(LookupError):
    """The bank holidays of a year are not known: the portal's own calendar (the package holidays) is too old."""


@lru_cache(maxsize=64)
def _bank_holidays(year: int) -> frozenset[date]:
    if not (found := frozenset(country_holidays("GB", subdiv="ENG", years=year))):  # it says nothing of its own accord
        raise CalendarRunsOut(f"the bank holidays of {year} are not known: install a newer version of the portal")
    return found


def day_of(instant: datetime) -> date:
    """The date in England at that instant: half past midnight in summer is still yesterday in UTC."""
    return instant.astimezone(ENGLAND).date()


def in_words(instant: datetime) -> str:
    """The date in England as people write it: 23 November 2026."""
    return date_in_words(day_of(instant))


def date_in_words(day: date) -> str:
    """A date as people write it: 27 March 2017."""
    return f"{day.day} {day:%B %Y}"


def time_in_words(instant: datetime) -> str:
    """The date and time in England as people write it: 23 November 2026, 9:05am."""
    at = instant.astimezone(ENGLAND)
    return f"{in_words(instant)}, {at.hour % 12 or 12}:{at:%M}{'am' if at.hour < 12 else 'pm'}"


def is_bank_holiday(day: date) -> bool:
    """Whether it is one of England's. CalendarRunsOut where nobody knows."""
    return day in _bank_holidays(day.year)


def is_working_day(day: date) -> bool:
    """Whether the offices are open on that day. CalendarRunsOut where nobody knows."""
    return day.weekday() < 5 and not is_bank_holiday(day)


def after_working_days(received: datetime, days: int = 1) -> datetime:
    """The instant (UTC) by which something must be done within so many working days of its arrival.

    That is the end of the last of these days in England; the day of arrival does not count (Working Together: a
    decision within one working day; domain.md 6.5).
    """
    day = day_of(received)
    while days:
        day += timedelta(days=1)
        days -= is_working_day(day)
    return datetime.combine(day + timedelta(days=1), time.min, ENGLAND).astimezone(UTC)
