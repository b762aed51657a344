"""How often: exact over all processes, and nobody is stopped for what others behind the same address do."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from datetime import timedelta
from ipaddress import ip_network
from typing import Any
from uuid import uuid4

import httpx
import msgspec
import pytest

from portal.application import signing_in
from portal.application.devices import MOST_ACCOUNTS, device_token, known_device, read_device
from portal.application.limits import HOUR, NOWHERE, TooOften, give_back, refuse_beyond, shared_network
from portal.application.passwords import Busy
from portal.application.registering import LETTERS_AN_HOUR, REGISTRATIONS_AN_HOUR
from portal.council.rates import Allowance, Networks, Rates
from portal.http.limiting import HASHING, RATES, UNCOUNTED
from tests.databases import Database
from tests.http.problems import problem
from tests.portals import AMARA, PASSWORD, PRIYA, Person, Playground, filled_in, form_fields, playground

SCHOOL = "203.0.113.7"
WRONG = "wrong-otter-bicycle"
FEW = Allowance(one=3, network=6)


def person_at(play: Playground, address: str) -> Person:
    """Somebody new who comes from there."""
    return play.person(address)


def council(play: Playground, **changed: Any) -> None:
    """The council with other rates or networks."""
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, **changed)


async def start(person: Person) -> httpx.Response:
    """Begin a form: a request that anybody may send."""
    return await person.call("POST", "/referrals", {"service": "lado"})


async def guess(person: Person, email: str = PRIYA["email"], password: str = WRONG) -> int:
    """Try to sign in; the status of the answer."""
    return (await person.call("POST", "/sign-in", {"email": email, "password": password})).status_code


# --- counting -----------------------------------------------------------------------------------------------


async def passes(play: Playground, times: int, whose: str = "Priya", what: str = "test") -> bool:
    """Whether it may happen once more; if so it is counted."""
    try:
        await refuse_beyond(play.portal, what, whose, times)
    except TooOften:
        return False
    return True


async def test_of_three_hundred_at_once_in_two_processes_exactly_the_share_passes(database: Database) -> None:
    async with playground(database) as one, playground(database) as other:
        takes = [passes(each, 5) for each in (one, other) for _ in range(150)]
        assert sum(await asyncio.gather(*takes)) == 5


async def test_a_share_comes_back_bit_by_bit_and_can_be_given_back(play: Playground) -> None:
    assert [await passes(play, 4) for _ in range(5)] == [True] * 4 + [False]
    await play.as_owner("update limits set used_until = used_until - interval '15 minutes'")
    assert [await passes(play, 4) for _ in range(2)] == [True, False]
    await give_back(play.portal, "test", "Priya", 4)
    assert [await passes(play, 4) for _ in range(2)] == [True, False]
    assert await passes(play, 4, whose="Dana")
    assert await passes(play, 4, what="another test")


async def test_a_refusal_says_when_to_come_back_and_whom_to_ring(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    council(play, rates=Rates(drafts=FEW))
    person = person_at(play, SCHOOL)
    person.client.cookies.clear()
    answers = [await start(person_at(play, SCHOOL)) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [201] * 6 + [429]
    said = problem(answers[-1], 429)["detail"]
    assert 590 <= int(answers[-1].headers["retry-after"]) <= HOUR.seconds / 6
    assert "Try again in 10 minutes." in said
    assert play.portal.council.front_door_phone in said and "999" in said
    [line] = [record for record in caplog.records if record.getMessage() == "a limit was reached"]
    assert line.levelno == logging.WARNING and line.facts == {"limit": "drafts network"}  # type: ignore[attr-defined]
    assert SCHOOL not in caplog.text


async def test_ones_own_copy_is_printed_only_so_often(play: Playground) -> None:
    council(play, rates=Rates(copies=Allowance(2, 2)))
    person = play.person()
    await play.registered(person)
    path = f"/referrals/{await filled_in(person)}/copy.pdf"
    assert [(await person.call("GET", path)).status_code for _ in range(3)] == [409, 409, 429]


async def test_an_address_is_counted_by_household_and_never_shown(play: Playground) -> None:
    named = {address: shared_network(play.portal, address) for address in (
        "203.0.113.7", "::ffff:203.0.113.7", "2001:db8:1:2::1", "2001:db8:1:2:ffff::9", "2001:db8:1:3::1",
        "fe80::1%eth0", "testclient", "", "unix:",
    )}  # fmt: skip
    assert named["203.0.113.7"] == named["::ffff:203.0.113.7"] == "203.0.113.7"
    assert named["2001:db8:1:2::1"] == named["2001:db8:1:2:ffff::9"] != named["2001:db8:1:3::1"]
    assert named["fe80::1%eth0"] and named["testclient"] == named[""] == named["unix:"] == NOWHERE
    await start(person_at(play, SCHOOL))
    assert SCHOOL.encode() not in b"".join(row["key"] for row in await play.as_owner("select key from limits"))


# --- shared addresses ---------------------------------------------------------------------------------------


async def test_sixty_people_register_and_sign_in_from_one_address_at_once(play: Playground) -> None:
    emails = [f"teacher{number}@oakfield.example" for number in range(60)]
    people = [person_at(play, SCHOOL) for _ in emails]

    async def until_done(person: Person, method: str, path: str, body: Any) -> httpx.Response:
        while (answer := await person.call(method, path, body)).status_code == 503:  # noqa: ASYNC110 - as they say
            await asyncio.sleep(0.2)
        return answer

    async def all_at_once(path: str, bodies: list[Any]) -> None:
        sent = (until_done(each, "POST", path, body) for each, body in zip(people, bodies, strict=True))
        answers = await asyncio.gather(*sent)
        assert {answer.is_success for answer in answers} == {True}, [a.text for a in answers if not a.is_success][:3]

    async def codes() -> list[Any]:
        await play.drain()
        return [{"code": await play.code(email)} for email in emails]

    await all_at_once("/accounts", [{**PRIYA, "email": email, "password": PASSWORD} for email in emails])
    await all_at_once("/challenge/code", await codes())
    for person in people:  # as if each had another browser at home
        person.client.cookies.clear()
    await all_at_once("/sign-in", [{"email": email, "password": PASSWORD} for email in emails])
    await all_at_once("/challenge/code", await codes())
    names = [(await person.get("/me"))["name"] for person in people]
    assert len(names) == 60


async def test_strangers_keep_nobody_from_registering_by_registering_their_address(play: Playground) -> None:
    """They use up their own share, after which nothing is done; and the tries of their own challenges."""
    account = {**PRIYA, "password": PASSWORD}
    strangers = [person_at(play, "198.51.100.9") for _ in range(REGISTRATIONS_AN_HOUR + 4)]
    answers = [await each.call("POST", "/accounts", {**account, "name": "Mallory Sharp"}) for each in strangers]
    assert {(each.status_code, each.content) for each in answers} == {(202, answers[0].content)}
    await play.drain()
    assert len(await play.letters(PRIYA["email"])) == REGISTRATIONS_AN_HOUR

    wrong = {"code": "000000"}
    said = {problem(await each.call("POST", "/challenge/code", wrong), 422)["detail"] for each in strangers[-5:]}
    assert said == {"That is not the right code. You can try 4 more times."}
    for each in strangers[:-1]:
        for _ in range(4):
            problem(await each.call("POST", "/challenge/code", wrong), 422)

    priya = person_at(play, SCHOOL)
    await play.registered(priya)
    assert (await priya.get("/me"))["name"] == "Priya Nair"


async def test_an_address_gets_so_many_letters_an_hour_whoever_registers_it(play: Playground) -> None:
    account = {**PRIYA, "password": PASSWORD}
    there = [f"198.51.100.{number}" for number in range(LETTERS_AN_HOUR // REGISTRATIONS_AN_HOUR + 1)]
    for _ in range(REGISTRATIONS_AN_HOUR):
        for address in there:
            assert (await person_at(play, address).call("POST", "/accounts", account)).status_code == 202
    await play.drain()
    assert len(await play.letters(PRIYA["email"])) == LETTERS_AN_HOUR
    assert await play.events("account.registration_replaced") == LETTERS_AN_HOUR - 1


async def test_nobody_on_a_known_network_is_stopped_for_coming_from_there(play: Playground) -> None:
    council(play, rates=Rates(drafts=FEW), networks=Networks(known=("203.0.113.0/24", "2001:db8:77::/48")))
    for address in (SCHOOL, "2001:db8:77:1::5"):
        answers = [await start(person_at(play, address)) for _ in range(15)]
        assert {answer.status_code for answer in answers} == {201}
    answers = [await start(person_at(play, "198.51.100.9")) for _ in range(7)]
    assert answers[-1].status_code == 429


async def test_whoever_is_signed_in_or_was_here_before_is_counted_alone(play: Playground) -> None:
    known, signed_in_there = person_at(play, SCHOOL), person_at(play, SCHOOL)
    await play.registered(known)
    await known.do("POST", "/sign-out")
    await play.registered(signed_in_there, email="dana@oakfield.example")
    council(play, rates=Rates(drafts=FEW))
    while (await start(person_at(play, SCHOOL))).status_code == 201:
        pass
    for person in (known, signed_in_there):
        answers = [await start(person) for _ in range(4)]
        assert [answer.status_code for answer in answers] == [201, 201, 201, 429]


async def test_everybody_may_leave_and_read_however_often_they_came(play: Playground) -> None:
    priya = person_at(play, SCHOOL)
    await play.registered(priya)
    council(play, rates=Rates(drafts=Allowance(1, 1), changes=Allowance(1, 1)))
    await start(priya)
    assert (await start(priya)).status_code == 429
    assert [(await priya.client.get("/api/v1/me")).status_code for _ in range(5)] == [200] * 5
    assert (await priya.call("POST", "/sign-out")).status_code == 204


def handlers(play: Playground) -> dict[str, Any]:
    """Whatever answers a request of the API or a browser's report, by its name."""
    return {
        handler.handler_name: handler
        for route in play.app.routes
        for handler in getattr(route, "route_handlers", [])
        if route.path.startswith(("/api/v1", "/csp-reports"))
    }


