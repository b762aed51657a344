"""Addresses as the API has them: one for several people, a child who is elsewhere, outside the area, a register that
is away."""

from collections.abc import AsyncIterator, Iterator, Mapping
from uuid import UUID

import pytest
import pytest_asyncio

from portal.addresses.os_places import OsPlaces
from portal.domain.account_details import Role
from portal.settings import OsPlacesAccess
from tests.addresses.places import KEY, Places, dpa, places
from tests.databases import Database
from tests.http.problems import places as pointers
from tests.http.problems import problem
from tests.portals import AMARA, JONAH, Person, Playground, filled_in, playground

INSIDE = "990000001037"  # of the demonstration's gazetteer


@pytest.fixture
async def priya(play: Playground) -> Person:
    person = play.person()
    await play.registered(person)
    return person


@pytest.fixture
async def outside(priya: Person) -> str:
    """The UPRN of an address in the next county."""
    found = await priya.do("POST", "/addresses/search", {"postcode": "ZZ3 1DJ"})
    uprn: str = found[0]["uprn"]
    return uprn


async def begun(person: Person, *children: Mapping[str, object], service: str = "social_care") -> tuple[str, list[str]]:
    """A draft with these children, and their ids."""
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': service}))['id']}"
    for child in children:
        await person.do("POST", f"{draft}/children", child)
    return draft, [each["id"] for each in (await person.get(draft))["people"]]


async def test_siblings_get_one_address_in_one_step(priya: Person) -> None:
    draft, [amara, jonah, ife] = await begun(priya, AMARA, JONAH, {**AMARA, "given_name": "Ife"})
    form = await priya.do("PUT", f"{draft}/people/{amara}/address/found", {"uprn": INSIDE, "also_for": [jonah, ife]})
    first, *others = [each["address"] for each in form["people"]]
    assert first["uprn"] == INSIDE and others == [first, first]
    for path, body in (
        ("manual", {"lines": ["14 Tannery Row"], "town": "Severnmouth", "secret": True, "also_for": [jonah, ife]}),
        ("none", {"why": "no_fixed_abode", "also_for": [jonah, ife]}),
    ):
        seen = form["state_tokens"][f"address:{amara}"]
        form = await priya.do("PUT", f"{draft}/people/{amara}/address/{path}", body, seen=seen)
        first, *others = [each["address"] for each in form["people"]]
        assert others == [first, first] and first["source"] == path


async def test_nobodys_other_address_is_replaced_along_with_somebody_elses(play: Playground, priya: Person) -> None:
    draft, [amara, jonah] = await begun(priya, AMARA, JONAH)
    await priya.do("PUT", f"{draft}/people/{jonah}/address/none", {"why": "not_known"})
    events = await play.events()
    answer = await priya.call("PUT", f"{draft}/people/{amara}/address/found", {"uprn": INSIDE, "also_for": [jonah]})
    problem(answer, 428)
    assert await play.events() == events


async def test_a_child_who_is_elsewhere_has_a_home_too_and_may_come_back(priya: Person, outside: str) -> None:
    draft, [amara, jonah] = await begun(priya, AMARA, JONAH)
    await priya.do("PUT", f"{draft}/people/{amara}/address/found", {"uprn": INSIDE})
    path = f"{draft}/people/{amara}/whereabouts"
    form = await priya.do("PUT", path, {"staying": "With her grandmother", "uprn": outside, "also_for": [jonah]})
    both = [each["whereabouts"] for each in form["people"]]
    assert both[0] == both[1] and both[0]["staying"] == "With her grandmother"
    assert (both[0]["address"]["uprn"], form["people"][0]["address"]["uprn"]) == (outside, INSIDE)

    seen = form["state_tokens"][f"whereabouts:{amara}"]
    typed = {"staying": "A refuge", "address": {"lines": ["1 Row"], "postcode": "zz1 4qp"}, "secret": True}
    form = await priya.do("PUT", path, typed, seen=seen)
    address = form["people"][0]["whereabouts"]["address"]
    assert (address["source"], address["postcode"], address["secret"]) == ("manual", "ZZ1 4QP", True)
    form = await priya.do("DELETE", path, seen=form["state_tokens"][f"whereabouts:{amara}"])
    assert [each["whereabouts"] is None for each in form["people"]] == [True, False]


async def test_whereabouts_that_cannot_be_are_refused_where_they_are_wrong(play: Playground, priya: Person) -> None:
    draft, [amara] = await begun(priya, AMARA)
    events = await play.events()
    for body, status, at in (
        ({"staying": " "}, 400, "/staying"),
        ({}, 400, "/staying"),
        ({"staying": "Away", "uprn": "990000009999"}, 422, "/uprn"),
        ({"staying": "Away", "uprn": INSIDE, "address": {"lines": ["1 Row"], "town": "A"}}, 422, "/uprn"),
        ({"staying": "Away", "address": {"lines": ["1 Row"]}}, 422, "/address/town"),
        ({"staying": "Away", "address": {"lines": ["1 Row"], "postcode": "ZZ1"}}, 422, "/address/postcode"),
    ):
        answer = await priya.call("PUT", f"{draft}/people/{amara}/whereabouts", body)
        problem(answer, status, body)
        assert pointers(answer) == [at], body
    assert await play.events() == events


