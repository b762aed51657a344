"""Opening a referral: nobody one that names them, an auditor none of the LADO's unless a LADO manager lets them."""

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import httpx
import msgspec

from portal.application.opening import NotLetIn
from portal.domain.access import access_stream
from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.account_events import DetailsChanged
from portal.eventstore.work import Work, fresh_command
from tests.http.problems import places, problem
from tests.http.test_once import FEEDBACK
from tests.portals import AMARA, JONAH, Person, Playground, filled_in

WHY = {"reason": "Quarterly sample"}


async def sent(play: Playground, service: str = "lado") -> UUID:
    """A referral of Priya's; the LADO's are about Colin Marsh."""
    priya = play.person()
    await play.registered(priya, email=f"priya.{uuid4().hex[:6]}@oakfield.example")
    referral = await filled_in(priya, service)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return referral


async def account_of(person: Person) -> str:
    return str((await person.get("/me"))["account"])


async def let_in(by: Person, whom: Person, referral: UUID, days: int = 7) -> httpx.Response:
    body = {"account": await account_of(whom), "days": days, "reason": "Only has the same name"}
    return await by.call("POST", f"/exceptions/{referral}", body)


def refused(answer: httpx.Response) -> bool:
    return bool(problem(answer, 403)["detail"] == NotLetIn.says)


async def openings(play: Playground, referral: UUID) -> list[Any]:
    return [each.event for each in (await play.portal.store.history(access_stream(referral))).envelopes]


async def test_the_adult_of_concern_does_not_open_the_referral_about_them_in_any_way(play: Playground) -> None:
    referral = await sent(play)
    colin = await play.staff(Role.LADO, Role.AUDITOR, name="Mr Colin J. Marsh")
    for path, body in (
        (f"/inbox/{referral}/opening", None),
        (f"/inbox/{referral}/acknowledgement", None),
        (f"/inbox/{referral}/feedback", FEEDBACK),
        (f"/audit/{referral}/replay", WHY),
    ):
        answer = await colin.call("POST", path, body)
        assert refused(answer), path
        assert "Marsh" not in answer.text and "name" not in answer.text
    assert [event.TOPIC for event in await openings(play, referral)] == ["access.opening_refused"] * 4
    assert await play.events("referral.acknowledged") == 0
    await (await play.staff(Role.LADO)).do("POST", f"/inbox/{referral}/opening")


async def test_whatever_shows_a_referral_in_full_is_on_record(play: Playground) -> None:
    """Also where it is asked for again, or changes nothing."""
    referral = await sent(play, "social_care")
    worker = await play.staff(Role.WORKER)
    for number, (path, body) in enumerate((
        ("acknowledgement", None), ("acknowledgement", None), ("feedback", FEEDBACK),
        ("referrer/confirmation", {"how": "Rang the school's office"}),
    )):  # fmt: skip
        keys = (f"the-key-{number}", f"the-{'key' if body is None else 'other'}-{number}")
        for again in (1, 2):
            answer = await worker.call("POST", f"/inbox/{referral}/{path}", body, key=keys[again - 1])
            assert "Okafor" in answer.text, (path, again)
            assert [each.TOPIC for each in await openings(play, referral)] == ["access.opened"] * (2 * number + again)


async def test_nobody_finds_what_names_them_or_sees_what_is_done_about_it(play: Playground) -> None:
    referral = await sent(play)
    colin = await play.staff(Role.LADO, Role.AUDITOR, name="Colin Marsh")
    other = await play.staff(Role.LADO, Role.AUDITOR)
    assert refused(await colin.client.get(f"/api/v1/audit/{referral}/trail"))
    [attempt] = (await play.portal.store.history(access_stream(referral))).envelopes
    assert (attempt.topic, attempt.event.looked_at) == ("access.opening_refused", "trail")  # type: ignore[union-attr]
    assert attempt.metadata.actor == await account_of(colin)
    assert (await other.get(f"/audit/{referral}/trail"))["events"]
    sought = {"family_name": "Marsh"}
    assert [each["id"] for each in (await other.do("POST", "/inbox/search", sought))["referrals"]] == [str(referral)]
    assert (await colin.do("POST", "/inbox/search", sought))["referrals"] == []


