"""A form on its way: begun before signing in, filled in, sent, added to, withdrawn, or left lying until it ends."""

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest

from portal.domain.account_details import Role
from tests.http.problems import places, problem
from tests.portals import AMARA, JONAH, PASSWORD, PRIYA, Person, Playground, filled_in
from tests.sent import on_the_desk

EMAIL = PRIYA["email"]
HOUSE = {"uprn": "990000001037", "lines": ["1 Lanternmaker Street"], "town": "Averbourne", "postcode": "ZZ1 4QP"}


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A professional who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def begun(person: Person, *children: Any, service: str = "social_care") -> str:
    """A draft with these children; its path."""
    path = f"/referrals/{(await person.do('POST', '/referrals', {'service': service}))['id']}"
    for child in children:
        await person.do("POST", f"{path}/children", child)
    return path


async def ids(person: Person, draft: str) -> list[str]:
    """The ids of the people on a form."""
    return [each["id"] for each in (await person.get(draft))["people"]]


async def listed(person: Person) -> set[str]:
    """Paths of the forms on somebody's list."""
    return {f"/referrals/{form['id']}" for form in await person.get("/my-submitted-forms")}


# --- before and after signing in ----------------------------------------------------------------------------


async def test_drafts_begun_before_signing_in_are_taken_over(play: Playground) -> None:
    await play.registered(play.person())
    visitor, neighbour = play.person(), play.person()
    drafts = {await begun(visitor, AMARA), await begun(visitor, JONAH, service="early_help")}
    theirs = await begun(neighbour, AMARA)
    old_cookie = visitor.client.cookies["draft"]

    await visitor.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    await visitor.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})

    assert await listed(visitor) == drafts
    holder = play.person()
    holder.client.cookies.set("draft", old_cookie)
    for draft in drafts:
        assert (await visitor.get(draft))["people"]
        problem(await holder.client.get(f"/api/v1{draft}"), 404)
        problem(await holder.call("POST", f"{draft}/children", JONAH), 404)
    problem(await visitor.client.get(f"/api/v1{theirs}"), 404)
    assert (await neighbour.get(theirs))["people"]


async def test_a_draft_begun_before_registering_is_taken_over_and_can_be_sent(play: Playground) -> None:
    visitor = play.person()
    referral = await filled_in(visitor)
    problem(await visitor.call("POST", f"/referrals/{referral}/submission", {"declaration": True}), 401)
    await play.registered(visitor)
    sent = await visitor.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    assert sent["submission"]["reference"] and await listed(visitor) == {f"/referrals/{referral}"}


async def test_a_draft_that_was_not_taken_over_at_sign_in_is_so_by_its_first_change(
    play: Playground, priya: Person
) -> None:
    visitor = play.person()
    draft = await begun(visitor, AMARA)
    priya.client.cookies.set("draft", visitor.client.cookies["draft"])
    assert await listed(priya) == set()
    await priya.do("POST", f"{draft}/children", JONAH)
    await play.drain()
    assert await listed(priya) == {draft}
    problem(await visitor.client.get(f"/api/v1{draft}"), 404)


async def test_a_time_out_loses_nothing(play: Playground, priya: Person) -> None:
    draft = await begun(priya, AMARA)
    await play.as_owner("update sessions set seen_at = seen_at - interval '31 minutes'")
    problem(await priya.call("POST", f"{draft}/children", JONAH), 404)
    begun_meanwhile = await begun(priya, JONAH)
    await priya.do("POST", "/sign-in", {"email": EMAIL, "password": PASSWORD})
    await priya.do("POST", "/challenge/code", {"code": await play.code(EMAIL)})
    assert await listed(priya) == {draft, begun_meanwhile}
    assert len(await ids(priya, draft)) == 1


# --- nobody overwrites what they have not seen --------------------------------------------------------------


