"""A whole journey with a mark in every personal text, to be looked for afterwards wherever it must not stand."""

import json
from collections.abc import Iterable
from typing import Any, Protocol
from uuid import uuid4

import pyotp

from portal.domain.forms.asked import Asked, Kind, questions_of
from portal.domain.forms.form import FORMS
from portal.domain.services import Service
from tests.http.files import pdf
from tests.portals import Person

MARK = "Zqx"  # begins every personal text below ...
TAIL = "qzvjkwxphgqxzjvk"  # ... and this ends it, so that a part of it is left whatever was made of the text


def marked(name: str) -> str:
    """A personal text that can be found anywhere."""
    return f"{MARK}{name}{TAIL}"


EMAIL = f"zqxmail{TAIL}@zqxhost{TAIL}.example"
NEW_EMAIL = f"zqxnew{TAIL}@zqxhost{TAIL}.example"
PASSWORD = marked("Password-coffee-otter-")
CHILD = {
    "given_name": marked("Given"),
    "family_name": marked("Family"),
    "also_known_as": marked("AlsoKnownAs"),
    "school": marked("School"),
    "religion": marked("Religion"),
    "description": marked("Description"),
    "born": "2017-03-27",
}
NUMBERS = {"upn": "Z885413500001", "nhs_number": "9990000026"}
PRIYA = {
    "kind": "professional",
    "name": marked("Owner"),
    "email": EMAIL,
    "phone": marked("Phone"),
    "organisation": marked("Organisation"),
    "organisation_kind": "school",
    "role": marked("Role"),
    "password": PASSWORD,
}
ADULT = {
    "given_name": marked("Colin"),
    "family_name": marked("Marsh"),
    "job_title": marked("Job"),
    "employer": marked("Employer"),
    "phone": marked("AdultPhone"),
}
ALLEGATION = {
    "limbs": ["harmed"],
    "what_happened": marked("Happened"),
    "when": marked("When"),
    "where": marked("Where"),
    "who_knows": marked("Knows"),
    "other_work": marked("Work"),
}
WORRIES = {
    name: marked(name)
    for name in ("worried_about", "seen_or_heard", "injury", "child_says", "going_well", "done_already")
}
SUPPORT = {
    name: marked(name) for name in ("going_on", "would_help", "going_well", "tried_already", "best_time_to_ring")
}
ANSWERS: dict[str, tuple[str, dict[str, Any]]] = {
    "social_care": ("worries", WORRIES),
    "lado": ("allegation", ALLEGATION),
    "early_help": ("support", SUPPORT),
}
FEEDBACK = {name: marked(name) for name in ("outcome", "what_happens_next", "whom_to_ring", "how_to_disagree")}
CONSENT = {
    "agreed": True,
    "giver": "parent",
    "agreed_by": marked("Mother"),
    "responsibility": "yes",
    "shared": marked("Shared"),
}
NOT_AGREED = {"agreed": False, "why_not_agreed": "other", "why_not_in_words": marked("WhyNot")}


def texts_marked(questions: Iterable[Asked]) -> dict[str, Any]:
    """An answer with a mark to every question that a text answers and that is asked whatever else is answered."""
    answers: dict[str, Any] = {}
    for each in (each for each in questions if not each.when):
        if each.kind in (Kind.LINE, Kind.STORY):
            answers[each.name] = marked(each.name)
        elif each.kind is Kind.GROUP:
            answers[each.name] = [texts_marked(each.group)]
    return answers


class Postbox(Protocol):
    """Where the letters are read, and the worker is waited for."""

    async def code(self, email: str) -> str:
        """The six digits of the newest letter with a code."""

    async def link_token(self, email: str) -> str:
        """The token of the newest letter with a link."""

    async def prove(self, person: Person) -> None:
        """They show their second factor once more."""

    async def drain(self) -> None:
        """All that is to be done has been done."""


