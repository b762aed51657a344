"""On which stretches of which days somebody answers, and on which nobody does: by the hours of the council."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from portal.council.hours import Opening, Span, Week, clock_in_words
from portal.domain.working_days import ENGLAND, is_bank_holiday

DAY = timedelta(days=1)
MIDNIGHT = time.min
YEAR = 366  # days that are looked ahead

Stretch = tuple[datetime, datetime]
"""From when until when, in UTC."""


def office_hours(week: Week, day: date) -> Stretch | None:
    """The front door's hours that begin on that day. Raises CalendarRunsOut."""
    span = week.span(day, is_bank_holiday(day))
    if span is None:
        return None
    return _at(day, span.opens), _at(day if span.opens < span.closes else day + DAY, span.closes)


def night_hours(hours: Opening, day: date) -> Iterator[Stretch]:
    """The out-of-hours team's hours that begin on that day. Raises CalendarRunsOut.

    Where a day is covered until midnight, the next day's hours that end in the morning hold before that morning too:
    after a Sunday 00:00-24:00, Monday 17:00-09:00 answers at three in the night.
    """
    if (span := _night(hours, day)) is None:
        return
    overnight = MIDNIGHT < span.closes <= span.opens
    before = _night(hours, day - DAY) if overnight else None
    if before and before.closes == MIDNIGHT:
        yield _at(day, MIDNIGHT), _at(day, span.closes)
    yield _at(day, span.opens), _at(day if span.opens < span.closes else day + DAY, span.closes)


def night_team_answers(hours: Opening, at: datetime) -> bool:
    """Whether the out-of-hours team answers at that instant, when the front door is closed. Raises CalendarRunsOut."""
    if hours.out_of_hours is None:
        return True
    today = at.astimezone(ENGLAND).date()
    return any(begin <= at < end for day in (today - DAY, today) for begin, end in night_hours(hours, day))


def unanswered(hours: Opening, today: date) -> list[str]:
    """Each kind of stretch in a year from today on which neither answers, in words, with the first day that has it.
    Raises CalendarRunsOut."""
    if hours.out_of_hours is None:
        return []
    found: dict[str, date] = {}
    for day in (today + ahead * DAY for ahead in range(YEAR)):
        for begin, end in _between(hours, day):
            clock = " to ".join(clock_in_words(each.astimezone(ENGLAND).time()) for each in (begin, end))
            found.setdefault(f"{_kind(hours, day)}, {clock}", day)
    return [f"{kind} (first on {day:%d/%m/%Y})" for kind, day in found.items()]


def _between(hours: Opening, day: date) -> Iterator[Stretch]:
    """What no hours cover of a day."""
    at, midnight = _at(day, MIDNIGHT), _at(day + DAY, MIDNIGHT)
    for begin, end in sorted((*_all(hours, day - DAY), *_all(hours, day), (midnight, midnight))):
        if begin > at:
            yield at, begin
        at = max(at, end)


def _all(hours: Opening, day: date) -> Iterator[Stretch]:
    if office := office_hours(hours.front_door, day):
        yield office
    yield from night_hours(hours, day)


def _kind(hours: Opening, day: date) -> str:
    if is_bank_holiday(day):
        return "bank holidays"
    return "extra closing days" if day in hours.front_door.closed else f"{day:%A}s"


def _night(hours: Opening, day: date) -> Span | None:
    nights = hours.out_of_hours
    return nights.span(day, is_bank_holiday(day) or day in hours.front_door.closed) if nights else None


def _at(day: date, clock: time) -> datetime:
    return datetime.combine(day, clock, ENGLAND).astimezone(UTC)
