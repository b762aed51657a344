"""Feedback about a service and enquiries about fostering: sent by anybody, read by their team, erased in time."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import msgspec
import pytest

from portal.application.ending_enquiries import erase_enquiry_called
from portal.application.visitors import NotFound
from portal.council.rates import Allowance
from portal.domain.account_details import Role
from portal.domain.referral_parts import EraseRule
from portal.eventstore.work import fresh_command
from tests.http.problems import places, problem
from tests.portals import Person, Playground

PRAISE = {
    "capacity": "personal",
    "which_service": "Family support in Averbourne",
    "went_well": "Amara's worker listened to us.",
    "could_be_better": "We waited for three weeks.",
}
KAMIL = {"name": "Kamil Nowak", "email": "kamil.nowak@post.example", "wants_to_know": "Can I work part-time?"}
SENT = "enquiry.service_feedback_sent"
ASKED = "enquiry.foster_enquiry_sent"


@pytest.fixture
async def team(play: Playground) -> Person:
    """Somebody of the team for feedback."""
    return await play.staff(Role.SERVICE_FEEDBACK)


async def test_a_parent_tells_without_an_account_what_they_think_of_the_services_their_child_got(
    play: Playground, team: Person
) -> None:
    receipt = await play.person().do("POST", "/service-feedback", PRAISE)
    assert receipt["what_happens_next"] == "Somebody reads it. You asked for no answer."
    [line] = (await team.get("/enquiries"))["enquiries"]
    assert (line["kind"], line["status"], line["reference"]) == ("service_feedback", "new", receipt["reference"])
    opened = await team.do("POST", f"/enquiries/{line['id']}/opening")
    assert opened["answers"] == {**PRAISE, "name": "", "email": "", "phone": "", "wants_answer": False}


async def test_an_adult_who_may_foster_asks_without_an_account_and_learns_by_when_they_are_answered(
    play: Playground,
) -> None:
    receipt = await play.person().do("POST", "/foster-enquiries", KAMIL)
    assert receipt["what_happens_next"].startswith("We mean to answer you by ")
    fostering = await play.staff(Role.FOSTERING)
    [line] = (await fostering.get("/enquiries"))["enquiries"]
    assert line["kind"] == "foster_enquiry"
    assert (await fostering.do("POST", f"/enquiries/{line['id']}/opening"))["answers"]["name"] == "Kamil Nowak"


async def test_neither_is_ever_in_the_front_doors_inbox_or_numbers(play: Playground) -> None:
    await play.person().do("POST", "/service-feedback", PRAISE)
    await play.person().do("POST", "/foster-enquiries", KAMIL)
    await play.drain()
    front_door = await play.staff(Role.WORKER, Role.MANAGER, Role.LADO, Role.LADO_MANAGER)
    inbox = await front_door.get("/inbox")
    assert inbox["referrals"] == [] and all(tab["referrals"] == 0 for tab in inbox["tabs"])
    assert (await front_door.get("/dashboard"))["counts"] == []
    problem(await front_door.client.get("/api/v1/enquiries"), 403)


async def test_each_team_sees_its_own_only(play: Playground, team: Person) -> None:
    fostering = await play.staff(Role.FOSTERING)
    await play.person().do("POST", "/service-feedback", PRAISE)
    await play.person().do("POST", "/foster-enquiries", KAMIL)
    feedback, enquiry = await play.newest(SENT), await play.newest(ASKED)
    assert [line["id"] for line in (await team.get("/enquiries"))["enquiries"]] == [str(feedback)]
    assert [line["id"] for line in (await fostering.get("/enquiries"))["enquiries"]] == [str(enquiry)]
    assert (await team.get("/enquiries?kind=foster_enquiry"))["enquiries"] == []
    events = await play.events()
    for path, body in (("opening", None), ("answer", {"how": "Rang"})):
        problem(await team.call("POST", f"/enquiries/{enquiry}/{path}", body), 404, path)
        problem(await fostering.call("POST", f"/enquiries/{feedback}/{path}", body), 404, path)
    assert await play.events() == events
    both = await play.staff(Role.SERVICE_FEEDBACK, Role.FOSTERING)
    assert len((await both.get("/enquiries"))["enquiries"]) == 2


async def test_the_id_of_something_else_is_no_enquiry(play: Playground, team: Person) -> None:
    draft = (await play.person().do("POST", "/referrals", {"service": "lado"}))["id"]
    problem(await team.call("POST", f"/enquiries/{draft}/opening"), 404)


async def test_opening_is_on_record_each_time_and_marking_as_answered_ends_it(play: Playground, team: Person) -> None:
    await play.person().do("POST", "/service-feedback", PRAISE)
    enquiry = await play.newest(SENT)
    for _ in range(2):
        await team.do("POST", f"/enquiries/{enquiry}/opening")
    assert await play.events("access.opened") == 2
    answered = await team.do("POST", f"/enquiries/{enquiry}/answer", {"how": "Wrote to the team."})
    assert answered["how_answered"] == "Wrote to the team." and answered["answered_at"]
    assert (await team.get("/enquiries"))["enquiries"] == []
    [line] = (await team.get("/enquiries?status=answered&status=new"))["enquiries"]
    assert line["status"] == "answered"
    problem(await team.call("POST", f"/enquiries/{enquiry}/answer", {"how": "Again"}), 409)


async def test_the_team_is_told_by_a_letter_that_says_nothing(play: Playground) -> None:
    for path, body, mailbox in (
        ("/service-feedback", PRAISE, "service_feedback"),
        ("/foster-enquiries", KAMIL, "foster_enquiries"),
    ):
        receipt = await play.person().do("POST", path, body)
        await play.drain()
        [letter] = await play.letters(getattr(play.portal.council.team_mailboxes, mailbox))
        assert letter.subject == f"A form has arrived: {receipt['reference']}"
        assert "/enquiries/" in letter.text
        for told in ("Kamil", "Amara", "Averbourne", "foster", "feedback"):
            assert told not in f"{letter.subject}{letter.text}"


async def test_sent_twice_it_arrives_once_with_the_same_reference(play: Playground) -> None:
    key, answers = str(uuid4()), []
    for person in (play.person(), play.person()):  # the second time from another browser
        answers.append((await person.call("POST", "/foster-enquiries", KAMIL, key=key)).json())
    assert answers[0] == answers[1]
    assert await play.events(ASKED) == 1


async def test_strangers_whose_programs_name_their_requests_alike_do_not_meet(play: Playground) -> None:
    key = str(uuid4())
    for name in ("kamil", "tamsin"):
        answer = await play.person().call(
            "POST", "/foster-enquiries", {"name": name, "email": f"{name}@post.example"}, key=key
        )
        assert answer.status_code == 201, answer.text
    assert await play.events(ASKED) == 2


async def test_two_strangers_who_do_not_say_who_they_are_do_not_meet_either(play: Playground) -> None:
    key, references = str(uuid4()), set()
    for went_well in ("She listened.", "He rang back."):
        said = {"capacity": "personal", "which_service": "Family support", "went_well": went_well}
        for _ in range(2):
            answer = await play.person().call("POST", "/service-feedback", said, key=key)
            assert answer.status_code == 201, answer.text
            references.add(answer.json()["reference"])
    assert len(references) == 2


async def test_who_is_signed_in_sends_it_under_their_account(play: Playground) -> None:
    person = play.person()
    await play.registered(person)
    await person.do("POST", "/service-feedback", PRAISE)
    actor = "select metadata->>'actor' from events where topic = $1"
    assert await play.portal.pool.fetchval(actor, SENT) == (await person.get("/me"))["account"]


async def test_what_is_wrong_is_named_all_at_once_and_nothing_is_written(play: Playground) -> None:
    person, events = play.person(), await play.events()
    for path, body, status, at in (
        ("/service-feedback", {}, 400, ["/capacity", "/went_well"]),
        ("/service-feedback", {"capacity": "personal"}, 422, ["/which_service", "/went_well"]),
        ("/service-feedback", {**PRAISE, "wants_answer": True, "email": "kamil"}, 422, ["/email"]),
        ("/service-feedback", {**PRAISE, "child": "Amara"}, 400, ["/child"]),
        ("/service-feedback", {**PRAISE, "went_well": "x" * 10_001}, 400, ["/went_well"]),
        ("/foster-enquiries", {}, 422, ["/name", "/email"]),
        ("/foster-enquiries", {**KAMIL, "spare_room": "yes", "phone": 5}, 400, ["/phone", "/spare_room"]),
    ):
        answer = await person.call("POST", path, body)
        problem(answer, status, path)
        assert places(answer) == at, (path, body)
    assert await play.events() == events


async def test_a_stranger_sends_so_many_an_hour_and_is_told_when_to_come_back(play: Playground) -> None:
    rates = msgspec.structs.replace(play.portal.council.rates, enquiries=Allowance(one=2, network=2))
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, rates=rates)
    person = play.person()
    for _ in range(2):
        await person.do("POST", "/foster-enquiries", KAMIL)
    problem(await person.call("POST", "/service-feedback", PRAISE), 429)


async def test_nothing_that_was_written_stands_in_clear(play: Playground) -> None:
    await play.person().do("POST", "/service-feedback", PRAISE)
    await play.person().do("POST", "/foster-enquiries", KAMIL)
    await play.drain()
    stored = await play.as_owner("select state from events where topic like 'enquiry.%'")
    assert len(stored) == 2
    rows = await play.as_owner("select enquiries::text as row from enquiries")
    for text in (*(bytes(each["state"]) for each in stored), *(each["row"].encode() for each in rows)):
        for told in (b"Kamil", b"Averbourne", b"part-time"):
            assert told not in text


async def test_it_is_erased_when_its_time_is_over_and_not_before(play: Playground, team: Person) -> None:
    await play.person().do("POST", "/service-feedback", PRAISE)
    enquiry = await play.newest(SENT)
    await play.drain()
    await play.age(enquiry, timedelta(days=364))
    await play.drain()
    await team.do("POST", f"/enquiries/{enquiry}/opening")

    await play.age(enquiry, timedelta(days=2))
    await play.drain()
    problem(await team.call("POST", f"/enquiries/{enquiry}/opening"), 404)
    problem(await team.call("POST", f"/enquiries/{enquiry}/answer", {"how": "Rang"}), 404)
    assert (await team.get("/enquiries"))["enquiries"] == []
    assert await is_destroyed(play, enquiry)


async def test_it_is_kept_for_as_long_as_the_council_says_now(play: Playground) -> None:
    await play.person().do("POST", "/service-feedback", PRAISE)
    enquiry = await play.newest(SENT)
    await play.drain()
    limits = msgspec.structs.replace(play.portal.council.limits, enquiry_days=730)
    play.portal.__dict__["council"] = msgspec.structs.replace(play.portal.council, limits=limits)
    await play.age(enquiry, timedelta(days=366))
    await play.drain()
    assert not await is_destroyed(play, enquiry)


async def test_it_is_erased_on_request_by_its_reference_at_once(play: Playground, team: Person) -> None:
    receipt = await play.person().do("POST", "/service-feedback", PRAISE)
    enquiry = await play.newest(SENT)
    called, rule = receipt["reference"].lower().replace("-", " "), EraseRule.REQUEST_GRANTED
    for _ in range(2):
        await erase_enquiry_called(play.portal, fresh_command("erase"), called, rule)
    assert await is_destroyed(play, enquiry)
    assert await play.events("enquiry.erased") == 1
    problem(await team.call("POST", f"/enquiries/{enquiry}/opening"), 404)
    for nobody in ("4H7K-PX2M", "nonsense"):
        with pytest.raises(NotFound):
            await erase_enquiry_called(play.portal, fresh_command("erase"), nobody, rule)


async def is_destroyed(play: Playground, enquiry: Any) -> bool:
    found: bool = await play.portal.pool.fetchval("select wrapped is null from keys where stream_id = $1", enquiry)
    return found