async def test_addresses_are_looked_up_so_often_an_hour_by_page_and_program_alike(play: Playground) -> None:
    priya = person_at(play, SCHOOL)
    await play.registered(priya)
    draft = await start(priya)
    at = f"/referrals/{draft.json()['id']}"
    child = (await priya.do("POST", f"{at}/children", AMARA))["people"][0]["id"]
    council(play, rates=Rates(address_searches=Allowance(4, 4)))
    page = f"{at}/people/{child}/address"
    for fields in ({"find": "yes", "postcode": "SV1 4QP"}, {"how": "found", "uprn": "101"}):
        sent = await form_fields(play, priya, "address", **fields)
        assert (await priya.client.post(page, data=sent)).status_code != 429
    chosen = {"uprn": "101", "place": "home"}
    for method, path, body in (
        ("POST", "/addresses/search", {"postcode": "SV1 4QP"}),
        ("PUT", f"{page}/found", chosen),
    ):
        assert (await priya.call(method, path, body)).status_code != 429
    assert (await priya.call("POST", "/addresses/search", {"postcode": "SV1 4QP"})).status_code == 429
    assert (await priya.client.post(page, data=await form_fields(play, priya, "address"))).status_code == 429


async def test_each_request_that_changes_something_counts_under_a_rate_of_the_council(play: Playground) -> None:
    pages = {each.handler_name for route in play.app.routes for each in getattr(route, "route_handlers", [])}
    assert RATES.keys() | UNCOUNTED <= handlers(play).keys() | pages
    assert set(RATES.values()) | {"changes"} == set(Rates.__struct_fields__)