async def test_replacing_an_answer_takes_the_token_of_the_answer_that_was_seen(priya: Person) -> None:
    draft = await begun(priya, AMARA, service="early_help")
    [child] = await ids(priya, draft)
    support = {"going_on": "Mornings are hard.", "would_help": "Somebody to talk to."}
    for part, path, first, second in (
        ("danger", "/danger", {"in_danger": False}, {"in_danger": True}),
        ("consent", "/consent", {"agreed": False}, {"agreed": True, "agreed_by": "Her mother"}),
        ("answers:support", "/answers/support", support, {**support, "going_well": "Football."}),
        (f"child:{child}", f"/children/{child}", AMARA, {**AMARA, "given_name": "Ama"}),
        (
            f"capacity:{child}",
            f"/people/{child}/capacity",
            {"capacity": "personal", "relationship": "neighbour"},
            {"capacity": "professional", "relationship": "professional"},
        ),
        (f"address:{child}", f"/people/{child}/address/none", {"why": "not_known"}, {"why": "no_fixed_abode"}),
    ):
        if not part.startswith("child"):
            await priya.do("PUT", f"{draft}{path}", first)
        seen = await priya.get(draft)
        stale = seen["state_tokens"][part]

        problem(await priya.call("PUT", f"{draft}{path}", second), 428, part)
        problem(await priya.call("PUT", f"{draft}{path}", second, seen="made-up"), 412, part)
        assert await priya.get(draft) == seen, "nothing was overwritten"
        changed = await priya.do("PUT", f"{draft}{path}", second, seen=f'"{stale}"')
        assert changed["state_tokens"][part] != stale
        refusal = problem(await priya.call("PUT", f"{draft}{path}", first, seen=stale), 412, part)
        assert f"at {datetime.now(UTC):%H:}" in refusal["detail"] or datetime.now(UTC).minute == 0
        assert await priya.get(draft) == changed, "nothing was overwritten"


async def test_changes_of_other_parts_do_not_disturb(priya: Person) -> None:
    draft = await begun(priya, AMARA)
    seen = (await priya.do("PUT", f"{draft}/danger", {"in_danger": False}))["state_tokens"]["danger"]
    await priya.do("POST", f"{draft}/children", JONAH)
    await priya.do("PUT", f"{draft}/consent", {"agreed": False})
    assert (await priya.do("PUT", f"{draft}/danger", {"in_danger": True}, seen=seen))["danger"]["in_danger"]


async def test_of_two_windows_that_replace_an_answer_at_once_one_is_told(priya: Person) -> None:
    draft = await begun(priya)
    seen = (await priya.do("PUT", f"{draft}/danger", {"in_danger": False}))["state_tokens"]["danger"]
    numbers = [{"in_danger": True, "police_log_number": f"SV-{number}"} for number in range(4)]
    answers = await asyncio.gather(*(priya.call("PUT", f"{draft}/danger", each, seen=seen) for each in numbers))
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412, 412]
    [kept] = [answer.json()["danger"] for answer in answers if answer.status_code == 200]
    assert (await priya.get(draft))["danger"] == kept


async def test_children_added_in_several_windows_at_once_are_all_there(priya: Person) -> None:
    draft = await begun(priya)
    children = [{**AMARA, "given_name": f"Child {number}"} for number in range(6)]
    answers = await asyncio.gather(*(priya.call("POST", f"{draft}/children", child) for child in children))
    assert {answer.status_code for answer in answers} == {201}
    names = {each["child"]["given_name"] for each in (await priya.get(draft))["people"]}
    assert names == {f"Child {number}" for number in range(6)}


# --- people and addresses -----------------------------------------------------------------------------------


async def test_a_postcode_is_found_however_it_is_typed(play: Playground) -> None:
    person = play.person()
    found = [
        await person.do("POST", "/addresses/search", {"postcode": typed})
        for typed in ("ZZ1 4QP", "zz14qp", " z z 1 4 q p ", "ZZ1-4QP", "ＺＺ１ ４ＱＰ")  # noqa: RUF001 - as phones type it
    ]
    assert all(each == found[0] for each in found)
    assert HOUSE.items() <= found[0][0].items()
    assert await person.do("POST", "/addresses/search", {"postcode": "SW1A 1AA"}) == []
    for no_postcode in ("", "ZZ1", "nowhere", "ZZ1 4Q0"):
        answer = await person.call("POST", "/addresses/search", {"postcode": no_postcode})
        problem(answer, 422, no_postcode)
        assert places(answer) == ["/postcode"]


async def test_an_address_is_found_typed_copied_or_said_to_be_unknown(priya: Person) -> None:
    draft = await begun(priya, AMARA, JONAH, {**AMARA, "given_name": "Ife"}, {**AMARA, "given_name": "Tayo"})
    people = [f"{draft}/people/{id}/address" for id in await ids(priya, draft)]
    await priya.do("PUT", f"{people[0]}/found", {"uprn": HOUSE["uprn"], "secret": True})
    await priya.do("PUT", f"{people[1]}/copied", {"from_person": (await ids(priya, draft))[0]})
    by_hand = {"lines": [" 14 Tannery Row ", ""], "postcode": "zz14qs", "place": "workplace"}
    await priya.do("PUT", f"{people[2]}/manual", by_hand)
    await priya.do("PUT", f"{people[3]}/none", {"why": "no_fixed_abode"})

    found, copied, typed, none = [each["address"] for each in (await priya.get(draft))["people"]]

    assert {**HOUSE, "source": "found", "secret": True, "custodian": "9901"}.items() <= found.items()
    assert copied == {**found, "source": "copied", "copied_from": (await ids(priya, draft))[0]}, (
        "secret as the other is"
    )
    assert (typed["source"], typed["postcode"], typed["place"]) == ("manual", "ZZ1 4QS", "workplace")
    assert (none["source"], none["why_none"], none["lines"]) == ("none", "no_fixed_abode", [])


