"""A flood of sign-ins, and what it does to everybody else: 200 a second, of 1,000 accounts, from 50 addresses, half of
them with the right password, against two web processes.

The yardstick is the same portal when it is quiet: people who are signed in read their pages, evenly, in all turns. In
a third turn as many requests ask for a route that does nothing: whoever makes the flood has the same few cores as the
portal here, and `ratio_trivial_p95` says what that alone does to the pages.
`told_to_wait` counts answers 503 and 429 with Retry-After, which are right answers to a flood; `failed` everything that
is neither that nor the answer to a right or a wrong password. Memory is that of all web processes, at its most.
"""

import asyncio
import os
import secrets
import socket
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from functools import partial
from pathlib import Path
from typing import TypeVar
from uuid import uuid4

import httpx
import msgspec

from benchmarks.ground import Database, Ground
from benchmarks.processes import a_process
from benchmarks.rounds import Result, Rounds, percentile
from benchmarks.sizes import Sizes
from portal.application.emails import seat_of
from portal.application.portal import Portal
from portal.application.sessions import begin_session
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OwnerDetails
from portal.eventstore.work import Work, fresh_command
from portal.keys.secrets import new_secrets
from portal.settings import DEMONSTRATION, read_settings
from portal.wiring import opened

WEB_PROCESSES = 2
READERS = 10
READS_A_SECOND = 25
PAGES = ("/api/v1/me", "/api/v1/my-submitted-forms", "/api/v1/sessions")
PASSWORD = "coffee-otter-bicycle"  # noqa: S105 - of made-up accounts
START = 60.0  # seconds the web may take
T = TypeVar("T")


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds = Rounds()
    async with (
        ground.database() as database,
        a_portal(database, partial(_people, accounts=sizes.flood_accounts)) as (web, address, cookies),
    ):
        await read(web, address, cookies, min(2.0, sizes.flood_seconds))  # warm
        for _ in range(sizes.rounds):
            times, memory = await read(web, address, cookies, sizes.flood_seconds)
            rounds.add(quiet_p50=ms(times, 50), quiet_p95=ms(times, 95), quiet_mib=memory)
            (times, _), _ = await _read_in_flood(web, address, cookies, sizes, "nothing-much")
            rounds.add(trivial_p50=ms(times, 50), trivial_p95=ms(times, 95))
            (times, memory), told = await _read_in_flood(web, address, cookies, sizes, "sign-ins")
            rounds.add(flooded_p50=ms(times, 50), flooded_p95=ms(times, 95), flooded_mib=memory)
            rounds.add(**msgspec.json.decode(told, type=dict[str, int]))
    return rounds.result(
        {"web_processes": WEB_PROCESSES, "accounts": sizes.flood_accounts, "sign_ins_a_second": sizes.flood_a_second},
        ratio_p95=rounds.ratio("flooded_p95", "quiet_p95"),
        ratio_trivial_p95=rounds.ratio("trivial_p95", "quiet_p95"),
        ratio_memory=rounds.ratio("flooded_mib", "quiet_mib"),
    )


async def _read_in_flood(
    web: Process, address: str, cookies: list[str], sizes: Sizes, kind: str
) -> tuple[tuple[list[float], float], bytes]:
    """What `read` finds while somebody floods the portal, and what the flooder tells."""
    flood = (str(sizes.flood_a_second), str(sizes.flood_seconds), str(sizes.flood_accounts), kind)
    async with a_process("benchmarks.flooder", address, *flood) as flooder:
        found = await read(web, address, cookies, sizes.flood_seconds)
        told, _ = await flooder.communicate()
    return found, told


