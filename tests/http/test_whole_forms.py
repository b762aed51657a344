"""Each form over the API, by a program that knows it only from what the API says of it: filled in with the least and
the most there is room for, sent, read at the desk and told back as it was typed."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from portal.domain.account_details import Role
from portal.domain.forms.asked import AskedForm, AskedSection
from portal.domain.forms.form import ADULT, BESIDE, CHILD, CONSENT, DANGER
from portal.domain.services import Capacity, Service
from tests.domain.filling import TEXTS, Answers, given, least, long_text, most
from tests.domain.test_filling import typed_in
from tests.http.problems import places, problem
from tests.portals import AMARA, Person, Playground, filled_in

Fill = Callable[[AskedSection, Capacity], Answers]
MANUAL = {"lines": ["14 Tannery Row"], "town": "Severnmouth"}
AT_WORK = {"capacity": "professional", "relationship": "professional"}


@pytest.fixture
async def priya(play: Playground) -> Person:
    """A teacher who is signed in."""
    person = play.person()
    await play.registered(person)
    return person


@pytest.mark.parametrize("fill", [least, most])
@pytest.mark.parametrize("service", Service)
async def test_a_program_that_reads_the_form_fills_it_in_and_sends_it(
    play: Playground, priya: Person, service: Service, fill: Fill
) -> None:
    form = msgspec.convert(await priya.get(f"/forms/{service.value}"), AskedForm)
    typed = {each.name: typed_in(each, Capacity.PROFESSIONAL, fill, service) for each in form.sections}
    draft = await written(priya, form, typed)
    assert (await priya.get(draft))["missing"] == []
    sent = await priya.do("POST", f"{draft}/submission", {"declaration": True})
    assert sent["submission"]["reference"]

    staff = await play.staff(Role.LADO if service is Service.LADO else Role.WORKER)
    opened = (await staff.do("POST", f"{draft.replace('/referrals', '/inbox')}/opening"))["referral"]
    for name, answers in opened["answers"].items():
        assert given(answers) == given(typed[name]), name
    told = {part["name"]: part["told"] for part in (await priya.get(f"{draft}/copy"))["parts"]}
    for section in form.sections:
        if section.name not in BESIDE and typed[section.name]:
            assert {each["name"] for each in told[section.name]} >= typed[section.name].keys(), section.name


async def written(person: Person, form: AskedForm, typed: dict[str, Answers]) -> str:
    """A draft with all of it filled in; its path."""
    draft = f"/referrals/{(await person.do('POST', '/referrals', {'service': form.service.value}))['id']}"
    if form.section(ADULT):
        await person.do("PUT", f"{draft}/adult", typed[ADULT])
    await person.do("POST", f"{draft}/children", typed[CHILD])
    people = (await person.do("POST", f"{draft}/children/confirmation"))["people"]
    for each in people:
        await person.do("PUT", f"{draft}/people/{each['id']}/capacity", AT_WORK)
        await person.do("PUT", f"{draft}/people/{each['id']}/address/manual", MANUAL)
    await person.do("PUT", f"{draft}/danger", typed[DANGER])
    if form.section(CONSENT):
        await person.do("PUT", f"{draft}/consent", typed[CONSENT])
    for section in form.sections:
        if section.name not in BESIDE and typed[section.name]:
            await person.do("PUT", f"{draft}/answers/{section.name}", typed[section.name])
    return draft


async def test_a_statement_of_ten_thousand_characters_comes_back_as_it_was_typed(priya: Person) -> None:
    draft = f"/referrals/{(await priya.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
    statement = long_text(10_000)
    assert all(text in statement for text in TEXTS)
    answers = {"worried_about": statement, "seen_or_heard": statement.replace("\n", "\r\n")[:10_000].strip()}
    kept = (await priya.do("PUT", f"{draft}/answers/worries", answers))["answers"]["worries"]
    assert kept["worried_about"] == statement
    assert kept["seen_or_heard"] == answers["seen_or_heard"].replace("\r\n", "\n")


async def test_from_early_help_to_social_care_with_all_that_was_written(play: Playground, priya: Person) -> None:
    draft = f"/referrals/{await filled_in(priya, 'early_help')}"
    await priya.do("PUT", f"{draft}/answers/household", {"people": [{"given_name": "Tamsin", "family_name": "Frost"}]})
    seen = (await priya.get(draft))["state_tokens"]["consent"]
    said_no = {"agreed": False, "why_not_agreed": "refused"}
    before = await priya.do("PUT", f"{draft}/consent", said_no, seen=seen)
    assert [fault["at"] for fault in before["missing"]] == ["/consent"]

    after: dict[str, Any] = await priya.do("PUT", f"{draft}/service", {"service": "social_care"})
    assert after["service"] == "social_care"
    for part in ("people", "danger", "consent", "answers"):
        assert after[part] == before[part], part
    assert {fault["at"] for fault in after["missing"]} == {
        "/answers/worries/worried_about",
        "/answers/worries/seen_or_heard",
    }
    [listed] = await priya.get("/my-submitted-forms")
    assert listed["service"] == "social_care"

    await priya.do("PUT", f"{draft}/answers/worries", {"worried_about": "Bruises.", "seen_or_heard": "On Monday."})
    await priya.do("POST", f"{draft}/submission", {"declaration": True})
    worker = await play.staff(Role.WORKER)
    [line] = (await worker.get("/inbox"))["referrals"]
    assert line["service"] == "social_care"
    for known in ({"given_name": AMARA["given_name"]}, {"given_name": "Tamsin", "family_name": "Frost"}):
        found = (await worker.do("POST", "/inbox/search", known))["referrals"]
        assert [each["id"] for each in found] == [line["id"]]
    assert "The support the family would like" in [
        part["title"] for part in (await priya.get(f"{draft}/copy"))["parts"]
    ]


async def test_nobody_changes_the_service_without_having_seen_the_last_change_nor_to_the_lado(priya: Person) -> None:
    draft = f"/referrals/{await filled_in(priya, 'early_help')}"
    problem(await priya.call("PUT", f"{draft}/service", {"service": "lado"}), 409)
    changed = await priya.do("PUT", f"{draft}/service", {"service": "social_care"})
    problem(await priya.call("PUT", f"{draft}/service", {"service": "early_help"}), 428)
    seen = changed["state_tokens"]["service"]
    assert (await priya.do("PUT", f"{draft}/service", {"service": "early_help"}, seen=seen))["service"] == "early_help"


async def test_codes_and_groups_are_refused_where_they_are_wrong(priya: Person) -> None:
    draft = f"/referrals/{(await priya.do('POST', '/referrals', {'service': 'social_care'}))['id']}"
    family = {"people": [{"given_name": "Tamsin", "ethnicity": "CNHE"}, {"phone": "01632 960 118"}]}
    wrong = await priya.call("PUT", f"{draft}/answers/household", family)
    assert places(wrong) == ["/people/0/ethnicity", "/people/1/given_name"]
    child = {"given_name": "Amara", "estimated_age": 6, "disabilities": ["NONE", "HEAR"], "sex": "2"}
    assert places(await priya.call("POST", f"{draft}/children", child)) == ["/sex", "/disabilities/0"]


async def test_the_desk_learns_that_the_family_takes_back_its_agreement(play: Playground, priya: Person) -> None:
    draft = f"/referrals/{await filled_in(priya, 'early_help')}"
    problem(await priya.call("POST", f"{draft}/consent-withdrawal", {"why": "She wants to wait"}), 409)
    await priya.do("POST", f"{draft}/submission", {"declaration": True})
    told = await priya.do("POST", f"{draft}/consent-withdrawal", {"why": "She wants to wait"})
    assert told["consent_withdrawn"]["why"] == "She wants to wait" and told["consent"]["agreed"]
    worker = await play.staff(Role.WORKER)
    [line] = (await worker.get("/inbox"))["referrals"]
    assert line["changed_at"] is not None
    opened = await worker.do("POST", f"{draft.replace('/referrals', '/inbox')}/opening")
    assert opened["referral"]["consent_withdrawn"]["why"] == "She wants to wait"
