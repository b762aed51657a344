"""The wire to the database is cut at the worst moments: the answer is right or "we cannot tell", and nothing is done
twice (security.md 6.5, F7)."""

from collections.abc import AsyncIterator, Callable
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
import pytest_asyncio

from tests.databases import Database
from tests.failover.proxy import Wire, a_wire
from tests.portals import Person, Playground, filled_in, playground

SENDING = b"referral.submitted"  # stands in clear in the statement that appends it


@pytest_asyncio.fixture
async def wire(database: Database) -> AsyncIterator[Wire]:
    """A wire to the tests' database."""
    target = urlsplit(database.application)
    assert target.hostname and target.port
    async with a_wire(target.hostname, target.port) as wire:
        yield wire


@pytest_asyncio.fixture
async def play(wire: Wire, database: Database) -> AsyncIterator[Playground]:
    """A whole portal at the other end of the wire."""
    target = urlsplit(database.application)
    through = database.application.replace(f":{target.port}/", f":{wire.port}/")
    async with playground(Database(database.owner, through)) as play:
        yield play


def before_it_arrives(wire: Wire, chunk: bytes) -> int | None:
    return 0


def in_the_middle_of_the_request(wire: Wire, chunk: bytes) -> int | None:
    return len(chunk) // 2


def after_it_has_arrived(wire: Wire, chunk: bytes) -> int | None:
    wire.to_application = lambda answer: 0
    return None


def in_the_middle_of_the_answer(wire: Wire, chunk: bytes) -> int | None:
    wire.to_application = lambda answer: len(answer) // 2
    return None


def for_good(wire: Wire, chunk: bytes) -> int | None:
    def take_down(answer: bytes) -> int:
        wire.take_down()
        return 0

    wire.to_application = take_down
    return None


MOMENTS = [
    before_it_arrives,
    in_the_middle_of_the_request,
    after_it_has_arrived,
    in_the_middle_of_the_answer,
    for_good,
]


async def sent_over(wire: Wire, play: Playground, cut: Callable[[Wire, bytes], int | None]) -> list[httpx.Response]:
    """Send a referral, cut the wire just then, and send it again under the same key when the wire is back."""
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    key = str(uuid4())
    wire.to_database = lambda chunk: cut(wire, chunk) if SENDING in chunk else None
    answers = [await send(priya, str(referral), key)]
    assert wire.cuts == 1
    wire.down, wire.to_database = False, None
    return [*answers, *[await send(priya, str(referral), key) for _ in range(2)]]


async def send(person: Person, referral: str, key: str) -> httpx.Response:
    return await person.call("POST", f"/referrals/{referral}/submission", {"declaration": True}, key=key)


@pytest.mark.parametrize("cut", MOMENTS, ids=lambda cut: cut.__name__)
async def test_whenever_the_wire_is_cut_there_is_one_referral_in_the_end(
    wire: Wire, play: Playground, cut: Callable[[Wire, bytes], int | None]
) -> None:
    first, *again = await sent_over(wire, play, cut)
    assert first.status_code in (200, 503)
    if first.status_code == 503:
        assert "cannot tell whether this was saved" in first.json()["detail"]
    assert [answer.status_code for answer in again] == [200, 200]
    answered = [answer.json()["submission"]["reference"] for answer in (first, *again) if answer.status_code == 200]
    assert len(set(answered)) == 1
    assert await play.events("referral.submitted") == 1


async def test_who_is_cut_off_for_good_is_told_that_nobody_knows_although_it_was_saved(
    wire: Wire, play: Playground
) -> None:
    [first, *_] = await sent_over(wire, play, for_good)
    assert first.status_code == 503, "this shows that the cut comes after the commit and before the answer"


async def test_under_another_key_what_was_cut_off_is_found_and_not_sent_twice(wire: Wire, play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    referral = str(await filled_in(priya))
    wire.to_database = lambda chunk: for_good(wire, chunk) if SENDING in chunk else None
    assert (await send(priya, referral, str(uuid4()))).status_code == 503
    wire.down, wire.to_database = False, None
    assert (await send(priya, referral, str(uuid4()))).json()["submission"]["reference"]
    assert await play.events("referral.submitted") == 1
