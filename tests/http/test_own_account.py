"""The life of an account: changed by its owner, who proves by the password to be there; shut; closed."""

import time
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pyotp

from portal.application.account_care import account_with, disable_account, enable_account
from portal.application.own_account import PASSWORDS_AN_HOUR
from portal.domain.account_details import Role
from portal.eventstore.work import fresh_command
from tests.http.problems import places, problem
from tests.http.test_signing_in import ACCOUNT, EMAIL, NEW, enter, said, signed_in, step_one
from tests.portals import AMARA, PASSWORD, PRIYA, Person, Playground, filled_in

NEW_EMAIL = "priya.nair@elmgrove.example"
DETAILS = {key: value for key, value in PRIYA.items() if key != "email"}
PROVED = {"current_password": PASSWORD}
CHANGES: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("PUT", "/account/details", {**DETAILS, "name": "Priya Nair-Hughes"}),
    ("POST", "/account/password", {"password": NEW}),
    ("POST", "/account/email", {"email": NEW_EMAIL}),
    ("POST", "/account/authenticator", {}),
    ("POST", "/account/authenticator/removal", {}),
    ("POST", "/account/closure", {}),
)


async def twice(play: Playground) -> tuple[Person, Person]:
    """Priya, signed in here and elsewhere."""
    here = play.person()
    await play.registered(here)
    elsewhere = await step_one(play)
    await enter(elsewhere, await play.code(EMAIL))
    return here, elsewhere


async def subjects(play: Playground, email: str = EMAIL) -> set[str]:
    """What somebody's letters are about."""
    await play.drain()
    return {letter.subject for letter in await play.letters(email)}