async def test_an_address_that_cannot_be_one_is_refused(play: Playground, priya: Person) -> None:
    draft = await begun(priya, AMARA, JONAH)
    amara, jonah = await ids(priya, draft)
    address = f"{draft}/people/{amara}/address"
    events = await play.events()
    for path, body, status, at in (
        ("found", {"uprn": "990000009999"}, 422, "/uprn"),
        ("found", {"uprn": "x"}, 400, "/uprn"),
        ("manual", {"lines": ["1 Row"], "postcode": "ZZ1 4Q0"}, 422, "/postcode"),
        ("manual", {"lines": ["  "], "town": "Averbourne"}, 422, "/lines"),
        ("manual", {"lines": ["1 Row"]}, 422, "/town"),
        ("manual", {"lines": ["1 Row"] * 5, "town": "Averbourne"}, 400, "/lines"),
        ("manual", {"lines": ["1 Row", "x" * 121], "town": "Averbourne"}, 400, "/lines/1"),
        ("copied", {"from_person": jonah}, 422, "/from_person"),  # who has none
        ("copied", {"from_person": amara}, 422, "/from_person"),  # herself
        ("none", {"why": "too far away"}, 400, "/why"),
    ):
        answer = await priya.call("PUT", f"{address}/{path}", body)
        problem(answer, status, (path, body))
        assert places(answer) == [at], (path, body)
    problem(await priya.call("PUT", f"{draft}/people/{uuid4()}/address/none", {"why": "not_known"}), 409)
    assert await play.events() == events


async def test_capacity_is_said_once_for_several_and_offered_for_the_others(priya: Person) -> None:
    draft = await begun(priya, AMARA, JONAH, {**AMARA, "given_name": "Ife"})
    amara, jonah, ife = await ids(priya, draft)
    at_work = {"capacity": "professional", "relationship": "professional"}
    form = await priya.do("PUT", f"{draft}/people/{amara}/capacity", {**at_work, "also_for": [jonah]})
    assert [each["capacity"] for each in form["people"]] == [at_work, at_work, None]
    assert form["offered_capacity"] == at_work

    answer = await priya.call("PUT", f"{draft}/people/{ife}/capacity", {"capacity": "self", "relationship": "mother"})
    problem(answer, 422)
    assert places(answer) == ["/relationship"]
    await priya.do("PUT", f"{draft}/people/{ife}/capacity", {"capacity": "personal", "relationship": "mother"})
    answer = await priya.call("POST", f"{draft}/submission", {"declaration": True})
    mixed = [fault["says"] for fault in problem(answer, 422)["faults"] if fault["at"].endswith("/capacity")]
    assert len(mixed) == 3 and all("either as a professional or in a personal capacity" in each for each in mixed)


async def test_a_child_can_be_removed_with_all_that_was_said_of_it(play: Playground, priya: Person) -> None:
    referral = await filled_in(priya, children=(AMARA, JONAH))
    draft = f"/referrals/{referral}"
    amara, jonah = await ids(priya, draft)
    await priya.do("DELETE", f"{draft}/children/{amara}")
    assert await ids(priya, draft) == [jonah]
    await play.drain()
    assert [form["about"] for form in await priya.get("/my-submitted-forms")] == [["Jonah Okafor"]]
    sent = await priya.do("POST", f"{draft}/submission", {"declaration": True})
    assert [each["id"] for each in sent["people"]] == [jonah]
    problem(await priya.call("DELETE", f"{draft}/children/{jonah}"), 409)


