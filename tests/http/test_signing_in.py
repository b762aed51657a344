"""Accounts and signing in: what opens the door, how often one may try, and what closes it again."""

import asyncio
import re
from datetime import timedelta
from typing import Any

import httpx
import pytest

from portal.application.codes import code_for
from portal.application.proving import NEW_CODES_AN_HOUR
from portal.application.registering import invitation_token, invite
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.login_challenge import RUN_OUT
from portal.eventstore.work import fresh_command
from tests.http.problems import problem
from tests.portals import PASSWORD, PRIYA, Person, Playground

EMAIL = PRIYA["email"]
ACCOUNT = {**PRIYA, "password": PASSWORD}
NEW = "marble-lantern-goose"
EXPIRED = "This code has expired. Ask for a new one."
USED = "This code has been used already. Please sign in again."
START_AGAIN = "That was the wrong code 5 times. Please start again."


async def signed_in(person: Person) -> bool:
    """Whether the portal knows who this is."""
    answer = await person.client.get("/api/v1/me")
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def step_one(play: Playground, email: str = EMAIL, password: str = PASSWORD) -> Person:
    """Somebody in a browser of their own who has given address and password."""
    person = play.person()
    await person.do("POST", "/sign-in", {"email": email, "password": password})
    return person


async def enter(person: Person, code: str) -> httpx.Response:
    """Step two."""
    return await person.call("POST", "/challenge/code", {"code": code})


def wrong(code: str, by: int = 1) -> str:
    """Six digits that are not the code."""
    return f"{(int(code) + by) % 1_000_000:06}"


async def said(answer: httpx.Response, status: int = 422) -> str:
    """What a refusal says."""
    return str(problem(answer, status)["detail"])


# --- registering --------------------------------------------------------------------------------------------


async def test_a_password_that_is_changed_while_it_is_compared_signs_nobody_in(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    priya = play.person()
    await play.registered(priya)
    check = play.portal.passwords.check

    async def slowly(password: str, kept: str | None) -> bool:
        right = await check(password, kept)
        monkeypatch.undo()
        await priya.do("POST", "/account/password", {"current_password": PASSWORD, "password": NEW})
        return right

    monkeypatch.setattr(play.portal.passwords, "check", slowly)
    problem(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD}), 422)


async def test_registering_ends_with_the_mailed_code_and_signs_in(play: Playground) -> None:
    priya = play.person()
    answer = await priya.call("POST", "/accounts", ACCOUNT)
    assert (answer.status_code, answer.json()["minutes"], answer.json()["tries"]) == (202, 5, 5)
    assert not await signed_in(priya)
    assert (await enter(priya, await play.code(EMAIL))).status_code == 200
    assert (await priya.get("/me"))["name"] == "Priya Nair"


async def test_an_account_opens_nothing_before_its_address_is_validated(play: Playground) -> None:
    await play.person().do("POST", "/accounts", ACCOUNT)
    answer = await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert await said(answer) == "The e-mail address or the password is not right."


