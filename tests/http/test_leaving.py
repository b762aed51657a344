""" "Exit this page": for those whom somebody may watch; it signs them out, and loses what it says it loses."""

import pytest

from portal.domain.account_details import Role
from tests.portals import AMARA, Person, Playground, filled_in, form_fields

LINKED = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
WEATHER = "https://www.bbc.co.uk/weather"
BUTTON = "govuk-exit-this-page"
FAMILY = {"kind": "public", "name": "Efua Mensah", "email": "efua.mensah@x.example"}


async def begun(play: Playground, person: Person) -> str:
    """A form begun on the pages; the address of the page that comes next."""
    answer = await person.client.post("/social-care", data=await form_fields(play, person, "start social_care"))
    assert answer.status_code == 303
    return answer.headers["location"]


async def family(play: Playground) -> Person:
    """A mother who is signed in."""
    person = play.person()
    await play.registered(person, **FAMILY, phone="", organisation="", organisation_kind=None, role="")
    return person


async def test_a_draft_begun_before_signing_in_is_lost_and_that_is_said_before(play: Playground) -> None:
    person = play.person()
    where = await begun(play, person)
    explained = (await person.client.get(where)).text
    assert "all your answers are lost when you leave like this" in explained
    draft = where.partition("then=")[2]
    assert f'href="{draft}"' in explained and (await person.client.get(draft)).status_code == 200
    answer = await person.client.get("/exit")
    assert (answer.status_code, answer.headers["location"]) == (303, WEATHER)
    assert not person.client.cookies.get("draft")
    assert (await person.client.get(draft)).status_code in (303, 404)


async def test_what_was_saved_after_signing_in_is_kept_and_the_session_ends_on_the_server(play: Playground) -> None:
    person = await family(play)
    where = await begun(play, person)
    assert "What you saved is kept" in (await person.client.get(where)).text
    draft = where.partition("then=")[2]
    await person.do("POST", f"{draft}/children", AMARA)
    session = person.client.cookies["session"]
    assert (await person.client.get("/exit")).headers["location"] == WEATHER
    assert not person.client.cookies.get("session")
    person.client.cookies.set("session", session)
    assert (await person.client.get("/api/v1/me")).status_code == 401, "a copy of the cookie opens nothing"
    assert await play.events("referral.child_added") == 1 and await play.events("referral.draft_ended") == 0


async def test_a_link_of_another_site_signs_nobody_out(play: Playground) -> None:
    person = await family(play)
    answer = await person.client.get("/exit", headers=LINKED)
    assert answer.headers["location"] == "/" and (await person.client.get("/api/v1/me")).status_code == 200


async def test_families_and_young_people_see_it_on_every_page_of_their_way(play: Playground) -> None:
    person = await family(play)
    draft = (await begun(play, person)).partition("then=")[2]
    for path in ("/", "/social-care", "/emergency", "/staying-safe", draft, f"{draft}/danger", "/my-submitted-forms"):
        page = (await person.client.get(path)).text
        assert BUTTON in page and 'href="/exit"' in page, path


@pytest.mark.parametrize("who", ["professional", Role.WORKER])
async def test_those_who_are_at_work_do_not(play: Playground, who: str) -> None:
    person = play.person() if who == "professional" else await play.staff(Role.WORKER)
    if who == "professional":
        await play.registered(person)
        draft = f"/referrals/{await filled_in(person)}"
        assert BUTTON not in (await person.client.get(f"{draft}/danger")).text
        assert (await begun(play, person)).startswith("/referrals/"), "nor the page that explains it"
    for path in ("/", "/social-care"):
        assert BUTTON not in (await person.client.get(path)).text, path


async def test_a_form_that_is_begun_as_a_professional_does_not_either(play: Playground) -> None:
    person = play.person()
    draft = (await begun(play, person)).partition("then=")[2]
    child = (await person.do("POST", f"{draft}/children", AMARA))["people"][0]["id"]
    assert BUTTON in (await person.client.get(f"{draft}/danger")).text
    await person.do(
        "PUT", f"{draft}/people/{child}/capacity", {"capacity": "professional", "relationship": "professional"}
    )
    assert BUTTON not in (await person.client.get(f"{draft}/danger")).text


async def test_how_to_be_safe_online_says_what_stays(play: Playground) -> None:
    page = (await play.person().client.get("/staying-safe")).text
    assert "history is not erased" in page and "Answers that you have not saved are lost" in page