async def test_an_adult_is_referred_with_no_one_or_several_children(play: Playground, priya: Person) -> None:
    lado = await play.staff(Role.LADO)
    then = {"given_name": "Grace", "family_name": "Bell", "born": "1990-05-04", "was_child_then": True}
    for children in ((), (AMARA,), (AMARA, then)):
        referral = await filled_in(priya, "lado", children)
        await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
        opened = (await lado.do("POST", f"/inbox/{referral}/opening"))["referral"]
        assert opened["no_particular_child"] is (not children)
        assert [each["adult"] is None for each in opened["people"]] == [False, *[True] * len(children)]
    lines = (await lado.get("/inbox"))["referrals"]
    assert sorted(len(line["children"]) for line in lines) == [0, 1, 2]
    assert {line["adult"]["initials"] for line in lines} == {"CM"}


async def test_children_and_no_particular_child_exclude_each_other(priya: Person) -> None:
    draft = await begun(priya, AMARA, service="lado")
    problem(await priya.call("PUT", f"{draft}/children/none"), 409)
    [child] = await ids(priya, draft)
    await priya.do("DELETE", f"{draft}/children/{child}")
    assert (await priya.do("PUT", f"{draft}/children/none"))["no_particular_child"]
    assert not (await priya.do("POST", f"{draft}/children", AMARA))["no_particular_child"]


# --- sending, and afterwards --------------------------------------------------------------------------------


async def test_sending_names_every_gap_at_once_and_what_is_complete_has_none(play: Playground, priya: Person) -> None:
    draft = await begun(priya, AMARA)
    [child] = await ids(priya, draft)
    events = await play.events()
    answer = await priya.call("POST", f"{draft}/submission", {"declaration": True})
    problem(answer, 422)
    missing = ["/children", f"/people/{child}/capacity", f"/people/{child}/address", "/danger"]
    missing += ["/answers/worries/worried_about", "/answers/worries/seen_or_heard"]
    assert places(answer) == [*missing, "/consent"]
    assert [fault["at"] for fault in (await priya.get(draft))["missing"]] == places(answer)
    ready = f"/referrals/{await filled_in(priya)}"
    assert (await priya.get(ready))["missing"] == []
    assert places(await priya.call("POST", f"{ready}/submission", {"declaration": False})) == ["/declaration"]
    assert await play.events("referral.submitted") == 0
    assert await play.events() > events


async def test_what_was_sent_stays_as_it_was(play: Playground, priya: Person) -> None:
    referral = await filled_in(priya)
    draft = f"/referrals/{referral}"
    tokens = (await priya.get(draft))["state_tokens"]
    await priya.do("POST", f"{draft}/submission", {"declaration": True})
    events = await play.events()
    for method, path, body in (
        ("POST", "/children", JONAH),
        ("POST", "/children/confirmation", None),
        ("PUT", "/consent", {"agreed": True, "agreed_by": "Nobody"}),
    ):
        answer = await priya.call(method, f"{draft}{path}", body, seen=None if method == "POST" else tokens["consent"])
        assert "This referral has been sent." in problem(answer, 409, path)["detail"]
    assert await play.events() == events


async def test_adding_and_withdrawing_mark_the_referral_changed_on_the_desk(play: Playground, priya: Person) -> None:
    worker = await play.staff(Role.WORKER)
    referral = await filled_in(priya)
    path = f"/referrals/{referral}"
    problem(await priya.call("POST", f"{path}/amendments", {"text": "More.", "why": "Learned it."}), 409)
    problem(await priya.call("POST", f"{path}/withdrawal", {"why": "Not sent yet"}), 409)
    await priya.do("POST", f"{path}/submission", {"declaration": True})
    [line] = (await worker.get("/inbox"))["referrals"]
    assert line["changed_at"] is None

    await priya.do("POST", f"{path}/amendments", {"text": "He is back at school.", "why": "I learned more."})
    [amended] = (await worker.get("/inbox"))["referrals"]
    assert amended["changed_at"] and amended["status"] == "new"

    await priya.do("POST", f"{path}/withdrawal", {"why": "It was sent twice"})
    [withdrawn] = (await worker.get("/inbox"))["referrals"]
    assert withdrawn["changed_at"] > amended["changed_at"] and withdrawn["status"] == "withdrawn"
    assert [form["status"] for form in await priya.get("/my-submitted-forms")] == ["withdrawn"]
    opened = (await worker.do("POST", f"/inbox/{referral}/opening"))["referral"]
    assert opened["amendments"][0]["amendment"]["text"] == "He is back at school."
    assert opened["withdrawn"]["why"] == "It was sent twice"
    problem(await priya.call("POST", f"{path}/amendments", {"text": "More.", "why": "Learned it."}), 409)


