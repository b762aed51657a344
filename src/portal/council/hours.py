"""When the front door reads what arrives and answers the telephone, and when the team for out of hours does."""

from datetime import date, time
from typing import Annotated

import msgspec

from portal.council.keys import FROM_TO, key

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MIDNIGHT = time.min


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
        opens, closes = text.split("-")
        return Span(time.fromisoformat(opens), MIDNIGHT if closes == "24:00" else time.fromisoformat(closes))


class Opening(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """When somebody can be reached."""

    front_door: Annotated[Week, key("When the front door reads what arrives and answers its number.")]
    out_of_hours: Annotated[
        Week | None,
        key("When the team for out of hours answers its number; left out, whenever the front door is closed."),
    ] = None
