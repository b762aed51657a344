"""What stands before every request: no other site sends one in somebody's name; every answer has its headers."""

import asyncio
import dataclasses
import json
import logging
import re
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any
from uuid import uuid4

import httpx
import pytest

from portal.http import guard
from portal.http.guard import Guard
from portal.logs import Lines
from tests.databases import Database
from tests.http.problems import error_page, problem, refusal
from tests.portals import ADDRESS, AMARA, PASSWORD, PRIYA, Playground, playground

SAFE = {"GET", "OPTIONS"}
NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
}
FORGED: tuple[dict[str, str], ...] = (
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Origin": ADDRESS},
    {"Sec-Fetch-Site": "made-up"},
    {"Sec-Fetch-Site": "none", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-origin", "Origin": "null"},
    {"Origin": "http://localhost:8000"},  # ours, but not the one that is asked
    {"Origin": "https://evil.example"},
    {"Origin": "http://127.0.0.1:9000"},
    {"Origin": f"{ADDRESS}.evil.example"},
    {"Origin": "null"},
    {},  # neither, but with a cookie of ours
)


def unsafe_routes(play: Playground) -> list[tuple[str, str]]:
    """Every route that changes something, with ids in its path."""
    found = []
    for route in play.app.routes:
        path = route.path
        for name in ("referral_id", "child_id", "person_id", "session_id"):
            path = path.replace(f"{{{name}:uuid}}", str(uuid4()))
        found += [(method, path) for method in getattr(route, "methods", ()) if method not in SAFE]
    return found


async def test_no_other_site_can_send_a_request_in_somebodys_name(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    routes = unsafe_routes(play)
    assert len(routes) > 25
    del priya.client.headers["Origin"]
    events = await play.events()
    for method, path in routes:
        for headers in FORGED:
            named = {"Idempotency-Key": str(uuid4()), **headers}
            answer = await priya.client.request(method, path, json={"service": "lado"}, headers=named)
            refusal(answer, 403, (method, path, headers))
    assert await play.events() == events
    assert (await priya.get("/me"))["name"] == "Priya Nair", "still signed in"


async def test_each_of_our_cookies_alone_makes_a_request_need_its_origin(play: Playground) -> None:
    for name in ("session", "attempt", "typed", "draft", "device"):
        person = play.person()
        del person.client.headers["Origin"]
        person.client.cookies.set(name, "anything")
        problem(await person.call("POST", "/referrals", {"service": "lado"}), 403, name)
    assert await play.events() == 0


async def test_our_own_pages_and_programs_without_cookies_may_send(play: Playground) -> None:
    for headers in (
        {"Sec-Fetch-Site": "same-origin"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": ADDRESS},
        {"Origin": "http://localhost:8000", "Host": "localhost:8000"},
        {},
    ):
        person = play.person()
        del person.client.headers["Origin"]
        person.client.headers.update(headers)
        assert (await person.call("POST", "/referrals", {"service": "lado"})).status_code == 201, headers


async def test_a_request_names_the_portal_as_its_host_and_nothing_else(play: Playground) -> None:
    get = play.person().client.get
    for hosts, status in (
        (["evil.example"], 421),
        (["127.0.0.1:8001"], 421),
        (["127.0.0.1"], 421),
        (["127.0.0.1:8000.evil.example"], 421),
        ([""], 421),
        (["127.0.0.1:8000", "evil.example"], 400),
        (["127.0.0.1:8000", "127.0.0.1:8000"], 400),
    ):
        for path in ("/api/v1/me", "/mailbox", "/nope"):
            answer = await get(path, headers=[("Host", each) for each in hosts])
            refusal(answer, status, (hosts, path))
            _protected(answer, hosts)
    assert (await get("/health", headers={"Host": "10.0.0.7"})).status_code == 200, "asked by a machine that watches"


async def test_other_sites_may_link_here_and_embed_nothing(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    for site in ("cross-site", "same-site", "made-up"):
        for mode, dest, status in (
            ("navigate", "document", 200),
            ("navigate", "iframe", 403),
            ("no-cors", "image", 403),
            ("no-cors", "script", 403),
            ("cors", "empty", 403),
            ("", "", 403),
        ):
            headers = {"Sec-Fetch-Site": site, "Sec-Fetch-Mode": mode, "Sec-Fetch-Dest": dest}
            for path in ("/api/v1/me", "/api/v1/my-submitted-forms", "/assets/x/portal.css"):
                answer = await priya.client.get(path, headers=headers)
                assert answer.status_code == status, (site, mode, dest, path)


async def test_what_is_refused_unread_stands_in_the_log_by_its_reason_alone(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    evil = {"Origin": "https://evil.example"}
    await play.person().client.post("/api/v1/referrals?who=Amara", json={"service": "Amara"}, headers=evil)
    await play.person().client.get("/api/v1/me", headers={"Host": "evil.example"})
    lines = [json.loads(Lines().format(each)) for each in caplog.records if each.name == "portal.access"]
    assert [line.get("why") for line in lines] == ["forged", None, "wrong host", None]
    assert [line.get("outcome") for line in lines] == [None, 403, None, 421]
    assert not any("evil" in str(line) or "Amara" in str(line) for line in lines)


async def test_every_line_of_a_request_names_it_and_who_asks_by_opaque_ids(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    said = StringIO()
    writing = logging.StreamHandler(said)
    writing.setFormatter(Lines())
    priya = play.person()
    await play.registered(priya)
    account = (await priya.get("/me"))["account"]
    caplog.set_level(logging.INFO)
    logging.getLogger("portal").addHandler(writing)
    try:
        answer = await priya.client.get("/api/v1/my-submitted-forms", headers={"User-Agent": 'x\r\n{"level":"error"}'})
        await play.person().client.request("BREW\u2028", "/api/v1/me")
    finally:
        logging.getLogger("portal").removeHandler(writing)
    first, second = [json.loads(line) for line in said.getvalue().splitlines()]
    assert first.pop("ms") >= 0 and first.pop("at").endswith("Z")
    assert first == {
        "level": "info", "from": "portal.access", "says": "answered", "request": answer.headers["x-request-id"],
        "actor": account, "method": "GET", "route": "/api/v1/my-submitted-forms", "outcome": 200,
    }  # fmt: skip
    assert (second["method"], second["outcome"]) == ("-", 405) and "actor" not in second


async def test_a_fault_of_the_framework_itself_is_answered_by_a_number_and_no_text(play: Playground) -> None:
    for fault in (RecursionError("Amara"), LookupError("unknown encoding: Amara"), TypeError("Amara")):

        async def broken(*_: object, fault: Exception = fault) -> None:
            raise fault

        play.app.asgi_handler = Guard(ADDRESS, True)(broken)
        answer = await play.person().client.get("/api/anything")
        assert "Amara" not in str(problem(answer, 500, fault))
        _protected(answer, fault)
        answer = await play.person().client.get("/anything")
        assert "Amara" not in error_page(answer, 500, fault)
        _protected(answer, fault)


async def test_a_body_that_is_held_back_is_not_waited_for_for_ever(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(guard, "BODY_WITHIN", 0.1)

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(100):
            yield b" "
            await asyncio.sleep(0.02)

    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
    answer = await play.person().client.post("/api/v1/referrals", content=dripping(), headers=headers)
    assert "too long to arrive" in problem(answer, 408)["detail"]
    _protected(answer, "a body that drips")


async def test_every_answer_carries_the_headers_that_protect_it(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    draft = (await priya.do("POST", "/referrals", {"service": "lado"}))["id"]
    answers: dict[int, Any] = {}
    requests: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("GET", "/api/v1/me", {}),
        ("GET", "/api/openapi.json", {}),
        ("GET", "/mailbox", {}),
        ("GET", "/privacy", {}),
        ("GET", "/health", {}),
        ("OPTIONS", "/api/v1/me", {}),
        ("POST", "/api/v1/referrals", {"json": {"service": "lado"}}),
        ("POST", "/api/v1/accounts", {"json": {**PRIYA, "password": PASSWORD}}),
        ("POST", "/api/v1/referrals", {"content": b"{", "headers": {"Content-Type": "application/json"}}),
        ("POST", "/api/v1/referrals", {"content": b"{"}),
        ("POST", "/api/v1/referrals", {"json": {"service": "lado"}, "headers": {"Origin": "https://evil.example"}}),
        ("GET", "/nope", {}),
        ("GET", "/api/nope", {}),
        ("DELETE", "/api/v1/referrals", {}),
        ("POST", f"/api/v1/referrals/{draft}/submission", {"json": {"declaration": True}}),
        ("POST", f"/api/v1/referrals/{draft}/withdrawal", {"json": {"why": "Twice"}}),
        (
            "POST",
            "/api/v1/referrals",
            {"content": b"[" + b" " * 1_000_000 + b"]", "headers": {"Content-Type": "application/json"}},
        ),
        ("GET", "/api/v1/inbox", {}),
        ("POST", "/api/v1/sign-out", {}),
        ("GET", "/api/v1/me", {}),
    )
    for method, path, sent in requests:
        headers = {"Idempotency-Key": str(uuid4()), **sent.pop("headers", {})}
        answer = await priya.client.request(method, path, headers=headers, **sent)
        answers[answer.status_code] = answer
        _protected(answer, (method, path, answer.status_code))
    assert answers.keys() == {200, 201, 202, 204, 400, 401, 403, 404, 405, 409, 413, 415, 422}
    ids = {answer.headers["x-request-id"] for answer in answers.values()}
    assert len(ids) == len(answers)


def _protected(answer: httpx.Response, case: object) -> None:
    for name, value in HEADERS.items():
        assert answer.headers.get_list(name) == [value], (case, name)
    assert "camera=()" in answer.headers["permissions-policy"] and "*" not in answer.headers["permissions-policy"]
    [policy], kind = answer.headers.get_list("content-security-policy"), answer.headers.get("content-type", "")
    if kind.startswith("text/html"):
        nonce = re.search(r"script-src 'nonce-([A-Za-z0-9_-]{22})';", policy)
        assert nonce and "unsafe" not in policy and "frame-ancestors 'none'" in policy, case
    else:
        assert policy == NOTHING, case
    assert not kind or kind.endswith("; charset=utf-8"), (case, kind)
    assert not [name for name in answer.headers if name.startswith("access-control-")], case
    assert answer.headers["x-request-id"], case
    assert "server" not in answer.headers, case


class Broken:
    """A register of addresses with a bug in it."""

    async def at_postcode(self, postcode: str) -> list[Any]:
        raise ZeroDivisionError(f"while looking for {postcode}")

    async def by_uprn(self, uprn: str) -> None:
        raise ConnectionResetError(f"while looking for {uprn}")

    async def trouble(self) -> None:
        return None

    async def close(self) -> None:
        return None


async def test_a_bug_of_ours_tells_neither_the_answer_nor_the_log_what_was_said(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    play.app.state.portal = dataclasses.replace(play.portal, addresses=Broken())
    answer = await play.person().call("POST", "/addresses/search", {"postcode": "ZZ1 4QP"})
    found = problem(answer, 500)
    assert found["detail"].startswith("Sorry, there is a problem with the service.")
    _protected(answer, "a bug")
    ours = [record for record in caplog.records if record.name.startswith("portal")]
    [error] = [record for record in ours if record.levelno == logging.ERROR]
    assert found["request"] in error.getMessage() and "ZeroDivisionError" in error.getMessage()
    assert error.facts["places"], "where it happened"  # type: ignore[attr-defined]
    assert not any("ZZ1 4QP" in record.getMessage() or record.exc_info for record in caplog.records)


async def test_a_lost_connection_is_said_to_be_unknown_and_worth_another_try(play: Playground) -> None:
    person = play.person()
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
    child = (await person.do("POST", f"{draft}/children", AMARA))["people"][0]["id"]
    play.app.state.portal = dataclasses.replace(play.portal, addresses=Broken())
    answer = await person.call("PUT", f"{draft}/people/{child}/address/found", {"uprn": "990000001037"})
    assert "Send the same request again" in problem(answer, 503)["detail"]
    assert answer.headers["retry-after"] == "2"


# --- cookies ------------------------------------------------------------------------------------------------


async def given(play: Playground) -> dict[str, str]:
    """The Set-Cookie lines of a person who starts a form, registers and signs in, by the cookie's name."""
    person, lines = play.person(), dict[str, str]()
    for path, fields in (
        ("/referrals", {"service": "lado"}),
        ("/accounts", {**PRIYA, "password": PASSWORD}),
        ("/challenge/code", {}),
    ):
        body = fields or {"code": await play.code(PRIYA["email"])}
        answer = await person.call("POST", path, body)
        for line in answer.headers.get_list("set-cookie"):
            lines.setdefault(line.partition("=")[0], line)
    return lines


async def test_cookies_are_out_of_reach_of_scripts_and_other_sites(database: Database) -> None:
    for address, prefix, secure in (
        (ADDRESS, "", set()),
        ("https://forms.severnshire.example", "__Host-", {"secure"}),
    ):
        async with playground(database, address) as play:
            lines = await given(play)
            assert lines.keys() == {f"{prefix}{name}" for name in ("session", "attempt", "draft", "device")}
            for name, line in lines.items():
                assert len(line) < 4096
                attributes = {part.strip().lower() for part in line.split(";")[1:]}
                assert ("max-age=31536000" in attributes) is (name == f"{prefix}device"), (
                    "the others end with the browser"
                )
                attributes.discard("max-age=31536000")
                same_site = "samesite=lax" if name == f"{prefix}session" else "samesite=strict"
                assert attributes == {"path=/", "httponly", same_site, *secure}, line
                assert len(line.partition("=")[2].partition(";")[0]) >= 43, "a token nobody can guess"
            if secure:
                answer = await play.person().client.get("/nope")
                _protected(answer, address)
                assert answer.headers["strict-transport-security"] == "max-age=63072000; includeSubDomains"
        await _empty(play)


async def _empty(play: Playground) -> None:
    await play.as_owner(
        "truncate events, keys, claims, sessions, jobs, mailbox, limits, submitted_forms, staff_inbox, dashboard, "
        "people_index, enquiries"
    )
    await play.as_owner("update checkpoints set position = 0")
