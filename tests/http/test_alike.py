"""Known and unknown addresses are answered alike, in words, in size, and by the same work, so in the same time.

Counting work is exact where timing it is not; `scripts/bench --only alike` times it.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from statistics import median
from time import process_time
from typing import Any

import asyncpg
import httpx
import pytest

from portal.application.account_care import account_with, disable_account
from portal.application.emails import holder_of
from portal.application.passwords import Passwords
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.eventstore.appender import Appender
from portal.eventstore.work import Work, fresh_command
from tests.http.test_signing_in import ACCOUNT, EMAIL, _shape, step_one
from tests.portals import PASSWORD, Person, Playground

NOBODY = "priya.nayar@oakfield.example"  # as long as EMAIL
JOURNEYS = {
    "registering": ("/accounts", {**ACCOUNT, "password": "marble-lantern-goose"}),
    "signing in": ("/sign-in", {"email": EMAIL, "password": "marble-lantern-goose"}),
    "forgotten password": ("/accounts/forgotten-password", {"email": EMAIL}),
}


@contextmanager
def counted(monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """How often a password is hashed or judged, the database is asked, and something is appended."""
    work: Counter[str] = Counter()

    def counting(kind: type, name: str, what: str) -> None:
        method = getattr(kind, name)

        async def count(self: Any, *args: Any, **named: Any) -> Any:
            work[what] += 1
            return await method(self, *args, **named)

        monkeypatch.setattr(kind, name, count)

    with monkeypatch.context():
        counting(Passwords, "aside", "passwords")
        counting(Appender, "append", "appends")
        for name in ("fetch", "fetchrow", "fetchval", "execute"):
            counting(asyncpg.Pool, name, "queries")
        yield work
    monkeypatch.undo()


async def asked(person: Person, journey: str, email: str) -> httpx.Response:
    path, body = JOURNEYS[journey]
    return await person.call("POST", path, {**body, "email": email})


@pytest.mark.parametrize("journey", JOURNEYS)
@pytest.mark.parametrize("known_as", ["validated", "registered only", "disabled", "closed"])
async def test_known_and_unknown_addresses_take_the_same_work_and_get_the_same_answer(
    play: Playground, monkeypatch: pytest.MonkeyPatch, journey: str, known_as: str
) -> None:
    await known(play, known_as)
    answers, works = [], []
    for email in (EMAIL, NOBODY):
        with counted(monkeypatch) as work:
            answers.append(await asked(play.person(), journey, email))
        works.append(dict(work))
    assert works[0] == works[1]
    assert works[0]["queries"] > 1
    one, other = [({**each.json(), "request": ""}, each.status_code, _shape(each)) for each in answers]
    assert one == other


async def known(play: Playground, how: str) -> None:
    """An account that Priya has, in one of the states an account can be in."""
    priya = play.person()
    if how == "registered only":
        await priya.do("POST", "/accounts", ACCOUNT)
        return
    await play.registered(priya)
    if how == "disabled":
        await disable_account(play.portal, fresh_command("disable"), await account_with(play.portal, EMAIL), "Test.")
    if how == "closed":
        await priya.do("POST", "/account/closure", {"current_password": PASSWORD})


async def test_a_long_history_weighs_less_than_a_tenth_of_a_password(play: Playground) -> None:
    """Processor time, by turns: what a known address takes more than an unknown one, for somebody at the council who
    has signed in on every working day of a year and more."""
    sam = "sam.holt@severnshire.example"
    await play.staff(Role.WORKER, email=sam)
    account_id = await account_with(play.portal, sam)

    days = iter(range(300))

    async def sign_in_each_day(work: Work) -> Account:
        account, now = await work.load(Account, account_id)
        assert account
        for step in islice(days, 10):
            assert account.use_authenticator("123456", {100_000_000 + step: "123456"}, now)
        return account

    for _ in range(30):
        await play.portal.perform(fresh_command("two weeks"), Account, sign_in_each_day)
    assert await play.events("account.authenticator_used") >= 300
    spent: dict[str, list[float]] = {sam: [], "sam.hart@severnshire.example": [], "": []}
    for _ in range(30):
        for what, times in spent.items():
            began = process_time()
            await (holder_of(play.portal, what) if what else play.portal.passwords.check(PASSWORD, None))
            times.append(process_time() - began)
    known, unknown, password = map(median, spent.values())
    assert known - unknown < password / 10, (known, unknown, password)


async def test_a_password_is_hashed_anew_when_the_pepper_is_newer(play: Playground) -> None:
    await play.registered(play.person())
    newer = Passwords({1: b"p" * 32, 2: b"q" * 32})
    play.app.state.portal = replace(play.portal, passwords=newer)
    try:
        for _ in range(2):
            await step_one(play)
            assert await play.events("account.password_rehashed") == 1
        play.app.state.portal = replace(play.portal, passwords=Passwords({2: b"q" * 32}))
        await step_one(play)
    finally:
        newer.close()
        play.app.state.portal.passwords.close()
