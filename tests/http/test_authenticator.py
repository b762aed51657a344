"""Signing in with an authenticator app instead of a mailed code; recovery codes; taking the app off again."""

import asyncio
import re
import time
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

import pyotp
import pytest

from portal.application import signing_in
from portal.application.account_care import account_with, take_off_authenticator
from portal.domain.account_details import Role
from portal.eventstore.work import fresh_command
from tests.http.problems import problem
from tests.http.test_own_account import PROVED, subjects, twice
from tests.http.test_signing_in import EMAIL, NEW, START_AGAIN, enter, said, signed_in, step_one, wrong
from tests.portals import PASSWORD, Person, Playground

SIGN_IN = {"email": EMAIL, "password": PASSWORD}


class App:
    """An app on somebody's phone. Each code it tells is of a later step, within what the portal allows."""

    def __init__(self, secret: str) -> None:
        self.codes, self.step = pyotp.TOTP(secret), int(time.time()) // 30 - 2

    def code(self) -> str:
        self.step = max(self.step + 1, int(time.time()) // 30 - 1)
        return self.codes.generate_otp(self.step)


async def enrol(play: Playground, person: Person) -> tuple[App, list[str]]:
    """Set an app up; the app and the recovery codes."""
    offer = await person.do("POST", "/account/authenticator", PROVED)
    app = App(offer["secret"])
    answer = await person.do("POST", "/account/authenticator/confirmation", {"code": app.code()})
    return app, answer["recovery_codes"]


async def show(person: Person, app: App) -> None:
    """Show the app's code once more."""
    await person.do("POST", "/me/proof", {"code": app.code()})


async def with_recovery(person: Person, code: str) -> Any:
    return await person.call("POST", "/challenge/recovery-code", {"code": code})


async def test_an_app_takes_the_place_of_mailed_codes(play: Playground) -> None:
    here, elsewhere = await twice(play)
    offer = await here.do("POST", "/account/authenticator", PROVED)
    asked = parse_qs(urlsplit(offer["address"]).query)
    assert asked["secret"] == [offer["secret"]] and asked["issuer"] == ["Severnshire online forms"]
    assert offer["square_code"].startswith("<svg") and "<script" not in offer["square_code"]
    assert not (await here.get("/account"))["authenticator"], "it counts once a code has come back"
    await step_one(play)

    app = App(offer["secret"])
    answer = await here.do("POST", "/account/authenticator/confirmation", {"code": app.code()})
    assert len(set(answer["recovery_codes"])) == 10
    assert all(re.fullmatch(r"([A-Z2-7]{4}-){5}[A-Z2-7]{4}", code) for code in answer["recovery_codes"])
    account = await here.get("/account")
    assert (account["authenticator"], account["recovery_codes_left"]) == (True, 10)
    assert await signed_in(here) and not await signed_in(elsewhere)
    assert "You now sign in with an app" in await subjects(play)

    letters = len(await play.letters(EMAIL))
    person = play.person()
    challenge = await person.do("POST", "/sign-in", SIGN_IN)
    assert (challenge["factor"], challenge["minutes"]) == ("authenticator", 10)
    await play.drain()
    assert len(await play.letters(EMAIL)) == letters, "no code is mailed"
    assert (await enter(person, app.code())).status_code == 200
    assert await signed_in(person)


async def test_an_app_that_was_not_confirmed_counts_for_nothing(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    problem(await priya.call("POST", "/account/authenticator/confirmation", {"code": "000000"}), 409)
    offer = await priya.do("POST", "/account/authenticator", PROVED)
    code = wrong(App(offer["secret"]).code(), 7)
    problem(await priya.call("POST", "/account/authenticator/confirmation", {"code": code}), 422)
    assert (await play.person().do("POST", "/sign-in", SIGN_IN))["factor"] == "mail"


async def test_a_mailed_code_that_was_on_its_way_is_overtaken_by_the_app(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    begun = await step_one(play)
    code = await play.code(EMAIL)
    await enrol(play, priya)
    assert await said(await enter(begun, code)) == "This account has changed since. Please start again."


async def test_a_code_of_the_app_is_good_once_also_for_two_at_once(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    app, _ = await enrol(play, priya)
    code = app.code()
    people = [await step_one(play) for _ in range(4)]
    answers = await asyncio.gather(*(enter(person, code) for person in people))
    assert sorted(answer.status_code for answer in answers) == [200, 422, 422, 422]
    assert (await said(await enter(await step_one(play), code))).startswith("That is not the right code.")


async def test_two_hundred_guesses_at_an_app_are_five_comparisons(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    app, _ = await enrol(play, priya)
    person = await step_one(play)
    before = await play.events("login_challenge.code_tried")
    await asyncio.gather(*(enter(person, f"{guess:06}") for guess in range(200)))
    assert await play.events("login_challenge.code_tried") == before + 5
    assert await said(await enter(person, app.code())) == START_AGAIN
    assert "Someone could not finish signing in" in await subjects(play)


async def test_a_code_sent_again_under_the_same_key_is_not_compared_again(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya, key = play.person(), str(uuid4())
    await play.registered(priya)
    await enrol(play, priya)
    person, guess = await step_one(play), {"code": "000000"}
    monkeypatch.setattr(signing_in, "app_codes", lambda *_: {})
    problem(await person.call("POST", "/challenge/code", guess, key), 422)
    monkeypatch.setattr(signing_in, "app_codes", lambda *_: {10**9: "000000"})  # by and by the guess comes true
    problem(await person.call("POST", "/challenge/code", guess, key), 422)
    assert not await signed_in(person)
    assert (await person.call("POST", "/challenge/code", guess)).is_success


async def test_a_recovery_code_signs_in_once_however_it_is_typed_and_the_owner_is_told(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    _, codes = await enrol(play, priya)
    person = await step_one(play)
    typed = codes[3].lower().replace("-", " ")
    assert (await with_recovery(person, typed)).status_code == 200
    assert (await person.get("/account"))["recovery_codes_left"] == 9
    assert "A recovery code has been used" in await subjects(play)
    again = await with_recovery(await step_one(play), codes[3])
    assert (await said(again)).startswith("That is not the right code.")
    assert (await with_recovery(await step_one(play), codes[4])).status_code == 200


async def test_recovery_codes_are_of_no_use_without_the_app_and_nowhere_in_the_database(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    app, codes = await enrol(play, priya)
    await show(priya, app)
    await priya.do("POST", "/account/authenticator/removal", PROVED)
    assert (await said(await with_recovery(await step_one(play), codes[0]))).startswith("That is not the right code.")
    history = await play.portal.store.history(await play.newest("account.registered"))
    kept = str([envelope.event for envelope in history.envelopes])
    assert not any(code in kept or code.replace("-", "") in kept for code in codes)


async def test_the_recovery_codes_are_shown_again_to_a_request_that_is_sent_again(play: Playground) -> None:
    priya, key = play.person(), str(uuid4())
    await play.registered(priya)
    offer = await priya.call("POST", "/account/authenticator", PROVED, key)
    again = await priya.call("POST", "/account/authenticator", PROVED, key)
    assert offer.json() == again.json()
    code = {"code": App(offer.json()["secret"]).code()}
    first = await priya.call("POST", "/account/authenticator/confirmation", code, f"{key}-2")
    repeat = await priya.call("POST", "/account/authenticator/confirmation", code, f"{key}-2")
    assert first.is_success and first.json() == repeat.json()


async def test_the_app_is_taken_off_by_its_owner_or_for_somebody_who_has_lost_it(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    app, _ = await enrol(play, priya)
    await show(priya, app)
    await priya.do("POST", "/account/authenticator/removal", PROVED)
    assert "You no longer sign in with an app" in await subjects(play)
    assert (await play.person().do("POST", "/sign-in", SIGN_IN))["factor"] == "mail"

    await enrol(play, priya)
    await take_off_authenticator(play.portal, fresh_command("app"), await account_with(play.portal, EMAIL))
    assert not await signed_in(priya)
    await play.drain()
    person = await step_one(play)
    assert (await enter(person, await play.code(EMAIL))).status_code == 200


async def test_with_an_app_the_password_alone_changes_nothing_of_how_one_signs_in(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    app, _ = await enrol(play, priya)
    events = await play.events()
    changes: dict[str, dict[str, str]] = {
        "/account/authenticator/removal": {},
        "/account/password": {"password": NEW},
        "/account/email": {"email": "priya.nair@elmgrove.example"},
    }
    for path, body in changes.items():
        problem(await priya.call("POST", path, {**body, **PROVED}), 403)
    assert await play.events() == events
    await show(priya, app)
    await priya.do("POST", "/account/email", {"email": "priya.nair@elmgrove.example", **PROVED})


async def test_a_recovery_code_at_signing_in_is_enough_to_take_the_lost_app_off(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    _, codes = await enrol(play, priya)
    person = await step_one(play)
    assert (await with_recovery(person, codes[0])).is_success
    await person.do("POST", "/account/authenticator/removal", PROVED)


async def test_staff_do_not_take_their_own_app_off(play: Playground) -> None:
    sam = await play.staff(Role.WORKER)
    await play.prove(sam)
    answer = await sam.call("POST", "/account/authenticator/removal", PROVED)
    assert "Ask an administrator" in str(problem(answer, 409))


async def test_a_new_password_leaves_the_app_where_it_is(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await enrol(play, priya)
    await play.person().do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    new = {"token": await play.link_token(EMAIL), "password": "marble-lantern-goose"}
    await play.person().do("POST", "/accounts/new-password", new)
    challenge = await play.person().do("POST", "/sign-in", {"email": EMAIL, "password": "marble-lantern-goose"})
    assert challenge["factor"] == "authenticator"
