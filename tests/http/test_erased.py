"""What people see of a referral that was erased: that there was one, when, under which reference; nothing else."""

from datetime import timedelta
from typing import Any, NamedTuple
from uuid import UUID, uuid4

import pytest

from portal.application.erasing import erase
from portal.domain.account_details import Role
from portal.domain.referral_parts import EraseRule
from portal.eventstore.work import fresh_command
from tests.http.problems import problem
from tests.http.test_once import FEEDBACK
from tests.portals import AMARA, JONAH, Person, Playground, filled_in


class Scene(NamedTuple):
    """A referral to social care that was sent, and everybody who could have anything to do with it."""

    priya: Person
    worker: Person
    auditor: Person
    referral: UUID
    reference: str

    @property
    def form(self) -> str:
        return f"/referrals/{self.referral}"

    @property
    def desk(self) -> str:
        return f"/inbox/{self.referral}"


@pytest.fixture
async def scene(play: Playground) -> Scene:
    priya = play.person()
    await play.registered(priya)
    worker, auditor = await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    referral = await filled_in(priya, children=(AMARA, JONAH))
    sent = await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    return Scene(priya, worker, auditor, referral, sent["submission"]["reference"])


async def erased(play: Playground, scene: Scene, rule: EraseRule = EraseRule.RETENTION_OVER) -> None:
    await erase(play.portal, fresh_command("erase"), scene.referral, rule)
    await play.drain()


REQUESTS: tuple[tuple[str, str, str, Any], ...] = (
    ("priya", "GET", "", None),
    ("priya", "POST", "/children", AMARA),
    ("priya", "PUT", "/danger", {"in_danger": True}),
    ("priya", "POST", "/submission", {"declaration": True}),
    ("priya", "POST", "/amendments", {"text": "He is back.", "why": "New"}),
    ("priya", "POST", "/withdrawal", {"why": "Sent twice"}),
    ("worker", "POST", "/opening", None),
    ("worker", "POST", "/acknowledgement", None),
    ("worker", "POST", "/feedback", FEEDBACK),
)


async def test_whoever_could_see_it_is_told_that_it_was_erased_and_nothing_is_written(
    play: Playground, scene: Scene
) -> None:
    await erased(play, scene)
    events = await play.events()
    for who, method, path, body in REQUESTS:
        at = scene.form if who == "priya" else scene.desk
        answer = await getattr(scene, who).call(method, f"{at}{path}", body)
        said = problem(answer, 410, path)
        assert "This was erased on" in said["detail"] and "call us" in said["detail"], path
        assert "retention" not in answer.text and scene.reference not in answer.text
    assert await play.events() == events


async def test_for_everybody_else_there_is_none(play: Playground, scene: Scene) -> None:
    await erased(play, scene)
    other, lado, stranger = play.person(), await play.staff(Role.LADO), play.person()
    await play.registered(other, email="other@oakfield.example")
    for person, statuses in ((other, {404, 403}), (lado, {404}), (stranger, {404, 401}), (scene.auditor, {404, 403})):
        for _, method, path, body in REQUESTS:
            for at in (scene.form, scene.desk):
                answer = await person.call(method, f"{at}{path}", body)
                assert answer.status_code in statuses | {404, 405}, (path, answer.text)


async def test_its_referrer_sees_the_reference_and_that_it_was_erased(play: Playground, scene: Scene) -> None:
    [before] = await scene.priya.get("/my-submitted-forms")
    assert before["about"] == ["Amara Okafor", "Jonah Okafor"]
    await erased(play, scene)
    [form] = await scene.priya.get("/my-submitted-forms")
    assert (form["status"], form["reference"], form["about"]) == ("erased", scene.reference, [])
    assert (form["started_at"], form["received_at"]) == (before["started_at"], before["received_at"])


