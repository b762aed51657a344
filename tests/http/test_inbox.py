"""The inbox over HTTP: a page by any set of statuses, and tabs that count what this person may see."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from portal.application import casework
from portal.domain.account_details import Role
from tests.http.test_once import FEEDBACK
from tests.portals import Person, Playground, filled_in
from tests.sent import on_the_desk


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A referrer, signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def sent(person: Person, service: str) -> str:
    """A referral that was sent; its id."""
    referral = str(await filled_in(person, service))
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return referral


def counts(page: Any) -> dict[str, int]:
    """What the tabs say, those without anything left out."""
    assert [tab["status"] for tab in page["tabs"]] == [status.value for status in casework.ASKABLE]
    assert not any(tab["more"] for tab in page["tabs"])
    return {tab["status"]: tab["referrals"] for tab in page["tabs"] if tab["referrals"]}


async def test_tabs_count_each_status_whichever_is_looked_at(play: Playground, priya: Person) -> None:
    worker = await play.staff(Role.WORKER)
    new, read, answered = [await sent(priya, "social_care") for _ in range(3)]
    await worker.do("POST", f"/inbox/{read}/acknowledgement")
    await worker.do("POST", f"/inbox/{answered}/feedback", FEEDBACK)
    for query, ids in (
        ("", [new, read, answered]),
        ("?status=new", [new]),
        ("?status=new&status=answered", [new, answered]),
        ("?status=answered&status=new&status=new", [new, answered]),
        ("?status=withdrawn", []),
    ):
        page = await worker.get(f"/inbox{query}")
        assert {line["id"] for line in page["referrals"]} == set(ids), query
        assert len(page["referrals"]) == len(ids)
        assert counts(page) == {"new": 1, "acknowledged": 1, "answered": 1}


async def test_tabs_count_the_service_that_is_asked_for_and_lado_for_lado_staff_only(
    play: Playground, priya: Person
) -> None:
    worker, lado = await play.staff(Role.WORKER), await play.staff(Role.LADO)
    both = await play.staff(Role.WORKER, Role.LADO)
    for service in ("early_help", "social_care", "social_care", "lado"):
        await sent(priya, service)
    for person, query, new in (
        (worker, "", 3),
        (worker, "?service=social_care", 2),
        (worker, "?service=lado", 0),
        (lado, "", 1),
        (lado, "?service=social_care", 0),
        (both, "", 4),
        (both, "?service=lado", 1),
    ):
        assert counts(await person.get(f"/inbox{query}")).get("new", 0) == new, query


async def test_a_tab_counts_to_99_and_then_says_that_there_are_more(
    play: Playground, priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(casework, "MOST_COUNTED", 3)
    worker, start = await play.staff(Role.WORKER), datetime.now(UTC) - timedelta(days=1)
    owner = UUID((await priya.get("/me"))["account"])

    async def tab_after(more: int) -> dict[str, Any]:
        await asyncio.gather(*(on_the_desk(play.portal, owner, False, start) for _ in range(more)))
        await play.drain()
        tabs: list[dict[str, Any]] = (await worker.get("/inbox"))["tabs"]
        return tabs[0]

    assert await tab_after(3) == {"status": "new", "referrals": 3, "more": False}
    assert await tab_after(1) == {"status": "new", "referrals": 3, "more": True}
    assert await tab_after(2) == {"status": "new", "referrals": 3, "more": True}
