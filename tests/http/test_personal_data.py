"""Personal data stands nowhere in clear: not in a table, a log, a header, an address, or the answer to a mistake."""

import json
import logging
from typing import Any
from uuid import uuid4

import httpx
import pyotp
import pytest

from portal.domain.account_details import Role
from tests.portals import Person, Playground

MARK = "Zqx"  # begins every personal text below, and stands nowhere else
EMAIL = "zqxmail@zqxhost.example"
NEW_EMAIL = "zqxnew@zqxhost.example"
PASSWORD = "ZqxPassword-coffee-otter"
CHILD = {"given_name": "ZqxGiven", "family_name": "ZqxFamily", "description": "ZqxDescription", "born": "2017-03-27"}
PRIYA = {
    "kind": "professional",
    "name": "ZqxOwner",
    "email": EMAIL,
    "phone": "ZqxPhone",
    "organisation": "ZqxOrganisation",
    "organisation_kind": "school",
    "role": "ZqxRole",
    "password": PASSWORD,
}
ADULT = {
    "given_name": "ZqxColin",
    "family_name": "ZqxMarsh",
    "job_title": "ZqxJob",
    "employer": "ZqxEmployer",
    "phone": "ZqxAdultPhone",
}
ALLEGATION = {
    "limbs": ["harmed"],
    "what_happened": "ZqxHappened",
    "when": "ZqxWhen",
    "where": "ZqxWhere",
    "who_knows": "ZqxKnows",
    "other_work": "ZqxWork",
}
WORRIES = {
    name: f"Zqx{name}"
    for name in ("worried_about", "seen_or_heard", "injury", "child_says", "going_well", "done_already")
}
FEEDBACK = {name: f"Zqx{name}" for name in ("outcome", "what_happens_next", "whom_to_ring", "how_to_disagree")}
CONSENT = {"agreed": True, "agreed_by": "ZqxMother", "why_not_in_words": "ZqxWhyNot"}
TABLES = """
select c.oid::regclass::text as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p', 'm') and n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast')
"""


class Listening:
    """Hears every answer that a person gets."""

    def __init__(self) -> None:
        self.answers: list[httpx.Response] = []

    async def __call__(self, answer: httpx.Response) -> None:
        await answer.aread()
        self.answers.append(answer)

    def to(self, *people: Person) -> None:
        """Begin to hear these people."""
        for person in people:
            person.client.event_hooks["response"].append(self)


async def change_the_account(play: Playground, priya: Person) -> None:
    """Other details, another address, a password that is asked about, an app and a code of it."""
    proved = {"current_password": PASSWORD}
    details = {name: value for name, value in PRIYA.items() if name not in ("email", "password")}
    await priya.do("PUT", "/account/details", {**details, "role": "ZqxOtherRole", **proved})
    await priya.do("POST", "/password-guidance", {"password": "ZqxOther-otter-plum", "name": "ZqxOwner"})
    await priya.do("POST", "/account/email", {**proved, "email": NEW_EMAIL})
    await priya.do("POST", "/account/email/code", {"code": await play.code(NEW_EMAIL)})
    secret = (await priya.do("POST", "/account/authenticator", proved))["secret"]
    await priya.do("POST", "/account/authenticator/confirmation", {"code": pyotp.TOTP(secret).now()})
    assert not await play.as_owner("select 1 from events where position(convert_to($1, 'UTF8') in state) > 0", secret)


