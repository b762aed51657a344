"""The applicant's pages without a browser: what is typed is never lost, what is sent is sent once."""

import re
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from portal.council.services import LevelOfNeed
from tests.portals import AMARA, PASSWORD, PRIYA, Person, Playground, filled_in

TYPED = "Bruises on both arms.\nShe said: 'I'm not allowed to tell' <b> {{ 7*7 }} العربية 🙂"


class Reader:
    """Somebody who reads pages and sends their forms."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.html = ""

    async def go(self, path: str, status: int = 200) -> str:
        """Open a page."""
        answer = await self.person.client.get(path)
        return self._read(answer, status)

    async def send(self, path: str, status: int = 303, /, **fields: Any) -> httpx.Response:
        """Send the form of the page that is open, with these answers."""
        token, key, seen = (self._hidden(name) for name in ("form_token", "form_key", "seen"))
        sent = {"form_token": token, "form_key": key, **({"seen": seen} if seen is not None else {}), **fields}
        answer = await self.person.client.post(path, data=sent)
        self._read(answer, status)
        return answer

    def _hidden(self, name: str) -> str | None:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.html.partition("<main")[2])
        return found[1] if found else None

    def _read(self, answer: httpx.Response, status: int) -> str:
        assert answer.status_code == status, (answer.status_code, answer.text[:2000])
        self.html = answer.text or self.html
        return answer.text


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def begun(person: Person) -> str:
    form = await person.do("POST", "/referrals", {"service": "social_care"})
    await person.do("POST", f"/referrals/{form['id']}/children", AMARA)
    return f"/referrals/{form['id']}"


async def test_a_page_saves_what_was_typed_although_something_is_missing(play: Playground, priya: Person) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await reader.go(f"{draft}/answers/worries")
    answer = await reader.send(f"{draft}/answers/worries", 422, worried_about=TYPED)
    assert "There is a problem" in answer.text and 'href="#seen_or_heard"' in answer.text
    stored = (await priya.get(draft))["answers"]["worries"]
    assert stored["worried_about"] == TYPED
    await reader.go(f"{draft}/answers/worries")
    assert "&lt;b&gt; {{ 7*7 }} العربية 🙂" in reader.html


async def test_below_each_level_of_need_stands_what_this_council_calls_it(play: Playground, priya: Person) -> None:
    draft, reader = f"/referrals/{await filled_in(priya)}", Reader(priya)
    levels = (LevelOfNeed(1, "Community", "What everybody has."), LevelOfNeed(3, "Intensive", "A plan for the family."))
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, levels_of_need=levels)
    await reader.go(f"{draft}/answers/level")
    assert "Level 3: several needs" in reader.html
    assert "Community: What everybody has." in reader.html and "Intensive: A plan for the family." in reader.html


async def test_whoever_stops_for_now_is_not_told_what_is_missing(play: Playground, priya: Person) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await reader.go(f"{draft}/answers/worries")
    answer = await reader.send(f"{draft}/answers/worries", worried_about=TYPED, later="yes")
    assert answer.headers["location"] == draft


async def test_the_same_page_in_two_windows_overwrites_nothing_unseen(play: Playground, priya: Person) -> None:
    draft, one, other = await begun(priya), Reader(priya), Reader(priya)
    await one.go(f"{draft}/answers/worries")
    await other.go(f"{draft}/answers/worries")
    await one.send(f"{draft}/answers/worries", worried_about="First.", seen_or_heard="On Monday.")
    answer = await other.send(f"{draft}/answers/worries", 422, worried_about="Second.", seen_or_heard="On Tuesday.")
    assert "These answers were changed" in answer.text and "Second." in answer.text
    assert (await priya.get(draft))["answers"]["worries"]["worried_about"] == "First."
    await other.send(f"{draft}/answers/worries", worried_about="Second.", seen_or_heard="On Tuesday.")
    assert (await priya.get(draft))["answers"]["worries"]["worried_about"] == "Second."


async def test_what_is_sent_after_the_session_ran_out_is_there_after_signing_in(
    play: Playground, priya: Person
) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await reader.go(f"{draft}/answers/worries")
    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    answer = await reader.send(f"{draft}/answers/worries", worried_about=TYPED, seen_or_heard="On Monday.")
    assert answer.headers["location"] == f"/sign-in?then={draft}/answers/worries"
    assert await play.events("referral.answers_given") == 0

    await reader.go("/sign-in")
    assert "What you typed is kept" in reader.html
    await priya.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    await play.as_owner("update limits set used_until = now()")
    await priya.do("POST", "/challenge/code", {"code": await play.code(PRIYA["email"])})
    await reader.go(f"{draft}/answers/worries")
    assert "signed out before this was saved" in reader.html and "&lt;b&gt; {{ 7*7 }}" in reader.html
    await reader.send(f"{draft}/answers/worries", worried_about=TYPED, seen_or_heard="On Monday.")
    assert (await priya.get(draft))["answers"]["worries"]["worried_about"] == TYPED
    assert "signed out before" not in await reader.go(f"{draft}/answers/worries")


async def test_what_was_kept_is_shown_to_nobody_else_and_stands_nowhere_in_clear(
    play: Playground, priya: Person
) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await reader.go(f"{draft}/answers/worries")
    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    await reader.send(f"{draft}/answers/worries", worried_about=TYPED)
    [row] = await play.as_owner("select sealed::text, path from kept_forms")
    assert b"Bruises".hex() not in row["sealed"] and "Bruises" not in row["path"]
    other = play.person()
    await play.registered(other, email=f"other.{uuid4().hex[:6]}@x.example")
    assert (await other.client.get(f"{draft}/answers/worries")).status_code == 404


async def test_pressing_send_twice_comes_to_the_same_reference(play: Playground, priya: Person) -> None:
    referral, reader = await filled_in(priya), Reader(priya)
    await reader.go(f"/referrals/{referral}/check")
    assert "Send Report to Local Authority" in reader.html
    for _ in range(2):
        answer = await reader.send(f"/referrals/{referral}/check", declaration="yes")
        assert answer.headers["location"] == f"/referrals/{referral}/sent"
    page = await reader.go(f"/referrals/{referral}/sent")
    reference = (await priya.get(f"/referrals/{referral}"))["submission"]["reference"]
    assert reference in page and await play.events("referral.submitted") == 1
    assert reference in await reader.go("/my-submitted-forms")
    assert reference in await reader.go(f"/referrals/{referral}/sent")  # a reload, or a bookmark


async def test_people_of_a_list_have_pages_of_their_own(play: Playground, priya: Person) -> None:
    draft, reader = await begun(priya), Reader(priya)
    at = f"{draft}/answers/household"
    await reader.go(f"{at}/people/1")
    await reader.send(f"{at}/people/1", given_name="Tamsin", family_name="Okafor")
    assert "Tamsin Okafor" in await reader.go(at)
    await reader.go(f"{at}/people/1")
    await reader.send(f"{at}/people/1", given_name="Tamsin", family_name="Okafor-Frost")
    await reader.go(f"{at}/people/2")
    await reader.send(f"{at}/people/2", given_name="Efua")
    people = (await priya.get(draft))["answers"]["household"]["people"]
    assert [each["given_name"] for each in people] == ["Tamsin", "Efua"]
    await reader.go(f"{at}/people/1/removal")
    await reader.send(f"{at}/people/1/removal")
    people = (await priya.get(draft))["answers"]["household"]["people"]
    assert [each["given_name"] for each in people] == ["Efua"]
    await reader.go(f"{at}/people/3", 404)


AGREED: dict[str, Any] = {
    "agreed": "yes",
    "giver": "parent",
    "agreed_by": "Tamsin Okafor, her mother",
    "responsibility": "yes",
    "how": "spoken",
    "on-day": "20",
    "on-month": "11",
    "on-year": "2026",
}
REFUSED: dict[str, Any] = {"agreed": "no", "why_not_agreed": "refused", "told": "yes"}


async def consent_changed(person: Person, first: dict[str, Any], then: dict[str, Any]) -> dict[str, Any]:
    """What is stored after one answer and then another, each with what stays behind in the folds of the page."""
    draft, reader = await begun(person), Reader(person)
    for answers in (first, {**first, **then}):
        await reader.go(f"{draft}/consent")
        await reader.send(f"{draft}/consent", **answers)
    consent = (await person.get(draft))["consent"]
    assert isinstance(consent, dict)
    return consent


async def test_the_family_can_change_its_mind_and_agree(play: Playground, priya: Person) -> None:
    consent = await consent_changed(priya, REFUSED, AGREED)
    assert consent["agreed"] is True and consent["giver"] == "parent"
    assert (consent["why_not_agreed"], consent["told"]) == (None, None)


async def test_the_family_can_take_its_agreement_back_before_the_form_is_sent(play: Playground, priya: Person) -> None:
    consent = await consent_changed(priya, AGREED, {**REFUSED, "agreed_by": ""})
    assert consent["agreed"] is False and consent["why_not_agreed"] == "refused"
    assert [consent[name] for name in ("giver", "responsibility", "how", "on")] == [None] * 4


async def test_it_can_be_the_young_person_who_agreed_after_all(play: Playground, priya: Person) -> None:
    consent = await consent_changed(priya, AGREED, {"giver": "young_person", "agreed_by": "Amara"})
    assert (consent["giver"], consent["responsibility"]) == ("young_person", None)


async def test_words_that_would_be_lost_are_shown_with_the_way_out(play: Playground, priya: Person) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await reader.go(f"{draft}/consent")
    answer = await reader.send(f"{draft}/consent", 422, **{**AGREED, **REFUSED})
    assert "Clear it, or change that answer." in answer.text and "Tamsin Okafor, her mother" in answer.text
    folds = re.split(r'(?=<div class="govuk-radios__conditional)', answer.text)
    assert not any('name="agreed_by"' in fold and "--hidden" in fold[:120] for fold in folds[1:]), "out of sight"
    await reader.send(f"{draft}/consent", **{**AGREED, **REFUSED, "agreed_by": ""})
    assert (await priya.get(draft))["consent"]["agreed"] is False


async def test_what_somebody_is_to_two_children_is_changed_page_by_page(play: Playground, priya: Person) -> None:
    draft, reader = await begun(priya), Reader(priya)
    await priya.do("POST", f"{draft}/children", {**AMARA, "given_name": "Jonah"})
    pages = [f"{draft}/people/{each['id']}/capacity" for each in (await priya.get(draft))["people"]]
    for given in ({"capacity": "professional", "relationship": "professional"}, MOTHER):
        for page in pages:
            await reader.go(page)
            await reader.send(page, **given)
    people = (await priya.get(draft))["people"]
    assert [each["capacity"] for each in people] == [MOTHER, MOTHER]


MOTHER: dict[str, Any] = {"capacity": "personal", "relationship": "mother"}


async def test_what_came_from_another_form_is_told_without_a_page_to_change_it(play: Playground, priya: Person) -> None:
    form = await priya.do("POST", "/referrals", {"service": "early_help"})
    draft, reader = f"/referrals/{form['id']}", Reader(priya)
    await reader.go(f"{draft}/answers/support")
    await reader.send(f"{draft}/answers/support", going_on=TYPED, would_help="Somebody to talk to.")
    await priya.do("PUT", f"{draft}/service", {"service": "social_care"})
    page = await reader.go(f"{draft}/check")
    assert "Somebody to talk to." in page and f"{draft}/answers/support" not in page
