"""When the front door reads what arrives and answers the telephone, and when the team for out of hours does."""

from datetime import date, time
from itertools import groupby
from typing import Annotated

import msgspec

from portal.council.keys import FROM_TO, key

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Span(msgspec.Struct, frozen=True):
    """Part of a day, in local time. It ends at `closes`, on the next day where that is not later than `opens`."""

    opens: time
    closes: time


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hours of each day of the week, in local time, and of bank holidays. A day that is left out is closed; hours
    that end before they begin end on the next day."""

    monday: Annotated[FROM_TO | None, key("Hours on Mondays.")] = None
    tuesday: Annotated[FROM_TO | None, key("Hours on Tuesdays.")] = None
    wednesday: Annotated[FROM_TO | None, key("Hours on Wednesdays.")] = None
    thursday: Annotated[FROM_TO | None, key("Hours on Thursdays.")] = None
    friday: Annotated[FROM_TO | None, key("Hours on Fridays.")] = None
    saturday: Annotated[FROM_TO | None, key("Hours on Saturdays.")] = None
    sunday: Annotated[FROM_TO | None, key("Hours on Sundays.")] = None
    bank_holiday: Annotated[
        FROM_TO | None, key("Hours on England's bank holidays and on the extra closing days, whatever day it is.")
    ] = None
    closed: Annotated[
        tuple[date, ...],
        key("Extra closing days, such as those between Christmas and New Year, or a holiday that is proclaimed."),
    ] = ()

    def __post_init__(self) -> None:
        if not any(getattr(self, day) for day in DAYS):
            raise ValueError("give hours for at least one day of the week")

    def span(self, day: date, bank_holiday: bool) -> Span | None:
        """The hours of a day; None where it is closed. `bank_holiday`: whether the calendar says so."""
        text = self.bank_holiday if bank_holiday or day in self.closed else getattr(self, DAYS[day.weekday()])
        if text is None:
            return None
        return Span(*_times(text))

    @property
    def in_words(self) -> str:
        """The week as the middle of a sentence: Monday to Thursday, 8:45am to 5:15pm, and Friday, 8:45am to 4:45pm."""
        runs = [(hours, list(days)) for hours, days in groupby(DAYS, lambda day: getattr(self, day)) if hours]
        parts = [f"{_days_in_words(days)}, {_hours_in_words(hours)}" for hours, days in runs]
        week = ", and ".join(parts) if len(parts) < 3 else f"{', '.join(parts[:-1])}, and {parts[-1]}"
        on_holidays = f"and {_hours_in_words(self.bank_holiday)} on" if self.bank_holiday else "except on"
        return f"{week}, {on_holidays} bank holidays"


def clock_in_words(at: time) -> str:
    """A time of day as GOV.UK writes it: 9am, 5:15pm, midday, midnight."""
    if at.minute == 0 and at.hour in (0, 12):
        return "midday" if at.hour else "midnight"
    minutes = f":{at.minute:02}" if at.minute else ""
    return f"{(at.hour - 1) % 12 + 1}{minutes}{'am' if at.hour < 12 else 'pm'}"


def _times(hours: str) -> tuple[time, time]:
    opens, closes = (time.min if each == "24:00" else time.fromisoformat(each) for each in hours.split("-"))
    return opens, closes


def _days_in_words(days: list[str]) -> str:
    first, last = days[0].title(), days[-1].title()
    return first if first == last else f"{first} to {last}"


def _hours_in_words(hours: str) -> str:
    opens, closes = _times(hours)
    return "all day" if opens == closes else f"{clock_in_words(opens)} to {clock_in_words(closes)}"


class Nights(Week, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The hours of each day of the week, in local time, and of bank holidays. Hours that end before they begin end on
    the next day; after a day that is covered until midnight they hold until that end in the morning too. So
    17:00-09:00 on weekdays and 00:00-24:00 on Saturdays and Sundays leave no gap beside 09:00-17:00."""

    bank_holiday: Annotated[
        FROM_TO | None,
        key(
            "Hours on England's bank holidays and on the front door's extra closing days, whatever day it is; left "
            "out, as on Sundays."
        ),
    ] = None
    closed: Annotated[tuple[date, ...], key("Days on which nobody of this team answers.")] = ()

    def span(self, day: date, bank_holiday: bool) -> Span | None:
        """The hours of a day; None where nobody answers. `bank_holiday`: or the front door's extra closing day."""
        if day in self.closed:
            return None
        text = (self.bank_holiday or self.sunday) if bank_holiday else getattr(self, DAYS[day.weekday()])
        return Span(*_times(text)) if text else None


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody can be reached."""

    front_door: Annotated[Week, key("When the front door reads what arrives and answers its number.")]
    out_of_hours: Annotated[
        Nights | None,
        key("When the team for out of hours answers its number; left out, whenever the front door is closed."),
    ] = None
    police_when_nobody_answers: Annotated[
        bool,
        key(
            "Whether people are sent to the police's 101 while neither of the two answers. Unless it is true, the "
            "portal does not start while there are such hours in the year ahead."
        ),
    ] = False
