"""The two short forms as pages: with or without an account, sent once, all that is wrong at once, nothing lost."""

import re
from typing import Any

import pytest

from portal.domain.account_details import Role
from tests.http.test_account_pages import beside
from tests.http.test_journey_pages import Reader
from tests.portals import PRIYA, Person, Playground

FEEDBACK, FOSTERING = "/service-feedback", "/foster-enquiry"
PRAISE: dict[str, Any] = {
    "capacity": "personal",
    "which_service": "Family support",
    "went_well": "Amara's worker <b>listened</b>.",
}
KAMIL: dict[str, Any] = {"name": "Kamil Nowak", "email": "kamil.nowak@post.example", "spare_room": "no"}


async def received(play: Playground, role: Role) -> dict[str, Any]:
    """What its team reads of the only one that came."""
    team = await play.staff(role)
    [line] = (await team.get("/enquiries"))["enquiries"]
    answers: dict[str, Any] = (await team.do("POST", f"/enquiries/{line['id']}/opening"))["answers"]
    return answers


async def test_feedback_is_sent_without_an_account_and_its_reference_survives_a_reload(play: Playground) -> None:
    reader = Reader(play.person())
    assert "You need not say who you are." in await reader.go(FEEDBACK)
    answer = await reader.send(FEEDBACK, **PRAISE, wants_answer="no")
    assert answer.headers["location"] == f"{FEEDBACK}/sent"
    page = await reader.go(f"{FEEDBACK}/sent")
    reference = re.search(r"<strong>([A-Z0-9-]+)</strong>", page)
    assert reference and "You asked for no answer." in page
    assert reference[1] in await reader.go(f"{FEEDBACK}/sent")
    assert (await received(play, Role.SERVICE_FEEDBACK))["went_well"] == PRAISE["went_well"]


async def test_pressing_send_twice_sends_once_and_a_changed_form_is_another(play: Playground) -> None:
    reader = Reader(play.person())
    await reader.go(FOSTERING)
    references = set()
    for _ in range(2):
        await reader.send(FOSTERING, **KAMIL)
        page = (await reader.person.client.get(f"{FOSTERING}/sent")).text
        references.add(re.findall(r"<strong>([A-Z0-9-]+)</strong>", page)[0])
    assert len(references) == 1 and await play.events("enquiry.foster_enquiry_sent") == 1
    assert "We mean to answer you by" in page
    await reader.go(FOSTERING)
    await reader.send(FOSTERING, **KAMIL, wants_to_know="Can I work part-time?")
    assert await play.events("enquiry.foster_enquiry_sent") == 2


async def test_everything_wrong_is_said_at_once_beside_its_field_and_what_was_typed_stays(play: Playground) -> None:
    reader = Reader(play.person())
    await reader.go(FEEDBACK)
    html = (await reader.send(FEEDBACK, 422)).text
    assert beside(html, "capacity") == "Error: Choose as whom you are completing this form"
    assert beside(html, "which_service") == "Error: Say which service it is about."
    assert beside(html, "went_well") == "Error: Tell us what went well or what could be better."
    assert beside(html, "wants_answer") == "Error: Choose whether you would like an answer"
    html = (await reader.send(FEEDBACK, 422, **PRAISE, wants_answer="yes", name="Efua")).text
    assert beside(html, "email").startswith("Error: Give an e-mail address or a phone number")
    assert 'value="Efua"' in html and "Amara&#39;s worker &lt;b&gt;listened" in html
    await reader.go(FOSTERING)
    html = (await reader.send(FOSTERING, 422, email="kamil", wants_to_know="x" * 20_001)).text
    for field, says in (("name", "Enter your name."), ("email", "Enter an e-mail address"), ("wants_to_know", "")):
        assert beside(html, field).startswith(f"Error: {says}"), field
    assert await play.events("enquiry.%") == 0


async def test_whoever_wants_no_answer_is_not_named(play: Playground) -> None:
    reader = Reader(play.person())
    await reader.go(FEEDBACK)
    await reader.send(FEEDBACK, **PRAISE, wants_answer="no", name="Efua Mensah", email="efua.mensah@x.example")
    answers = await received(play, Role.SERVICE_FEEDBACK)
    assert (answers["name"], answers["email"]) == ("", "")


async def test_how_to_reach_whoever_is_signed_in_is_filled_in(play: Playground) -> None:
    person = play.person()
    await play.registered(person)
    reader = Reader(person)
    for path in (FOSTERING, FEEDBACK):
        page = await reader.go(path)
        for value in (PRIYA["name"], PRIYA["email"], PRIYA["phone"]):
            assert f'value="{value}"' in page, path
        assert 'autocomplete="email"' in page and 'type="tel"' in page


@pytest.mark.parametrize("path", [FEEDBACK, FOSTERING])
async def test_what_was_typed_is_kept_when_the_session_ran_out_and_is_sent_without_it(
    play: Playground, path: str
) -> None:
    person = play.person()
    await play.registered(person)
    reader = Reader(person)
    await reader.go(path)
    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    typed = {**PRAISE, "wants_answer": "no"} if path == FEEDBACK else KAMIL
    html = (await reader.send(path, 422, **typed)).text
    assert "What you typed is still here" in html
    assert "Family support" in html if path == FEEDBACK else "Kamil Nowak" in html
    assert await play.events("enquiry.%") == 0
    await reader.send(path, **typed)
    assert await play.events("enquiry.%") == 1


async def test_the_page_that_says_it_has_arrived_is_for_who_sent_it(play: Playground) -> None:
    reader = Reader(play.person())
    await reader.go(FEEDBACK)
    await reader.send(FEEDBACK, **PRAISE, wants_answer="no")
    assert (await reader.person.client.get(f"{FOSTERING}/sent")).headers["location"] == FOSTERING
    other: Person = play.person()
    for made_up in ("", "made.up", "0199a1b2-0000-7000-8000-000000000000.00"):
        other.client.cookies.set("receipt", made_up, domain="127.0.0.1")
        assert (await other.client.get(f"{FEEDBACK}/sent")).headers["location"] == FEEDBACK