async def test_whatever_takes_a_password_waits_at_the_door(play: Playground) -> None:
    def takes_one(handler: Any) -> bool:
        data = handler.parsed_fn_signature.parameters.get("data")
        fields = getattr(data.annotation, "__struct_fields__", ()) if data else ()
        return bool({"password", "current_password"} & set(fields))

    taking = {name for name, handler in handlers(play).items() if takes_one(handler)}
    assert taking == HASHING | {"check_password"}, "the guidance looks at one, and hashes nothing"


# --- one account --------------------------------------------------------------------------------------------


async def test_strangers_who_guess_stop_neither_the_owner_nor_anybody_who_has_read_the_mailbox(
    play: Playground,
) -> None:
    owner = person_at(play, SCHOOL)
    await play.registered(owner)
    await owner.do("POST", "/sign-out")
    times, within = signing_in.WRONG_PASSWORDS
    tried = await asyncio.gather(*(guess(person_at(play, f"198.51.100.{n}")) for n in range(40)))
    assert tried.count(422) <= times and set(tried) <= {422, 429, 503}
    while (found := await guess(person_at(play, "198.51.100.99"))) in (422, 503):
        pass
    assert found == 429, "from wherever it comes"
    assert within == timedelta(minutes=5)

    assert await guess(owner, password=PASSWORD) == 202, "in a browser that is known"
    stranger = person_at(play, "192.0.2.5")
    assert await guess(stranger, password=PASSWORD) == 429
    await stranger.do("POST", "/accounts/forgotten-password", {"email": PRIYA["email"]})
    new = {"token": await play.link_token(PRIYA["email"]), "password": "marble-lantern-goose"}
    await stranger.do("POST", "/accounts/new-password", new)
    assert await guess(stranger, password="marble-lantern-goose") == 202