async def test_another_name_opens_nothing_that_names_them(play: Playground) -> None:
    """Neither one that staff give themselves, nor one from before they were staff."""
    referral = await sent(play)
    colin = await play.staff(Role.LADO, name="Colin Marsh")
    me = UUID(await account_of(colin))

    async def rename(work: Work) -> Account:
        account, now = await work.load(Account, me)
        assert account is not None
        renamed = msgspec.structs.replace(account.details, name="Someone Else")
        account.trigger_event(DetailsChanged, details=renamed, timestamp=now)
        return account

    await play.portal.perform(fresh_command("test"), Account, rename)
    assert refused(await colin.call("POST", f"/inbox/{referral}/opening"))


async def test_nobody_opens_a_referral_that_they_sent_themselves(play: Playground) -> None:
    worker = await play.staff(Role.WORKER, name="Dana Osei")
    account = await account_of(worker)
    referral = await sent(play, "social_care")
    await worker.do("POST", f"/inbox/{referral}/opening")

    def sent_by_her(event: Any) -> Any:
        return msgspec.structs.replace(event, owner=UUID(account)) if hasattr(event, "owner") else event

    await play.rewrite(referral, sent_by_her)
    assert refused(await worker.call("POST", f"/inbox/{referral}/opening"))


async def test_a_colleague_of_the_same_name_is_let_in_by_a_lado_manager_until_the_end(play: Playground) -> None:
    referral, other = await sent(play, "social_care"), await sent(play, "social_care")
    amara, manager = await play.staff(Role.WORKER, name="Amara Okafor"), await play.staff(Role.LADO_MANAGER)
    await play.prove(manager)
    assert refused(await amara.call("POST", f"/inbox/{referral}/opening"))
    granted = await let_in(manager, amara, referral)
    assert granted.status_code == 201
    await amara.do("POST", f"/inbox/{referral}/opening")
    await amara.do("POST", f"/inbox/{referral}/acknowledgement")
    assert refused(await amara.call("POST", f"/inbox/{other}/opening")), "it is good for one referral"

    def eight_days_later(event: Any) -> Any:
        earlier = {"until": event.until - timedelta(days=8)} if hasattr(event, "until") else {}
        return msgspec.structs.replace(event, **earlier)

    await play.rewrite(access_stream(referral), eight_days_later)
    assert refused(await amara.call("POST", f"/inbox/{referral}/opening"))


async def test_letting_somebody_in_and_ending_it_need_a_factor_shown_a_moment_ago(play: Playground) -> None:
    referral = await sent(play)
    auditor, manager = await play.staff(Role.AUDITOR), await play.staff(Role.LADO_MANAGER)
    ending = f"/exceptions/{referral}/{await account_of(auditor)}"
    assert "authenticator app" in problem(await let_in(manager, auditor, referral), 403)["detail"]
    await play.prove(manager)
    assert (await let_in(manager, auditor, referral)).status_code == 201
    await play.portal.pool.execute("update proofs set proved_at = proved_at - interval '5 minutes 1 second'")
    problem(await manager.call("DELETE", ending), 403)
    await auditor.do("POST", f"/audit/{referral}/replay", WHY)
    assert [event.TOPIC for event in await openings(play, referral)] == ["access.granted", "access.opened"]


async def test_an_auditor_replays_one_of_the_lados_with_a_grant_only(play: Playground) -> None:
    referral = await sent(play)
    auditor, manager = await play.staff(Role.AUDITOR), await play.staff(Role.LADO_MANAGER)
    await play.prove(manager)
    trail = await auditor.get(f"/audit/{referral}/trail")
    assert [event["topic"] for event in trail["events"]][-1] == "referral.submitted"
    assert "Colin" not in str(trail)
    assert refused(await auditor.call("POST", f"/audit/{referral}/replay", WHY))

    assert (await let_in(manager, auditor, referral)).status_code == 201
    assert (await auditor.do("POST", f"/audit/{referral}/replay", WHY))["referral"]["people"][0]["adult"]
    await manager.do("DELETE", f"/exceptions/{referral}/{await account_of(auditor)}")
    assert refused(await auditor.call("POST", f"/audit/{referral}/replay", WHY))
    assert [event.TOPIC for event in await openings(play, referral)] == [
        "access.opening_refused", "access.granted", "access.opened", "access.revoked", "access.opening_refused",
    ]  # fmt: skip