async def test_registering_an_address_that_has_an_account_is_answered_alike_and_its_owner_is_told(
    play: Playground,
) -> None:
    await play.registered(play.person())
    fresh, taken = play.person(), play.person()
    answers = [
        await fresh.call("POST", "/accounts", {**ACCOUNT, "email": "new@oakfield.example"}),
        await taken.call("POST", "/accounts", {**ACCOUNT, "email": EMAIL.upper(), "password": NEW}),
    ]
    [one, other] = [(each.status_code, each.content, _shape(each)) for each in answers]
    assert one == other

    await play.drain()
    letter = (await play.letters(EMAIL))[0]
    assert letter.subject == "You already have an account"
    assert not re.search(r"\b\d{6}\b", letter.text)
    refusals = [{**problem(await enter(each, "000000"), 422), "request": ""} for each in (fresh, taken)]
    assert refusals[0] == refusals[1]
    assert await said(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": NEW}))
    await step_one(play)


def _shape(answer: httpx.Response) -> list[str]:
    """An answer's headers without what is drawn afresh each time."""
    kept = [f"{name}: {value}" for name, value in answer.headers.multi_items() if name != "x-request-id"]
    return [re.sub(r"=[0-9a-f-]{36}\.[0-9a-f]+", "=...", line) for line in kept]


async def test_registering_again_before_validation_replaces_what_was_said(play: Playground) -> None:
    first, second = play.person(), play.person()
    await first.do("POST", "/accounts", {**ACCOUNT, "name": "Mallory Sharp", "password": NEW})
    first_code = await play.code(EMAIL)
    await second.do("POST", "/accounts", ACCOUNT)
    second_code = await play.code(EMAIL)

    changed = "This account has changed since. Please start again."
    assert await said(await enter(first, first_code)) == changed, "nobody's address is validated for somebody else"
    assert (await enter(second, second_code)).json()["name"] == "Priya Nair"
    assert await said(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": NEW}))


async def test_twenty_people_who_register_one_address_at_once_make_one_account(play: Playground) -> None:
    people = [play.person(f"203.0.113.{number}") for number in range(20)]
    answers = await asyncio.gather(*(person.call("POST", "/accounts", ACCOUNT) for person in people))
    assert {answer.status_code for answer in answers} <= {202, 503}
    assert await play.events("account.registered") == 1
    assert await play.portal.pool.fetchval("select count(*) from claims") == 1
    done = [answer.status_code for answer in answers].count(202)
    assert done == await play.events("login_challenge.issued") == 1 + await play.events("account.registration_replaced")


async def test_a_password_is_kept_as_it_was_typed(play: Playground) -> None:
    for email, password in (("a@x.example", f"  {PASSWORD} "), ("b@x.example", "Cafe\u0301\r\notter bicycle")):
        await play.registered(play.person(), email=email, password=password)
        await step_one(play, email, password)


# --- the code -----------------------------------------------------------------------------------------------


async def test_signing_in_takes_address_password_and_code(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play, f" {EMAIL.title()} ")
    assert not await signed_in(priya)
    assert (await enter(priya, await play.code(EMAIL))).status_code == 200
    assert await signed_in(priya)


async def test_an_unknown_address_and_a_wrong_password_are_answered_alike(play: Playground) -> None:
    await play.registered(play.person())
    await play.drain()
    events, letters = await play.events(), len(await play.letters(EMAIL))
    tried: list[Any] = []
    for email, password in ((EMAIL, NEW), ("nobody@oakfield.example", PASSWORD), ("no address", PASSWORD)):
        answer = await play.person().call("POST", "/sign-in", {"email": email, "password": password})
        assert "set-cookie" not in answer.headers
        tried.append({**problem(answer, 422), "request": ""})
    assert tried[0] == tried[1] == tried[2]
    await play.drain()
    assert (await play.events(), len(await play.letters(EMAIL))) == (events, letters)


async def test_a_wrong_code_says_how_often_one_may_still_try_and_the_fifth_was_the_last(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    for left in ("You can try 4 more times.", "You can try 3 more times.", "You can try 2 more times.",
                 "You can try 1 more time.", "Please start again."):  # fmt: skip
        assert await said(await enter(priya, wrong(code))) == f"That is not the right code. {left}"
    events = await play.events()
    assert await said(await enter(priya, code)) == START_AGAIN
    assert await play.events() == events
    assert not await signed_in(priya)
    again = await step_one(play)
    assert (await enter(again, await play.code(EMAIL))).status_code == 200


async def test_a_code_works_for_five_minutes(play: Playground) -> None:
    await play.registered(play.person())
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    for minutes, status in ((4, 200), (6, 422)):
        priya = await step_one(play)
        code = await play.code(EMAIL)
        await play.age(await play.newest("login_challenge.issued"), timedelta(minutes=minutes))
        answer = await enter(priya, code)
        assert answer.status_code == status
    assert await said(answer) == EXPIRED
    await priya.do("POST", "/challenge/new-code")
    assert (await enter(priya, await play.code(EMAIL))).status_code == 200


async def test_a_code_works_once(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    await enter(priya, code)
    assert await said(await enter(priya, code)) == USED
    assert await said(await priya.call("POST", "/challenge/new-code")) == USED


async def test_a_code_works_in_the_browser_that_asked_for_it_only(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    await play.registered(thief := play.person(), email="thief@x.example")
    challenge = str(await play.newest("login_challenge.issued"))
    events = await play.events()
    stranger, forger = play.person(), play.person()
    forger.client.cookies.set("attempt", f"{challenge}.{'0' * 64}")
    for each in (stranger, forger):
        problem(await enter(each, code), 404)
    assert await play.events() == events
    thief = await step_one(play, "thief@x.example")
    assert (await said(await enter(thief, code))).startswith("That is not the right code.")
    assert (await enter(priya, code)).status_code == 200


async def test_two_hundred_guesses_at_once_are_five_comparisons(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    before = await play.events("login_challenge.code_tried")
    accepted = await play.events("login_challenge.accepted")
    answers = await asyncio.gather(*(enter(priya, wrong(code, by)) for by in range(1, 201)))
    assert {answer.status_code for answer in answers} <= {422, 503}
    assert await play.events("login_challenge.code_tried") == before + 5
    assert await play.events("login_challenge.accepted") == accepted
    assert await said(await enter(priya, code)) == START_AGAIN


async def test_fifty_right_codes_at_once_make_one_session(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    answers = await asyncio.gather(*(enter(priya, code) for _ in range(50)))
    assert [answer.status_code for answer in answers].count(200) == 1
    assert {answer.status_code for answer in answers} <= {200, 422, 503}
    assert await signed_in(priya)
    assert await play.portal.pool.fetchval("select count(*) from sessions") == 2


async def a_minute_later(play: Playground) -> None:
    """As if the newest challenge had been issued, and its newest code asked for, a minute ago."""
    await play.age(await play.newest("login_challenge.issued"), timedelta(seconds=61))


async def test_a_new_code_leaves_the_one_before_good(play: Playground) -> None:
    await play.registered(play.person())
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    for which in (0, 1):
        priya = await step_one(play)
        codes = [await play.code(EMAIL)]
        await a_minute_later(play)
        await priya.do("POST", "/challenge/new-code")
        codes.append(await play.code(EMAIL))
        assert (await enter(priya, codes[which])).status_code == 200


async def test_a_new_code_comes_after_a_minute_and_the_fifth_is_the_last(play: Playground) -> None:
    await play.registered(play.person())
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    priya = await step_one(play)
    for _ in range(4):
        soon = await priya.call("POST", "/challenge/new-code")
        assert (await said(soon, 409)).endswith("Wait a minute before you ask for another.")
        await a_minute_later(play)
        await priya.do("POST", "/challenge/new-code")
    await a_minute_later(play)
    events = await play.events()
    answer = await priya.call("POST", "/challenge/new-code")
    assert await said(answer, 409) == "You have asked for too many codes. Sign in again."
    assert await play.events() == events


async def test_one_account_is_sent_five_new_codes_an_hour(play: Playground) -> None:
    await play.registered(play.person())
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    for _ in range(NEW_CODES_AN_HOUR):
        priya = await step_one(play)
        await a_minute_later(play)
        await priya.do("POST", "/challenge/new-code")
    priya = await step_one(play)
    await a_minute_later(play)
    events = await play.events()
    assert (await priya.call("POST", "/challenge/new-code")).status_code == 429
    assert await play.events() == events
    first = code_for(play.portal.secrets.codes, await play.newest("login_challenge.issued"), 1)
    assert (await enter(priya, first)).status_code == 200, "the first code still works"


async def test_after_three_codes_that_ran_out_the_password_is_asked_for_and_the_owner_is_told(play: Playground) -> None:
    await play.registered(play.person())
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    priya = await step_one(play)
    for _ in range(2):
        await play.age(await play.newest("login_challenge.issued"), timedelta(minutes=6))
        await priya.do("POST", "/challenge/new-code")
    await play.age(await play.newest("login_challenge.issued"), timedelta(minutes=6))
    for _ in range(2):
        assert await said(await priya.call("POST", "/challenge/new-code")) == RUN_OUT
    assert await said(await enter(priya, "000000")) == RUN_OUT
    assert await play.events("login_challenge.given_up") == 1
    await play.drain()
    assert "Someone could not finish signing in" in {letter.subject for letter in await play.letters(EMAIL)}
    again = await step_one(play)
    assert (await enter(again, await play.code(EMAIL))).status_code == 200


async def test_after_five_wrong_codes_the_owner_is_told_once(play: Playground) -> None:
    await play.registered(play.person())
    priya = await step_one(play)
    code = await play.code(EMAIL)
    await asyncio.gather(*(enter(priya, wrong(code, by)) for by in range(1, 11)))
    await play.drain()
    subjects = [letter.subject for letter in await play.letters(EMAIL)]
    assert subjects.count("Someone could not finish signing in") == 1


async def test_whoever_knows_only_the_address_does_not_alarm_its_owner(play: Playground) -> None:
    await play.registered(play.person())
    stranger = play.person()
    await stranger.do("POST", "/accounts", {**ACCOUNT, "password": NEW})
    for _ in range(6):
        await enter(stranger, "000000")
    await play.drain()
    assert await play.events("login_challenge.given_up") == 1
    subjects = {letter.subject for letter in await play.letters(EMAIL)}
    assert "You already have an account" in subjects and "Someone could not finish signing in" not in subjects


# --- forgotten passwords ------------------------------------------------------------------------------------


async def test_a_forgotten_password_is_replaced_by_a_link_that_works_once(play: Playground) -> None:
    priya, elsewhere = play.person(), play.person()
    await play.registered(priya)
    begun = await step_one(play)
    begun_code = await play.code(EMAIL)
    await elsewhere.do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    link = await play.link_token(EMAIL)
    await elsewhere.do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    other_link = await play.link_token(EMAIL)
    assert link != other_link and await signed_in(priya)

    answer = await elsewhere.call("POST", "/accounts/new-password", {"token": link, "password": NEW})

    assert answer.status_code == 200 and "session" not in elsewhere.client.cookies
    assert not await signed_in(elsewhere)
    assert not await signed_in(priya), "every session ends"
    assert await said(await enter(begun, begun_code)) == "This account has changed since. Please start again."
    for used in (link, other_link):
        again = await elsewhere.call(
            "POST", "/accounts/new-password", {"token": used, "password": "granite-otter-plum"}
        )
        problem(again, 422)
    problem(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD}), 422)
    await step_one(play, password=NEW)
    await play.drain()
    assert "Your password has been changed" in [letter.subject for letter in await play.letters(EMAIL)]


async def test_a_link_for_a_new_password_works_for_half_an_hour_and_takes_a_good_password(play: Playground) -> None:
    await play.registered(play.person())
    await play.person().do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    link = await play.link_token(EMAIL)
    problem(await play.person().call("POST", "/accounts/new-password", {"token": link, "password": "short"}), 422)
    problem(await play.person().call("POST", "/accounts/new-password", {"token": link[:-1], "password": NEW}), 404)
    await play.age(await play.newest("login_challenge.issued"), timedelta(minutes=31))
    expired = await play.person().call("POST", "/accounts/new-password", {"token": link, "password": NEW})
    assert await said(expired, 409) == "This link has expired. Ask for a new one under “Forgotten password?”."
    await step_one(play)


async def test_a_forgotten_password_of_nobody_is_answered_alike_and_no_letter_leaves(play: Playground) -> None:
    await play.registered(play.person())
    answers = [
        await play.person().call("POST", "/accounts/forgotten-password", {"email": email})
        for email in (EMAIL, "nobody@oakfield.example")
    ]
    [one, other] = [(each.status_code, each.content, _shape(each)) for each in answers]
    assert one == other
    await play.drain()
    assert (await play.letters(EMAIL))[0].subject == "Choose a new password"
    assert await play.letters("nobody@oakfield.example") == []


# --- invitations --------------------------------------------------------------------------------------------


async def test_an_invitation_works_once_and_for_a_week(play: Playground) -> None:
    emails = ["sam@severnshire.example", "alex@severnshire.example"]
    for email in emails:
        await invite(play.portal, fresh_command("invite"), "Sam Holt", email, frozenset({Role.WORKER}))
    sam, alex = [{"token": await play.link_token(email), "password": PASSWORD} for email in emails]

    person = play.person()
    await person.do("POST", "/accounts/invitation", sam)
    assert not await signed_in(person), "an invitation does not sign in"
    assert (await said(await play.person().call("POST", "/accounts/invitation", sam), 409)).startswith("This link has")
    worker = await step_one(play, emails[0])
    await enter(worker, await play.code(emails[0]))
    assert (await worker.get("/me"))["must_enrol"] is True

    problem(await play.person().call("POST", "/accounts/invitation", {**alex, "token": alex["token"][:-1]}), 404)
    problem(await play.person().call("POST", "/accounts/invitation", {**alex, "password": "short"}), 422)
    account = await play.newest("account.invited")
    await play.age(account, timedelta(days=7))
    aged = (await play.portal.store.load(Account, account)).aggregate
    assert aged is not None
    body = {**alex, "token": invitation_token(play.portal, aged)}
    late = await play.person().call("POST", "/accounts/invitation", body)
    assert await said(late, 409) == "This invitation has expired. Ask for a new one."


async def test_nobody_takes_an_invited_account_by_registering_its_address(play: Playground) -> None:
    email = "sam@severnshire.example"
    await invite(play.portal, fresh_command("invite"), "Sam Holt", email, frozenset({Role.AUDITOR}))
    thief = play.person()
    await thief.do("POST", "/accounts", {**ACCOUNT, "email": email})
    await play.drain()
    assert [letter.subject for letter in await play.letters(email)] == [
        "You already have an account", "Set up your staff account",
    ]  # fmt: skip
    assert await play.events("account.registration_replaced") == 0
    problem(await play.person().call("POST", "/sign-in", {"email": email, "password": PASSWORD}), 422)


async def test_no_letter_follows_a_code_that_was_used_already(play: Playground) -> None:
    person = play.person()
    await play.registered(person)
    before = len(await play.letters(PRIYA["email"]))
    await person.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
    challenge = await play.newest("login_challenge.issued")
    await person.do("POST", "/challenge/code", {"code": code_for(play.portal.secrets.codes, challenge, 1)})
    await play.drain()
    assert len(await play.letters(PRIYA["email"])) == before
