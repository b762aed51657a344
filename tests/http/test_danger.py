"""In danger: the answer names 999 and the number that is answered now; and whoever sends learns when it is read."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest

from portal.application import urgent_help
from portal.council.hours import Opening, Week
from portal.domain.account_details import Role
from portal.domain.referral_parts import Submission
from portal.domain.working_days import ENGLAND, in_words
from tests.portals import Person, Playground, filled_in

ALWAYS: dict[str, Any] = dict.fromkeys(
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "bank_holiday"), "00:00-24:00"
)
DANGER = {
    "in_danger": True,
    "police_called": True,
    "police_log_number": "SV-2211-118",
    "also_rung": ["front_door"],
    "rung_when": "Today at half past four",
    "spoke_to": "PC Dale at Severnmouth",
}


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


def with_hours(play: Playground, week: Week) -> None:
    """The same council with other hours: nobody can move the clock."""
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, hours=Opening(week))


def open_at_all_times(play: Playground) -> None:
    with_hours(play, Week(**ALWAYS))


def closed_until_the_day_after_tomorrow(play: Playground) -> date:
    today = datetime.now(UTC).astimezone(ENGLAND).date()
    closed = (today - timedelta(days=1), today, today + timedelta(days=1))  # whatever day it is meanwhile
    with_hours(play, Week(**{**ALWAYS, "bank_holiday": None}, closed=closed))
    return today


async def in_danger(person: Person) -> dict[str, Any]:
    """A complete draft about somebody in danger."""
    draft = await filled_in(person)
    seen = (await person.get(f"/referrals/{draft}"))["state_tokens"]["danger"]
    view: dict[str, Any] = await person.do("PUT", f"/referrals/{draft}/danger", DANGER, seen=seen)
    return view


async def test_the_answer_about_somebody_in_danger_names_999_and_the_front_door_in_its_hours(
    play: Playground, priya: Person
) -> None:
    open_at_all_times(play)
    view = await in_danger(priya)
    ring = view["whom_to_ring"]
    assert (ring["emergency"], ring["team"], ring["phone"], ring["open"]) == (
        "999",
        "front_door",
        "01632 960 100",
        True,
    )
    assert view["danger"] == DANGER


async def test_out_of_hours_it_names_the_out_of_hours_team_and_says_when_it_is_read(
    play: Playground, priya: Person
) -> None:
    closed_until_the_day_after_tomorrow(play)
    ring = (await in_danger(priya))["whom_to_ring"]
    assert (ring["team"], ring["phone"], ring["open"]) == ("out_of_hours", "01632 960 199", False)
    assert ring["says"].startswith(
        "If anyone is in danger now, ring 999 first. Then ring our out-of-hours team on 01632"
    )
    assert "Our office is closed. What you send will be read on" in ring["says"]


async def test_nobody_is_told_to_ring_where_nobody_is_in_danger_or_the_council_has_read_it(
    play: Playground, priya: Person
) -> None:
    calm = await filled_in(priya)
    assert (await priya.get(f"/referrals/{calm}"))["whom_to_ring"] is None
    sent = f"/referrals/{(await in_danger(priya))['id']}"
    view = await priya.do("POST", f"{sent}/submission", {"declaration": True})
    assert view["whom_to_ring"]["emergency"] == "999"
    worker = await play.staff(Role.WORKER)
    await worker.do("POST", f"/inbox/{view['id']}/acknowledgement")
    assert (await priya.get(sent))["whom_to_ring"] is None


async def test_a_referral_in_danger_is_urgent_and_first_and_the_desk_reads_whom_they_have_rung(
    play: Playground, priya: Person
) -> None:
    calm = await filled_in(priya)
    await priya.do("POST", f"/referrals/{calm}/submission", {"declaration": True})
    urgent = (await in_danger(priya))["id"]
    await priya.do("POST", f"/referrals/{urgent}/submission", {"declaration": True})
    worker = await play.staff(Role.WORKER)
    assert [line["id"] for line in (await worker.get("/inbox"))["referrals"]] == [urgent, str(calm)]
    assert (await worker.do("POST", f"/inbox/{urgent}/opening"))["referral"]["danger"] == DANGER


async def test_the_confirmation_says_that_the_office_is_closed_and_when_it_is_read(
    play: Playground, priya: Person
) -> None:
    closed_until_the_day_after_tomorrow(play)
    draft = (await in_danger(priya))["id"]
    sent = (await priya.do("POST", f"/referrals/{draft}/submission", {"declaration": True}))["submission"]
    says = sent["what_happens_next"]
    assert says.startswith("Our office was closed when you sent it. It will be read on ")
    assert " at midnight. We mean to tell you" in says


async def test_the_confirmation_in_office_hours_says_by_when_an_answer_is_meant_to_come(
    play: Playground, priya: Person
) -> None:
    open_at_all_times(play)
    draft = await filled_in(priya)
    sent = (await priya.do("POST", f"/referrals/{draft}/submission", {"declaration": True}))["submission"]
    assert sent["what_happens_next"].startswith("Our office was open when you sent it, and reads what arrives. We mean")


@pytest.mark.parametrize(
    ("received", "says"),
    [
        (
            datetime(2026, 12, 28, 11, tzinfo=ENGLAND),  # a bank holiday
            "Our office was closed when you sent it. It will be read on Thursday 31 December at 8:45am. We mean "
            "to tell you what we decided by 5 January 2027.",
        ),
        (
            datetime(2026, 11, 25, 11, tzinfo=ENGLAND),
            "Our office was open when you sent it, and reads what arrives. We mean "
            "to tell you what we decided by 2 December 2026.",
        ),
    ],
)
async def test_what_happens_next_to_an_urgent_referral_goes_by_the_hours_when_it_arrived(
    play: Playground, received: datetime, says: str
) -> None:
    sent = Submission("4H7K-PX2M", received, None, True, None, 1)  # type: ignore[arg-type]
    assert urgent_help.what_happens_next(play.portal, sent) == says


async def test_anybody_learns_what_the_council_is_called_and_whom_to_ring(play: Playground) -> None:
    today = closed_until_the_day_after_tomorrow(play)
    about = await play.person().get("/council")
    assert about["name"] == "Severnshire County Council"
    assert about["ring_now"]["phone"] == about["out_of_hours_phone"] == "01632 960 199"
    opens = datetime.fromisoformat(about["ring_now"]["read_from"])
    assert in_words(opens) == in_words(datetime.combine(today + timedelta(days=2), datetime.min.time(), ENGLAND))
    assert about["hours"] == "Monday to Sunday, all day, except on bank holidays"
    assert about["services"]["early_help"]["name"] == "Early Help"
    assert [level["level"] for level in about["levels_of_need"]] == [1, 2, 3, 4]