async def test_an_auditor_sees_who_did_what_and_when_and_content_with_a_reason_only(play: Playground) -> None:
    referral = await sent(play, "social_care")
    worker, auditor = await play.staff(Role.WORKER), await play.staff(Role.AUDITOR)
    await worker.do("POST", f"/inbox/{referral}/opening")
    before = await play.events()
    answer = await auditor.client.get(f"/api/v1/audit/{referral}/trail")
    assert answer.json()["openings"][0]["actor"] == await account_of(worker)
    for personal in ("Amara", "Okafor", "Tannery", "Priya", "Bruises"):
        assert personal not in answer.text
    assert await play.events() == before, "of what shows nothing of anybody there is nothing to record"
    for body in ({}, {"reason": ""}, {"reason": "  "}):
        assert (await auditor.call("POST", f"/audit/{referral}/replay", body)).status_code in (400, 422)
    assert await play.events() == before
    await auditor.do("POST", f"/audit/{referral}/replay", WHY)
    assert (await openings(play, referral))[-1].reason == WHY["reason"]


async def test_nobody_makes_an_exception_for_themselves_for_a_stranger_or_where_they_are_named(
    play: Playground,
) -> None:
    referral = await sent(play)
    auditor, manager = await play.staff(Role.AUDITOR), await play.staff(Role.LADO_MANAGER)
    await play.prove(manager)
    colin = await play.staff(Role.LADO_MANAGER, name="Colin Marsh")
    await play.prove(colin)
    problem(await let_in(manager, manager, referral), 409)
    stranger = play.person()
    await play.registered(stranger, email="stranger@oakfield.example")
    assert places(await let_in(manager, stranger, referral)) == ["/account"]
    assert refused(await let_in(colin, auditor, referral))
    for days in (0, 91):
        assert (await let_in(manager, auditor, referral, days)).status_code == 400
    assert refused(await auditor.call("POST", f"/audit/{referral}/replay", WHY))
    draft_owner = play.person()
    await play.registered(draft_owner)
    problem(await let_in(manager, auditor, await filled_in(draft_owner, children=(AMARA, JONAH))), 404)


async def test_an_exception_that_would_change_nothing_is_refused_with_words(play: Playground) -> None:
    about_colin, about_amara = await sent(play), await sent(play, "social_care")
    manager, auditor = await play.staff(Role.LADO_MANAGER), await play.staff(Role.AUDITOR)
    worker, lado = await play.staff(Role.WORKER), await play.staff(Role.LADO, Role.AUDITOR)
    admin = await play.staff(Role.ADMINISTRATOR, name="Amara Okafor")
    await play.prove(manager)
    for whom, referral, says in (
        (worker, about_colin, "roles do not open"),
        (admin, about_amara, "roles do not open"),
        (lado, about_colin, "already"),
        (worker, about_amara, "already"),
        (auditor, about_amara, "already"),
    ):
        answer = await let_in(manager, whom, referral)
        assert places(answer) == ["/account"] and says in answer.text, says
    assert (await let_in(manager, auditor, about_colin)).status_code == 201
    assert "as long already" in (await let_in(manager, auditor, about_colin, days=6)).text
    assert (await let_in(manager, auditor, about_colin, days=30)).status_code == 201
    assert [event.TOPIC for event in await openings(play, about_colin)] == ["access.granted"] * 2


async def test_letting_somebody_in_happens_once_however_often_it_is_sent(play: Playground) -> None:
    referral = await sent(play)
    manager, auditor = await play.staff(Role.LADO_MANAGER), await play.staff(Role.AUDITOR)
    await play.prove(manager)
    body = {"account": await account_of(auditor), "days": 7, "reason": "Quarterly sample"}
    first, again = [await manager.call("POST", f"/exceptions/{referral}", body, key="the-same-key") for _ in range(2)]
    assert (first.status_code, first.content) == (again.status_code, again.content)
    assert first.status_code == 201 and len(await openings(play, referral)) == 1


async def test_a_referral_whose_beginning_cannot_be_read_is_shown_as_if_it_were_the_lados(play: Playground) -> None:
    referral = await sent(play, "social_care")
    auditor, manager = await play.staff(Role.AUDITOR), await play.staff(Role.LADO_MANAGER)
    await play.prove(manager)
    await play.as_owner("update events set state = '\\x01' where stream_id = $1 and version = 1", referral)
    assert refused(await auditor.call("POST", f"/audit/{referral}/replay", WHY))
    assert (await let_in(manager, auditor, referral)).status_code == 409, "nobody can tell whom it names"
