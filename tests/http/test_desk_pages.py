"""The pages of the desk: the inbox in tabs, a referral opened on record, answered, and never shown by a mere link."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from portal.application.casework import PAGE
from portal.domain.account_details import Role
from portal.domain.forms.asked import AskedForm
from portal.domain.services import Capacity, Service
from tests.domain.filling import most
from tests.domain.test_filling import typed_in
from tests.http.files import attached, pdf
from tests.http.reading_pages import PageReader
from tests.http.scanners import with_scanner
from tests.http.test_once import FEEDBACK
from tests.http.test_whole_forms import written
from tests.portals import PASSWORD, Person, Playground, filled_in, form_fields
from tests.sent import on_the_desk


@pytest.fixture
async def priya(play: Playground) -> Person:
    """Of a school whose address the council does not know."""
    person = play.person()
    await play.registered(person, email="priya.nair@elsewhere.example")
    return person


@pytest.fixture
async def desk(play: Playground) -> PageReader:
    return PageReader(play, await play.staff(Role.WORKER))


async def sent(play: Playground, person: Person, service: str = "social_care") -> UUID:
    referral = await filled_in(person, service)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    return referral


async def test_staff_begin_at_the_first_of_their_pages_and_see_no_applicants_links(
    play: Playground, desk: PageReader
) -> None:
    assert (await desk.person.client.get("/home")).headers["location"] == "/desk"
    page = await desk.go("/desk")
    assert 'href="/dashboard"' in page and "My submitted forms" not in page and 'href="/audit"' not in page
    auditor = PageReader(play, await play.staff(Role.AUDITOR))
    assert (await auditor.person.client.get("/home")).headers["location"] == "/audit"
    stranger = play.person()
    assert (await stranger.client.get("/home")).headers["location"] == "/"


async def test_the_inbox_names_nobody_and_counts_by_status(play: Playground, priya: Person, desk: PageReader) -> None:
    await sent(play, priya)
    page = await desk.go("/desk")
    assert "New (1)" in desk.main and "Acknowledged (0)" in desk.main and "AO (9)" in desk.main
    assert "From Oakfield Primary School" in desk.main and "Not verified" in desk.main and "Waiting" in desk.main
    assert "Amara" not in page and "Okafor" not in page and "Priya" not in page
    await desk.go("/desk?status=answered")
    assert "Nothing here" in desk.main
    await desk.go("/desk?status=nonsense&service=nonsense")
    assert "AO (9)" in desk.main, "what a link adds is nobody's fault"


async def test_a_search_is_posted_and_shows_no_more_than_the_inbox(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    await sent(play, priya)
    await desk.go("/desk/search")
    await desk.send("/desk/search", "search", 422)
    assert "Enter a name, a date of birth, a UPN or an NHS number." in desk.main
    await desk.send("/desk/search", "search", 422, **{"born-day": "40", "born-month": "3", "born-year": "2016"})
    assert "Enter a real date" in desk.main and 'value="40"' in desk.html
    await desk.send("/desk/search", "search", 200, family_name="OKAFOR")
    assert "1 referral found" in desk.main and "AO (9)" in desk.main and "Amara" not in desk.html
    await desk.send("/desk/search", "search", 200, family_name="Nobody")
    assert "0 referrals found" in desk.main


async def test_a_link_opens_nothing_a_button_does_and_each_look_is_on_record(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    referral = await sent(play, priya)
    page = await desk.go(f"/desk/{referral}")
    assert "Open it" in desk.main and "Amara" not in page
    assert await play.events("access.opened") == 0
    await desk.follow(f"/desk/{referral}/opening", "opening")
    assert "Amara" in desk.main and "Bruises on both arms." in desk.main and "Priya Nair" in desk.main
    assert await play.events("access.opened") == 1
    await desk.go(f"/desk/{referral}")
    assert await play.events("access.opened") == 2, "loading it again is another look"
    colleague = PageReader(play, await play.staff(Role.WORKER))
    assert "Amara" not in await colleague.go(f"/desk/{referral}"), "what one opened is not open to another"
    await colleague.send("/sign-out", "sign out")


async def test_whoever_followed_a_link_to_a_page_behind_the_door_comes_there(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    referral = await sent(play, priya)
    await desk.go(f"/desk/{referral}/feedback")
    assert f"?then=/desk/{referral}/feedback" in desk.html
    onwards = await desk.send(f"/desk/{referral}/opening?then=/desk/{referral}/feedback", "opening")
    assert onwards.headers["location"] == f"/desk/{referral}/feedback"
    elsewhere = await desk.send(f"/desk/{referral}/opening?then=/staff", "opening")
    assert elsewhere.headers["location"] == f"/desk/{referral}"


async def test_a_referral_is_acknowledged_answered_and_noted(play: Playground, priya: Person, desk: PageReader) -> None:
    referral = await sent(play, priya)
    at = f"/desk/{referral}"
    await desk.follow(f"{at}/opening", "opening")
    await desk.follow(f"{at}/acknowledgement", "acknowledge")
    assert "You have acknowledged it" in desk.main
    child = (await priya.get(f"/referrals/{referral}"))["people"][0]["id"]
    await desk.go(f"{at}/feedback")
    assert "Amara Okafor" in desk.main
    await desk.send(f"{at}/feedback", "feedback", 422, outcome="We visit.", child_id=child)
    assert "Say what happens next" in desk.main and "Say how to disagree" in desk.main and "We visit." in desk.html
    await desk.follow(f"{at}/feedback", "feedback", **FEEDBACK, child_id=child)
    assert "Feedback about Amara Okafor" in desk.main and FEEDBACK["outcome"] in desk.main
    await desk.send(f"{at}/case-record", "case record", 422, system="Mosaic")
    assert "Enter the number of the record" in desk.main
    await desk.follow(f"{at}/case-record", "case record", system="Mosaic", number="2026-004711", child_id="")
    assert "2026-004711" in desk.main
    await desk.send(f"{at}/confirmation", "confirmation", 422)
    await desk.follow(f"{at}/confirmation", "confirmation", how="Called the school")
    assert "Not verified" not in desk.main
    assert [issued["outcome"] for each in [await priya.get(f"/referrals/{referral}")] for issued in _feedback(each)]


def _feedback(referral: dict[str, list[dict[str, dict[str, str]]]]) -> list[dict[str, str]]:
    return [each["feedback"] for each in referral["feedback"]]


async def test_risks_to_staff_and_secret_addresses_stand_before_everything_else(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    referral = await filled_in(priya)
    draft = f"/referrals/{referral}"
    form = await priya.get(draft)
    child = form["people"][0]["id"]
    where = {"lines": ["2 Weir Lane"], "town": "Severnmouth", "secret": True}
    await priya.do("PUT", f"{draft}/people/{child}/address/manual", where, form["state_tokens"][f"address:{child}"])
    dog = {"given_name": "Rhys", "risk_to_visitors": "A large dog"}
    await priya.do("PUT", f"{draft}/answers/household", {"people": [dog]})
    form = await priya.get(draft)
    await priya.do("PUT", f"{draft}/danger", {"in_danger": True}, form["state_tokens"]["danger"])
    await priya.do("POST", f"{draft}/submission", {"declaration": True})
    await desk.follow(f"/desk/{referral}/opening", "opening")
    places = [desk.main.index(each) for each in ("Urgent", "A large dog", "Secret address: Amara", "2 Weir Lane")]
    assert places == sorted(places)


async def test_taking_it_out_is_on_record_and_its_file_is_called_after_nobody(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    referral = await sent(play, priya)
    bundle = await desk.send(f"/desk/{referral}/bundle.json", "take the bundle", 200)
    assert bundle.headers["content-disposition"] == 'attachment; filename="referral.json"'
    assert bundle.json()["children"][0]["first_name"] == "Amara"
    assert await play.events("access.exported") == 1


async def test_the_dashboard_has_its_numbers_in_pictures_and_in_tables(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    await sent(play, priya)
    page = await desk.go("/dashboard")
    assert page.count('<svg class="portal-chart"') == 3 and page.count("<table") == 3
    assert 'aria-label="Referrals by service: Early Help 0, Children&#39;s Social Care 1"' in page
    assert "LADO" not in desk.main, "what they do not see is not counted either"


async def test_the_team_reads_feedback_on_record_and_marks_it_as_answered(play: Playground) -> None:
    body = {"capacity": "personal", "which_service": "Family support", "went_well": "All of it."}
    await play.person().do("POST", "/service-feedback", body)
    await play.drain()
    team = PageReader(play, await play.staff(Role.SERVICE_FEEDBACK))
    enquiry = await play.newest("enquiry.service_feedback_sent")
    await team.go("/enquiries")
    assert "Feedback about a service" in team.main and "All of it." not in team.main
    assert "Open it" in await team.go(f"/enquiries/{enquiry}")
    await team.follow(f"/enquiries/{enquiry}/opening", "opening")
    assert "All of it." in team.main and await play.events("access.opened") == 1
    await team.send(f"/enquiries/{enquiry}/answer", "answer", 422)
    assert "Say how it was answered" in team.main
    await team.follow(f"/enquiries/{enquiry}/answer", "answer", how="Nothing to answer")
    assert "It is marked as answered." in team.main and "Nothing here" in team.main
    await team.go("/enquiries?status=answered")
    assert "Answered" in team.main
    fostering = PageReader(play, await play.staff(Role.FOSTERING))
    await fostering.go(f"/enquiries/{enquiry}", 404)


@pytest.mark.parametrize("service", Service)
async def test_a_form_with_every_question_answered_fits_a_page(
    play: Playground, priya: Person, service: Service
) -> None:
    """At most 40 KB of HTML beside what was typed, with three people on each list."""
    form = msgspec.convert(await priya.get(f"/forms/{service.value}"), AskedForm)
    typed = {each.name: _three(typed_in(each, Capacity.PROFESSIONAL, most, service)) for each in form.sections}
    draft = await written(priya, form, typed)
    await priya.do("POST", f"{draft}/submission", {"declaration": True})
    desk = PageReader(play, await play.staff(Role.LADO if service is Service.LADO else Role.WORKER))
    at = draft.replace("/referrals", "/desk")
    page = await desk.follow(f"{at}/opening", "opening")
    assert len(re.sub(r"<dd>[^<]*</dd>|<strong[^>]*>.*?</strong>", "", page, flags=re.DOTALL).encode()) <= 40_000


def _three(answers: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value[:3] if isinstance(value, list) and isinstance(value[0], dict) else value
        for name, value in answers.items()
    }


async def test_a_long_inbox_has_pages_urgent_first_and_what_is_late_is_marked(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    owner, now = UUID((await priya.get("/me"))["account"]), datetime.now(UTC)
    for ago in range(PAGE + 1):
        await on_the_desk(play.portal, owner, ago == 0, now - timedelta(days=ago))
    await play.drain()
    page = await desk.go("/desk?service=social_care")
    assert f"New ({PAGE + 1})" in desk.main and page.count('class="portal-inbox__item') == PAGE
    assert desk.main.index("Urgent") < desk.main.index(f"Waiting {PAGE} days Late")
    assert len(page.encode()) <= 40_000
    [onwards] = re.findall(r'href="([^"]*after=[^"]*)"', page)
    page = await desk.go(onwards.replace("&amp;", "&"))
    assert page.count('class="portal-inbox__item') == 1 and "Urgent" not in desk.main.partition("Urgent first")[0]
    assert "Back to the first page" in desk.main and "service=social_care" in page


async def test_what_staff_typed_when_their_session_ran_out_is_there_after_signing_in(
    play: Playground, priya: Person
) -> None:
    referral, email = await sent(play, priya), "dana.osei@severnshire.example"
    desk = PageReader(play, await play.staff(Role.WORKER, email=email))
    at = f"/desk/{referral}/feedback"
    fields = await form_fields(play, desk.person, "feedback", outcome="We visit on Wednesday.", child_id="")
    await play.as_owner("update sessions set seen_at = now() - interval '31 minutes'")
    answer = await desk.person.client.post(at, data=fields)
    assert answer.headers["location"] == f"/sign-in?then={at}"
    await desk.person.do("POST", "/sign-in", {"email": email, "password": PASSWORD})
    await desk.person.do("POST", "/challenge/code", {"code": await play.app_code(1)})
    assert "We visit" not in await desk.go(at), "the door comes first, for the session is another"
    await desk.follow(f"/desk/{referral}/opening?then={at}", "opening")
    assert "You were signed out before this was saved." in desk.main and "We visit on Wednesday." in desk.html


async def test_whoever_is_named_is_told_whom_to_turn_to_and_nothing_else(play: Playground, priya: Person) -> None:
    referral = await sent(play, priya)
    named = PageReader(play, await play.staff(Role.WORKER, name="Amara Okafor"))
    await named.send(f"/desk/{referral}/opening", "opening")
    page = await named.go(f"/desk/{referral}", 403)
    assert "Speak to a LADO manager" in named.main and "Bruises" not in page
    assert await play.events("access.opening_refused") == 1


async def test_one_that_cannot_be_read_is_first_says_so_and_has_no_button(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    whole = await sent(play, priya)
    await play.as_owner("update staff_inbox set cannot_read = 3, urgent = true where id = $1", whole)
    page = await desk.go("/desk")
    assert "Cannot be read" in desk.main and "Call whoever sent it" in desk.main
    assert f"/desk/{whole}/opening" not in page


async def test_a_document_is_listed_and_saved_once_it_is_clean_on_record(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    scanner = with_scanner(play)
    scanner.away = True
    referral = await filled_in(priya)
    [document] = await attached(priya, referral, ("body-map.pdf", pdf(), "application/pdf"))
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    await desk.go("/desk")
    assert "1 document, 1 waiting to be checked" in desk.main and "body-map" not in desk.html
    at = f"/desk/{referral}/documents/{document['id']}"
    assert "Open it" in await desk.go(at), "a link leads to the door"
    await desk.follow(f"/desk/{referral}/opening", "opening")
    assert "body-map.pdf" in desk.main and at not in desk.html
    await desk.go(at, 409)
    scanner.away = False
    await play.as_owner("update jobs set run_at = now() where kind = 'scan_document'")
    await play.drain()
    await desk.go(f"/desk/{referral}")
    assert at in desk.html and "No virus found" in desk.main
    looks = await play.events("access.opened")
    answer = await desk.person.client.get(at)
    assert answer.content == pdf() and answer.headers["content-disposition"].startswith("attachment")
    assert await play.events("access.opened") == looks + 1


async def test_a_document_is_looked_at_page_by_page_each_on_record(
    play: Playground, priya: Person, desk: PageReader
) -> None:
    with_scanner(play)
    referral = await filled_in(priya)
    files = (("body-map.pdf", pdf(), "application/pdf"), ("note.txt", b"Her arm hurt", "text/plain"))
    plan, note = await attached(priya, referral, *files, said="Where the bruises are")
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    at = f"/desk/{referral}/documents"
    assert "Open it" in await desk.go(f"{at}/{plan['id']}/look/picture"), "a link leads to the door"
    await desk.go(f"/desk/{referral}")
    await desk.follow(f"/desk/{referral}/opening", "opening")
    assert desk.main.count("Where the bruises are") == 1, "listed once"
    assert f"{at}/{plan['id']}/look" in desk.html and f"{at}/{note['id']}/look" not in desk.html
    page = await desk.go(f"{at}/{plan['id']}/look")
    assert "Where the bruises are" in page and f"{at}/{plan['id']}/look?page=2" in page
    looks = await play.events("access.opened")
    picture = await desk.person.client.get(f"{at}/{plan['id']}/look/picture?page=1")
    assert picture.headers["content-type"] == "image/jpeg" and picture.content.startswith(b"\xff\xd8")
    assert picture.headers["content-security-policy"].startswith("sandbox")
    assert await play.events("access.opened") == looks + 1
    for missing in (f"{at}/{plan['id']}/look/picture?page=2", f"{at}/{note['id']}/look"):
        await desk.go(missing, 404)
