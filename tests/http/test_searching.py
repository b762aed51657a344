"""Looking for a person: staff find the referrals to their services, by initials and ages, and nobody else finds any."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from portal.application import searching
from portal.domain.account_details import Role
from portal.domain.catalogue import CATALOGUE
from portal.projections.rebuilding import Rebuild
from tests.http.problems import places, problem
from tests.portals import AMARA, JONAH, Person, Playground, filled_in
from tests.sent import on_the_desk

KNOWN = {**AMARA, "upn": "h801 2000 01001", "nhs_number": "999-000-0018"}


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A referrer, signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def sent(play: Playground, person: Person, service: str = "social_care", children: tuple[Any, ...] = ()) -> str:
    """A referral that was sent, its id; everything has read it."""
    referral = str(await filled_in(person, service, children or (KNOWN,)))
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    return referral


async def found(person: Person, **sought: str) -> list[str]:
    """The ids of what is found."""
    answer = await person.do("POST", "/inbox/search", sought)
    assert answer["more"] is False
    return [line["id"] for line in answer["referrals"]]


async def test_staff_find_a_child_by_name_birth_upn_or_nhs_number(play: Playground, priya: Person) -> None:
    worker = await play.staff(Role.WORKER)
    brien = {"given_name": "Zoë", "family_name": "O'Brien", "born": "2015-01-31"}
    amara, zoe = await sent(play, priya), await sent(play, priya, children=(brien, JONAH))
    for sought, ids in (
        ({"upn": "H801200001001"}, [amara]),
        ({"nhs_number": "9990000018"}, [amara]),
        ({"given_name": "amara", "family_name": "OKAFOR"}, [amara]),
        ({"family_name": "okafor"}, [zoe, amara]),  # the newest first
        ({"family_name": "OBRIEN", "given_name": "Zoe"}, [zoe]),
        ({"family_name": "o brien", "born": "2015-01-31"}, [zoe]),
        ({"given_name": "Jonah", "born": "2015-01-31"}, []),  # of two children
        ({"family_name": "Marsh"}, []),
    ):
        assert await found(worker, **sought) == ids, sought


async def test_what_is_found_shows_no_more_than_the_inbox_and_opens_nothing(play: Playground, priya: Person) -> None:
    worker = await play.staff(Role.WORKER)
    await sent(play, priya, children=(KNOWN, JONAH))
    events = await play.events()
    answer = await worker.do("POST", "/inbox/search", {"family_name": "Okafor"})
    assert answer["referrals"] == (await worker.get("/inbox"))["referrals"]
    assert "Okafor" not in str(answer) and "Amara" not in str(answer)
    assert await play.events() == events


async def test_nobody_is_found_in_a_service_that_is_not_theirs(play: Playground, priya: Person) -> None:
    worker, lado = await play.staff(Role.WORKER), await play.staff(Role.LADO)
    both = await play.staff(Role.WORKER, Role.LADO)
    ordinary, allegation = await sent(play, priya), await sent(play, priya, "lado")
    help_early = await sent(play, priya, "early_help")
    assert await found(worker, family_name="Okafor") == [help_early, ordinary]
    assert await found(lado, family_name="Okafor") == [allegation]
    assert await found(both, family_name="Okafor") == [help_early, allegation, ordinary]
    assert await found(lado, given_name="Colin", family_name="Marsh") == [allegation]
    assert await found(worker, given_name="Colin", family_name="Marsh") == []


async def test_a_row_that_is_of_another_service_than_its_terms_is_not_shown(play: Playground, priya: Person) -> None:
    worker, referral = await play.staff(Role.WORKER), await sent(play, priya)
    await play.as_owner("update staff_inbox set service = 'lado' where id = $1", UUID(referral))
    assert await found(worker, family_name="Okafor") == []


async def test_a_draft_is_found_by_nobody_and_neither_is_one_that_ended(play: Playground, priya: Person) -> None:
    worker = await play.staff(Role.WORKER)
    draft = await filled_in(priya)
    await play.drain()
    assert await found(worker, family_name="Okafor") == []
    [row] = await play.as_owner("select id, terms from people_index")
    assert (row["id"], row["terms"]) == (draft, "")


async def test_a_rebuild_beside_the_index_in_use_finds_the_same(play: Playground, priya: Person) -> None:
    worker, referral = await play.staff(Role.WORKER), await sent(play, priya)
    indexes = "select indexname, indexdef from pg_indexes where tablename = 'people_index' order by 1"
    rows, before = await play.as_owner("select id, received_at, terms from people_index"), await play.as_owner(indexes)
    owner = await asyncpg.connect(play.database.owner)
    projection = play.portal.projector.projections["people_index"]
    async for _ in Rebuild(owner, play.portal.pool, play.portal.store.keyring, CATALOGUE, projection).run():
        pass
    await owner.close()
    assert await play.as_owner("select id, received_at, terms from people_index") == rows
    assert await play.as_owner(indexes) == before
    assert await found(worker, family_name="Okafor") == [referral]


async def test_what_was_erased_is_found_by_nobody_although_the_index_is_behind(play: Playground, priya: Person) -> None:
    worker, referral = await play.staff(Role.WORKER), await sent(play, priya)
    assert await found(worker, family_name="Okafor") == [referral]
    await play.as_owner("update staff_inbox set status = 'erased'")
    assert await found(worker, family_name="Okafor") == []


async def test_what_was_withdrawn_is_found(play: Playground, priya: Person) -> None:
    worker, referral = await play.staff(Role.WORKER), await sent(play, priya)
    await priya.do("POST", f"/referrals/{referral}/withdrawal", {"why": "Sent twice"})
    assert await found(worker, family_name="Okafor") == [referral]


async def test_a_name_that_many_have_shows_the_newest_and_says_that_there_are_more(
    play: Playground, priya: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = await play.staff(Role.WORKER)
    owner, start = UUID((await priya.get("/me"))["account"]), datetime.now(UTC) - timedelta(days=1)
    at = [start + timedelta(minutes=minute) for minute in range(4)]
    ids = await asyncio.gather(*(on_the_desk(play.portal, owner, False, each) for each in at))
    await play.drain()
    newest_first = [str(id) for id in reversed(ids)]
    assert await found(worker, given_name="Amara") == newest_first
    monkeypatch.setattr(searching, "MOST", 3)
    answer = await worker.do("POST", "/inbox/search", {"given_name": "Amara"})
    assert ([line["id"] for line in answer["referrals"]], answer["more"]) == (newest_first[:3], True)
    named = await play.staff(Role.WORKER, name="Priya Nair")
    assert await found(named, given_name="Amara") == [], "nor is there any more for whom they name"


async def test_a_question_that_cannot_be_answered_says_why(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    for body, status, at in (
        ({}, 422, [""]),
        ({"family_name": "  ", "upn": ""}, 422, [""]),
        ({"family_name": "-", "given_name": "?"}, 422, ["/family_name", "/given_name"]),
        ({"upn": "H801200001002", "nhs_number": "9990000019"}, 422, ["/upn", "/nhs_number"]),
        ({"born": "2999-01-01"}, 422, ["/born"]),
        ({"born": "27 March 2017"}, 400, ["/born"]),
        ({"family_name": 5, "surname": "Okafor"}, 400, ["/family_name", "/surname"]),
        ({"given_name": "x" * 101}, 400, ["/given_name"]),
    ):
        answer = await worker.call("POST", "/inbox/search", body)
        problem(answer, status, body)
        assert places(answer) == at, body


async def test_a_search_needs_no_idempotency_key_and_is_no_get(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    assert (await worker.client.post("/api/v1/inbox/search", json={"born": "2017-03-27"})).status_code == 200
    problem(await worker.client.get("/api/v1/inbox/search?born=2017-03-27"), 405)
    del worker.client.headers["Origin"]
    problem(await worker.client.post("/api/v1/inbox/search", json={"born": "2017-03-27"}), 403)
