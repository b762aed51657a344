"""The same POST twice, at once or later, does its work once and answers the same."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx

from portal.domain.account_details import Role
from tests.http.problems import problem
from tests.portals import AMARA, JONAH, PASSWORD, PRIYA, Person, Playground, filled_in

FEEDBACK = {
    "outcome": "A social worker will visit.",
    "what_happens_next": "They will ring you on Wednesday.",
    "whom_to_ring": "The front door, 01632 960 100",
    "how_to_disagree": "Ask for the team manager.",
}


async def five_times(person: Person, path: str, body: Any = None, key: str = "") -> list[httpx.Response]:
    """The same request five times at once, as an impatient finger sends it."""
    key = key or str(uuid4())
    return await asyncio.gather(*(person.call("POST", path, body, key) for _ in range(5)))


async def once(play: Playground, person: Person, path: str, body: Any, *written: str) -> Any:
    """Sends a request five times at once and once more later. Checks that it did its work once (wrote these topics)
    and always answered the same; returns the answer."""
    before, key = await play.events(), str(uuid4())
    answers = await five_times(person, path, body, key)
    topics = [
        row["topic"]
        for row in await play.as_owner("select topic from events order by position offset $1", before)
        if row["topic"] != "access.opened"  # each look is on record
    ]
    assert sorted(topics) == sorted(written), path
    await play.drain()
    events = await play.events() - await play.events("access.opened")
    answers.append(await person.call("POST", path, body, key))
    assert await play.events() - await play.events("access.opened") == events, path
    for answer in answers:
        assert answer.is_success, (path, answer.text)
        assert (answer.status_code, answer.content) == (answers[0].status_code, answers[0].content), path
        assert answer.headers.get_list("set-cookie") == answers[0].headers.get_list("set-cookie"), path
    return answers[0].json()


async def test_registering_signing_in_and_asking_for_another_code_happen_once(play: Playground) -> None:
    priya = play.person()
    account = {**PRIYA, "password": PASSWORD}
    await once(play, priya, "/accounts", account, "account.registered", "login_challenge.issued")
    await play.age(await play.newest("account.registered"), timedelta(days=1))
    await play.age(await play.newest("login_challenge.issued"), timedelta(seconds=61))
    await once(play, priya, "/challenge/new-code", None, "login_challenge.code_reissued")
    [_, _] = await play.letters(PRIYA["email"])

    code = {"code": await play.code(PRIYA["email"])}
    tried, accepted = "login_challenge.code_tried", "login_challenge.accepted"
    registered = await once(play, priya, "/challenge/code", code, tried, accepted, "account.email_validated")
    assert await priya.get("/me") == {
        "account": registered["account"], "name": "Priya Nair", "organisation": "Oakfield Primary School", "roles": [],
        "must_enrol": False, "fresh": False,
    }  # fmt: skip

    again = play.person()
    await once(play, again, "/sign-in", {"email": PRIYA["email"], "password": PASSWORD}, "login_challenge.issued")
    await once(play, again, "/challenge/code", {"code": await play.code(PRIYA["email"])}, tried, accepted)
    assert (await again.get("/me"))["account"] == registered["account"]
    assert await play.portal.pool.fetchval("select count(*) from sessions") == 2


async def test_a_referral_on_its_way_is_changed_once_by_each_request(play: Playground) -> None:
    priya, worker = play.person(), await play.staff(Role.WORKER)
    await play.registered(priya)
    started = await once(play, priya, "/referrals", {"service": "early_help"}, "referral.started")
    assert [form["id"] for form in await priya.get("/my-submitted-forms")] == [started["id"]]

    referral = await filled_in(priya)
    await once(play, priya, f"/referrals/{referral}/children", {**JONAH, "given_name": "J"}, "referral.child_added")
    people = (await priya.get(f"/referrals/{referral}"))["people"]
    assert [person["child"]["given_name"] for person in people] == ["Amara", "J"]
    await priya.do("DELETE", f"/referrals/{referral}/children/{people[1]['id']}")

    desk = f"/inbox/{referral}"
    sent = await once(play, priya, f"/referrals/{referral}/submission", {"declaration": True}, "referral.submitted")
    more = {"text": "He is back at school.", "why": "I learned more."}
    await once(play, priya, f"/referrals/{referral}/amendments", more, "referral.amended")
    await once(play, worker, f"{desk}/acknowledgement", None, "referral.acknowledged")
    await once(play, worker, f"{desk}/feedback", FEEDBACK, "referral.feedback_issued")
    withdrawn = await once(play, priya, f"/referrals/{referral}/withdrawal", {"why": "Twice"}, "referral.withdrawn")

    assert [len(withdrawn[part]) for part in ("amendments", "feedback")] == [1, 1]
    subjects = [letter.subject for letter in await play.letters(PRIYA["email"])]
    assert subjects == ["There is a message for you", "We have received your form", "Your security code"]
    to_the_team = [letter.subject for letter in await play.letters("team-two@severnshire.example")]
    reference = sent["submission"]["reference"]
    changed = f"A form has been changed: {reference}"
    assert to_the_team == [changed, changed, f"A form has arrived: {reference}"]


async def test_a_request_sent_again_later_is_answered_as_it_was_then(play: Playground) -> None:
    person, key = play.person(), str(uuid4())
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
    then = await person.call("POST", f"{draft}/children", AMARA, key)
    await person.do("POST", f"{draft}/children", JONAH)
    await person.do("DELETE", then.headers["location"].removeprefix("/api/v1"))

    again = await person.call("POST", f"{draft}/children", AMARA, key)

    assert (again.status_code, again.content, again.headers["location"]) == (
        then.status_code, then.content, then.headers["location"],
    )  # fmt: skip
    assert [each["child"]["given_name"] for each in (await person.get(draft))["people"]] == ["Jonah"]


async def test_the_same_key_for_another_request_is_refused_and_writes_nothing(play: Playground) -> None:
    priya, visitor, key = play.person(), play.person(), str(uuid4())
    await play.registered(priya)
    for person in (priya, visitor):
        draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
        await person.call("POST", f"{draft}/children", AMARA, key)
        events = await play.events()
        for method, path, body in (
            ("POST", f"{draft}/children", JONAH),
            ("POST", f"{draft}/children/confirmation", None),
            ("PUT", f"{draft}/danger", {"in_danger": True}),
        ):
            found = problem(await person.call(method, path, body, key), 422, path)
            assert found["detail"].startswith("This Idempotency-Key was used for another request."), path
        assert await play.events() == events


async def test_a_referral_sent_five_times_under_five_names_has_one_reference(play: Playground) -> None:
    priya = play.person()
    await play.registered(priya)
    path = f"/referrals/{await filled_in(priya)}/submission"
    answers = await asyncio.gather(*(priya.call("POST", path, {"declaration": True}) for _ in range(5)))
    later = await priya.do("POST", path, {"declaration": True})
    assert {answer.status_code for answer in answers} == {200}
    assert {answer.json()["submission"]["reference"] for answer in answers} == {later["submission"]["reference"]}
    assert await play.events("referral.submitted") == 1


async def test_looking_is_on_record_each_time_whatever_key_the_request_carries(play: Playground) -> None:
    worker, auditor = await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    for _ in range(2):
        assert (await worker.call("POST", f"/inbox/{referral}/opening", key="the-same-key")).status_code == 200
        why = {"reason": "Quarterly sample"}
        assert (await auditor.call("POST", f"/audit/{referral}/replay", why, key="the-same-key")).status_code == 200
    assert await play.events("access.opened") == 4


async def test_a_request_sent_again_after_signing_in_is_done_once(play: Playground) -> None:
    priya = play.person()
    draft = (await priya.do("POST", "/referrals", {"service": "social_care"}))["id"]
    first = await priya.call("POST", f"/referrals/{draft}/children", AMARA, key="the-same-key")
    await play.registered(priya)
    again = await priya.call("POST", f"/referrals/{draft}/children", AMARA, key="the-same-key")
    assert (first.status_code, again.status_code) == (201, 201)
    assert len((await priya.get(f"/referrals/{draft}"))["people"]) == 1


async def test_an_old_request_shows_nothing_to_whom_the_form_belongs_no_more(play: Playground) -> None:
    priya = play.person()
    draft = (await priya.do("POST", "/referrals", {"service": "social_care"}))["id"]
    await priya.call("POST", f"/referrals/{draft}/children", AMARA, key="the-same-key")
    before = dict(priya.client.cookies)
    await play.registered(priya)
    stranger = play.person()
    stranger.client.cookies.set("draft", before["draft"])
    answer = await stranger.call("POST", f"/referrals/{draft}/children", AMARA, key="the-same-key")
    assert (answer.status_code, "Amara" in answer.text) == (404, False)


async def test_two_people_who_choose_the_same_key_do_not_meet(play: Playground) -> None:
    key = "the-same-key"
    people = play.person(), play.person()
    emails = ["ama@oakfield.example", "ben@oakfield.example"]
    accounts: set[str] = set()
    for person, email in zip(people, emails, strict=True):
        assert (await person.call("POST", "/referrals", {"service": "lado"}, key)).status_code == 201
        account = {**PRIYA, "email": email, "password": PASSWORD}
        assert (await person.call("POST", "/accounts", account, key + "-1")).status_code == 202
        code = {"code": await play.code(email)}
        accounts.add((await person.call("POST", "/challenge/code", code, key)).json()["account"])
        started = await person.call("POST", "/referrals", {"service": "early_help"}, key + "-3")
        added = await person.call("POST", f"/referrals/{started.json()['id']}/children", AMARA, key + "-2")
        assert (started.status_code, added.status_code) == (201, 201)
    assert len(accounts) == 2
    mine, theirs = [{form["id"] for form in await person.get("/my-submitted-forms")} for person in people]
    assert len(mine) == len(theirs) == 2 and not mine & theirs


async def test_strangers_without_any_cookie_who_choose_the_same_key_do_not_meet(play: Playground) -> None:
    key = "the-same-key"
    for email in ("ama@oakfield.example", "ben@oakfield.example"):
        person = play.person()
        account = {**PRIYA, "email": email, "password": PASSWORD}
        assert (await person.call("POST", "/accounts", account, key)).status_code == 202
        assert (await person.call("POST", "/challenge/code", {"code": await play.code(email)}, key)).status_code == 200
    started = [await play.person().call("POST", "/referrals", {"service": "lado"}, key) for _ in range(2)]
    assert started[0].json()["id"] != started[1].json()["id"]


async def test_registering_with_a_used_key_and_other_words_is_refused_and_writes_nothing(play: Playground) -> None:
    person, key = play.person(), str(uuid4())
    account = {**PRIYA, "password": PASSWORD}
    assert (await person.call("POST", "/accounts", account, key)).status_code == 202
    events = await play.events()
    problem(await person.call("POST", "/accounts", {**account, "name": "Priya N"}, key), 422)
    assert await play.events() == events


async def test_one_persons_key_and_code_open_nothing_in_another_browser(play: Playground) -> None:
    priya, key = play.person(), "the-same-key"
    await priya.do("POST", "/accounts", {**PRIYA, "password": PASSWORD})
    code = {"code": await play.code(PRIYA["email"])}
    assert (await priya.call("POST", "/challenge/code", code, key)).status_code == 200

    thief = play.person()
    await thief.do("POST", "/accounts", {**PRIYA, "email": "thief@oakfield.example", "password": PASSWORD})
    problem(await thief.call("POST", "/challenge/code", code, key), 422)
    problem(await thief.client.get("/api/v1/me"), 401)
