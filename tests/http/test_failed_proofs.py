"""Whoever fails to prove who they are leaves a line in the log: by which factor, and of which account."""

from uuid import UUID

import pytest

from portal.application import failed_proofs
from portal.application.emails import email_claim
from portal.application.signing_in import WRONG_PASSWORDS
from portal.domain.account_details import Role
from portal.domain.guessing import guessing_stream
from portal.eventstore.work import fresh_command
from tests.http.problems import problem
from tests.portals import PASSWORD, PRIYA, Playground

EMAIL = PRIYA["email"]
WRONG = "wrong-otter-bicycle"
NO_CODE = {"code": "000000"}


def noted(caplog: pytest.LogCaptureFixture) -> list[tuple[str, str | None]]:
    """Factor and account of each line, which says nothing else; from here on anew."""
    lines = [each for each in caplog.records if each.getMessage() == "a proof of identity failed"]
    caplog.clear()
    found = [line.facts for line in lines]  # type: ignore[attr-defined]
    assert all(each.keys() == {"factor", "account"} for each in found)
    return [(each["factor"], each["account"]) for each in found]


async def test_a_wrong_password_or_code_at_sign_in_is_in_the_log_by_opaque_ids(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    priya, stranger = play.person(), play.person()
    await play.registered(priya)
    account = (await priya.get("/me"))["account"]
    assert noted(caplog) == [], "nothing failed so far"

    for email in (EMAIL, "nobody@oakfield.example"):
        problem(await stranger.call("POST", "/sign-in", {"email": email, "password": WRONG}), 422)
    assert EMAIL not in caplog.text and "nobody@" not in caplog.text and WRONG not in caplog.text
    assert noted(caplog) == [("password", account), ("password", None)]

    await stranger.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    for _ in range(5):
        problem(await stranger.call("POST", "/challenge/code", NO_CODE), 422)
    assert noted(caplog) == [("mail", account)] * 5, "the fifth, too, which ends the challenge"


async def test_that_somebody_guesses_passwords_is_on_record_once_an_hour_for_an_address(play: Playground) -> None:
    """And alike for one without an account; of so many addresses an hour, so that nobody fills the record."""
    priya = play.person()
    await play.registered(priya)
    account = UUID((await priya.get("/me"))["account"])
    times, _ = WRONG_PASSWORDS
    for email in (EMAIL, "nobody@oakfield.example"):
        answers = [
            (await play.person().call("POST", "/sign-in", {"email": email, "password": WRONG})).status_code
            for _ in range(times + 3)
        ]
        assert answers == [422] * times + [429] * 3
    assert await play.events("sign_in.passwords_guessed") == 2
    streams = {guessing_stream(email_claim(play.portal, each).hex()) for each in (EMAIL, "nobody@oakfield.example")}
    histories = [await play.portal.store.history(each) for each in streams]
    assert {event.event.account for each in histories for event in each.envelopes} == {account, None}  # type: ignore[union-attr]

    for number in range(failed_proofs.MOST_AN_HOUR + 5):
        await failed_proofs.note_guessing(play.portal, fresh_command("test"), f"made up {number}", None)
    assert await play.events("sign_in.passwords_guessed") == failed_proofs.MOST_AN_HOUR


async def test_so_is_one_where_somebody_who_is_signed_in_proves_it_again(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    sam = await play.staff(Role.WORKER)
    account = (await sam.get("/me"))["account"]
    problem(await sam.call("POST", "/account/authenticator/removal", {"current_password": WRONG}), 422)
    problem(await sam.call("POST", "/me/proof", NO_CODE), 422)
    assert noted(caplog) == [("password", account), ("authenticator", account)]
    await play.prove(sam)
    assert noted(caplog) == []
