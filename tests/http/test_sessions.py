"""Sessions: how long they last, where one is signed in, and that nothing but signing in begins one."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID, uuid4

import asyncpg
import httpx
import pytest

from portal.application.sessions import MOST, begin_session, find_session, renew_session
from portal.application.sweeping import sweep
from portal.database.embedded import Server
from tests.http.problems import problem
from tests.portals import PASSWORD, PRIYA, Person, Playground

EMAIL = PRIYA["email"]


async def signed_in(person: Person) -> bool:
    """Whether the portal knows who this is."""
    answer = await person.client.get("/api/v1/me")
    assert answer.status_code in (200, 401)
    return answer.status_code == 200


async def step_one(play: Playground) -> Person:
    """Priya in a browser of her own, who has given her address and password."""
    person = play.person()
    await person.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    return person


async def elsewhere(play: Playground) -> Person:
    """Priya, signed in once more."""
    person = await step_one(play)
    await person.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    return person


@pytest.fixture
async def priya(play: Playground) -> Person:
    """Signed in."""
    person = play.person()
    await play.registered(person)
    return person


# --- how long -----------------------------------------------------------------------------------------------


async def test_a_session_ends_after_thirty_idle_minutes_and_after_twelve_hours(play: Playground, priya: Person) -> None:
    for aged, alive in (
        ("seen_at = now() - interval '29 minutes 59 seconds'", True),
        ("seen_at = now() - interval '30 minutes 1 second'", False),
        ("started_at = now() - interval '11 hours 59 minutes 59 seconds'", True),
        ("started_at = now() - interval '12 hours 1 second'", False),
    ):
        person = await elsewhere(play)
        await play.as_owner(f"update sessions set {aged}")  # noqa: S608 - the four lines above
        assert await signed_in(person) is alive, aged
        assert await signed_in(person) is alive, aged


async def test_using_a_session_keeps_it_alive_but_not_for_more_than_twelve_hours(
    play: Playground, priya: Person
) -> None:
    for _ in range(36):
        await play.as_owner(
            "update sessions set seen_at = seen_at - interval '20 minutes', "
            "started_at = started_at - interval '20 minutes'"
        )
        last = await signed_in(priya)
        if not last:
            break
    begun = (await play.as_owner("select now() - started_at as age from sessions"))[0]["age"]
    assert not last and begun >= timedelta(hours=12)


async def test_what_a_page_asks_by_itself_does_not_keep_a_session_alive(play: Playground, priya: Person) -> None:
    await play.as_owner("update sessions set seen_at = now() - interval '20 minutes'")
    for path, headers in (("/session", {}), ("/me", {"Portal-Background": "yes"})):
        assert (await priya.client.get(f"/api/v1{path}", headers=headers)).status_code == 200
    [row] = await play.as_owner("select now() - seen_at > interval '19 minutes' as unseen from sessions")
    assert row["unseen"]
    session = await priya.get("/session")
    left = datetime.fromisoformat(session["ends_at"]) - datetime.fromisoformat(session["last_used_at"])
    assert left == timedelta(minutes=30) and session["this_one"]

    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    problem(await priya.client.get("/api/v1/session"), 401)


async def test_near_its_twelve_hours_a_session_says_that_they_are_its_end(play: Playground, priya: Person) -> None:
    await play.as_owner("update sessions set started_at = started_at - interval '11 hours 50 minutes'")
    session = await priya.get("/session")
    ends = datetime.fromisoformat(session["ends_at"]) - datetime.fromisoformat(session["started_at"])
    assert ends == timedelta(hours=12)


async def test_being_seen_is_written_once_a_minute_and_waits_for_no_standby(
    play: Playground, priya: Person, cluster: Server
) -> None:
    async def written() -> object:
        return (await play.as_owner("select xmin::text, seen_at from sessions"))[0]["xmin"]

    before = await written()
    await priya.get("/me")
    assert await written() == before, "a minute has not gone by"
    await play.as_owner("update sessions set seen_at = now() - interval '2 minutes'")
    before = await written()
    root = await asyncpg.connect(cluster.url)
    try:
        await root.execute("alter system set synchronous_standby_names = 'one_that_is_away'")
        await root.execute("select pg_reload_conf()")
        await asyncio.sleep(0.2)
        await asyncio.wait_for(priya.get("/me"), 5)
    finally:
        await root.execute("set synchronous_commit = local")
        await root.execute("alter system reset synchronous_standby_names")
        await root.execute("select pg_reload_conf()")
        await root.close()
    assert await written() != before


# --- where --------------------------------------------------------------------------------------------------


async def test_somebody_sees_where_they_are_signed_in_and_ends_it_there(play: Playground, priya: Person) -> None:
    other, third = await elsewhere(play), await elsewhere(play)
    listed = await priya.get("/sessions")
    assert [each["this_one"] for each in listed] == [False, False, True]
    assert [each["begun_by"] for each in listed] == ["signing_in", "signing_in", "registering"]
    assert listed[0].keys() == {"id", "begun_by", "started_at", "last_used_at", "ends_at", "this_one"}

    [theirs] = [each["id"] for each in await other.get("/sessions") if each["this_one"]]
    assert (await priya.call("DELETE", f"/sessions/{theirs}")).status_code == 204
    problem(await priya.call("DELETE", f"/sessions/{theirs}"), 404)
    assert [await signed_in(each) for each in (priya, other, third)] == [True, False, True]

    assert await priya.do("DELETE", "/sessions") == {"sessions": 1}
    assert [await signed_in(each) for each in (priya, third)] == [True, False]
    assert len(await priya.get("/sessions")) == 1


async def test_nobody_ends_or_sees_somebody_elses_session(play: Playground, priya: Person) -> None:
    mallory = play.person()
    await play.registered(mallory, email="mallory@x.example")
    [mine] = await priya.get("/sessions")
    problem(await mallory.call("DELETE", f"/sessions/{mine['id']}"), 404)
    assert await mallory.do("DELETE", "/sessions") == {"sessions": 0}
    assert mine["id"] not in str(await mallory.get("/sessions"))
    assert await signed_in(priya)


async def test_the_sixth_session_ends_the_oldest(play: Playground, priya: Person) -> None:
    others = [await elsewhere(play) for _ in range(MOST)]
    assert not await signed_in(priya)
    assert all([await signed_in(each) for each in others])
    assert len(await others[0].get("/sessions")) == MOST


async def test_twenty_sessions_begun_at_once_are_five(play: Playground) -> None:
    account, now = uuid4(), datetime.fromisoformat("2999-01-01T00:00:00Z")
    begun = (begin_session(play.portal.pool, f"{n}", account, uuid4(), "signing_in", now) for n in range(20))
    await asyncio.gather(*begun)
    query = "select count(*) from sessions where account = $1 and ended_at is null"
    assert await play.portal.pool.fetchval(query, account) == MOST


# --- the end ------------------------------------------------------------------------------------------------


async def test_signing_out_ends_the_session_on_the_server_for_good(play: Playground) -> None:
    priya, key = play.person(), str(uuid4())
    await priya.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
    code = {"code": await play.code(EMAIL)}
    await priya.call("POST", "/challenge/code", code, key)
    kept = {name: priya.client.cookies[name] for name in ("session", "attempt")}
    answer = await priya.call("POST", "/sign-out")
    assert answer.status_code == 204 and answer.headers["clear-site-data"] == '"cache", "storage"'
    assert set(priya.client.cookies) == {"device"}, "which opens nothing"

    priya.client.cookies.clear()
    for name, value in kept.items():
        priya.client.cookies.set(name, value)
    assert not await signed_in(priya)
    problem(await priya.call("POST", "/challenge/code", code, key), 401)  # the very request that began the session
    assert not await signed_in(priya)
    assert (await priya.call("POST", "/sign-out")).status_code == 204


async def test_the_request_that_began_a_session_begins_none_when_it_comes_again_after_days(play: Playground) -> None:
    priya, key = play.person(), str(uuid4())
    await priya.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
    code = {"code": await play.code(EMAIL)}
    await priya.call("POST", "/challenge/code", code, key)
    for stream in ("account.registered", "login_challenge.issued"):
        await play.age(await play.newest(stream), timedelta(days=3))
    await play.as_owner("update sessions set started_at = started_at - interval '3 days'")
    assert await sweep(play.portal.pool) >= 1
    assert await play.as_owner("select from sessions") == []
    problem(await priya.call("POST", "/challenge/code", code, key), 401)
    assert not await signed_in(priya)


async def test_signing_out_leaves_other_browsers_signed_in(play: Playground, priya: Person) -> None:
    other = await elsewhere(play)
    await priya.call("POST", "/sign-out")
    assert await signed_in(other) and not await signed_in(priya)


async def test_what_is_over_is_swept_away_and_nothing_else(play: Playground, priya: Person) -> None:
    await play.as_owner("insert into limits values ('\\x01', now() - interval '1 second'), ('\\x02', now() + '1 hour')")
    limits = await play.portal.pool.fetchval("select count(*) from limits")
    assert await sweep(play.portal.pool) >= 1
    assert await signed_in(priya)
    left = await play.portal.pool.fetch("select key from limits")
    assert len(left) < limits and b"\x02" in {row["key"] for row in left}


# --- tokens -------------------------------------------------------------------------------------------------


async def test_a_chosen_cookie_never_becomes_valid(play: Playground) -> None:
    chosen = "chosen-by-somebody-else"
    priya: Person = play.person()
    priya.client.cookies.set("session", chosen)
    await play.registered(priya)
    tokens = {cookie.value for cookie in priya.client.cookies.jar if cookie.name == "session" and cookie.domain}
    assert tokens and chosen not in tokens
    thief = play.person()
    thief.client.cookies.set("session", chosen)
    problem(await thief.client.get("/api/v1/me"), 401)


async def test_signing_in_again_in_the_same_browser_ends_the_session_before(play: Playground, priya: Person) -> None:
    old = priya.client.cookies["session"]
    await priya.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    assert await signed_in(priya), "a password alone changes nothing"
    key, code = str(uuid4()), {"code": await play.code(EMAIL)}
    for _ in range(2):  # a lost answer is asked for again, now with the new cookie
        assert (await priya.call("POST", "/challenge/code", code, key)).status_code == 200
    assert priya.client.cookies["session"] != old and await signed_in(priya)
    thief = play.person()
    thief.client.cookies.set("session", old)
    assert not await signed_in(thief)


async def test_after_a_step_up_the_token_before_opens_nothing(play: Playground, priya: Person) -> None:
    old, pool, limits = priya.client.cookies["session"], play.portal.pool, play.portal.council.limits
    before = await find_session(pool, old, limits)
    assert before
    await renew_session(pool, before.id, "a-fresh-token")
    after = await find_session(pool, "a-fresh-token", limits)
    assert after and (after.id, after.account) == (before.id, before.account)
    assert await find_session(pool, old, limits) is None
    assert not await signed_in(priya)


async def test_a_made_up_session_opens_nothing(play: Playground, priya: Person) -> None:
    keys = await play.as_owner("select key from sessions")
    for token in ("", "x", "é".encode().decode("latin-1"), keys[0]["key"].hex(), "0" * 5000):
        answer = await _with_cookie(play.person(), token)
        problem(answer, 401, token)


async def test_the_table_holds_no_token(play: Playground, priya: Person) -> None:
    rows = str(await play.as_owner("select sessions::text from sessions"))
    token = priya.client.cookies["session"]
    assert token not in rows and token.encode().hex() not in rows
    assert len(token.rpartition(".")[2]) == 64, "256 bits"
    assert UUID(token.partition(".")[0])


async def _with_cookie(person: Person, token: str) -> httpx.Response:
    return await person.client.get("/api/v1/me", headers=[(b"cookie", f"session={token}".encode("latin-1"))])
