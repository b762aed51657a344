"""Copies of a referral over the API: for its sender, for the desk's printer, for the case system."""

import base64
import io
from typing import Any
from uuid import UUID

import pypdf
import pytest

from portal.domain.access import access_stream
from portal.domain.account_details import Role
from portal.domain.services import Service
from tests.http.problems import places, problem
from tests.portals import AMARA, Person, Playground, filled_in


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A teacher who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


async def sent(person: Person) -> UUID:
    referral = await filled_in(person)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return referral


async def topics(play: Playground, referral: UUID) -> list[str]:
    history = await play.portal.store.history(access_stream(referral))
    return [each.topic for each in history.envelopes]


async def test_the_questions_of_each_form_can_be_read_by_anybody(play: Playground) -> None:
    for service in Service:
        form = await play.person().get(f"/forms/{service.value}")
        assert form["service"] == service.value and len(form["sections"]) > 5
    problem(await play.person().call("GET", "/forms/adoption"), 400)


async def test_answers_are_checked_before_sending_and_kept_as_a_pdf_afterwards(play: Playground, priya: Person) -> None:
    referral = await filled_in(priya)
    copy = await priya.get(f"/referrals/{referral}/copy")
    assert f"Child: {AMARA['given_name']} {AMARA['family_name']}" in [part["title"] for part in copy["parts"]]
    assert copy["reference"] == ""
    problem(await priya.call("GET", f"/referrals/{referral}/copy.pdf"), 409)

    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    answer = await priya.call("GET", f"/referrals/{referral}/copy.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-disposition"] == 'attachment; filename="referral.pdf"'
    assert answer.content.startswith(b"%PDF-")
    called = pypdf.PdfReader(io.BytesIO(answer.content)).metadata
    assert called and called.title
    assert called.title.startswith(f"Referral: {play.portal.council.services.social_care.name}, ")


async def test_nobody_else_gets_a_copy(play: Playground, priya: Person) -> None:
    referral, stranger = await sent(priya), play.person()
    for path in (f"/referrals/{referral}/copy", f"/referrals/{referral}/copy.pdf"):
        problem(await stranger.call("GET", path), 404)
    lado = await play.staff(Role.LADO)
    for path in (f"/inbox/{referral}/copy", f"/inbox/{referral}/bundle"):
        problem(await lado.call("POST", path), 404)
    assert await topics(play, referral) == []


async def test_whoever_takes_a_copy_is_on_record_each_time(play: Playground, priya: Person) -> None:
    referral, worker = await sent(priya), await play.staff(Role.WORKER)
    for times in (1, 2):
        answer = await worker.call("POST", f"/inbox/{referral}/copy", key="the-same-key")
        assert answer.status_code == 200 and answer.content.startswith(b"%PDF-")
        assert await topics(play, referral) == ["access.exported"] * times


async def test_the_case_system_is_given_the_whole_referral(play: Playground, priya: Person) -> None:
    referral, worker = await sent(priya), await play.staff(Role.WORKER)
    bundle: Any = await worker.do("POST", f"/inbox/{referral}/bundle")
    assert bundle["format"] == "referral-bundle/1" and bundle["service"] == "social_care"
    [child] = bundle["children"]
    assert (child["first_name"], child["date_of_birth"]) == (AMARA["given_name"], AMARA["born"])
    assert child["referral_source"] == "2A", "a school"
    assert base64.b64decode(bundle["pdf"]).startswith(b"%PDF-")
    assert "What you are worried about" in [part["title"] for part in bundle["parts"]]
    assert await topics(play, referral) == ["access.exported"]


async def test_the_case_system_is_given_codes_and_no_more_of_a_birth_than_is_known(
    play: Playground, priya: Person
) -> None:
    known = {"born_about": "2017-03", "sex": "F", "ethnicity": "BAFR", "disabilities": ["HEAR"], "upn_unknown": "UN1"}
    referral = await filled_in(priya, children=({"given_name": "Amara", **known},))
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    [child] = (await (await play.staff(Role.WORKER)).do("POST", f"/inbox/{referral}/bundle"))["children"]
    assert (child["date_of_birth"], child["date_of_birth_about"]) == (None, "2017-03")
    assert (child["sex"], child["ethnicity"], child["disabilities"]) == ("F", "BAFR", ["HEAR"])
    assert (child["upn"], child["upn_unknown_reason"]) == ("", "UN1")


async def test_its_number_in_the_case_system_is_noted_once_and_shown_at_the_desk_only(
    play: Playground, priya: Person
) -> None:
    referral, worker = await sent(priya), await play.staff(Role.WORKER)
    record = {"system": "Mosaic", "number": "2026-004711"}
    for _ in range(2):
        desk = await worker.do("POST", f"/inbox/{referral}/case-records", record)
        assert [each["number"] for each in desk["case_records"]] == ["2026-004711"]
    assert await play.events("referral.recorded_in_case_system") == 1
    assert "2026-004711" not in (await priya.call("GET", f"/referrals/{referral}")).text
    wrong = await worker.call("POST", f"/inbox/{referral}/case-records", {**record, "child_id": str(referral)})
    assert places(wrong) == ["/child_id"]
