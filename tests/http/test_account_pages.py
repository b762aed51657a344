"""Manage my account, over HTTP: everything with the current password, said on the next page, and wrong beside its
field."""

import re
from html import unescape
from typing import Any

import pytest

from portal.application.registering import invite
from portal.domain.account_details import Role
from portal.eventstore.work import fresh_command
from tests.http.problems import error_page
from tests.http.test_journey_pages import Reader
from tests.portals import PASSWORD, PRIYA, Person, Playground

NEW = "marble-lantern-goose"
WRONG: dict[str, Any] = {"current_password": "not-my-password"}
RIGHT: dict[str, Any] = {"current_password": PASSWORD}
DETAILS: dict[str, Any] = {name: value for name, value in PRIYA.items() if name not in ("email", "kind")}
FORMS: tuple[tuple[str, dict[str, Any]], ...] = (
    ("/account/details", DETAILS),
    ("/account/password", {"password": NEW}),
    ("/account/email", {"email": "priya@new.example"}),
    ("/account/authenticator", {}),
    ("/account/closure", {}),
)


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


def beside(html: str, field: str) -> str:
    """The error message of one field."""
    found = re.search(rf'id="{field}-error"[^>]*>(.*?)</p>', html, re.DOTALL)
    return unescape(re.sub(r"<[^>]*>", "", found[1])).strip() if found else ""


async def with_app(play: Playground, reader: Reader, then: str = "") -> tuple[str, list[str]]:
    """They set up an authenticator app by its pages; its secret and the recovery codes."""
    await reader.go(f"/account/authenticator{then}")
    await reader.send(f"/account/authenticator{then}", 200, **RIGHT)
    [secret] = set(re.findall(r'name="secret" value="([A-Z2-7]+)"', reader.html))
    answer = await reader.send(
        f"/account/authenticator/confirmation{then}", 200, secret=secret, code=await play.app_code(secret=secret)
    )
    return secret, re.findall(r"<li>([A-Z0-9-]{20,})</li>", answer.text)


async def test_details_are_changed_and_filled_in_as_they_were(play: Playground, priya: Person) -> None:
    reader = Reader(priya)
    await reader.go("/account/details")
    assert 'value="Oakfield Primary School"' in reader.html and 'value="school" selected' in reader.html
    answer = await reader.send("/account/details", **{**DETAILS, "phone": "01632 960 018"}, **RIGHT)
    assert answer.headers["location"] == "/account"
    page = await reader.go("/account")
    assert "01632 960 018" in page and "Your details have been changed." in page
    assert "Your details have been changed." not in await reader.go("/account")


async def test_what_is_wrong_is_said_beside_its_field_and_nothing_is_changed(play: Playground, priya: Person) -> None:
    reader = Reader(priya)
    for path, fields in FORMS:
        events = await play.events()
        await reader.go(path)
        html = (await reader.send(path, 422, **fields)).text
        assert beside(html, "current_password") == "Error: Enter your current password", path
        html = (await reader.send(path, 422, **fields, **WRONG)).text
        assert beside(html, "current_password") == "Error: This is not your password.", path
        assert "not-my-password" not in html and NEW not in html
        assert await play.events() == events, path
    await reader.go("/account/details")
    html = (await reader.send("/account/details", 422, **{**DETAILS, "name": "", "role": ""}, **RIGHT)).text
    assert beside(html, "name") == "Error: Enter your full name"
    await reader.go("/account/password")
    html = (await reader.send("/account/password", 422, password="oakfield12345", **RIGHT)).text
    assert beside(html, "password").startswith("Error: ")


async def test_a_member_of_the_public_gives_a_phone_number_or_none(play: Playground) -> None:
    person = play.person()
    await play.registered(person, kind="public", organisation="", organisation_kind=None, role="", phone="")
    reader = Reader(person)
    page = await reader.go("/account/details")
    assert "Organisation" not in page and "Phone number (optional)" in page
    await reader.send("/account/details", name="Priya Nair", phone="", **RIGHT)
    assert "Not given" in await reader.go("/account")


