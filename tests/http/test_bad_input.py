"""Whatever is sent, the answer is a clear 4xx that says where and what, and nothing is written."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from portal.domain.account_details import Role
from tests.http.problems import places, problem
from tests.portals import AMARA, PASSWORD, PRIYA, Person, Playground

JSON = "application/json"
NO_JSON: dict[str, bytes] = {
    "half an object": b'{"given_name": "Amara"',
    "no JSON at all": b"Amara Okafor",
    "two values": b"{} {}",
    "NaN": b'{"given_name": "Amara", "estimated_age": NaN}',
    "Infinity": b'{"given_name": "Amara", "estimated_age": -Infinity}',
    "a number beyond any": b'{"given_name": "Amara", "estimated_age": 1e999}',
    "an integer of 5,000 digits": b'{"given_name": "Amara", "estimated_age": ' + b"9" * 5000 + b"}",
    "bad UTF-8": b'{"given_name": "Am\xe4ra"}',
    "bad UTF-8 in a name": b'{"given\xff": "Amara"}',
    "overlong UTF-8": b'{"given_name": "\xc0\x80"}',
    "a surrogate in UTF-8": b'{"given_name": "\xed\xa0\x80"}',
    "UTF-16": '{"given_name": "Amara"}'.encode("utf-16"),
    "a lone high surrogate": b'{"given_name": "\\ud800"}',
    "a lone low surrogate": b'{"given_name": "x\\udc00y"}',
    "a raw control character": b'{"given_name": "A\x00b"}',
    "100,000 lists in each other": b"[" * 100_000 + b"]" * 100_000,
    "100,000 objects in each other": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "100,000 lists in each other in a field": b'{"given_name":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
}
NO_CHILD: dict[str, tuple[Any, list[str]]] = {
    "nothing": ({}, ["/given_name", "/born"]),
    "neither a name nor 'not known'": ({"estimated_age": 4}, ["/given_name"]),
    "spaces for a name": ({"given_name": "  ", "estimated_age": 4}, ["/given_name"]),
    "a name and 'not known'": ({**AMARA, "name_not_known": True, "description": "?"}, ["/name_not_known"]),
    "'not known' without a description": ({"name_not_known": True, "estimated_age": 4}, ["/description"]),
    "two ages": ({**AMARA, "estimated_age": 4}, ["/born"]),
    "born tomorrow and later": ({"given_name": "A", "born": "9999-12-31"}, ["/born"]),
    "born in year 1": ({"given_name": "A", "born": "0001-01-01"}, ["/born"]),
    "due in year 9999": ({"given_name": "A", "due": "9999-12-31"}, ["/due"]),
    "due in year 1": ({"given_name": "A", "due": "0001-01-01"}, ["/due"]),
    "was a child then": ({**AMARA, "was_child_then": True}, ["/was_child_then"]),
}
WRONG_SHAPE: dict[str, tuple[Any, list[str]]] = {
    "null": (None, [""]),
    "a list": ([], [""]),
    "a text": ("Amara", [""]),
    "a number": (7, [""]),
    "a number for a name": ({"given_name": 5, "estimated_age": 4}, ["/given_name"]),
    "null for a name": ({"given_name": None, "family_name": "Okafor", "estimated_age": 4}, ["/given_name"]),
    "a list for a name": ({"given_name": ["Amara"], "estimated_age": 4}, ["/given_name"]),
    "a text for yes or no": ({**AMARA, "name_not_known": "yes"}, ["/name_not_known"]),
    "a fraction of a year": ({"given_name": "A", "estimated_age": 3.5}, ["/estimated_age"]),
    "an enormous age": ({"given_name": "A", "estimated_age": 10**18}, ["/estimated_age"]),
    "a negative age": ({"given_name": "A", "estimated_age": -1}, ["/estimated_age"]),
    "year 0": ({"given_name": "A", "born": "0000-01-01"}, ["/born"]),
    "year 10000": ({"given_name": "A", "born": "10000-01-01"}, ["/born"]),
    "30 February": ({"given_name": "A", "born": "2017-02-30"}, ["/born"]),
    "a time for a date": ({"given_name": "A", "born": "2017-03-27T00:00:00Z"}, ["/born"]),
    "101 letters": ({"given_name": "A" * 101, "estimated_age": 4}, ["/given_name"]),
    "an unknown field": ({**AMARA, "nickname": "Ama"}, ["/nickname"]),
    "a slash and a tilde in an unknown field": ({**AMARA, "a/b~c": 1}, ["/a~1b~0c"]),
    "an id of one's own": ({**AMARA, "id": str(uuid4())}, ["/id"]),
    "lists in each other": ({"given_name": [[[[]]]], "estimated_age": 4}, ["/given_name"]),
    "everything at once": (
        {"given_name": 5, "name_not_known": True, "born": "2017-02-30", "estimated_age": 199, "nickname": "Ama"},
        ["/given_name", "/born", "/estimated_age", "/nickname", "/description"],
    ),
}


class Form:
    """A draft under way, and how many events there were when the test began."""

    def __init__(self, play: Playground, person: Person, draft: str) -> None:
        self.play, self.person, self.draft = play, person, draft
        self.path = f"/api/v1/referrals/{draft}/children"
        self.events = 0

    async def send(
        self, content: Any, media: str | None = JSON, path: str = "", method: str = "POST", **headers: str
    ) -> httpx.Response:
        """Raw bytes, as no well-behaved client would send them."""
        sent = {"Idempotency-Key": str(uuid4()), **({"Content-Type": media} if media else {}), **headers}
        return await self.person.client.request(method, path or self.path, content=content, headers=sent)


@pytest.fixture
async def form(play: Playground) -> AsyncIterator[Form]:
    """A draft of somebody who has not signed in. Afterwards there must be no more events than before."""
    person = play.person()
    form = Form(play, person, (await person.do("POST", "/referrals", {"service": "social_care"}))["id"])
    form.events = await play.events()
    yield form
    assert await play.events() == form.events


async def test_json_that_is_no_json_is_refused(form: Form) -> None:
    for case, content in NO_JSON.items():
        found = problem(await form.send(content), 400, case)
        assert found["detail"] == "The body is not JSON in UTF-8 that can be read. Check it and send it again.", case


async def test_no_body_at_all_is_refused(form: Form) -> None:
    answer = await form.send(b"")
    problem(answer, 400)
    assert places(answer) == [""]


async def test_more_than_a_megabyte_is_refused_whether_or_not_it_is_announced(form: Form) -> None:
    ten_megabytes = b'{"given_name": "' + b"A" * 10_000_000 + b'"}'

    async def unannounced() -> AsyncIterator[bytes]:
        for start in range(0, len(ten_megabytes), 100_000):
            yield ten_megabytes[start : start + 100_000]

    problem(await form.send(ten_megabytes), 413, "announced")
    problem(await form.send(unannounced()), 413, "unannounced")
    problem(await form.send(ten_megabytes, path=f"{form.path}/confirmation"), 413, "where no body belongs")


async def test_characters_that_no_text_has_are_named_with_their_places(form: Form) -> None:
    child = {"given_name": "A\0b", "family_name": "Oka\x1bfor", "description": "fine\r\n\ttext \x7f", "x\x07/y": "\x08"}
    answer = await form.send(json.dumps(child))
    problem(answer, 400)
    assert places(answer) == ["/given_name", "/family_name", "/description", "", "/x\x07~1y"]


async def test_anything_but_json_is_refused(form: Form) -> None:
    body = json.dumps(AMARA)
    form_post = "application/x-www-form-urlencoded"
    odd = [f"{JSON}; charset={name}" for name in ("utf-7", "utf-16", "latin-1", "rot13", "no-such-charset")]
    for media in (
        form_post,
        "multipart/form-data; boundary=x",
        "text/plain",
        "application/x-msgpack",
        ";=",
        None,
        *odd,
    ):
        found = problem(await form.send(body, media), 415, media)
        assert found["detail"] == "Send JSON: Content-Type: application/json.", media


async def test_two_thousand_parts_are_not_even_looked_at(form: Form) -> None:
    part = (
        b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: text/plain; charset=utf-7\r\n\r\n+ADw-\r\n'
    )
    problem(await form.send(part * 2000 + b"--x--\r\n", "multipart/form-data; boundary=x"), 415)


async def test_of_a_field_that_comes_twice_the_last_counts_as_every_reader_of_ours_has_it(play: Playground) -> None:
    headers = {"Idempotency-Key": str(uuid4()), "Content-Type": JSON}
    content = b'{"service": "early_help", "service": "lado"}'
    answer = await play.person().client.post("/api/v1/referrals", content=content, headers=headers)
    assert (answer.status_code, answer.json()["service"]) == (201, "lado")


async def test_before_signing_in_no_more_is_read_than_a_form_needs(play: Playground) -> None:
    for path in ("/accounts", "/sign-in", "/challenge/code", "/accounts/forgotten-password", "/accounts/new-password"):
        problem(await play.person().call("POST", path, {"email": "x" * 8000}), 413, path)
    assert await play.events() == 0


async def test_a_child_that_contradicts_itself_is_refused_with_every_contradiction(form: Form) -> None:
    for case, (body, at) in NO_CHILD.items():
        answer = await form.person.call("POST", f"/referrals/{form.draft}/children", body)
        problem(answer, 422, case)
        assert places(answer) == at, case


async def test_a_body_of_the_wrong_shape_is_refused_with_every_fault_of_shape_and_sense(form: Form) -> None:
    for case, (body, at) in WRONG_SHAPE.items():
        answer = await form.send(json.dumps(body))
        problem(answer, 400, case)
        assert set(at) <= set(places(answer)), (case, answer.text)
        assert len(set(places(answer))) == len(places(answer)), (case, answer.text)
    assert places(answer) == WRONG_SHAPE["everything at once"][1]


async def test_an_account_is_told_of_every_fault_though_a_required_answer_is_missing(play: Playground) -> None:
    account = {"kind": "professional", "email": "not an address", "password": "aaaa", "organisation": "Oakfield"}
    answer = await play.person().call("POST", "/accounts", account)
    problem(answer, 400)
    assert places(answer) == ["/name", "/email", "/organisation_kind", "/role", "/phone", "/password"]
    assert await play.events() == 0


async def test_a_password_that_is_easy_to_guess_is_refused_with_every_reason(play: Playground) -> None:
    for password in ("short", "priya.nair-2026", "aaaaaaaaaaaaaaaa", "x" * 129):
        answer = await play.person().call("POST", "/accounts", {**PRIYA, "password": password})
        problem(answer, 422, password)
        assert set(places(answer)) == {"/password"}, password
    assert await play.events() == 0


async def test_thousands_of_faults_are_not_all_read_out(form: Form) -> None:
    answer = await form.send(json.dumps({f"unknown {number}": 1 for number in range(20_000)}))
    problem(answer, 400)
    assert len(places(answer)) == 200


async def test_an_unknown_service_is_refused(play: Playground) -> None:
    for service in ("housing", "", None, 3, ["lado"], "LADO"):
        answer = await play.person().call("POST", "/referrals", {"service": service})
        problem(answer, 400, service)
        assert places(answer) == ["/service"], service
    assert await play.events() == 0


async def test_a_request_needs_a_name_of_its_own(form: Form) -> None:
    post = form.person.client.post
    key = "Idempotency-Key"
    names: list[list[tuple[str, Any]]] = [
        [],
        [(key, "seven77")],
        [(key, "x" * 201)],
        [(key, "two words of it")],
        [(key, "schlüssel".encode())],
        [(key, str(uuid4())), (key, str(uuid4()))],
    ]
    for headers in names:
        for body in (AMARA, {}):
            answer = await post(form.path, json=body, headers=headers)
            problem(answer, 400, headers)
            assert "header:Idempotency-Key" in places(answer), headers


async def test_the_faults_of_body_and_header_are_named_together(form: Form) -> None:
    answer = await form.person.client.post(form.path, json={"given_name": 5, "estimated_age": 4})
    problem(answer, 400)
    assert places(answer) == ["/given_name", "header:Idempotency-Key"]


async def test_the_state_that_was_seen_is_said_once(form: Form) -> None:
    headers = [("Idempotency-Key", str(uuid4())), ("If-Match", "a"), ("If-Match", "b")]
    answer = await form.person.client.put(
        f"/api/v1/referrals/{form.draft}/danger", json={"in_danger": True}, headers=headers
    )
    problem(answer, 400)
    assert places(answer) == ["header:If-Match"]


async def test_an_id_that_is_none_leads_nowhere(form: Form) -> None:
    draft, reading = form.draft, form.person.client.get
    for id in ("1", "x", draft[:-1], draft + "0", f"{draft}%00", "%00", "%ff%fe", "..%2f..", "9" * 5000, str(uuid4())):
        problem(await reading(f"/api/v1/referrals/{id}"), 404, id)
        problem(await form.person.call("POST", f"/referrals/{id}/children", AMARA), 404, id)
        problem(await form.person.call("DELETE", f"/referrals/{id}/children/{id}"), 404, id)


async def test_a_child_that_is_not_on_the_form_cannot_be_changed_or_removed(form: Form) -> None:
    child = f"/referrals/{form.draft}/children/{uuid4()}"
    problem(await form.person.call("PUT", child, AMARA), 409)
    problem(await form.person.call("DELETE", child), 409)


async def test_an_unknown_address_is_a_problem_like_any_other(form: Form) -> None:
    for path in ("/api/v1", "/api/v1/nope", "/api/v1/referrals/x/y/z", "/api/nope", "/api/x.json"):
        problem(await form.person.client.get(path), 404, path)
        if path.startswith("/api/v1"):  # below /api Litestar has a GET for any name
            problem(await form.send(b"{}", path=path), 404, path)


async def test_a_method_that_an_address_does_not_take_is_refused_and_those_it_takes_are_named(form: Form) -> None:
    for method, path, taken in (
        ("PATCH", form.path, {"POST", "OPTIONS"}),
        ("DELETE", form.path, {"POST", "OPTIONS"}),
        ("GET", form.path, {"POST", "OPTIONS"}),
        ("BREW", "/api/v1/me", {"GET", "OPTIONS"}),
        ("POST", "/api/v1/me", {"GET", "OPTIONS"}),
    ):
        answer = await form.send(b"{}", path=path, method=method)
        problem(answer, 405, (method, path))
        assert set(answer.headers["allow"].split(", ")) == taken, (method, path)


async def test_a_query_that_is_wrong_unknown_or_given_twice_is_refused(play: Playground) -> None:
    worker = await play.staff(Role.WORKER)
    events = await play.events()
    somebody = uuid4()
    for query, at in {
        "service=housing": ["query:service"],
        "service=housing&status=lost": ["query:service", "query:status"],
        "status=new&status=lost": ["query:status"],
        "service=lado&service=lado": ["query:service"],
        "after=a&after=b": ["query:after"],
        "stauts=new": ["query:stauts"],
        "status=%ff": ["query:status"],
        "after=%00": ["query:after"],
        f"after={'x' * 101}": ["query:after"],
        "after=yesterday": ["query:after"],
        f"after=1_2026-11-23_{somebody}": ["query:after"],
        f"after=2_2026-11-23T12:00:00Z_{somebody}": ["query:after"],
        f"after=1_0001-01-01T00:00:00%2B14:00_{somebody}": ["query:after"],
        f"after=1_9999-12-31T23:59:59-14:00_{somebody}": ["query:after"],
        "after=1_2026-11-23T12:00:00Z_nobody": ["query:after"],
    }.items():
        answer = await worker.client.get(f"/api/v1/inbox?{query}")
        problem(answer, 400, query)
        assert places(answer) == at, query
    assert await play.events() == events


async def test_what_staff_write_is_checked_as_strictly(play: Playground) -> None:
    worker, auditor = await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    events = await play.events()
    answer = await worker.call("POST", f"/inbox/{uuid4()}/feedback", {"outcome": " ", "child_id": "Amara"})
    problem(answer, 400)
    assert set(places(answer)) == {
        "/child_id", "/outcome", "/what_happens_next", "/whom_to_ring", "/how_to_disagree",
    }  # fmt: skip
    for body, at in (
        ({}, "/reason"),
        ({"reason": "Sample", "version": -1}, "/version"),
        ({"reason": "Sample", "version": 2**31}, "/version"),
        ({"reason": "Sample", "version": 10**30}, "/version"),
        ({"reason": "Sample", "instant": "2026-11-23T12:00:00"}, "/instant"),
        ({"reason": "Sample", "instant": "yesterday"}, "/instant"),
        ({"reason": "Sample", "instant": 1e18}, "/instant"),
    ):
        answer = await auditor.call("POST", f"/audit/{uuid4()}/replay", body)
        problem(answer, 400, body)
        assert places(answer) == [at], body
    assert await play.events() == events


async def test_a_code_that_could_be_none_is_refused_before_it_costs_a_try(play: Playground) -> None:
    person = play.person()
    await person.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
    events = await play.events()
    for code in ("12345", "1234567", "12345a", "١٢٣٤٥٦", " 12345", 123456, None, "123456\n"):
        answer = await person.call("POST", "/challenge/code", {"code": code})
        problem(answer, 400, code)
        assert places(answer) == ["/code"], code
    assert await play.events() == events