async def whole_journey(play: Playground, priya: Person, worker: Person, lado: Person, auditor: Person) -> None:
    """Register, refer, send, add to, open, acknowledge, answer, replay, forget the password."""
    await priya.do("POST", "/accounts", PRIYA)
    await priya.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    await priya.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    await priya.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    for service, staff in (("social_care", worker), ("lado", lado)):
        draft = f"/referrals/{(await priya.do('POST', '/referrals', {'service': service}))['id']}"
        added = await priya.do("POST", f"{draft}/children", {**CHILD, "description": ""})
        child = added["people"][0]["id"]
        seen = added["state_tokens"][f"child:{child}"]
        await priya.do("PUT", f"{draft}/children/{child}", CHILD, seen=seen)
        form = await priya.do("POST", f"{draft}/children/confirmation")
        if service == "lado":
            form = await priya.do("PUT", f"{draft}/adult", ADULT)
        for person in form["people"]:
            at = f"{draft}/people/{person['id']}"
            await priya.do("PUT", f"{at}/capacity", {"capacity": "professional", "relationship": "professional"})
            await priya.do("PUT", f"{at}/address/manual", {"lines": ["ZqxLine"], "town": "ZqxTown", "secret": True})
        await priya.do("PUT", f"{draft}/danger", {"in_danger": True, "police_log_number": "ZqxPoliceLog"})
        await priya.do("PUT", f"{draft}/consent", CONSENT)
        section = ("allegation", ALLEGATION) if service == "lado" else ("worries", WORRIES)
        await priya.do("PUT", f"{draft}/answers/{section[0]}", section[1])
        await priya.do("POST", f"{draft}/submission", {"declaration": True})
        await priya.do("POST", f"{draft}/amendments", {"text": "ZqxMore", "why": "ZqxWhyMore"})
        desk = draft.replace("/referrals", "/inbox")
        opened = await staff.do("POST", f"{desk}/opening")
        assert "ZqxGiven" in json.dumps(opened) and "ZqxOwner" in json.dumps(opened)
        await staff.do("POST", f"{desk}/acknowledgement")
        await staff.do("POST", f"{desk}/feedback", FEEDBACK)
        await staff.get("/inbox")
        await staff.get("/dashboard")
        await priya.do("POST", f"{draft}/withdrawal", {"why": "ZqxWhyWithdrawn"})
        await auditor.do("POST", f"{draft.replace('/referrals', '/audit')}/replay", {"reason": "ZqxReason"})
        await play.drain()
    await priya.get("/my-submitted-forms")
    await change_the_account(play, priya)
    await priya.do("POST", "/accounts/forgotten-password", {"email": NEW_EMAIL})
    new = {"token": await play.link_token(NEW_EMAIL), "password": f"{PASSWORD}-2"}
    await priya.do("POST", "/accounts/new-password", new)
    await play.drain()


async def mistakes(play: Playground, person: Person) -> None:
    """Personal words in requests that are refused."""
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': 'lado'}))['id']}"
    child = await person.do("POST", f"{draft}/children", CHILD)
    address = f"{draft}/people/{child['people'][0]['id']}/address"
    at_once: tuple[tuple[str, str, Any], ...] = (
        ("POST", "/accounts", {**PRIYA, "kind": "ZqxKind", "email": "ZqxNoAddress", "role": 5}),
        ("POST", "/accounts", {**PRIYA, "password": "ZqxOwner-and-more"}),
        ("POST", "/sign-in", {"email": EMAIL, "password": "ZqxWrong"}),
        ("POST", "/challenge/code", {"code": "ZqxCode"}),
        ("POST", "/accounts/new-password", {"token": "ZqxToken", "password": PASSWORD}),
        ("POST", "/referrals", {"service": "ZqxService"}),
        ("POST", f"{draft}/children", {**CHILD, "born": "ZqxBorn", "estimated_age": "ZqxAge"}),
        ("POST", f"{draft}/children", {**CHILD, "estimated_age": 4}),
        ("PUT", f"{draft}/answers/worries", WORRIES),
        ("PUT", f"{draft}/answers/allegation", {**ALLEGATION, "limbs": ["ZqxLimb"]}),
        ("POST", "/addresses/search", {"postcode": "ZqxPostcode"}),
        ("PUT", f"{address}/manual", {"lines": ["ZqxLine"], "postcode": "ZqxPost"}),
        ("PUT", f"{address}/found", {"uprn": "ZqxUprn"}),
        ("POST", f"{draft}/submission", {"declaration": "ZqxYes"}),
    )
    for method, path, body in at_once:
        assert 400 <= (await person.call(method, path, body)).status_code < 500, path
    for content in (b'{"given_name": "ZqxHalf', b'{"given_name": "ZqxNul\\u0000"}', b'"ZqxText"'):
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        answer = await person.client.post(f"/api/v1{draft}/children", content=content, headers=headers)
        assert answer.status_code == 400
    assert (await person.client.get("/api/v1/inbox?status=ZqxStatus&after=ZqxAfter")).status_code == 400