async def test_a_new_password_signs_out_everywhere_else_and_goes_on_here(play: Playground, priya: Person) -> None:
    other = await _signed_in_elsewhere(play)
    reader = Reader(priya)
    await reader.go("/account/password")
    await reader.send("/account/password", password=NEW, **RIGHT)
    assert "Your password has been changed." in await reader.go("/account")
    assert (await other.client.get("/account")).headers["location"] == "/sign-in?then=/account"


async def test_another_address_counts_once_its_code_has_come_back(play: Playground, priya: Person) -> None:
    reader, new = Reader(priya), "priya@new.example"
    await reader.go("/account/email")
    answer = await reader.send("/account/email", email=new, **RIGHT)
    assert answer.headers["location"] == "/account/email/code"
    assert new in await reader.go("/account/email/code")
    assert "Enter the 6 digits" in (await reader.send("/account/email/code", 422, code="12")).text
    code = await play.code(new)
    wrong = "000000" if code != "000000" else "000001"
    assert "not the right code" in (await reader.send("/account/email/code", 422, code=wrong)).text
    await reader.send("/account/email/code", code=f"{code[:3]} {code[3:]}")
    page = await reader.go("/account")
    assert new in page and "Your email address has been changed." in page
    assert (await priya.client.get("/account/email/code")).headers["location"] == "/account/email"


async def test_an_app_is_set_up_by_a_square_code_or_by_hand_and_its_recovery_codes_are_shown_once(
    play: Playground, priya: Person
) -> None:
    reader = Reader(priya)
    await reader.go("/account/authenticator")
    page = (await reader.send("/account/authenticator", 200, **RIGHT)).text
    [secret] = set(re.findall(r'name="secret" value="([A-Z2-7]+)"', page))
    assert "<svg" in page and "style=" not in page.partition("<svg")[2].partition("</svg>")[0]
    assert re.sub(r"<[^>]*>|\s", "", page.partition("portal-key")[2].partition(">")[2].partition("</p>")[0]) == secret
    page = (await reader.send("/account/authenticator/confirmation", 422, secret=secret, code="1")).text
    assert "<svg" in page and beside(page, "code") == "Error: Enter the 6 digits of the code"
    page = (await reader.send("/account/authenticator/confirmation", 422, secret="MADEUP", code="1")).text
    assert "<svg" not in page and secret not in page, "who does not know the secret is not shown it"
    _, codes = await with_app(play, reader)
    assert len(codes) == 10
    page = await reader.go("/account")
    assert "10 recovery codes left" in page and codes[0] not in page
    assert "square code" not in await reader.go("/account/authenticator")


async def test_whoever_has_an_app_shows_a_new_code_before_what_decides_how_they_sign_in(
    play: Playground, priya: Person
) -> None:
    reader = Reader(priya)
    secret, _ = await with_app(play, reader)
    for path in ("/account/password", "/account/email", "/account/authenticator/removal"):
        assert (await priya.client.get(path)).headers["location"] == f"/proof?then={path}"
    at = "/account/authenticator/removal"
    await reader.go(f"/proof?then={at}")
    assert "not the right code" in (await reader.send(f"/proof?then={at}", 422, code="000000")).text
    answer = await reader.send(f"/proof?then={at}", code=await play.app_code(1, secret=secret))
    assert answer.headers["location"] == at
    await reader.go(at)
    await reader.send(at, **RIGHT)
    page = await reader.go("/account")
    assert "We will email you codes again." in page and "Code that we email to you" in page


