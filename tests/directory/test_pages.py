"""The council's own sign-in by the portal's pages: there, back to where one was, and errors in words."""

import re
from html import unescape
from uuid import UUID

import httpx

from tests.directory.providers import Provider
from tests.directory.test_signing_in import WORKER, directory, from_directory, play
from tests.http.problems import error_page
from tests.portals import AMARA, Person, Playground, form_fields

__all__ = ["directory", "play"]  # the fixtures


async def sent_there(play: Playground, person: Person, then: str = "") -> str:
    """The address of the directory that the page leads to."""
    fields = await form_fields(play, person, "directory")
    answer = await person.client.post(f"/sign-in/directory{then}", data=fields)
    assert answer.status_code == 200, answer.text
    [leads] = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    assert f'href="{leads}"' in answer.text
    return unescape(leads)


async def came_back(play: Playground, person: Person, then: str = "", **headers: str) -> httpx.Response:
    """They sign in there, and their browser is sent back."""
    back = await from_directory(await sent_there(play, person, then), "7f3a")
    return await person.client.get(back, headers=headers)


async def test_staff_sign_in_with_the_councils_own_sign_in_and_are_where_they_were(
    play: Playground, directory: Provider
) -> None:
    directory.has("7f3a", **WORKER)
    person = play.person()
    assert "Sign in with your council account" in (await person.client.get("/sign-in")).text
    answer = await came_back(play, person, "?then=/my-submitted-forms")
    assert (answer.status_code, answer.headers["location"]) == (303, "/my-submitted-forms")
    page = (await person.client.get("/account")).text
    assert "Dana Osei" in page and "own directory" in page and "/account/password" not in page
    assert "back" not in person.client.cookies and "directory" not in person.client.cookies


async def test_a_form_begun_before_goes_with_them(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    person = play.person()
    draft = (await person.do("POST", "/referrals", {"service": "social_care"}))["id"]
    await person.do("POST", f"/referrals/{draft}/children", AMARA)
    across = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    answer = await came_back(play, person, f"?then=/referrals/{draft}", **across)
    assert answer.status_code == 200, "the browser comes once more, with all of its cookies"
    [again] = re.findall(r'http-equiv="refresh" content="0; url=([^"]*)"', answer.text)
    answer = await person.client.get(unescape(again))
    assert answer.headers["location"] == f"/referrals/{draft}"
    assert [form["id"] for form in await person.get("/my-submitted-forms")] == [str(UUID(draft))]


async def test_what_goes_wrong_is_said_on_the_sign_in_page(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER, amr=["pwd"])
    person = play.person()
    answer = await came_back(play, person)
    assert answer.status_code == 422 and "with a second factor" in answer.text
    for query in ("", "?error=access_denied&error_description=No", "?state=a&code=b"):
        answer = await person.client.get(f"/sign-in/directory/return{query}")
        assert answer.status_code == 422 and "Start again." in answer.text, query
        assert "Sign in with your council account" in answer.text


async def test_a_directory_that_is_away_is_said_in_words(play: Playground, directory: Provider) -> None:
    directory.close()
    person = play.person()
    fields = await form_fields(play, person, "directory")
    says = error_page(await person.client.post("/sign-in/directory", data=fields), 503)
    assert "The council's sign-in does not answer just now." in unescape(says)


async def test_a_fresh_sign_in_there_stands_for_a_new_code(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", groups=["Portal administrators"])
    person = play.person()
    await came_back(play, person)
    await play.as_owner("delete from proofs")
    assert "Sign in again with your council account" in (await person.client.get("/proof?then=/account")).text
    answer = await came_back(play, person, "?then=/account")
    assert answer.headers["location"] == "/account"
    assert (await person.get("/me"))["fresh"] is True
