"""Referring again: a new form about the same people, which says nothing yet of what happened."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest

from portal.domain.referral_events import ChildAdded
from tests.http.problems import problem
from tests.http.test_once import once
from tests.http.test_sent_text import sent_days_ago
from tests.portals import AMARA, JONAH, Person, Playground, filled_in, form_fields

MOTHER = {"given_name": "Tamsin", "what_they_are": "Their mother", "phone": "01632 960 118"}
JUDGED = {"safe_to_contact": "no", "may_cause_harm": "yes", "risk_to_visitors": "A large dog"}
VISITOR = {"name": "Rhys Morgan", "role": "Health visitor"}


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


def said(answers: dict[str, Any]) -> dict[str, Any]:
    """Only what was answered."""
    return {name: answer for name, answer in answers.items() if answer}


async def sent(person: Person, service: str = "social_care") -> str:
    """A form of hers, with people on its lists, that was sent."""
    form = f"/referrals/{await filled_in(person, service, (AMARA, JONAH))}"
    if service != "lado":
        await person.do("PUT", f"{form}/answers/household", {"people": [{**MOTHER, **JUDGED}]})
        await person.do("PUT", f"{form}/answers/professionals", {"involved": [{**VISITOR, "family_agrees": "yes"}]})
    await person.do("POST", f"{form}/submission", {"declaration": True})
    return form


async def test_the_new_form_has_the_children_the_household_and_the_professionals(
    play: Playground, priya: Person
) -> None:
    form = await sent(priya)
    events = ("referral.started", *["referral.child_added"] * 2, *["referral.answers_given"] * 2)
    new = await once(play, priya, f"{form}/again", None, *events)
    former = await priya.get(form)
    assert [each["child"]["given_name"] for each in new["people"]] == ["Amara", "Jonah"]
    assert {each["id"] for each in new["people"]}.isdisjoint(each["id"] for each in former["people"])
    assert set(new["answers"]) == {"household", "professionals"}
    assert [said(each) for each in new["answers"]["household"]["people"]] == [MOTHER]
    assert [said(each) for each in new["answers"]["professionals"]["involved"]] == [VISITOR]


async def test_what_happened_what_was_agreed_and_what_was_judged_is_asked_anew(play: Playground, priya: Person) -> None:
    new = await priya.do("POST", f"{await sent(priya)}/again")
    assert new["submission"] is None and new["danger"] is None and new["consent"] is None
    assert all(each["capacity"] is None and each["address"] is None and not each["confirmed"] for each in new["people"])
    for told in ("Bruises", "registration", "large dog", "Tannery", "mother, who"):
        assert told not in str(new), told


async def test_of_a_report_about_an_adult_only_the_children_are_taken_over(play: Playground, priya: Person) -> None:
    new = await priya.do("POST", f"{await sent(priya, 'lado')}/again")
    assert [bool(each["child"]) for each in new["people"]] == [True, True] and new["answers"] == {}


async def test_a_child_that_was_to_be_born_is_taken_over_by_its_name(play: Playground, priya: Person) -> None:
    soon = (await play.portal.store.now()).date() + timedelta(days=30)
    unborn = {"given_name": "Baby", "family_name": "Okafor", "due": str(soon)}
    form = await filled_in(priya, children=(unborn,))
    await priya.do("POST", f"/referrals/{form}/submission", {"declaration": True})
    [waited_for] = (await priya.do("POST", f"/referrals/{form}/again"))["people"]
    assert waited_for["child"]["due"] == str(soon)

    def long_ago(event: Any) -> Any:
        if not isinstance(event, ChildAdded):
            return event
        child = msgspec.structs.replace(event.child, due=soon - timedelta(days=400))
        return msgspec.structs.replace(event, child=child)

    await play.rewrite(form, long_ago)
    [child] = [each["child"] for each in (await priya.do("POST", f"/referrals/{form}/again"))["people"]]
    assert (child["given_name"], child["family_name"], child["age_not_known"]) == ("Baby", "Okafor", True)


async def test_a_draft_and_what_is_put_away_cannot_be_taken_over(play: Playground, priya: Person) -> None:
    draft = await filled_in(priya)
    says = problem(await priya.call("POST", f"/referrals/{draft}/again"), 409, "draft")["detail"]
    assert "Carry on with it instead" in says
    former = await sent_days_ago(play, priya, 29)
    says = problem(await priya.call("POST", f"/referrals/{former}/again"), 409, "put away")["detail"]
    assert "28 days" in says


async def test_nobody_refers_again_from_what_others_sent(play: Playground, priya: Person) -> None:
    form = await sent(priya)
    other = play.person()
    await play.registered(other, email="efua.mensah@x.example")
    problem(await other.call("POST", f"{form}/again"), 404, "other")


async def test_the_button_starts_one_form_however_often_it_is_pressed(play: Playground, priya: Person) -> None:
    form = await sent(priya)
    page = await priya.client.get(f"{form}/sent-form")
    assert "Refer again" in page.text
    fields: dict[str, Any] = await form_fields(play, priya, "again")
    places = [await priya.client.post(f"{form}/again", data=fields) for _ in range(2)]
    assert {answer.status_code for answer in places} == {303}
    assert places[0].headers["location"] == places[1].headers["location"] != form
    assert len(await priya.get("/my-submitted-forms")) == 2
    steps = await priya.client.get(places[0].headers["location"])
    assert "This is a new form about the same people." in steps.text and "Amara Okafor" in steps.text