async def test_the_desk_shows_what_was_erased_only_when_asked_for(play: Playground, scene: Scene) -> None:
    await scene.worker.do("POST", f"{scene.desk}/acknowledgement")
    [before] = (await scene.worker.get("/inbox"))["referrals"]
    assert len((await scene.worker.do("POST", "/inbox/search", {"family_name": "Okafor"}))["referrals"]) == 1
    await erased(play, scene)
    assert (await scene.worker.do("POST", "/inbox/search", {"family_name": "Okafor"}))["referrals"] == []
    page = await scene.worker.get("/inbox")
    assert (page["referrals"], page["tabs"][-1]) == ([], {"status": "erased", "referrals": 1, "more": False})
    [line] = (await scene.worker.get("/inbox?status=erased"))["referrals"]
    nothing: dict[str, Any] = {"status": "erased", "children": [], "adult": None, "referrer": ""}
    assert line == {**before, **nothing}
    lado = await play.staff(Role.LADO)
    assert (await lado.get("/inbox?status=erased"))["referrals"] == []


async def test_the_dashboard_counts_it_where_it_arrived_and_waits_for_nobody(play: Playground, scene: Scene) -> None:
    await erased(play, scene, EraseRule.SENT_IN_ERROR)
    dashboard = await scene.worker.get("/dashboard")
    assert [(count["status"], count["referrals"]) for count in dashboard["counts"]] == [("erased", 1)]
    assert (dashboard["not_acknowledged"], dashboard["share_in_time"]) == (0, None)
    await play.as_owner("update dashboard set due_at = now() - interval '1 day'")
    assert (await scene.worker.get("/dashboard"))["share_in_time"] is None


async def test_an_auditor_sees_every_event_and_why_it_cannot_be_read(play: Playground, scene: Scene) -> None:
    await scene.worker.do("POST", f"{scene.desk}/opening")
    audit = f"/audit/{scene.referral}/replay"
    before = await scene.auditor.do("POST", audit, {"reason": "Sample"})
    await erased(play, scene)
    after = await scene.auditor.do("POST", audit, {"reason": "Sample"})

    *rest, tombstone = after["events"]
    same = ("version", "position", "topic", "recorded_at", "actor")
    assert [[event[name] for name in same] for event in rest] == [
        [event[name] for name in same] for event in before["events"]
    ]
    for event in rest:
        assert event["what"] == {}
        assert event["why_unreadable"].startswith("cannot be read any more: erased on ")
        assert event["why_unreadable"].endswith(" under the rule retention_over")
    assert (tombstone["topic"], tombstone["why_unreadable"]) == ("referral.erased", "")
    assert (tombstone["what"]["reference"], tombstone["what"]["rule"]) == (scene.reference, "retention_over")
    assert (after["referral"], after["why_no_referral"]) == (None, rest[0]["why_unreadable"])
    looked = [(event["topic"], event["what"]["looked_at"]) for event in after["openings"]]
    assert looked == [("access.opened", "referral"), ("access.opened", "replay"), ("access.opened", "replay")]


@pytest.mark.parametrize("asked", [{"version": 3}, {"version": 0}, {"instant": "2026-01-01T00:00:00Z"}])
async def test_no_replay_of_an_earlier_moment_brings_it_back(
    play: Playground, scene: Scene, asked: dict[str, Any]
) -> None:
    await erased(play, scene)
    answer = await scene.auditor.do("POST", f"/audit/{scene.referral}/replay", {"reason": "Sample", **asked})
    assert answer["referral"] is None
    assert "Amara" not in str(answer)


async def test_a_request_sent_again_after_the_referral_was_erased_is_told_so(play: Playground, scene: Scene) -> None:
    requests: tuple[tuple[Person, str, Any], ...] = (
        (scene.priya, f"{scene.form}/amendments", {"text": "He is back.", "why": "New"}),
        (scene.worker, f"{scene.desk}/acknowledgement", None),
        (scene.worker, f"{scene.desk}/feedback", FEEDBACK),
    )
    keys = [str(uuid4()) for _ in requests]
    for (person, path, body), key in zip(requests, keys, strict=True):
        assert (await person.call("POST", path, body, key)).is_success
    await erased(play, scene)
    for (person, path, body), key in zip(requests, keys, strict=True):
        problem(await person.call("POST", path, body, key), 410, path)


