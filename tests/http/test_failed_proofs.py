"""Whoever fails to prove who they are leaves a line in the log: by which factor, and of which account."""

import pytest

from portal.domain.account_details import Role
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