async def test_an_address_outside_the_area_is_said_to_be_and_can_be_sent(
    play: Playground, priya: Person, outside: str
) -> None:
    referral = await filled_in(priya)
    form = await priya.get(f"/referrals/{referral}")
    assert form["outside"] == []
    [child] = [each["id"] for each in form["people"]]
    seen = form["state_tokens"][f"address:{child}"]
    form = await priya.do("PUT", f"/referrals/{referral}/people/{child}/address/found", {"uprn": outside}, seen=seen)
    note = {
        "person": child,
        "council": "Wyreland Council",
        "phone": "01632 960 300",
        "says": "This address is in the area of Wyreland Council. You can still send this to us: we will pass it on. "
        "Their number is 01632 960 300.",
    }
    assert (form["outside"], form["missing"]) == ([note], [])
    sent = await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert sent["outside"] == [note]
    worker = await play.staff(Role.WORKER)
    opened = await worker.do("POST", f"/inbox/{referral}/opening")
    assert opened["referral"]["outside"] == [note]


async def test_where_a_child_is_staying_shows_on_the_copy(priya: Person) -> None:
    draft, [amara] = await begun(priya, AMARA)
    whereabouts = {"staying": "With an aunt", "address": {"lines": ["14 Tannery Row"], "town": "Severnmouth"}}
    await priya.do("PUT", f"{draft}/people/{amara}/whereabouts", whereabouts)
    copy = await priya.get(f"{draft}/copy")
    told = {line["name"]: line["answer"] for part in copy["parts"] for line in part["told"]}
    assert told["staying"] == "With an aunt"
    assert "14 Tannery Row" in told["address"]


# --- a register on the network -----------------------------------------------------------------------------------


@pytest.fixture
def remote() -> Iterator[Places]:
    with places() as running:
        running.has = [dpa(101)]
        yield running


@pytest_asyncio.fixture
async def with_os_places(database: Database, remote: Places) -> AsyncIterator[Playground]:
    async with playground(database, os_places=OsPlacesAccess(remote.url, KEY)) as ground:
        yield ground


async def test_a_council_with_os_places_finds_addresses_there(with_os_places: Playground) -> None:
    person = with_os_places.person()
    [found] = await person.do("POST", "/addresses/search", {"postcode": "zz14qp"})
    draft, [amara] = await begun(person, AMARA)
    form = await person.do("PUT", f"{draft}/people/{amara}/address/found", {"uprn": found["uprn"]})
    address = form["people"][0]["address"]
    assert (address["lines"], address["custodian"]) == (["7 HERON ROW"], "1850")
    assert form["outside"][0]["council"] == "Herefordshire Council"


async def test_a_register_that_is_away_blocks_no_referral_and_somebody_sees_it(
    with_os_places: Playground, remote: Places
) -> None:
    person = with_os_places.person()
    await with_os_places.registered(person)
    await with_os_places.drain()
    assert (await person.client.get("/health")).json()["addresses"] is None
    remote.fails(503)
    answer = await person.call("POST", "/addresses/search", {"postcode": "ZZ1 4QP"})
    assert "Enter the address yourself" in problem(answer, 503)["detail"]
    draft, [amara] = await begun(person, AMARA)
    problem(await person.call("PUT", f"{draft}/people/{amara}/address/found", {"uprn": "101"}), 503)
    referral: UUID = await filled_in(person)  # with an address by hand
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    health = await person.client.get("/health")
    assert health.status_code == 503
    assert health.json()["addresses"].startswith("OS Places has not answered since")
    assert health.json()["well"] is False


async def test_a_portal_without_any_gazetteer_says_so_in_its_health(play: Playground) -> None:
    await play.as_owner("truncate gazetteer")
    health = (await play.person().client.get("/health")).json()
    assert health["addresses"] == "no gazetteer is loaded: portal addresses load"
    assert await play.person().do("POST", "/addresses/search", {"postcode": "ZZ1 4QP"}) == []


async def test_the_key_stands_in_no_answer_setting_or_log(
    with_os_places: Playground, remote: Places, caplog: pytest.LogCaptureFixture
) -> None:
    remote.fails(401)
    answer = await with_os_places.person().call("POST", "/addresses/search", {"postcode": "ZZ1 4QP"})
    health = await with_os_places.person().client.get("/health")
    for text in (answer.text, health.text, repr(with_os_places.settings), caplog.text):
        assert KEY not in text
    assert isinstance(with_os_places.portal.addresses, OsPlaces)
    assert KEY not in repr(with_os_places.settings.os_places)