async def test_the_inbox_shows_the_urgent_first_and_its_pages_have_no_gaps_and_no_repeats(
    play: Playground, priya: Person
) -> None:
    worker = await play.staff(Role.WORKER)
    owner = UUID((await priya.get("/me"))["account"])
    start = datetime.now(UTC) - timedelta(days=1)
    plan = [(number % 10 == 0, start + timedelta(minutes=number // 7)) for number in range(63)]  # seven at each minute
    sent = await asyncio.gather(*(on_the_desk(play.portal, owner, urgent, at) for urgent, at in plan))
    await play.drain()

    lines: list[Any] = []
    sizes: list[int] = []
    path = "/inbox"
    while path:
        page = await worker.get(path)
        sizes.append(len(page["referrals"]))
        lines += page["referrals"]
        if len(sizes) == 1:  # whoever reads on misses nothing although something arrives meanwhile
            await on_the_desk(play.portal, owner, True, start - timedelta(hours=1))
            await play.drain()
        path = f"/inbox?after={page['next']}" if page["next"] else ""

    assert sizes == [25, 25, 13]
    assert [line["id"] for line in lines] == [
        str(id) for _, _, id in sorted((not urgent, at, id) for (urgent, at), id in zip(plan, sent, strict=True))
    ]
    assert [line["urgent"] for line in lines] == [True] * 7 + [False] * 56


# --- drafts that are left lying -----------------------------------------------------------------------------

REMINDER = "You have not sent your form"


async def reminders(play: Playground) -> list[str]:
    """The reminders that Priya has got, oldest first."""
    await play.drain()
    return [letter.text for letter in reversed(await play.letters(EMAIL)) if letter.subject == REMINDER]


async def test_a_draft_that_nobody_claims_ends_after_a_day(play: Playground) -> None:
    visitor = play.person()
    draft = await begun(visitor, AMARA)
    stream = UUID(draft.rpartition("/")[2])
    await play.drain()
    await play.age(stream, timedelta(hours=23))
    await play.drain()
    assert (await visitor.get(draft))["people"]

    await play.age(stream, timedelta(hours=1, minutes=1))
    await play.drain()
    problem(await visitor.client.get(f"/api/v1{draft}"), 404)
    problem(await visitor.call("POST", f"{draft}/children", JONAH), 404)
    assert await play.events("referral.draft_ended") == 1
    await play.registered(visitor)
    assert await listed(visitor) == set()


async def test_a_draft_of_an_account_ends_after_28_days_and_its_owner_is_reminded_twice(
    play: Playground, priya: Person
) -> None:
    draft = await begun(priya, AMARA)
    stream = UUID(draft.rpartition("/")[2])
    assert await reminders(play) == []
    for days, letters in ((timedelta(hours=23), 0), (timedelta(hours=1, minutes=1), 1), (timedelta(days=23), 1)):
        await play.age(stream, days)
        assert len(await reminders(play)) == letters
    await play.age(stream, timedelta(days=1))
    first, last = await reminders(play)
    assert "It will be deleted in 26 days" in first and "It will be deleted in 2 days" in last
    assert "Amara" not in first + last

    await play.age(stream, timedelta(days=2, hours=23))
    assert len(await reminders(play)) == 2 and await listed(priya) == {draft}
    await play.age(stream, timedelta(hours=2))
    assert len(await reminders(play)) == 2 and await listed(priya) == set()
    problem(await priya.client.get(f"/api/v1{draft}"), 404)
    assert await play.events("referral.draft_ended") == 1


async def test_a_draft_somebody_works_on_lives_on(play: Playground, priya: Person) -> None:
    draft = await begun(priya, AMARA)
    stream = UUID(draft.rpartition("/")[2])
    for days in (timedelta(), timedelta(days=1, minutes=1), timedelta(days=22)):
        await play.age(stream, days)
        assert len(await reminders(play)) == (days > timedelta()), "the first one"
    form = await priya.do("POST", f"{draft}/children", JONAH)
    assert datetime.fromisoformat(form["ends_at"]) > datetime.now(UTC) + timedelta(days=27)
    await play.as_owner("update jobs set run_at = now() where done_at is null")
    assert len(await reminders(play)) == 1, "the last reminder waits for three days before the new end"
    assert await listed(priya) == {draft}
    assert await play.events("referral.draft_ended") == 0


async def test_what_was_sent_never_ends_and_nobody_is_reminded_of_it(play: Playground, priya: Person) -> None:
    referral = await filled_in(priya)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    await play.age(referral, timedelta(days=40))
    assert await reminders(play) == []
    assert (await priya.get(f"/referrals/{referral}"))["submission"]["reference"]
    assert await play.events("referral.draft_ended") == 0
