"""Who may do what: one table of every route and everybody, and the rules behind it as sentences."""

from typing import Any, NamedTuple
from uuid import uuid4

import msgspec
import pytest

from portal.domain.account_details import Role
from tests.http.problems import problem
from tests.http.test_once import FEEDBACK
from tests.portals import AMARA, ANSWERS, JONAH, PASSWORD, PRIYA, Person, Playground, filled_in

WHO = ("anonymous", "other", "owner", "worker", "lado", "auditor")


class May(NamedTuple):
    """What everybody gets, in the order of WHO, where the request itself is right."""

    method: str
    path: str
    statuses: tuple[int, int, int, int, int, int]
    body: Any = None
    part: str = ""  # of the form, which the request replaces


def everybody(status: int) -> tuple[int, int, int, int, int, int]:
    """The same for all."""
    return (status,) * 6


PROVED = {"current_password": PASSWORD}
WORKS = {name: value for name, value in PRIYA.items() if name != "email"}
HERE = "/api/v1/referrals/{referral_id:uuid}"
CHILD = HERE + "/children/{child_id:uuid}"
PERSON = HERE + "/people/{person_id:uuid}"
DESK = "/api/v1/inbox/{referral_id:uuid}"
OWNER_ONLY = (404, 404, 200, 404, 404, 404)
OWNER_SIGNED_IN = (401, 404, 200, 404, 404, 404)
SIGNED_IN = (401, 200, 200, 200, 200, 200)
ITS_STAFF = (401, 403, 403, 200, 404, 403)  # of a referral to social care
STAFF = (401, 403, 403, 200, 200, 403)
MANUAL = {"lines": ["14 Tannery Row"], "town": "Severnmouth"}
CAPACITY = {"capacity": "professional", "relationship": "professional"}
ADDRESS = "address:{person_id}"
TABLE = (
    May("GET", "/health", everybody(200)),
    May("GET", "/health/live", everybody(200)),
    May("GET", "/mailbox", everybody(200)),
    May("GET", "/mailbox.css", everybody(200)),
    May("GET", "/api/v1/demonstration/letters", everybody(200)),
    May("GET", "/api", everybody(200)),
    May("GET", "/api/openapi.json", everybody(200)),
    May("GET", "/api/{path:str}", everybody(404)),
    # accounts; whoever has signed in holds the cookie of a code that is used up
    May("POST", "/api/v1/challenge/code", (404, 422, 422, 422, 422, 422), {"code": "000000"}),
    May("POST", "/api/v1/challenge/recovery-code", (404, 422, 422, 422, 422, 422), {"code": "AAAA-BBBB"}),
    May("POST", "/api/v1/challenge/new-code", (404, 422, 422, 422, 422, 422)),
    May("POST", "/api/v1/accounts", everybody(202), {**PRIYA, "email": "{new}@x.example", "password": PASSWORD}),
    May("POST", "/api/v1/accounts/invitation", everybody(404), {"token": "made.up", "password": PASSWORD}),
    May("POST", "/api/v1/accounts/forgotten-password", everybody(202), {"email": "nobody@x.example"}),
    May("POST", "/api/v1/accounts/new-password", everybody(404), {"token": "made.up", "password": PASSWORD}),
    May("POST", "/api/v1/sign-in", everybody(422), {"email": "nobody@x.example", "password": PASSWORD}),
    May("GET", "/api/v1/me", SIGNED_IN),
    May("GET", "/api/v1/password-guidance", everybody(200)),
    May("POST", "/api/v1/password-guidance", everybody(200), {"password": "coffee"}),
    May("GET", "/api/v1/account", SIGNED_IN),
    May("PUT", "/api/v1/account/details", SIGNED_IN, {**WORKS, **PROVED}),
    May("POST", "/api/v1/account/password", SIGNED_IN, {"password": PASSWORD, **PROVED}),
    May("POST", "/api/v1/account/email/code", (401, 404, 404, 404, 404, 404), {"code": "000000"}),
    May("POST", "/api/v1/account/email", (401, 202, 202, 202, 202, 202), {"email": "{new}@x.example", **PROVED}),
    May("POST", "/api/v1/account/authenticator", SIGNED_IN, PROVED),
    May("POST", "/api/v1/account/authenticator/confirmation", (401, 422, 422, 422, 422, 422), {"code": "000000"}),
    May("POST", "/api/v1/account/authenticator/removal", SIGNED_IN, PROVED),
    # the form
    May("POST", "/api/v1/referrals", everybody(201), {"service": "lado"}),
    May("GET", "/api/v1/my-submitted-forms", SIGNED_IN),
    May("POST", "/api/v1/addresses/search", everybody(200), {"postcode": "ZZ1 4QP"}),
    May("GET", HERE, OWNER_ONLY),
    May("POST", HERE + "/children", (404, 404, 201, 404, 404, 404), JONAH),
    May("PUT", CHILD, OWNER_ONLY, {**AMARA, "given_name": "Ama"}, "child:{child_id}"),
    May("POST", HERE + "/children/confirmation", OWNER_ONLY),
    May("PUT", HERE + "/children/none", (404, 404, 409, 404, 404, 404)),  # not for social care
    May("PUT", HERE + "/adult", (404, 404, 409, 404, 404, 404), {"given_name": "Colin"}),  # nor this
    May("PUT", PERSON + "/capacity", OWNER_ONLY, CAPACITY, "capacity:{person_id}"),
    May("PUT", PERSON + "/address/found", OWNER_ONLY, {"uprn": "990000001037"}, ADDRESS),
    May("PUT", PERSON + "/address/manual", OWNER_ONLY, MANUAL, ADDRESS),
    May("PUT", PERSON + "/address/copied", OWNER_ONLY, {"from_person": "{sibling_id}"}, ADDRESS),
    May("PUT", PERSON + "/address/none", OWNER_ONLY, {"why": "not_known"}, ADDRESS),
    May("PUT", HERE + "/danger", OWNER_ONLY, {"in_danger": True}, "danger"),
    May("PUT", HERE + "/consent", OWNER_ONLY, {"agreed": False}, "consent"),
    May("PUT", HERE + "/answers/worries", OWNER_ONLY, ANSWERS["social_care"][1], "answers:worries"),
    May("PUT", HERE + "/answers/support", (404, 404, 409, 404, 404, 404), ANSWERS["early_help"][1]),
    May("PUT", HERE + "/answers/allegation", (404, 404, 409, 404, 404, 404), ANSWERS["lado"][1]),
    May("DELETE", CHILD, OWNER_ONLY),
    # sending, and what was sent
    May("POST", HERE + "/submission", OWNER_SIGNED_IN, {"declaration": True}),
    May("POST", HERE + "/amendments", (401, 404, 201, 404, 404, 404), {"text": "More.", "why": "Learned it."}),
    May("GET", "/api/v1/inbox", STAFF),
    May("POST", DESK + "/referrer/confirmation", ITS_STAFF, {"how": "Rang the school."}),
    May("POST", "/api/v1/inbox/search", STAFF, {"family_name": "Okafor"}),
    May("GET", "/api/v1/dashboard", STAFF),
    May("POST", DESK + "/opening", ITS_STAFF),
    May("POST", DESK + "/acknowledgement", ITS_STAFF),
    May("POST", DESK + "/feedback", (401, 403, 403, 201, 404, 403), FEEDBACK),
    May("POST", "/api/v1/audit/{referral_id:uuid}/replay", (401, 403, 403, 403, 403, 200), {"reason": "Sample"}),
    May("POST", HERE + "/withdrawal", OWNER_SIGNED_IN, {"why": "Sent twice"}),
    # the end: of the public's accounts, and of staff's sessions
    May("POST", "/api/v1/account/closure", (401, 200, 200, 409, 409, 409), PROVED),
    May("POST", "/api/v1/sign-out", everybody(204)),
)
OF_WHAT_WAS_SENT = (
    *("/submission", "/amendments", "/withdrawal", "/opening", "/acknowledgement", "/feedback", "/replay"),
    "/referrer/confirmation",
)


