"""Signing in with the council's directory: over HTTP, against a directory that runs on this machine."""

import asyncio
import base64
import hashlib
import hmac
import time
from collections.abc import AsyncIterator, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote_plus, urlsplit

import httpx
import msgspec
import pytest
from werkzeug.wrappers import Response

from portal.application.staying import ask_about_some
from portal.directory import provider as asking
from portal.domain.account_details import Role
from portal.settings import DirectoryAccess
from portal.wiring import packaged
from tests.databases import Database
from tests.directory.providers import CLIENT, SECRET, Provider, running
from tests.http.problems import problem
from tests.portals import ADDRESS, Person, Playground, filled_in, playground

ROLES = """
[directory.roles]
"Front door" = ["worker"]
"Portal administrators" = ["administrator"]
"""
WORKER = {"groups": ["Front door", "All staff"]}
RETURN = "/sign-in/directory/return"  # a page
API_RETURN = f"{ADDRESS}/api/v1{RETURN}"


@pytest.fixture
def directory() -> Iterator[Provider]:
    with running() as provider:
        yield provider


@pytest.fixture
async def play(database: Database, directory: Provider, tmp_path: Path) -> AsyncIterator[Playground]:
    council = tmp_path / "council.toml"
    council.write_text(packaged("demonstration.toml").read_text() + ROLES)
    access = DirectoryAccess(directory.issuer, CLIENT, SECRET)
    async with playground(database, council=council, directory=access) as ground:
        yield ground