async def test_right_passwords_do_not_count_and_an_unknown_address_is_limited_alike(play: Playground) -> None:
    await play.registered(play.person())
    times, _ = signing_in.WRONG_PASSWORDS
    for _ in range(times + 3):
        assert await guess(play.person(), password=PASSWORD) == 202
    for email in (PRIYA["email"], "nobody@oakfield.example"):
        assert [await guess(play.person(), email) for _ in range(times + 1)] == [422] * times + [429]


async def test_a_device_that_is_known_to_one_account_is_a_stranger_to_another(play: Playground) -> None:
    await play.registered(play.person())
    mallory = play.person()
    await play.registered(mallory, email="mallory@x.example")
    times, _ = signing_in.WRONG_PASSWORDS
    for _ in range(times):
        await guess(play.person())
    assert await guess(mallory) == 429


async def test_a_device_cookie_is_ours_alone_and_names_nobody(play: Playground) -> None:
    portal, accounts = play.portal, [uuid4() for _ in range(MOST_ACCOUNTS + 2)]
    token = ""
    for account in accounts:
        token = device_token(portal, read_device(portal, token), account, "a session")
    device = read_device(portal, token)
    assert device and len(device.accounts) == MOST_ACCOUNTS
    assert [bool(known_device(portal, device, each)) for each in accounts] == [False] * 2 + [True] * MOST_ACCOUNTS
    assert not any(str(each) in token or each.hex in token for each in accounts)
    assert known_device(portal, device, accounts[-1]) != known_device(portal, device, accounts[-2])
    another = read_device(portal, device_token(portal, None, accounts[-1], "another"))
    assert another and another.id != device.id, "in another browser"
    assert known_device(portal, another, accounts[-1]) == known_device(portal, device, accounts[-1])
    assert another.accounts[0] == device.accounts[0], "which both are counted under"
    assert known_device(portal, None, accounts[-1]) == known_device(portal, device, None) == ""
    other = device_token(portal, None, accounts[0], "another session")
    for wrong in ("", "x", token[:-1], token.swapcase(), f"{other[:22]}{token[22:]}", token + ".é"):
        assert read_device(portal, wrong) is None, wrong
    spliced = f"{other.rsplit('.', 1)[0]}.{token.rsplit('.', 1)[1]}"
    assert not any(known_device(portal, read_device(portal, spliced), each) for each in accounts)


def test_a_network_that_is_none_is_named() -> None:
    for wrong in ("203.0.113.7/24", "oakfield.example", "203.0.113.0/33", ""):
        with pytest.raises(ValueError, match="not a network"):
            Networks(known=(wrong,))
    assert ip_network("203.0.113.0/24")


# --- the door -----------------------------------------------------------------------------------------------


async def test_when_too_many_passwords_wait_the_next_is_told_to_before_anything_is_done_for_it(
    play: Playground,
) -> None:
    with ExitStack() as places:
        with suppress(Busy):
            while True:
                places.enter_context(play.portal.passwords.place())
        for path, body in (
            ("/sign-in", {"email": PRIYA["email"], "password": WRONG}),
            ("/accounts", {**PRIYA, "password": PASSWORD}),
            ("/sign-in", {"no": "JSON of ours"}),
        ):
            answer = await play.person().call("POST", path, body)
            problem(answer, 503, path)
            assert int(answer.headers["retry-after"]) > 0
        assert await play.as_owner("select from limits") == []
        assert (await start(play.person())).status_code == 201, "everything else goes on"
    assert await guess(play.person()) == 422


async def test_bodies_that_are_held_back_hold_no_place(play: Playground) -> None:
    begun, go_on = asyncio.Semaphore(0), asyncio.Event()

    async def held_back() -> AsyncIterator[bytes]:
        yield b'{"email": "priya.nair@oakfield.example", '
        begun.release()
        await go_on.wait()
        yield b'"password": "wrong-otter-bicycle"}'

    headers = {"Idempotency-Key": "the-same-key", "Content-Type": "application/json"}
    sent = [
        asyncio.create_task(play.person().client.post("/api/v1/sign-in", content=held_back(), headers=headers))
        for _ in range(play.portal.passwords._most)
    ]
    for _ in sent:
        await begun.acquire()
    assert await guess(play.person()) == 422
    go_on.set()
    assert {answer.status_code for answer in await asyncio.gather(*sent)} <= {422, 429}


async def test_a_body_that_is_too_long_is_refused_at_the_door_too(play: Playground) -> None:
    problem(await play.person().call("POST", "/sign-in", {"email": "x" * 9000, "password": WRONG}), 413)
