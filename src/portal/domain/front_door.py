"""Whom to ring now, and when somebody reads what is sent: by the hours of the council, in England's time."""

from datetime import date, datetime, time
from enum import StrEnum

import msgspec

from portal.council.hours import Opening, Week, clock_in_words
from portal.domain.answering import DAY, night_team_answers, office_hours
from portal.domain.working_days import ENGLAND, CalendarRunsOut, day_of

EMERGENCY = "999"
POLICE = "101"
FURTHEST = 31  # days ahead that are looked at for the next opening: no front door is closed for longer


class Team(StrEnum):
    """Who answers the telephone."""

    FRONT_DOOR = "front_door"
    OUT_OF_HOURS = "out_of_hours"
    POLICE = "police"


class WhomToRing(msgspec.Struct, frozen=True, kw_only=True):
    """Whom to ring after 999, and since when, or from when on, the front door reads what arrives. `open`: it does so
    now. `says` is all of it in words."""

    emergency: str
    team: Team
    phone: str
    open: bool
    read_from: datetime
    says: str


def whom_to_ring(at: datetime, hours: Opening, front_door: str, out_of_hours: str) -> WhomToRing:
    """The number to ring at that instant: the front door's in its hours, else the out-of-hours team's; the police's
    where that team does not answer either. Raises CalendarRunsOut."""
    read_from = opens(hours.front_door, at)
    if read_from <= at:
        team, phone = Team.FRONT_DOOR, front_door
    elif night_team_answers(hours, at):
        team, phone = Team.OUT_OF_HOURS, out_of_hours
    else:
        team, phone = Team.POLICE, POLICE
    return WhomToRing(
        emergency=EMERGENCY,
        team=team,
        phone=phone,
        open=read_from <= at,
        read_from=read_from,
        says=_in_words(at, read_from, team, phone),
    )


def opens(week: Week, at: datetime) -> datetime:
    """When this week's hours began (they are not over), or when they begin next; UTC. Raises LookupError where they do
    not within a month."""
    today = day_of(at)
    for ahead in range(-1, FURTHEST):  # yesterday's may last into today
        found = office_hours(week, today + ahead * DAY)
        if found and at < found[1]:
            return found[0]
    raise LookupError(f"no hours within {FURTHEST} days")


def look_ahead(week: Week, today: date) -> None:
    """See that the hours are known for a year from today. Raises LookupError, or CalendarRunsOut, in words that say
    from when on they are not."""
    for ahead in range(366):
        day = today + ahead * DAY
        try:
            opens(week, datetime.combine(day, time.min, ENGLAND))
        except CalendarRunsOut:
            raise
        except LookupError:
            raise LookupError(f"closed for more than a month from {day:%d/%m/%Y}") from None


def moment_in_words(instant: datetime) -> str:
    """A moment in England as people say it: Monday 30 November at 9am."""
    local = instant.astimezone(ENGLAND)
    return f"{local:%A} {local.day} {local:%B} at {clock_in_words(local.time())}"


def _in_words(at: datetime, read_from: datetime, team: Team, phone: str) -> str:
    first = f"If anyone is in danger now, ring {EMERGENCY} first."
    if team is Team.FRONT_DOOR:
        return f"{first} Then ring us on {phone}. We are reading what is sent now."
    whom = "our out-of-hours team" if team is Team.OUT_OF_HOURS else "the police"
    closed = f"Our office is closed. What you send will be read on {moment_in_words(read_from)}."
    return f"{first} Then ring {whom} on {phone}. {closed}"
