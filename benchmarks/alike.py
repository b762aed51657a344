"""Known and unknown addresses: how long registering, signing in and a forgotten password take for either.

Asked in turns, each address once, over the web application in this process: one that is known, one that is not, and a
second one that is not, in an order that changes each time. A ratio is the median of what known and unknown took side
by side, so work of others on the machine slows both; `medians` is that of their medians, blurred by a busy machine. One
is the goal: nobody with a watch could tell who has an account. `noise` is the same of the two unknown ones: what the
measure itself makes of no difference at all.
"""

import time
from itertools import cycle, permutations
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any, cast
from uuid import uuid4

import httpx

from benchmarks.ground import SECRETS, Database, Ground
from benchmarks.rounds import Result, Rounds, tidy
from benchmarks.sizes import Sizes
from portal.application.emails import email_claim
from portal.application.portal import Portal
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OwnerDetails
from portal.eventstore.work import Work, fresh_command, perform
from portal.http.app import create_app, nothing
from portal.settings import Settings
from portal.wiring import opened

ADDRESS = "http://127.0.0.1:8000"
PASSWORD = "coffee-otter-bicycle"  # noqa: S105 - of made-up people
WRONG = "marble-lantern-goose"
JOURNEYS: dict[str, tuple[str, dict[str, str]]] = {
    "register": ("accounts", {"kind": "public", "name": "Tamsin Okafor", "password": WRONG}),
    "sign_in": ("sign-in", {"password": WRONG}),
    "forgotten": ("accounts/forgotten-password", {}),
}
ANSWERED = (202, 422)
TURNS = ("known", "unknown", "unknown_too")
WARMING = 12  # rounds


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    found: dict[str, list[float]] = {}
    with TemporaryDirectory(prefix="portal-bench-") as folder:
        async with ground.database() as database:
            settings = _settings(database, Path(folder) / "ledger.jsonl")
            await _ask_everybody(settings, sizes.alike_samples, found)
    return _told(found, sizes.alike_samples)


async def _ask_everybody(settings: Settings, samples: int, found: dict[str, list[float]]) -> None:
    async with opened(settings) as running:
        app = create_app(nothing, ADDRESS, demonstration=True)
        app.state.portal = running.portal
        # the two describe ASGI in types of their own; nobody is counted by an address that is none
        transport = httpx.ASGITransport(cast("Any", app), client=("in this process", 0))
        async with httpx.AsyncClient(transport=transport, base_url=ADDRESS) as client:
            await _ask_in_turns(running.portal, client, samples, found)


def _told(found: dict[str, list[float]], samples: int) -> Result:
    rounds = Rounds()
    for each in zip(*found.values(), strict=True):
        rounds.add(**dict(zip(found, each, strict=True)))
    ratios = {
        f"{what}_{journey}": rounds.ratio(f"{journey}_{one}", f"{journey}_unknown")
        for journey in JOURNEYS
        for what, one in (("ratio", "known"), ("noise", "unknown_too"))
    }
    for journey in JOURNEYS:  # what the rule is about
        of_each = {turn: median(found[f"{journey}_{turn}"]) for turn in TURNS}
        ratios[f"medians_{journey}"] = tidy(of_each["known"] / of_each["unknown"])
        ratios[f"medians_noise_{journey}"] = tidy(of_each["unknown_too"] / of_each["unknown"])
    return rounds.result({"samples": samples}, **ratios)


async def _ask_in_turns(portal: Portal, client: httpx.AsyncClient, samples: int, found: dict[str, list[float]]) -> None:
    """All journeys by turns as well, after some rounds to warm up."""
    await _accounts(portal, WARMING + samples)
    orders = cycle(permutations(TURNS))
    for number, order in zip(range(WARMING + samples), orders, strict=False):
        for journey in JOURNEYS:
            spent = {turn: await _asked(client, journey, _email(turn, journey, number)) for turn in order}
            for turn in TURNS if number >= WARMING else ():
                found.setdefault(f"{journey}_{turn}", []).append(spent[turn])


def _email(turn: str, journey: str, number: int) -> str:
    """As long for each turn."""
    return f"{turn:_<11}-{journey}-{number:04}@people.example"


async def _accounts(portal: Portal, samples: int) -> None:
    """All that are known, before anything is timed: writing one disturbs who is asked next."""
    kept = await portal.passwords.hash(PASSWORD)
    for number in range(samples):
        for journey in JOURNEYS:
            await _account(portal, _email("known", journey, number), kept)


async def _asked(client: httpx.AsyncClient, journey: str, email: str) -> float:
    path, body = JOURNEYS[journey]
    headers = {"Idempotency-Key": str(uuid4()), "Origin": ADDRESS}
    client.cookies.clear()
    began = time.perf_counter()
    answer = await client.post(f"/api/v1/{path}", json={**body, "email": email}, headers=headers)
    spent = time.perf_counter() - began
    if answer.status_code not in ANSWERED:
        raise RuntimeError(f"{journey} was answered {answer.status_code}")
    return spent * 1000


async def _account(portal: Portal, email: str, kept: str) -> None:
    """Somebody who has registered and validated the address."""
    command = fresh_command("register")

    async def decide(work: Work) -> Account:
        now = await work.now()
        details = OwnerDetails(kind=AccountKind.PUBLIC, name="Tamsin Okafor", email=email)
        account = Account.register(command.id_for("account"), details, kept, now)
        account.validate_email(now)
        work.add(account, email_claim(portal, email))
        return account

    await perform(portal.store, command, decide)


def _settings(database: Database, ledger: Path) -> Settings:
    return Settings(
        database_url=database.application, secrets=SECRETS, address=ADDRESS, ledger=ledger, demonstration=True
    )