async def test_a_form_whose_proof_has_run_out_leads_to_the_code_and_back_to_its_page(
    play: Playground, priya: Person
) -> None:
    reader = Reader(priya)
    await with_app(play, reader)
    await play.portal.pool.execute(
        "insert into proofs (session) select id from sessions on conflict (session) do update set proved_at = now()"
    )
    await reader.go("/account/password")
    await play.as_owner("delete from proofs")
    priya.client.headers["Referer"] = f"{play.portal.correspondence.address}/account/password"
    answer = await reader.send("/account/password", password=NEW, **RIGHT)
    assert answer.headers["location"] == "/proof?then=/account/password"


async def test_staff_without_an_app_are_led_to_setting_one_up_and_then_to_where_they_wanted_to_be(
    play: Playground,
) -> None:
    worker, dana = play.person(), "dana@severnshire.example"
    invited = await invite(play.portal, fresh_command("invite"), "Dana Osei", dana, frozenset({Role.WORKER}))
    await worker.do("POST", "/accounts/invitation", {"token": invited.answer, "password": PASSWORD})
    await worker.do("POST", "/sign-in", {"email": dana, "password": PASSWORD})
    code, reader = await play.code(dana), Reader(worker)
    await reader.go("/sign-in/code?then=/help")
    answer = await reader.send("/sign-in/code?then=/help", code=code)
    assert answer.headers["location"] == "/account/authenticator?then=/help"
    assert "You work for the council" in await reader.go("/account/authenticator?then=/help")
    await with_app(play, reader, "?then=/help")
    assert 'href="/help" role="button"' in reader.html
    assert (await worker.get("/me"))["must_enrol"] is False


async def test_signing_out_in_one_place_and_everywhere_else(play: Playground, priya: Person) -> None:
    reader, others = Reader(priya), [await _signed_in_elsewhere(play) for _ in range(3)]
    page = await reader.go("/account/sessions")
    assert page.count("Sign out there<") == 3 and page.count("This browser") == 1
    there = re.findall(r'action="(/account/sessions/[0-9a-f-]{36})"', page)
    await reader.send(there[0])
    page = await reader.go("/account/sessions")
    assert "You have signed out there." in page and page.count("Sign out there<") == 2
    await reader.send("/account/sessions/others")
    page = await reader.go("/account/sessions")
    assert "You have signed out everywhere else." in page and "You are signed in nowhere else." in page
    for other in others:
        assert (await other.client.get("/account")).status_code == 303


async def test_nobody_signs_somebody_else_out(play: Playground, priya: Person) -> None:
    other = play.person()
    await play.registered(other, email="efua.mensah@x.example")
    [row] = await other.get("/sessions")
    reader = Reader(priya)
    await _signed_in_elsewhere(play)
    await reader.go("/account/sessions")
    await reader.send(f"/account/sessions/{row['id']}")
    assert (await other.client.get("/account")).status_code == 200


async def test_an_account_is_closed_and_says_so(play: Playground, priya: Person) -> None:
    reader = Reader(priya)
    await reader.go("/account/closure")
    answer = await reader.send("/account/closure", **RIGHT)
    assert answer.headers["location"] == "/account-closed"
    assert "Your account has been closed" in await reader.go("/account-closed")
    assert (await priya.client.get("/account")).status_code == 303
    answer = await priya.call("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    assert answer.status_code == 422


async def test_staff_see_what_an_administrator_keeps(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    reader = Reader(worker)
    page = await reader.go("/account")
    assert "An administrator changes" in page and "/account/closure" not in page and "/account/details" not in page
    assert "ask an administrator to take the app off" in await reader.go("/account/authenticator")


async def test_an_old_page_changes_nothing_for_whoever_signed_in_since(play: Playground, priya: Person) -> None:
    reader = Reader(priya)
    await reader.go("/account/closure")
    await play.registered(priya, email="efua.mensah@x.example")
    error_page(await reader.send("/account/closure", 403, **RIGHT), 403)


async def _signed_in_elsewhere(play: Playground) -> Person:
    """Priya in another browser."""
    person = play.person()
    await play.as_owner("update limits set used_until = now()")
    await person.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    await person.do("POST", "/challenge/code", {"code": await play.code(PRIYA["email"])})
    return person