async def test_after_a_whole_journey_nothing_personal_stands_anywhere_in_clear(
    play: Playground, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    staff = [await play.staff(role) for role in (Role.WORKER, Role.LADO, Role.AUDITOR)]
    priya, visitor, heard = play.person(), play.person(), Listening()
    heard.to(priya, visitor, *staff)
    await whole_journey(play, priya, staff[0], staff[1], staff[2])
    await mistakes(play, visitor)

    rows = await every_row(play)
    assert {table for table, _ in rows} >= {"events", "keys", "jobs", "mailbox", "sessions", "staff_inbox"}
    found = [f"{table}: {row}" for table, row in rows if _personal(row)]
    found += [f"log {record.name}" for record in caplog.records if _ours(record) and _personal(record.getMessage())]
    for answer in heard.answers:
        headers = str(answer.headers.multi_items())
        if _personal(str(answer.request.url)) and "inbox?" not in str(answer.request.url):
            found.append(f"address {answer.request.url}")
        if _personal(headers):
            found.append(f"headers {headers}")
        if answer.status_code >= 400 and _personal(answer.text):
            found.append(f"problem {answer.text}")
    assert not found, "\n".join(found)
    assert len([answer for answer in heard.answers if answer.status_code >= 400]) == 18
    assert any(_ours(record) for record in caplog.records)


async def test_letters_give_away_nothing_but_codes_and_links(play: Playground) -> None:
    priya = play.person()
    await whole_journey(play, priya, *[await play.staff(role) for role in (Role.WORKER, Role.LADO, Role.AUDITOR)])
    assert play.running.mailbox is not None
    letters = await play.running.mailbox.latest(500)
    assert len({letter.subject for letter in letters}) >= 8
    for letter in letters:
        assert not _personal(f"{letter.subject} {letter.text}"), letter.text
        for word in ("child", "social care", "referral", "safeguarding", "abuse", "LADO", "Early Help"):
            assert word.casefold() not in f"{letter.subject} {letter.text}".casefold(), (word, letter.text)


async def test_this_would_notice_a_name_in_a_table_or_a_log(play: Playground, caplog: pytest.LogCaptureFixture) -> None:
    event = {"given_name": "ZqxGiven"}
    insert = "insert into events (id, stream_id, version, topic, state, metadata) values ($1, $1, 1, 'x', $2, '{}')"
    await play.as_owner(insert, uuid4(), json.dumps(event).encode())
    await play.as_owner("insert into parked values ('x', $1, 1, 'ZqxWhy')", uuid4())
    assert {table for table, row in await every_row(play) if _personal(row)} == {"events", "parked"}
    caplog.set_level(logging.DEBUG)
    logging.getLogger("portal.anything").debug("about %s", "ZqxGiven")
    assert [record for record in caplog.records if _ours(record) and _personal(record.getMessage())]


async def every_row(play: Playground) -> list[tuple[str, str]]:
    """Every row of every table, its bytes as the text they may be."""
    rows: list[tuple[str, str]] = []
    for table in await play.as_owner(TABLES):
        for record in await play.as_owner(f"select * from {table['name']}"):  # noqa: S608 - the catalogue's own names
            values = [value.decode("latin-1") if isinstance(value, bytes) else str(value) for value in record.values()]
            rows.append((table["name"], "|".join(values)))
    return rows


def _personal(text: str) -> bool:
    return MARK.casefold() in text.casefold()


def _ours(record: logging.LogRecord) -> bool:
    return record.name.startswith("portal")
