"""What somebody sent is theirs to read for some weeks; the council has it for as long as it keeps it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from portal.domain.account_details import Role
from tests.http.problems import problem
from tests.http.test_once import FEEDBACK
from tests.portals import PASSWORD, PRIYA, Person, Playground, filled_in


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


def earlier(by: timedelta) -> Any:
    """An event as if it had happened, and been received, so much earlier."""

    def change(event: Any) -> Any:
        received = {"received_at": event.received_at - by} if hasattr(event, "received_at") else {}
        return msgspec.structs.replace(event, timestamp=event.timestamp - by, **received)

    return change


async def sent_days_ago(play: Playground, person: Person, days: int) -> UUID:
    referral = await filled_in(person)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    by = timedelta(days=days)
    await play.rewrite(referral, earlier(by), by)
    await play.as_owner("update submitted_forms set received_at = received_at - $1::interval", by)
    return referral


async def test_for_four_weeks_its_sender_reads_all_of_it(play: Playground, priya: Person) -> None:
    referral = await sent_days_ago(play, priya, 27)
    view = await priya.get(f"/referrals/{referral}")
    assert view["people"][0]["child"]["given_name"] == "Amara" and view["answers"] and view["full_text_until"]
    assert (await priya.client.get(f"/api/v1/referrals/{referral}/copy")).status_code == 200
    assert (await priya.get("/my-submitted-forms"))[0]["about"] == ["Amara Okafor"]


async def test_then_only_the_reference_the_dates_and_what_the_council_answered(play: Playground, priya: Person) -> None:
    referral = await sent_days_ago(play, priya, 29)
    worker = await play.staff(Role.WORKER)
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    answer = await priya.client.get(f"/api/v1/referrals/{referral}")
    view = answer.json()
    assert view["submission"]["reference"] and view["feedback"][0]["feedback"]["outcome"] == FEEDBACK["outcome"]
    [listed] = await priya.get("/my-submitted-forms")
    assert listed["reference"] == view["submission"]["reference"] and listed["about"] == ["AO"]
    for told in ("Amara", "Okafor", "Tannery", "Bruises"):
        assert told not in answer.text
    for path in ("copy", "copy.pdf"):
        refusal = problem(await priya.client.get(f"/api/v1/referrals/{referral}/{path}"), 409, path)
        assert "You could see what you wrote for 28 days. We still have all of it." in refusal["detail"]


async def test_the_desk_reads_all_of_it_all_the_same_and_more_can_be_added(play: Playground, priya: Person) -> None:
    referral = await sent_days_ago(play, priya, 29)
    added = await priya.do("POST", f"/referrals/{referral}/amendments", {"text": "He is back.", "why": "New"})
    assert added["amendments"] == [] and added["people"] == []
    seen = await (await play.staff(Role.WORKER)).do("POST", f"/inbox/{referral}/opening")
    assert seen["referral"]["people"][0]["child"]["given_name"] == "Amara"
    assert [each["amendment"]["text"] for each in seen["referral"]["amendments"]] == ["He is back."]


async def test_how_long_is_for_the_council_to_set(play: Playground, priya: Person) -> None:
    referral = await sent_days_ago(play, priya, 29)
    limits = msgspec.structs.replace(play.portal.council.limits, sent_text_days=90)
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, limits=limits)
    assert (await priya.get(f"/referrals/{referral}"))["people"]


async def test_a_draft_is_its_owners_to_read_for_as_long_as_it_lives(play: Playground, priya: Person) -> None:
    draft = await filled_in(priya)
    await play.age(draft, timedelta(days=20))
    view = await priya.get(f"/referrals/{draft}")
    assert view["people"] and view["full_text_until"] is None


async def test_a_page_shows_as_little_of_it_as_the_api(play: Playground, priya: Person) -> None:
    referral = await sent_days_ago(play, priya, 29)
    worker = await play.staff(Role.WORKER)
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    reference = (await priya.get(f"/referrals/{referral}"))["submission"]["reference"]
    for path in (f"/referrals/{referral}/sent-form", "/my-submitted-forms"):
        answer = await priya.client.get(path)
        assert answer.status_code == 200 and reference in answer.text and "AO" in answer.text, path
        for told in ("Amara", "Okafor", "Tannery", "Bruises", "copy.pdf"):
            assert told not in answer.text, (path, told)
    assert FEEDBACK["outcome"] in (await priya.client.get(f"/referrals/{referral}/sent-form")).text
    assert (await priya.client.get(f"/referrals/{referral}/copy.pdf")).status_code == 409


async def test_whoever_works_elsewhere_now_reads_no_more_of_it_from_that_moment_on(
    play: Playground, priya: Person
) -> None:
    referral = await sent_days_ago(play, priya, 1)
    details = {name: value for name, value in PRIYA.items() if name != "email"}
    same = {**details, "role": "Head teacher", "current_password": PASSWORD}
    await priya.do("PUT", "/account/details", same)
    assert (await priya.get(f"/referrals/{referral}"))["people"], "another role is not another organisation"
    await priya.do("PUT", "/account/details", {**same, "organisation": "Severn Vale Academy"})
    view = await priya.get(f"/referrals/{referral}")
    assert view["people"] == [] and view["answers"] == {} and view["submission"]["reference"]
    page = (await priya.client.get(f"/referrals/{referral}/sent-form")).text
    assert "You sent this for another organisation" in page and "Amara" not in page and "Tannery" not in page
    assert [each["about"] for each in await priya.get("/my-submitted-forms")] == [["AO"]]
    later = await filled_in(priya)
    await priya.do("POST", f"/referrals/{later}/submission", {"declaration": True})
    assert (await priya.get(f"/referrals/{later}"))["people"], "what is sent for the new one is theirs to read"