@asynccontextmanager
async def a_portal(
    database: Database, people: Callable[[Portal], Awaitable[T]]
) -> AsyncIterator[tuple[Process, str, T]]:
    """Web processes on a database, their address, and the people that were made there."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
        bound.close()
        environment = _environment(database, Path(folder), port)
        async with opened(read_settings(environment)) as running:
            found = await people(running.portal)
        command = ("-m", "portal.cli", "serve", "--port", str(port), "--workers", str(WEB_PROCESSES))
        web = await asyncio.create_subprocess_exec(
            sys.executable, *command, env=environment, stdout=DEVNULL, stderr=DEVNULL
        )
        try:
            await _answers(environment["PORTAL_ADDRESS"])
            yield web, environment["PORTAL_ADDRESS"], found
        finally:
            web.terminate()
            await web.wait()


def _environment(database: Database, folder: Path, port: int) -> dict[str, str]:
    kept = folder / "secrets.json"
    kept.touch(0o600)
    kept.write_bytes(new_secrets())
    return {
        **os.environ,
        "DATABASE_URL": database.application,
        "PORTAL_SECRETS": str(kept),
        "PORTAL_ADDRESS": f"http://127.0.0.1:{port}",
        "PORTAL_PROXIES": "127.0.0.1",  # the flooder says that it comes from 50 addresses
        "PORTAL_LOG": "WARNING",
        DEMONSTRATION: "yes",
    }


async def _people(portal: Portal, accounts: int) -> list[str]:
    """Accounts that all have the same password, hashed once; the session cookies of the first of them."""
    kept, cookies = await portal.passwords.hash(PASSWORD), []
    for number in range(accounts):
        account = await _account(portal, f"person{number}@oakfield.example", kept)
        if number < READERS:
            token = secrets.token_urlsafe(32)
            await begin_session(portal.pool, token, account.id, uuid4(), "signing_in", account.created_on)
            cookies.append(token)
    return cookies


async def _account(portal: Portal, email: str, kept: str) -> Account:
    command, details = fresh_command("measured"), OwnerDetails(kind=AccountKind.PUBLIC, name="Ann Reed", email=email)

    async def decide(work: Work) -> Account:
        account = Account.register(command.id_for("account"), details, kept, now := await work.now())
        account.validate_email(now)
        work.add(account, (await seat_of(portal, email)).claim)
        return account

    return (await portal.perform(command, Account, decide)).answer


async def _answers(address: str) -> None:
    until = time.monotonic() + START
    async with httpx.AsyncClient(trust_env=False) as client:
        while time.monotonic() < until:
            with suppress(httpx.HTTPError):
                if (await client.get(f"{address}/health/live")).is_success:
                    return
            await asyncio.sleep(0.1)
    raise RuntimeError("the web did not answer")


async def read(web: Process, address: str, cookies: list[str], seconds: float) -> tuple[list[float], float]:
    """How long each page took, evenly asked for however long each takes; and the most memory of the web meanwhile."""
    began, reading, most = time.monotonic(), [], 0.0
    async with httpx.AsyncClient(base_url=address, trust_env=False, timeout=30) as client:
        for n in range(int(seconds * READS_A_SECOND)):
            await asyncio.sleep(max(0.0, began + n / READS_A_SECOND - time.monotonic()))
            headers = {"Cookie": f"session={cookies[n % len(cookies)]}"}
            reading.append(asyncio.create_task(_read_one(client, PAGES[n % len(PAGES)], headers)))
            most = max(most, _memory(web.pid))
        return await asyncio.gather(*reading), most


async def _read_one(client: httpx.AsyncClient, page: str, headers: dict[str, str]) -> float:
    began = time.perf_counter()
    answer = await client.get(page, headers=headers)
    if answer.status_code != 200:
        raise RuntimeError(f"{page} answered {answer.status_code}")
    return time.perf_counter() - began


def _memory(pid: int) -> float:
    """Of a process and those it has started, in MiB."""
    return resident(pid) + sum(map(resident, children_of(pid)))


def children_of(pid: int) -> list[int]:
    """The processes that one has started."""
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def resident(pid: int) -> float:
    """Of one process, in MiB."""
    return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


def ms(seconds: list[float], percent: float) -> float:
    return percentile(seconds, percent) * 1000