async def test_a_session_alone_changes_nothing(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    events = await play.events()
    for method, path, body in CHANGES:
        answer = await priya.call(method, path, {**body, "current_password": "granite-otter-plum"})
        assert await said(answer) == "This is not your password.", path
        assert places(answer) == ["/current_password"], path
        assert places(await priya.call(method, path, body)) == ["/current_password"], path
    assert await play.events() == events


async def test_whoever_finds_an_open_browser_does_not_guess_the_password_for_long(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    wrong = {"current_password": NEW}
    answers = [await priya.call("POST", "/account/closure", wrong) for _ in range(PASSWORDS_AN_HOUR + 1)]
    assert [answer.status_code for answer in answers] == [422] * PASSWORDS_AN_HOUR + [429]


async def test_details_are_changed_and_the_owner_is_told(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    changed = {**DETAILS, "name": "Priya Nair-Hughes", "role": "Head teacher"}
    answer = await priya.do("PUT", "/account/details", {**changed, **PROVED})
    assert answer["details"] == changed and answer["email"] == EMAIL
    assert (await priya.get("/account")) == answer
    assert (await priya.get("/me"))["name"] == "Priya Nair-Hughes"
    assert "Your details have been changed" in await subjects(play)
    bare = {"kind": "professional", "name": "Priya Nair", **PROVED}
    refused = await priya.call("PUT", "/account/details", bare)
    assert places(refused) == ["/organisation", "/organisation_kind", "/role", "/phone"]


async def test_a_new_password_ends_every_other_session(play: Playground) -> None:
    here, elsewhere = await twice(play)
    begun = await step_one(play)
    code = await play.code(EMAIL)
    await here.do("POST", "/account/password", {**PROVED, "password": NEW})
    assert await signed_in(here) and not await signed_in(elsewhere)
    assert await said(await enter(begun, code)) == "This account has changed since. Please start again."
    assert "Your password has been changed" in await subjects(play)
    assert await said(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD}))
    await step_one(play, password=NEW)


async def test_a_new_password_is_held_to_the_rules(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    answer = await priya.call("POST", "/account/password", {**PROVED, "password": "priyapriya"})
    assert places(answer) == ["/password"] * 3
    worker = await play.staff(Role.WORKER)
    await play.prove(worker)
    short = await worker.call("POST", "/account/password", {**PROVED, "password": "otter-lantern"})
    assert "15 characters" in str(problem(short, 422)["faults"])


async def test_what_was_changed_is_answered_the_same_when_it_is_sent_again(play: Playground) -> None:
    priya, key = play.person(), str(uuid4())
    await play.registered(priya)
    body = {**PROVED, "password": NEW}
    first = await priya.call("POST", "/account/password", body, key)
    events = await play.events()
    again = await priya.call("POST", "/account/password", body, key)
    assert (first.status_code, first.content) == (again.status_code, again.content) and first.is_success
    assert await play.events() == events


async def test_the_request_that_signed_in_opens_nothing_after_the_password_was_changed(play: Playground) -> None:
    priya, key = play.person(), str(uuid4())
    await priya.do("POST", "/accounts", ACCOUNT)
    code = {"code": await play.code(EMAIL)}
    await priya.call("POST", "/challenge/code", code, key)
    await priya.do("POST", "/account/password", {**PROVED, "password": NEW})
    assert (await priya.call("POST", "/challenge/code", code, key)).status_code == 401, "its token is dead"
    assert await signed_in(priya), "and does not take the place of the new one"


async def test_a_copy_of_the_cookie_is_dead_after_a_new_password_address_or_app(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await _dies(play, priya, "/account/password", {**PROVED, "password": NEW})
    await priya.do("POST", "/account/email", {"current_password": NEW, "email": NEW_EMAIL})
    await _dies(play, priya, "/account/email/code", {"code": await play.code(NEW_EMAIL)})
    offer = await priya.do("POST", "/account/authenticator", {"current_password": NEW})
    codes = [pyotp.TOTP(offer["secret"]).at(int(time.time()) + at) for at in (-30, 0)]
    await _dies(play, priya, "/account/authenticator/confirmation", {"code": codes[0]})
    await priya.do("POST", "/me/proof", {"code": codes[1]})
    await _dies(play, priya, "/account/authenticator/removal", {"current_password": NEW})


async def _dies(play: Playground, person: Person, path: str, body: dict[str, str]) -> None:
    copy = play.person()
    copy.client.cookies.update(person.client.cookies)
    assert await signed_in(copy)
    await person.do("POST", path, body)
    assert await signed_in(person) and not await signed_in(copy), path


# --- another address ----------------------------------------------------------------------------------------


async def test_another_address_counts_once_its_code_has_come_back(play: Playground) -> None:
    here, elsewhere = await twice(play)
    await here.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
    await step_one(play)
    code = await play.code(NEW_EMAIL)
    assert (await play.letters(NEW_EMAIL))[0].subject == "Confirm your email address"
    assert (await here.get("/account"))["email"] == EMAIL
    await here.do("POST", "/account/email/code", {"code": code})

    assert (await here.get("/account"))["email"] == NEW_EMAIL
    assert await signed_in(here) and not await signed_in(elsewhere)
    assert "Your email address has been changed" in await subjects(play)
    assert not any(NEW_EMAIL in letter.text for letter in await play.letters(EMAIL))
    assert await said(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD}))
    again = await step_one(play, NEW_EMAIL)
    assert (await enter(again, await play.code(NEW_EMAIL))).status_code == 200


async def test_the_code_for_another_address_signs_nobody_in_and_is_good_in_that_browser_only(play: Playground) -> None:
    here, elsewhere = await twice(play)
    await here.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
    code = await play.code(NEW_EMAIL)
    problem(await here.call("POST", "/challenge/code", {"code": code}), 404)
    assert (await elsewhere.call("POST", "/account/email/code", {"code": code})).status_code in (404, 422)
    stranger = play.person()
    await play.registered(stranger, email="stranger@oakfield.example")
    stranger.client.cookies.set("attempt", here.client.cookies["attempt"])
    problem(await stranger.call("POST", "/account/email/code", {"code": code}), 404)
    assert (await here.get("/account"))["email"] == EMAIL


async def test_a_code_for_another_address_can_be_asked_for_again_and_has_five_tries(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    await priya.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
    first = await play.code(NEW_EMAIL)
    await play.age(await play.newest("login_challenge.issued"), timedelta(seconds=61))
    await priya.do("POST", "/challenge/new-code")
    assert await play.code(NEW_EMAIL) != first
    wrong = {"code": f"{(int(first) + 1) % 10**6:06}"}
    for _ in range(5):
        await priya.call("POST", "/account/email/code", wrong)
    assert "5 times" in await said(await priya.call("POST", "/account/email/code", {"code": first}))
    assert (await priya.get("/account"))["email"] == EMAIL


async def test_nobody_learns_whether_another_address_has_an_account(play: Playground) -> None:
    taken, priya = "other@oakfield.example", play.person()
    await play.registered(play.person(), email=taken)
    await play.registered(priya)
    answers = [await priya.call("POST", "/account/email", {**PROVED, "email": email}) for email in (NEW_EMAIL, taken)]
    assert answers[0].content == answers[1].content
    assert [answer.status_code for answer in answers] == [202, 202]
    assert "You already have an account" in await subjects(play, taken)
    assert await said(await priya.call("POST", "/account/email/code", {"code": "000000"}))


async def test_a_registration_that_nobody_validated_gives_way_to_whoever_proves_the_address(play: Playground) -> None:
    stranger, priya = play.person(), play.person()
    await stranger.do("POST", "/accounts", {**ACCOUNT, "name": "Mallory Sharp", "email": NEW_EMAIL})
    strangers_code = await play.code(NEW_EMAIL)
    await play.registered(priya)
    await priya.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
    await priya.do("POST", "/account/email/code", {"code": await play.code(NEW_EMAIL)})
    assert (await priya.get("/account"))["email"] == NEW_EMAIL
    assert not (await enter(stranger, strangers_code)).is_success
    here = await step_one(play, NEW_EMAIL)
    assert (await enter(here, await play.code(NEW_EMAIL))).json()["name"] == "Priya Nair"
    await play.drain()
    assert "Your account has been closed" not in await subjects(play, NEW_EMAIL)


async def test_two_people_who_want_one_address_at_once_do_not_both_get_it(play: Playground) -> None:
    priya, other = play.person(), play.person()
    await play.registered(priya)
    await play.registered(other, email="other@oakfield.example")
    codes = []
    for person in (priya, other):
        await person.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
        codes.append(await play.code(NEW_EMAIL))
    await priya.do("POST", "/account/email/code", {"code": codes[0]})
    late = await other.call("POST", "/account/email/code", {"code": codes[1]})
    assert await said(late) == "This address has an account. Enter another one."
    assert (await other.get("/account"))["email"] == "other@oakfield.example"


async def test_an_address_that_was_left_can_be_taken_again_by_anybody_once(play: Playground) -> None:
    priya, other = play.person(), play.person()
    await play.registered(priya)
    for email in (NEW_EMAIL, EMAIL, NEW_EMAIL):
        await priya.do("POST", "/account/email", {**PROVED, "email": email})
        await priya.do("POST", "/account/email/code", {"code": await play.code(email)})
    assert (await priya.get("/account"))["email"] == NEW_EMAIL
    await play.registered(other, name="Tamsin Bello")
    assert (await other.get("/account"))["email"] == EMAIL
    assert await play.events("account.registered") == 2
    await play.person().do("POST", "/accounts", ACCOUNT)
    assert await play.events("account.registered") == 2
    assert (await enter(person := await step_one(play), await play.code(EMAIL))).json()["name"] == "Tamsin Bello"
    assert await signed_in(person)


async def test_a_link_that_lies_in_the_old_mailbox_opens_nothing(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    await play.person().do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    link = await play.link_token(EMAIL)
    await priya.do("POST", "/account/email", {**PROVED, "email": NEW_EMAIL})
    await priya.do("POST", "/account/email/code", {"code": await play.code(NEW_EMAIL)})
    answer = await play.person().call("POST", "/accounts/new-password", {"token": link, "password": NEW})
    assert await said(answer) == "This account has changed since. Please start again."


# --- shut and closed ----------------------------------------------------------------------------------------


async def test_a_disabled_account_is_out_at_once_and_its_owner_is_told(play: Playground) -> None:
    here, elsewhere = await twice(play)
    begun = await step_one(play)
    code = await play.code(EMAIL)
    account = await account_with(play.portal, EMAIL)
    await disable_account(play.portal, fresh_command("disable"), account, "Somebody else uses it.")
    assert not await signed_in(here) and not await signed_in(elsewhere)
    assert (await enter(begun, code)).status_code == 422
    wrong = await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": NEW})
    right = await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert await said(wrong) == await said(right)
    assert "Your account has been disabled" in await subjects(play)

    await play.person().do("POST", "/accounts/forgotten-password", {"email": EMAIL})
    await play.person().do("POST", "/accounts", {**ACCOUNT, "password": NEW})
    assert "You already have an account" in await subjects(play)

    await enable_account(play.portal, fresh_command("enable"), account)
    assert "You can use your account again" in await subjects(play)
    again = await step_one(play)
    assert (await enter(again, await play.code(EMAIL))).status_code == 200


async def test_closing_an_account_keeps_what_was_sent_and_ends_what_was_not(play: Playground) -> None:
    here, elsewhere = await twice(play)
    worker = await play.staff(Role.WORKER)
    sent, draft = await filled_in(here), await filled_in(here, "early_help", (AMARA,))
    await here.do("POST", f"/referrals/{sent}/submission", {"declaration": True})
    answer = await here.call("POST", "/account/closure", PROVED)
    assert answer.status_code == 200 and "session" not in here.client.cookies
    assert not await signed_in(elsewhere)
    await play.drain()
    assert "Your account has been closed" in {letter.subject for letter in await play.letters(EMAIL)}
    assert await play.events("referral.draft_ended") == 1
    assert await play.newest("referral.draft_ended") == draft
    opened = await worker.do("POST", f"/inbox/{sent}/opening")
    assert opened["referrer"]["name"] == "Priya Nair"

    assert await said(await play.person().call("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD}))
    again = play.person()
    await play.registered(again)
    assert await again.get("/my-submitted-forms") == []


async def test_staff_do_not_close_the_councils_account(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    answer = await worker.call("POST", "/account/closure", PROVED)
    assert "Ask an administrator" in await said(answer, 409)
    assert await signed_in(worker)
