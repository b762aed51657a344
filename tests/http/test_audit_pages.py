"""The auditor's pages: found by reference, the trail without content, and for a reason the form as it stood."""

import re
from uuid import UUID

import pytest

from portal.application.erasing import erase
from portal.domain import referral_events as happened
from portal.domain.access import Opened, access_stream
from portal.domain.account_details import Role
from portal.domain.catalogue import CATALOGUE
from portal.domain.referral_parts import EraseRule
from portal.eventstore.work import fresh_command
from portal.http.pages.audit.words import EVENTS, LOOKS
from tests.http.reading_pages import PageReader
from tests.http.test_once import FEEDBACK
from tests.portals import AMARA, Person, Playground, filled_in


@pytest.fixture
async def priya(play: Playground) -> Person:
    person = play.person()
    await play.registered(person)
    return person


@pytest.fixture
async def auditor(play: Playground) -> PageReader:
    return PageReader(play, await play.staff(Role.AUDITOR, name="Ines Varga"))


async def sent(person: Person) -> tuple[UUID, str]:
    """A referral in which a name was put right before it was sent, and its reference."""
    referral = await filled_in(person)
    draft = f"/referrals/{referral}"
    form = await person.get(draft)
    child = form["people"][0]["id"]
    seen = form["state_tokens"][f"child:{child}"]
    await person.do("PUT", f"{draft}/children/{child}", {**AMARA, "given_name": "Amina"}, seen)
    await person.do("POST", f"{draft}/children/confirmation")
    answer = await person.do("POST", f"{draft}/submission", {"declaration": True})
    return referral, answer["submission"]["reference"]


def test_every_event_has_a_name() -> None:
    topics = {topic for topic in CATALOGUE if topic.startswith(("referral.", "access."))}
    assert topics == {*EVENTS, *LOOKS}