@pytest.fixture
async def people(play: Playground) -> dict[str, Person]:
    """One of each."""
    found = {who: play.person() for who in WHO[:3]}
    await play.registered(found["other"], email="other@oakfield.example")
    await play.registered(found["owner"])
    return {**found, **{role.value: await play.staff(role) for role in (Role.WORKER, Role.LADO, Role.AUDITOR)}}


async def test_the_table_has_every_route_and_no_other(play: Playground) -> None:
    routes = {
        (method, route.path)
        for route in play.app.routes
        for method in getattr(route, "methods", ["no method"])
        if method != "OPTIONS"
    }
    assert {(may.method, may.path) for may in TABLE} == routes


async def test_everybody_may_do_what_the_table_says_and_no_more(play: Playground, people: dict[str, Person]) -> None:
    owner = people["owner"]
    draft, ready = await filled_in(owner, children=(AMARA, JONAH)), await filled_in(owner)
    ids = [each["id"] for each in (await owner.get(f"/referrals/{draft}"))["people"]]
    wrong = []
    for may in TABLE:
        referral = ready if may.path.endswith(OF_WHAT_WAS_SENT) else draft
        names = {"referral_id": str(referral), "person_id": ids[0], "child_id": ids[0], "sibling_id": ids[1]}
        path = _named(may.path.replace(":uuid", "").replace("{path:str}", "nope"), names)
        for who, status in zip(WHO, may.statuses, strict=True):
            seen = (
                (await owner.get(f"/referrals/{draft}"))["state_tokens"].get(_named(may.part, names))
                if may.part
                else None
            )
            headers = {"Idempotency-Key": str(uuid4()), **({"If-Match": seen} if seen else {})}
            body = may.body and {name: _named(value, names) for name, value in may.body.items()}
            events = await play.events()
            answer = await people[who].client.request(may.method, path, json=body, headers=headers)
            if answer.status_code != status:
                wrong.append(f"{may.method} {may.path}: {who} {answer.status_code}, not {status}: {answer.text[:200]}")
            if status >= 400:
                problem(answer, answer.status_code, (may.path, who))
                assert await play.events() == events, (may.path, who)
    assert not wrong, "\n".join(wrong)


