"""The page that takes a code tells a stranger nothing: not who has an account, and not what became of it."""

import re
from datetime import timedelta

import pytest

from portal.application.registering import REGISTRATIONS_AN_HOUR
from portal.domain.login_challenge import APART, WAITS
from tests.http.test_journey_pages import Reader
from tests.portals import PASSWORD, PRIYA, Person, Playground, form_fields

EMAIL = PRIYA["email"]
REFUGE = "new.home@refuge.example"
UNLIKE = r'nonce="[^"]+"|name="form_(key|token)" value="[^"]+"'


async def registering(person: Person, email: str = EMAIL) -> str:
    """The page that a stranger sees who registers an address."""
    reader = Reader(person)
    await reader.go("/register/public")
    sent = await reader.send("/register/public", name="Dana Sharp", email=email, password="marble-lantern-goose")
    assert sent.headers["location"] == "/sign-in/code"
    [line] = [each.lower() for each in sent.headers.get_list("set-cookie") if each.startswith("typed=")]
    assert {"httponly", "samesite=strict", "max-age=3600"} <= set(line.split("; ")) and "@" not in line
    return re.sub(UNLIKE, "", await reader.go("/sign-in/code"))


async def asked_again(person: Person) -> tuple[int, str, str]:
    """What the page answers: where it leads, and what is said there."""
    answer = await person.client.get("/sign-in/code")
    said = (await person.client.get("/sign-in")).text
    return answer.status_code, answer.headers.get("location", ""), re.sub(UNLIKE, "", said)


async def test_it_shows_what_was_typed_in_this_browser_and_never_what_an_account_has_now(play: Playground) -> None:
    owner, stranger = play.person(), play.person("198.51.100.9")
    await play.registered(owner)
    assert EMAIL in await registering(stranger, EMAIL.upper())
    await owner.do("POST", "/account/email", {"current_password": PASSWORD, "email": REFUGE})
    await owner.do("POST", "/account/email/code", {"code": await play.code(REFUGE)})
    page = (await stranger.client.get("/sign-in/code")).text
    assert EMAIL in page and "refuge" not in page


@pytest.mark.parametrize("spoilt", ["", "x", "=", "A" * 80, "another challenge's"])
async def test_without_the_address_that_was_typed_it_says_where_to_look_all_the_same(
    play: Playground, spoilt: str
) -> None:
    stranger, other = play.person("198.51.100.9"), play.person("198.51.100.10")
    await registering(stranger)
    await registering(other, "other@x.example")
    browser = play.person("198.51.100.9")
    value = other.client.cookies["typed"] if " " in spoilt else spoilt
    browser.client.headers["Cookie"] = f"attempt={stranger.client.cookies['attempt']}; typed={value}"
    answer = await browser.client.get("/sign-in/code")
    assert answer.status_code == 200
    assert "to your email address." in answer.text and "other@x.example" not in answer.text


async def test_a_registration_too_many_looks_like_any_other(play: Playground) -> None:
    await play.registered(play.person())
    stranger = play.person("198.51.100.9")
    pages = [await registering(stranger) for _ in range(REGISTRATIONS_AN_HOUR + 1)]
    assert len(set(pages)) == 1
    await play.age(await play.newest("login_challenge.issued"), WAITS + timedelta(seconds=1))
    assert (await stranger.client.get("/sign-in/code")).status_code == 303


async def test_it_comes_to_its_end_by_age_whatever_it_was_for(play: Playground) -> None:
    await play.registered(play.person())
    ends = set()
    for email in (EMAIL, "fresh@x.example"):
        person = play.person("198.51.100.9")
        await registering(person, email)
        await play.drain()
        challenge = await play.newest("login_challenge.issued")
        await play.age(challenge, WAITS - timedelta(minutes=1))
        assert (await person.client.get("/sign-in/code")).status_code == 200
        await play.age(challenge, timedelta(minutes=2))
        ends.add(await asked_again(person))
    person = play.person()
    await person.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    await play.age(await play.newest("login_challenge.issued"), WAITS + timedelta(minutes=1))
    ends.add(await asked_again(person))
    [(status, leads, said)] = ends
    assert (status, leads) == (303, "/sign-in")
    assert "no longer waiting for a code" in said
    for path, body in (("/challenge/new-code", None), ("/challenge/code", {"code": "000000"})):
        assert "took too long" in (await person.call("POST", path, body)).json()["detail"]


async def test_a_new_code_goes_to_the_same_address_and_strangers_use_up_none(play: Playground) -> None:
    stranger, priya = play.person("198.51.100.9"), play.person()
    for _ in range(2):
        await registering(stranger)
        for _ in range(3):
            await play.age(await play.newest("login_challenge.issued"), APART)
            await stranger.do("POST", "/challenge/new-code")
    await registering(priya)
    await play.age(await play.newest("login_challenge.issued"), APART)
    sent = await priya.client.post("/sign-in/new-code", data=await form_fields(play, priya, "new code"))
    assert sent.headers.get("location") == "/sign-in/code", sent.text
    page = (await priya.client.get("/sign-in/code")).text
    assert EMAIL in page and "sent you a new code" in page