async def test_letters_and_reminders_about_it_end_quietly(play: Playground, scene: Scene) -> None:
    await scene.priya.do("POST", f"{scene.form}/amendments", {"text": "He is back.", "why": "New"})
    await scene.worker.do("POST", f"{scene.desk}/feedback", FEEDBACK)
    assert play.running.mailbox is not None
    while await play.running.reactions.step():
        pass  # the jobs are on the queue, and nobody has done them
    before = len(await play.running.mailbox.latest(500))
    await erased(play, scene)
    about = "from jobs j join events e on e.id = j.event_id where e.stream_id = $1"
    await play.as_owner(f"update jobs set run_at = now() where id in (select j.id {about})", scene.referral)  # noqa: S608
    await play.drain()

    jobs = await play.as_owner(f"select j.* {about}", scene.referral)
    assert {"change_letter", "feedback_letter", "remind_first", "remind_last", "end_draft"} < {
        job["kind"] for job in jobs
    }
    assert all(job["done_at"] and not job["held_at"] and not job["fault"] for job in jobs)
    assert len(await play.running.mailbox.latest(500)) == before


async def test_a_draft_that_ended_leaves_nothing_that_can_be_read(play: Playground, scene: Scene) -> None:
    draft = await filled_in(scene.priya)
    await play.drain()
    await play.age(draft, timedelta(days=29))
    await play.drain()
    problem(await scene.priya.client.get(f"/api/v1/referrals/{draft}"), 404)
    assert [form["id"] for form in await scene.priya.get("/my-submitted-forms")] == [str(scene.referral)]
    [key] = await play.as_owner("select wrapped, destroyed_at from keys where stream_id = $1", draft)
    assert key["wrapped"] is None and key["destroyed_at"] is not None
    topics = "select topic, key_id is null as clear from events where stream_id = $1 order by version desc limit 2"
    last, before = await play.as_owner(topics, draft)
    assert (last["topic"], last["clear"]) == ("referral.erased", True)
    assert (before["topic"], before["clear"]) == ("referral.draft_ended", False)
    assert play.portal.ledger.read().entries[0].stream_id == draft


async def test_until_its_key_is_destroyed_an_erased_referral_is_erased_all_the_same(
    play: Playground, scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The ledger cannot be written: the key stays until it can, and nobody is shown anything meanwhile."""
    ledger, path = play.portal.ledger, play.portal.ledger.path
    monkeypatch.setattr(ledger, "path", path / "nowhere")
    with pytest.raises(OSError):
        await erased(play, scene)
    await play.drain()
    problem(await scene.worker.call("POST", f"{scene.desk}/opening"), 410)
    problem(await scene.priya.client.get(f"/api/v1{scene.form}"), 410)
    replay = await scene.auditor.do("POST", f"/audit/{scene.referral}/replay", {"reason": "Sample", "version": 5})
    assert replay["referral"] is None and "Amara" not in str(replay)
    alive = "select wrapped is not null as alive from keys where stream_id = $1"
    assert (await play.as_owner(alive, scene.referral))[0]["alive"]
    [job] = await play.as_owner("select * from jobs where kind = 'destroy_key'")
    assert job["done_at"] is None and job["held_at"] is None and job["attempts"] == 1

    monkeypatch.undo()
    await play.as_owner("update jobs set run_at = now() where kind = 'destroy_key'")
    await play.drain()
    assert not (await play.as_owner(alive, scene.referral))[0]["alive"]
    assert [entry.stream_id for entry in ledger.read().entries] == [scene.referral]