def _named(text: Any, names: dict[str, str]) -> Any:
    if not isinstance(text, str):
        return text
    for name, value in {**names, "new": f"new-{uuid4().hex[:8]}"}.items():
        text = text.replace(f"{{{name}}}", value)
    return text


async def test_an_adult_who_works_with_children_is_known_to_lado_staff_only(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, worker, lado = people["owner"], people["worker"], people["lado"]
    allegation = await filled_in(owner, "lado")
    ordinary = await filled_in(owner, "social_care")
    for referral in (allegation, ordinary):
        await owner.do("POST", f"/referrals/{referral}/submission", {"declaration": True})

    for staff, theirs, not_theirs, service in (
        (worker, ordinary, allegation, "social_care"),
        (lado, allegation, ordinary, "lado"),
    ):
        assert [line["id"] for line in (await staff.get("/inbox"))["referrals"]] == [str(theirs)]
        other = "lado" if staff is worker else "social_care"
        assert (await staff.get(f"/inbox?service={other}"))["referrals"] == []
        dashboard = await staff.get("/dashboard")
        assert [(count["service"], count["referrals"]) for count in dashboard["counts"]] == [(service, 1)]
        assert dashboard["not_acknowledged"] == 1
        events = await play.events()
        for path, body in (("opening", None), ("acknowledgement", None), ("feedback", FEEDBACK)):
            refusal = problem(await staff.call("POST", f"/inbox/{not_theirs}/{path}", body), 404, path)
            nothing = problem(await staff.call("POST", f"/inbox/{uuid4()}/{path}", body), 404, path)
            assert {**refusal, "request": ""} == {**nothing, "request": ""}, path
        assert await play.events() == events
        await staff.do("POST", f"/inbox/{theirs}/opening")


async def test_somebody_with_both_roles_sees_both(play: Playground, people: dict[str, Person]) -> None:
    both = await play.staff(Role.WORKER, Role.LADO)
    sent = set()
    for service in ("early_help", "social_care", "lado"):
        sent.add(str(await filled_in(people["owner"], service)))
    for referral in sent:
        await people["owner"].do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert {line["id"] for line in (await both.get("/inbox"))["referrals"]} == sent


async def test_what_was_not_sent_is_nobodys_business(play: Playground, people: dict[str, Person]) -> None:
    draft = await filled_in(people["owner"])
    lado_draft = await filled_in(people["owner"], "lado")
    for staff, referral in ((people["worker"], draft), (people["lado"], lado_draft)):
        assert (await staff.get("/inbox"))["referrals"] == []
        assert (await staff.get("/inbox?status=draft"))["referrals"] == []
        assert (await staff.get("/dashboard")) == {
            "counts": [], "oldest_not_acknowledged": None, "not_acknowledged": 0, "share_in_time": None,
        }  # fmt: skip
        events = await play.events()
        for path, body in (("opening", None), ("acknowledgement", None), ("feedback", FEEDBACK)):
            problem(await staff.call("POST", f"/inbox/{referral}/{path}", body), 404, path)
        problem(await staff.client.get(f"/api/v1/referrals/{referral}"), 404)
        assert await play.events() == events


async def test_everybodys_list_holds_their_own_forms_only(play: Playground, people: dict[str, Person]) -> None:
    mine, theirs = await filled_in(people["owner"]), await filled_in(people["other"])
    assert [form["id"] for form in await people["owner"].get("/my-submitted-forms")] == [str(mine)]
    assert [form["id"] for form in await people["other"].get("/my-submitted-forms")] == [str(theirs)]
    for staff in ("worker", "lado", "auditor"):
        assert await people[staff].get("/my-submitted-forms") == []


async def test_a_referrer_sees_the_answer_and_not_who_at_the_council_looked(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, worker, auditor = people["owner"], people["worker"], people["auditor"]
    referral = await filled_in(owner)
    await owner.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await worker.do("POST", f"/inbox/{referral}/opening")
    await worker.do("POST", f"/inbox/{referral}/acknowledgement")
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    await auditor.do("POST", f"/audit/{referral}/replay", {"reason": "Whether it was read in time"})

    answer = await owner.client.get(f"/api/v1/referrals/{referral}")
    assert answer.json()["feedback"][0]["feedback"] == {"child_id": None, **FEEDBACK}
    assert answer.json().keys() == {
        "id", "service", "people", "no_particular_child", "offered_capacity", "danger", "answers", "consent",
        "missing", "state_tokens", "ends_at", "submission", "amendments", "withdrawn", "acknowledged_at", "feedback",
        "feedback_withheld",
    }  # fmt: skip
    staff = [(await people[who].get("/me"))["account"] for who in ("worker", "auditor")]
    for text in (answer.text, (await owner.client.get("/api/v1/my-submitted-forms")).text):
        for secret in (*staff, "Sam Holt", "severnshire.example", "Whether it was read in time"):
            assert secret not in text


async def test_the_list_on_the_desk_shows_initials_until_a_referral_is_opened(
    play: Playground, people: dict[str, Person]
) -> None:
    referral = await filled_in(people["owner"], "lado", (AMARA, JONAH))
    await people["owner"].do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    text = (await people["lado"].client.get("/api/v1/inbox")).text
    for name in ("Amara", "Okafor", "Jonah", "Colin", "Marsh", "Priya", "Nair", "Tannery"):
        assert name not in text
    assert '"initials":"AO"' in text


async def test_roles_are_read_afresh_with_each_request(play: Playground, people: dict[str, Person]) -> None:
    worker = people["worker"]
    account = (await worker.get("/me"))["account"]
    await worker.get("/inbox")

    def an_auditor_instead(event: Any) -> Any:
        return msgspec.structs.replace(event, roles=frozenset({Role.AUDITOR})) if hasattr(event, "roles") else event

    await play.rewrite(account, an_auditor_instead)
    problem(await worker.client.get("/api/v1/inbox"), 403)
    assert (await worker.get("/me"))["roles"] == ["auditor"]


async def test_somebody_elses_referral_is_not_there_to_read_change_send_add_to_or_withdraw(
    play: Playground, people: dict[str, Person]
) -> None:
    owner, other = people["owner"], people["other"]
    draft, sent = await filled_in(owner), await filled_in(owner)
    await owner.do("POST", f"/referrals/{sent}/submission", {"declaration": True})
    anonymous_draft = (await people["anonymous"].do("POST", "/referrals", {"service": "lado"}))["id"]
    events = await play.events()
    for referral in (draft, sent, anonymous_draft):
        for method, path, body in (
            ("GET", "", None),
            ("POST", "/children", JONAH),
            ("PUT", "/danger", {"in_danger": True}),
            ("POST", "/submission", {"declaration": True}),
            ("POST", "/amendments", {"text": "More.", "why": "Learned it."}),
            ("POST", "/withdrawal", {"why": "Not mine"}),
        ):
            answer = await other.call(method, f"/referrals/{referral}{path}", body)
            nothing = await other.call(method, f"/referrals/{uuid4()}{path}", body)
            refusal, none = problem(answer, 404, path), problem(nothing, 404, path)
            assert {**refusal, "request": ""} == {**none, "request": ""}, path
    assert await play.events() == events