async def whole_journey(play: Postbox, priya: Person, worker: Person, lado: Person, auditor: Person) -> None:
    """Register, refer, attach files, send, add to, open, acknowledge, answer, replay, forget the password."""
    await priya.do("POST", "/accounts", PRIYA)
    await priya.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    await priya.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    await priya.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    for service, staff in (("social_care", worker), ("lado", lado), ("early_help", worker)):
        draft = f"/referrals/{(await priya.do('POST', '/referrals', {'service': service}))['id']}"
        added = await priya.do("POST", f"{draft}/children", {**CHILD, "description": ""})
        child = added["people"][0]["id"]
        seen = added["state_tokens"][f"child:{child}"]
        await priya.do("PUT", f"{draft}/children/{child}", {**CHILD, **NUMBERS}, seen=seen)
        form = await priya.do("POST", f"{draft}/children/confirmation")
        if service == "lado":
            form = await priya.do("PUT", f"{draft}/adult", ADULT)
        for person in form["people"]:
            at = f"{draft}/people/{person['id']}"
            await priya.do("PUT", f"{at}/capacity", {"capacity": "professional", "relationship": "professional"})
            await priya.do(
                "PUT", f"{at}/address/manual", {"lines": [marked("Line")], "town": marked("Town"), "secret": True}
            )
        await priya.do("PUT", f"{draft}/danger", {"in_danger": True, "police_log_number": marked("PoliceLog")})
        if service != "lado":
            seen = (await priya.do("PUT", f"{draft}/consent", NOT_AGREED))["state_tokens"]["consent"]
            await priya.do("PUT", f"{draft}/consent", CONSENT, seen=seen)
        await attach(priya, draft)
        section, answers = ANSWERS[service]
        await priya.do("PUT", f"{draft}/answers/{section}", answers)
        for other in (each for each in FORMS[Service(service)] if section != each.NAME):
            await priya.do("PUT", f"{draft}/answers/{other.NAME}", texts_marked(questions_of(other, Service(service))))
        await priya.do("POST", f"{draft}/submission", {"declaration": True})
        await priya.do("POST", f"{draft}/amendments", {"text": marked("More"), "why": marked("WhyMore")})
        desk = draft.replace("/referrals", "/inbox")
        opened = await staff.do("POST", f"{desk}/opening")
        assert marked("Given") in json.dumps(opened) and marked("Owner") in json.dumps(opened)
        await play.drain()
        for document in opened["referral"]["documents"]:
            at = f"/api/v1{desk}/documents/{document['id']}"
            downloaded = await staff.client.get(at)
            assert downloaded.status_code == 200 and marked("Document").encode() in downloaded.content, downloaded.text
            if document["kind"] == "pdf":
                assert (await staff.client.get(f"{at}/preview")).status_code == 200
        await staff.do("POST", f"{desk}/acknowledgement")
        await staff.do("POST", f"{desk}/feedback", FEEDBACK)
        await staff.get("/inbox")
        await staff.get("/dashboard")
        await play.drain()
        for known in ({"family_name": marked("Family"), "given_name": marked("Given")}, NUMBERS):
            line = (await staff.do("POST", "/inbox/search", known))["referrals"][0]
            assert desk.endswith(line["id"]) and MARK not in json.dumps({**line, "referrer": ""})
        await priya.do("POST", f"{draft}/withdrawal", {"why": marked("WhyWithdrawn")})
        if service == "lado":
            let_in = {"account": (await auditor.get("/me"))["account"], "days": 1, "reason": marked("WhyLetIn")}
            await play.prove(lado)
            await lado.do("POST", draft.replace("/referrals", "/exceptions"), let_in)
        await auditor.do("POST", f"{draft.replace('/referrals', '/audit')}/replay", {"reason": marked("Reason")})
        await play.drain()
    await priya.get("/my-submitted-forms")
    await change_the_account(play, priya)
    await priya.do("POST", "/accounts/forgotten-password", {"email": NEW_EMAIL})
    new = {"token": await play.link_token(NEW_EMAIL), "password": f"{PASSWORD}-2"}
    await priya.do("POST", "/accounts/new-password", new)
    await play.drain()