async def from_directory(address: str, subject: str) -> str:
    """Where the directory sends the browser back to, once somebody has signed in there."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.post(address, data={"sub": subject})
    assert answer.status_code == 302, answer.text
    assert answer.headers["location"].startswith(f"{ADDRESS}{RETURN}?")
    return str(answer.headers["location"])


async def sent_back(person: Person, subject: str, fresh: bool = False) -> str:
    """The same for a program, which takes what it was sent back with to the API."""
    way = await person.do("POST", "/sign-in/directory", {"fresh": fresh})
    return (await from_directory(way["address"], subject)).replace(f"{ADDRESS}{RETURN}", API_RETURN)


async def sign_in(play: Playground, subject: str = "7f3a", fresh: bool = False) -> tuple[Person, httpx.Response]:
    person = play.person()
    return person, await person.client.get(await sent_back(person, subject, fresh))


async def signed_in(play: Playground, subject: str = "7f3a", fresh: bool = False) -> Person:
    person, answer = await sign_in(play, subject, fresh)
    assert answer.status_code == 200, answer.text
    return person


async def refused(play: Playground, subject: str = "7f3a") -> str:
    """What somebody is told who is not let in; nothing was written."""
    events = await play.events()
    person, answer = await sign_in(play, subject)
    says = problem(answer, 409)["detail"]
    problem(await person.client.get("/api/v1/me"), 401)
    assert await play.events() == events
    return str(says)


# --- who comes in, and as what ---------------------------------------------------------------------------------------


async def test_groups_are_roles_and_the_account_is_the_same_each_time(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    first, second = await signed_in(play), await signed_in(play)
    assert (await first.get("/me"))["roles"] == ["worker"]
    assert (await first.get("/me"))["account"] == (await second.get("/me"))["account"]
    await first.get("/inbox")
    assert await play.events("account.came_by_directory") == 1


async def test_council_staff_refer_with_the_same_identity(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", groups=["All staff"])
    dana = await signed_in(play)
    assert (await dana.get("/me"))["roles"] == []
    problem(await dana.client.get("/api/v1/inbox"), 403)
    referral = await filled_in(dana)
    await dana.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    worker = await play.staff(Role.WORKER)
    referrer = (await worker.do("POST", f"/inbox/{referral}/opening"))["referrer"]
    assert (referrer["name"], referrer["organisation_kind"]) == ("Dana Osei", "council")
    assert referrer["not_verified"] is False


async def test_nobody_is_taken_for_somebody_with_the_same_address(play: Playground, directory: Provider) -> None:
    same = "dana.osei@severnshire.example"
    local = await play.staff(Role.ADMINISTRATOR, email=same)
    directory.has("7f3a", **WORKER, email=same)
    directory.has("9c21", **WORKER, email=same)
    one, two = await signed_in(play, "7f3a"), await signed_in(play, "9c21")
    accounts = {(await each.get("/me"))["account"] for each in (local, one, two)}
    assert len(accounts) == 3
    assert (await one.get("/me"))["roles"] == ["worker"]


async def test_twenty_first_sign_ins_at_once_open_one_account(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    people = [play.person() for _ in range(20)]
    back = [await sent_back(person, "7f3a") for person in people]
    answers = await asyncio.gather(*(each.client.get(to) for each, to in zip(people, back, strict=True)))
    assert {answer.status_code for answer in answers} <= {200, 401, 503}  # 401: newer ones have ended it already
    assert await play.events("account.came_by_directory") == 1


async def test_staff_need_a_second_factor_there_as_they_do_here(
    play: Playground, directory: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    directory.has("7f3a", **WORKER, amr=["pwd"])
    assert "second factor" in await refused(play)
    [line] = [each for each in caplog.records if each.getMessage() == "a proof of identity failed"]
    assert line.facts == {"factor": "directory", "account": None}  # type: ignore[attr-defined]
    directory.has("9c21", groups=[], amr=["pwd"])
    await signed_in(play, "9c21")


async def test_a_disabled_account_is_not_opened_by_the_directory(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    account = (await (await signed_in(play)).get("/me"))["account"]
    admin = await play.staff(Role.ADMINISTRATOR)
    await play.prove(admin)
    await admin.do("POST", f"/staff/{account}/disabling", {"why": "Has left"})
    assert "disabled" in await refused(play)
    member = next(each for each in await admin.get("/staff") if each["account"] == account)
    assert (member["by_directory"], member["standing"]) == (True, "disabled")


async def test_roles_of_members_are_changed_in_the_directory_only(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    account = (await (await signed_in(play)).get("/me"))["account"]
    admin = await play.staff(Role.ADMINISTRATOR)
    await play.prove(admin)
    assert "groups" in problem(await admin.call("PUT", f"/staff/{account}/roles/lado"), 409)["detail"]
    renamed = await admin.call("PUT", f"/staff/{account}/details", {"name": "Dana Frost"})
    assert "directory" in problem(renamed, 409)["detail"]


async def test_what_is_dangerous_needs_a_sign_in_there_of_a_moment_ago(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", groups=["Portal administrators"], auth_time=int(time.time()) - 3600)
    body = {"name": "Sam Holt", "email": "sam.holt@severnshire.example", "roles": ["worker"]}
    admin = await signed_in(play)
    assert (await admin.get("/me"))["fresh"] is False
    problem(await admin.call("POST", "/staff", body), 403)

    directory.has("7f3a", groups=["Portal administrators"], auth_time=int(time.time()))
    fresh = await signed_in(play, fresh=True)
    asked = directory.asked["/oauth2/authorize"][-1]
    assert (asked["prompt"], asked["max_age"]) == ("login", "0")
    assert (await fresh.call("POST", "/staff", body)).status_code == 201
    directory.has("7f3a", groups=["Portal administrators"], auth_time=int(time.time()) - 600)
    assert (await (await signed_in(play, fresh=True)).get("/me"))["fresh"] is False


async def test_a_proof_there_is_as_old_as_the_directory_says(play: Playground, directory: Provider) -> None:
    """Four minutes and a half are good for half a minute more, and the future is no proof at all."""
    for ago, fresh in ((270, True), (310, False), (-3600, False), ("now", False)):
        entered = int(time.time()) - ago if isinstance(ago, int) else ago
        directory.has("7f3a", groups=["Portal administrators"], auth_time=entered)
        admin = await signed_in(play, fresh=True)
        assert (await admin.get("/me"))["fresh"] is fresh, ago
        await play.portal.pool.execute("update proofs set proved_at = proved_at - interval '31 seconds'")
        assert (await admin.get("/me"))["fresh"] is False, ago


async def test_a_council_may_let_one_group_in_and_nobody_else(play: Playground, directory: Provider) -> None:
    council = play.portal.council
    assert council.directory is not None
    rules = msgspec.structs.replace(council.directory, admits="Portal users")
    play.portal.__dict__["council"] = msgspec.structs.replace(council, directory=rules)
    directory.has("7f3a", **WORKER)
    assert "does not let you in" in await refused(play)
    directory.has("7f3a", groups=[*WORKER["groups"], "Portal users"])
    dana = await signed_in(play)
    assert (await dana.get("/me"))["roles"] == ["worker"]
    directory.has("7f3a", **WORKER)
    await play.as_owner("update directory_sessions set checked_at = checked_at - interval '5 minutes 1 second'")
    assert await ask_about_some(play.portal) == 1
    problem(await dana.client.get("/api/v1/me"), 401)
    assert await play.events("account.role_revoked") == 1


# --- the way there and back ------------------------------------------------------------------------------------------


async def test_the_way_is_bound_to_this_portal_by_verifier_and_secret(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    await signed_in(play)
    await signed_in(play)
    ways, fetched = directory.asked["/oauth2/authorize"], directory.asked["/oauth2/token"]
    for way, token in zip(ways, fetched, strict=True):
        assert (way["response_type"], way["code_challenge_method"]) == ("code", "S256")
        challenge = base64.urlsafe_b64encode(hashlib.sha256(token["code_verifier"].encode()).digest())
        assert way["code_challenge"] == challenge.decode().rstrip("=")
        assert len(token["code_verifier"]) >= 43
        assert way["redirect_uri"] == token["redirect_uri"] == ADDRESS + RETURN
        pair = base64.b64decode(token["authorization"].removeprefix("Basic ")).decode()
        assert pair == f"{CLIENT}:{quote_plus(SECRET)}"
    for name in ("state", "nonce", "code_challenge"):
        assert len({way[name] for way in ways}) == 2, name


async def test_the_way_back_leads_into_the_browser_that_set_out_and_once(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    person, other = play.person(), play.person()
    back = await sent_back(person, "7f3a")
    await sent_back(other, "7f3a")
    events = await play.events()
    state = parse_qs(urlsplit(back).query)["state"][0]
    for browser, to in (
        (other, back),
        (play.person(), back),
        (person, back.replace(state, "0" * 64)),
        (person, f"{API_RETURN}?error=access_denied&state={state}"),
        (person, f"{API_RETURN}?state={state}"),
        (person, back + "&iss=https://elsewhere.example"),
    ):
        problem(await browser.client.get(to), 409, to)
        problem(await browser.client.get("/api/v1/me"), 401)
    assert await play.events() == events
    again = play.person()
    back = await sent_back(again, "7f3a")
    token = again.client.cookies["directory"]
    assert (await again.client.get(f"{back}&iss={directory.issuer}&session_state=x")).status_code == 200
    again.client.cookies.set("directory", token)
    assert "used already" in problem(await again.client.get(back), 409)["detail"]


async def test_a_way_that_was_not_taken_within_ten_minutes_leads_nowhere(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    person = play.person()
    back = await sent_back(person, "7f3a")
    await play.portal.pool.execute("update directory_attempts set started_at = started_at - interval '601 seconds'")
    assert "expired" in problem(await person.client.get(back), 409)["detail"]


async def test_a_council_without_a_directory_has_no_such_way(database: Database) -> None:
    async with playground(database) as ground:
        person = ground.person()
        problem(await person.call("POST", "/sign-in/directory", {}), 404)
        problem(await person.client.get(f"{API_RETURN}?state=x&code=y"), 404)


# --- which tokens are accepted ---------------------------------------------------------------------------------------

FORGED: dict[str, Any] = {
    "from elsewhere": {"iss": "https://elsewhere.example"},
    "for another client": {"aud": "payroll"},
    "for two clients": {"aud": [CLIENT, "payroll"]},
    "given to another client": {"aud": [CLIENT, "payroll"], "azp": "payroll"},
    "expired": {"exp": int(time.time()) - 120},
    "without an end": {"exp": None},
    "issued long ago": {"iat": int(time.time()) - 3600},
    "issued tomorrow": {"iat": int(time.time()) + 86400},
    "for another sign-in": {"nonce": "0" * 64},
    "for no sign-in": {"nonce": None},
    "about nobody": {"sub": None},
    "about a number": {"sub": 7},
    "about somebody without a name": {"sub": ""},
}


@pytest.mark.parametrize("how", FORGED)
async def test_an_id_token_is_for_us_from_them_now_and_for_this_sign_in(
    play: Playground, directory: Provider, how: str
) -> None:
    directory.has("7f3a", **WORKER)
    directory.shows_both_keys()
    directory.signs_otherwise(lambda said: {k: v for k, v in {**said, **FORGED[how]}.items() if v is not None})
    assert "did not confirm" in await refused(play)
    directory.signs_otherwise()
    await signed_in(play)


async def test_an_id_token_is_signed_with_a_key_of_the_directory_and_never_with_a_secret(
    play: Playground, directory: Provider
) -> None:
    directory.has("7f3a", **WORKER)
    directory.signs_otherwise()  # by a key that the directory does not show
    await refused(play)
    directory.shows_both_keys()
    unsigned = base64.urlsafe_b64encode(b'{"alg":"none"}').decode().rstrip("=")
    head = base64.urlsafe_b64encode(b'{"alg":"HS256","kid":"another"}').decode().rstrip("=")

    def with_what_everybody_knows(tokens: Any) -> Any:
        signed = f"{head}.{tokens['id_token'].split('.')[1]}"
        mac = hmac.digest(directory.key.as_pem(private=False), signed.encode(), hashlib.sha256)
        return {**tokens, "id_token": f"{signed}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"}

    for forge in (
        lambda tokens: {**tokens, "id_token": f"{unsigned}.{tokens['id_token'].split('.')[1]}."},
        lambda tokens: {**tokens, "id_token": tokens["id_token"][:-8] + "AAAAAAAA"},
        with_what_everybody_knows,
        lambda tokens: {**tokens, "id_token": "no token"},
        lambda tokens: {**tokens, "id_token": "a" * 20_000},
        lambda tokens: {name: value for name, value in tokens.items() if name != "id_token"},
    ):
        directory.changes["/oauth2/token"] = forge
        assert "did not confirm" in await refused(play)


async def test_a_directory_may_change_its_keys(
    play: Playground, directory: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    directory.has("7f3a", **WORKER)
    await signed_in(play)
    directory.shows_both_keys()
    directory.signs_otherwise()
    await refused(play)  # new keys are looked for twice a minute at most, whoever sends us tokens
    looked = len(directory.asked["/jwks"])
    await refused(play)
    assert len(directory.asked["/jwks"]) == looked
    monkeypatch.setattr(asking, "ASKED_AGAIN_AFTER", 0.0)
    await signed_in(play)


async def test_whatever_the_directory_says_is_about_the_same_member(play: Playground, directory: Provider) -> None:
    directory.has("7f3a")  # whose ID token names no groups, so that it is asked
    directory.changes["/userinfo"] = lambda said: {**said, "sub": "9c21", "groups": ["Front door"]}
    assert "did not confirm" in await refused(play)


# --- staying ---------------------------------------------------------------------------------------------------------


async def later(play: Playground, minutes: int) -> None:
    """As if the directory had last been asked so long ago."""
    ago = timedelta(minutes=minutes)
    await play.portal.pool.execute("update directory_sessions set checked_at = checked_at - $1::interval", ago)


async def test_a_removed_member_is_out_when_the_directory_is_asked_next(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    dana = await signed_in(play)
    directory.removes("7f3a")
    assert await ask_about_some(play.portal) == 0, "not yet"
    await later(play, 6)
    assert await ask_about_some(play.portal) == 1
    problem(await dana.client.get("/api/v1/me"), 401)
    assert await play.events("account.role_revoked") == 1


async def test_a_group_that_was_left_takes_its_role_along(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    dana = await signed_in(play)
    for groups, roles in (([], []), (["Portal administrators"], ["administrator"]), (["Front door"], ["worker"])):
        directory.has("7f3a", groups=groups)
        await later(play, 6)
        await ask_about_some(play.portal)
        assert (await dana.get("/me"))["roles"] == roles
    directory.has("7f3a", groups=["Front door"], name="Dana Osei-Frost")
    await later(play, 6)
    await ask_about_some(play.portal)
    assert (await dana.get("/me"))["name"] == "Dana Osei-Frost"


def answering(text: str, status: int, _: Any) -> Response:
    """Another answer altogether."""
    return Response(text, status)


async def test_where_nobody_can_say_members_stay_a_quarter_of_an_hour(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    dana = await signed_in(play)
    for text, status in (("sorry", 500), ('{"error": "invalid_client"}', 401), ("[]", 200)):
        directory.changes["/oauth2/token"] = partial(answering, text, status)
        await play.portal.pool.execute("update directory_sessions set asking_until = '-infinity', checked_at = now()")
        await later(play, 6)
        assert await ask_about_some(play.portal) == 1
        await dana.get("/inbox")
    await later(play, 8)
    await dana.get("/inbox")
    await later(play, 2)
    problem(await dana.client.get("/api/v1/inbox"), 401)
    assert await play.events("account.role_revoked") == 0, "a directory that is away has removed nobody"


async def test_two_workers_do_not_ask_about_the_same_session(play: Playground, directory: Provider) -> None:
    directory.has("7f3a", **WORKER)
    await signed_in(play)
    await later(play, 6)
    before = len(directory.asked["/oauth2/token"])
    await asyncio.gather(*(ask_about_some(play.portal) for _ in range(5)))
    assert len(directory.asked["/oauth2/token"]) == before + 1


async def test_what_it_is_asked_with_is_sealed_and_forgotten_with_the_session(
    play: Playground, directory: Provider
) -> None:
    kept: list[str] = []

    def keep(tokens: Any) -> Any:
        kept.append(tokens["refresh_token"])
        return tokens

    directory.changes["/oauth2/token"] = keep
    directory.has("7f3a", **WORKER)
    dana = await signed_in(play)
    [sealed] = [each["sealed"] for each in await play.portal.pool.fetch("select sealed from directory_sessions")]
    assert kept[0].encode() not in sealed
    await play.portal.pool.execute("update sessions set seen_at = seen_at - interval '31 minutes'")
    await ask_about_some(play.portal)
    assert await play.portal.pool.fetchval("select count(*) from directory_sessions") == 0
    problem(await dana.client.get("/api/v1/me"), 401)


# --- a directory that is not there -----------------------------------------------------------------------------------


async def test_a_directory_that_is_slow_silly_or_somebody_elses_is_a_clear_answer(
    play: Playground, directory: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "WITHIN", 0.5)
    path = "/.well-known/openid-configuration"
    for change in (
        lambda found: {**found, "issuer": "https://elsewhere.example"},
        lambda found: {**found, "token_endpoint": "ftp://elsewhere.example/token"},
        lambda found: {name: value for name, value in found.items() if name != "jwks_uri"},
        lambda found: Response("", 302, {"Location": "https://elsewhere.example"}),
        lambda found: Response("x" * 2_000_000),
        lambda found: Response("not JSON"),
    ):
        directory.changes[path] = change
        problem(await play.person().call("POST", "/sign-in/directory", {}), 503)
    directory.changes.clear()
    directory.delay = 3.0
    began = time.monotonic()
    problem(await play.person().call("POST", "/sign-in/directory", {}), 503)
    assert time.monotonic() - began < 2
    directory.delay = 0.0
    directory.has("7f3a", **WORKER)
    await signed_in(play)


async def test_a_portal_whose_directory_is_away_serves_everybody_else(database: Database, tmp_path: Path) -> None:
    council = tmp_path / "council.toml"
    council.write_text(packaged("demonstration.toml").read_text() + ROLES)
    away = DirectoryAccess("http://localhost:9", CLIENT, SECRET)
    async with playground(database, council=council, directory=away) as ground:
        person = ground.person()
        problem(await person.call("POST", "/sign-in/directory", {}), 503)
        await ground.registered(person)


def test_nothing_of_what_is_secret_is_shown() -> None:
    access = DirectoryAccess("https://login.severnshire.example", CLIENT, SECRET)
    assert SECRET not in repr(access)
    assert msgspec.structs.asdict(access)["secret"] == SECRET


async def test_a_session_without_a_second_factor_never_has_roles(play: Playground, directory: Provider) -> None:
    """Nor when its owner is staff by the time: by a group, and by another session that is strong."""
    directory.has("9c21", groups=[], amr=["pwd"])
    weak = await signed_in(play, "9c21")
    directory.has("9c21", **WORKER)
    strong = await signed_in(play, "9c21")
    assert (await strong.get("/me"))["roles"] == ["worker"]
    assert (await weak.get("/me"))["roles"] == []
    problem(await weak.client.get("/api/v1/inbox"), 403)
    await play.portal.pool.execute("update directory_sessions set checked_at = checked_at - interval '6 minutes'")
    assert await ask_about_some(play.portal) == 2
    problem(await weak.client.get("/api/v1/me"), 401)
    assert (await strong.get("/me"))["roles"] == ["worker"]