async def test_a_referral_is_found_by_what_its_referrer_was_given(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral, reference = await sent(priya)
    await auditor.go("/audit")
    await auditor.send("/audit", "find", 422)
    assert "Enter the reference" in auditor.main
    await auditor.send("/audit", "find", 422, reference="2222-2222")
    assert "There is no referral with this reference" in auditor.main and "2222-2222" in auditor.html
    found = await auditor.send("/audit", "find", reference=reference.lower().replace("-", " "))
    assert found.headers["location"] == f"/audit/{referral}"


async def test_the_trail_says_who_did_what_and_nothing_of_what_was_said(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral, _ = await sent(priya)
    worker = await play.staff(Role.WORKER, name="Dana Osei")
    await worker.do("POST", f"/inbox/{referral}/opening")
    await worker.do("POST", f"/inbox/{referral}/acknowledgement")
    page = await auditor.go(f"/audit/{referral}")
    for said in ("Child added", "Sent to the council", "Acknowledged", "The referrer", "Dana Osei", "Opened"):
        assert said in auditor.main, said
    for secret in ("Amara", "Amina", "Bruises", "Priya"):
        assert secret not in page, secret
    assert await play.events("access.opened") == 2, "the worker's two looks, and none by the trail"


async def test_a_replay_needs_a_reason_and_each_version_that_is_shown_is_on_record_with_it(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral, _ = await sent(priya)
    at = f"/audit/{referral}/replay"
    await auditor.send(at, "replay", 422)
    assert "Say why you open this" in auditor.main and "Amina" not in auditor.html
    await auditor.send(at, "replay", 200, reason="Sample, case 14")
    assert "Amina" in auditor.main and "Sample, case 14" in auditor.main and "Sent to the council" in auditor.main
    await auditor.send(at, "replay", 200, reason="Sample, case 14", version="2")
    assert "Version 2 of" in auditor.main and "Amara" in auditor.main and "Amina" not in auditor.main
    history = await play.portal.store.history(access_stream(referral))
    looks = [each.event for each in history.envelopes if isinstance(each.event, Opened)]
    assert [each.reason for each in looks] == ["Sample, case 14"] * 2


async def test_what_changed_is_named_as_the_form_names_it_and_marked_in_words(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral, _ = await sent(priya)
    events = (await play.portal.store.history(referral)).envelopes
    [changed] = [each.version for each in events if isinstance(each.event, happened.ChildDetailsGiven)]
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample", version=str(changed))
    page = re.sub(r"<span class=\"govuk-visually-hidden\">([^<]*)</span>", r"\1", auditor.html)
    assert '<del class="portal-removed">[removed: Amara]</del>' in page
    assert '<ins class="portal-added">[added: Amina]</ins>' in page
    assert "First name" in auditor.main and "Version before" in auditor.main and "Version after" in auditor.main


async def test_what_staff_answered_is_shown_at_its_step(play: Playground, priya: Person, auditor: PageReader) -> None:
    referral, _ = await sent(priya)
    worker = await play.staff(Role.WORKER, name="Dana Osei")
    await worker.do("POST", f"/inbox/{referral}/feedback", FEEDBACK)
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample")
    assert "Feedback given" in auditor.main and FEEDBACK["outcome"] in auditor.main and "By: Dana Osei" in auditor.main


async def test_an_event_that_cannot_be_read_says_so_and_what_was_before_it_is_shown(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral, _ = await sent(priya)
    torn = "update events set state = substr(state, 1, 20) where stream_id = $1 and version = 5"
    await play.as_owner(torn, referral)
    await auditor.go(f"/audit/{referral}")
    assert "Cannot be read" in auditor.main
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample")
    assert "The form cannot be shown at this version" in auditor.main
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample", version="4")
    assert "Amara" in auditor.main


async def test_of_what_was_erased_the_tombstone_is_shown(play: Playground, priya: Person, auditor: PageReader) -> None:
    referral, reference = await sent(priya)
    await erase(play.portal, fresh_command("erase", "operator:ines"), referral, EraseRule.SENT_IN_ERROR)
    await play.drain()
    await auditor.go(f"/audit/{referral}")
    for said in ("This was erased on", "It was sent in error", reference, "operator:ines"):
        assert said in auditor.main, said
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample")
    assert "This was erased on" in auditor.main and "Amina" not in auditor.html


async def test_one_of_the_lados_is_kept_from_an_auditor_until_a_manager_lets_them_in(
    play: Playground, priya: Person, auditor: PageReader
) -> None:
    referral = await filled_in(priya, "lado")
    reference = (await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True}))["submission"][
        "reference"
    ]
    await auditor.send(f"/audit/{referral}/replay", "replay", 403, reason="Sample")
    assert "Speak to a LADO manager" in auditor.main
    manager = PageReader(play, await play.staff(Role.LADO_MANAGER))
    account = (await auditor.person.get("/me"))["account"]
    answer = await manager.person.client.get("/exceptions")
    assert answer.headers["location"] == "/proof?then=/exceptions"
    await play.prove(manager.person)
    await manager.go("/exceptions")
    assert "Ines Varga" in manager.main
    given = {"account": account, "days": "7", "reason": "Quarterly sample"}
    await manager.send("/exceptions", "let in", 422, **given, reference="nonsense")
    assert "There is no referral with this reference" in manager.main and "Quarterly sample" in manager.html
    await manager.send("/exceptions", "let in", 422, **{**given, "days": "900"}, reference=reference)
    assert "Enter a number of days from 1 to 90" in manager.main or "90 or less" in manager.main
    await manager.follow("/exceptions", "let in", **given, reference=reference)
    assert "They have been let in." in manager.main
    await auditor.send(f"/audit/{referral}/replay", "replay", 200, reason="Sample")
    assert "Colin Marsh" in auditor.main
    await manager.follow("/exceptions/end", "let in no more", account=account, reference=reference)
    await auditor.send(f"/audit/{referral}/replay", "replay", 403, reason="Sample")