async def attach(person: Person, draft: str) -> None:
    """Two files, the text of which lies on both sides of where a part of it ends, and one that is refused."""
    around = f"{marked('Document')} ".encode()
    text = around * (300_000 // len(around)) + around
    files: list[Any] = [
        ("description", (None, marked("Shows").encode())),
        ("document", (f"{marked('Name')}.txt", text, "text/plain")),
        ("document", (f"{marked('Plan')}.pdf", pdf(marked("Document").encode()), "application/pdf")),
        ("document", (f"{marked('Program')}.exe", b"MZ" + around, "application/octet-stream")),
    ]
    headers = {"Idempotency-Key": str(uuid4())}
    answer = await person.client.post(f"/api/v1{draft}/documents", files=files, headers=headers)
    assert answer.status_code == 201 and len(answer.json()["faults"]) == 1, answer.text


async def change_the_account(play: Postbox, priya: Person) -> None:
    """Other details, another address, a password that is asked about, an app and a code of it."""
    proved = {"current_password": PASSWORD}
    details = {name: value for name, value in PRIYA.items() if name not in ("email", "password")}
    await priya.do("PUT", "/account/details", {**details, "role": marked("OtherRole"), **proved})
    await priya.do("POST", "/password-guidance", {"password": marked("Typed"), "name": marked("Owner")})
    await priya.do("POST", "/account/email", {**proved, "email": NEW_EMAIL})
    await priya.do("POST", "/account/email/code", {"code": await play.code(NEW_EMAIL)})
    secret = (await priya.do("POST", "/account/authenticator", proved))["secret"]
    await priya.do("POST", "/account/authenticator/confirmation", {"code": pyotp.TOTP(secret).now()})


async def mistakes(person: Person) -> None:
    """Personal words in requests that are refused."""
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': 'lado'}))['id']}"
    child = await person.do("POST", f"{draft}/children", CHILD)
    address = f"{draft}/people/{child['people'][0]['id']}/address"
    at_once: tuple[tuple[str, str, Any], ...] = (
        ("POST", "/accounts", {**PRIYA, "kind": marked("Kind"), "email": marked("NoAddress"), "role": 5}),
        ("POST", "/accounts", {**PRIYA, "password": marked("Owner") + "-and-more"}),
        ("POST", "/sign-in", {"email": EMAIL, "password": marked("Wrong")}),
        ("POST", "/challenge/code", {"code": marked("Code")}),
        ("POST", "/accounts/new-password", {"token": marked("Token"), "password": PASSWORD}),
        ("POST", "/referrals", {"service": marked("Service")}),
        ("POST", f"{draft}/children", {**CHILD, "born": marked("Born"), "estimated_age": marked("Age")}),
        ("POST", f"{draft}/children", {**CHILD, "estimated_age": 4}),
        ("POST", f"{draft}/children", {**CHILD, "upn": marked("Upn"), "nhs_number": NUMBERS["nhs_number"] + "1"}),
        ("POST", "/inbox/search", {"family_name": marked("Family"), "upn": marked("Upn")}),
        ("PUT", f"{draft}/answers/worries", WORRIES),
        ("PUT", f"{draft}/answers/allegation", {**ALLEGATION, "limbs": [marked("Limb")]}),
        ("POST", "/addresses/search", {"postcode": marked("Postcode")}),
        ("PUT", f"{address}/manual", {"lines": [marked("Line")], "postcode": marked("Post")}),
        ("PUT", f"{address}/found", {"uprn": marked("Uprn")}),
        ("POST", f"{draft}/submission", {"declaration": marked("Yes")}),
    )
    for method, path, body in at_once:
        assert 400 <= (await person.call(method, path, body)).status_code < 500, path
    half, nul = f'{{"given_name": "{marked("Half")}', f'{{"given_name": "{marked("Nul")}\\u0000"}}'
    for content in (half, nul, f'"{marked("Text")}"'):
        headers = {"Idempotency-Key": str(uuid4()), "Content-Type": "application/json"}
        answer = await person.client.post(f"/api/v1{draft}/children", content=content, headers=headers)
        assert answer.status_code == 400
    assert (
        await person.client.get(f"/api/v1/inbox?status={marked('Status')}&after={marked('After')}")
    ).status_code == 400
