"""Who may see and send the pages of staff, as the one table of application/policy.py has it: whoever may not is refused
and nothing happens, whatever they send."""

from collections.abc import AsyncIterator

import httpx
import pytest

from portal.application.policy import Act, Party, Standing, Whose, kinds_seen, parts_shown, rule_of, services_seen
from portal.domain.account_details import Role
from portal.domain.enquiry_forms import EnquiryKind
from portal.domain.services import Service
from portal.http.acts import OPERATIONS
from tests.http.pages_of_staff import PAGES_OF_STAFF, Page
from tests.portals import Person, Playground, filled_in, form_fields

WHO = ("anonymous", "applicant", *Role)


@pytest.fixture
async def people(play: Playground) -> dict[str, Person]:
    """One of each; whoever does what needs a fresh code has shown one."""
    found = {"anonymous": play.person(), "applicant": play.person()}
    await play.registered(found["applicant"])
    found |= {role.value: await play.staff(role) for role in Role}
    for role in (Role.ADMINISTRATOR, Role.LADO_MANAGER):
        await play.prove(found[role])
    return found


@pytest.fixture
async def names(play: Playground, people: dict[str, Person]) -> AsyncIterator[dict[str, str]]:
    """A referral to social care, feedback about a service, an account of staff."""
    priya = people["applicant"]
    referral = await filled_in(priya)
    sent = await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    feedback = {"capacity": "personal", "which_service": "Family support", "went_well": "All"}
    await priya.do("POST", "/service-feedback", feedback)
    subject = await (await play.staff(Role.WORKER, name="Dana Osei")).get("/me")
    yield {
        "referral": str(referral),
        "reference": sent["submission"]["reference"],
        "enquiry": str(await play.newest("enquiry.service_feedback_sent")),
        "account": subject["account"],
    }


async def test_whoever_may_sees_and_sends_each_page_and_nobody_else(
    play: Playground, people: dict[str, Person], names: dict[str, str]
) -> None:
    wrong = []
    for page in PAGES_OF_STAFF:
        for who in WHO:
            for name in filter(None, (page.shows, page.takes)):
                events = await play.events()
                answer = await _asked(play, people[who], page, name, names)
                ok = page.answer if name == page.takes else 200
                refused = _refused(OPERATIONS[name], who)
                if answer.status_code not in (refused or {ok}):
                    wrong.append(f"{name}: {who} {answer.status_code}, not {refused or ok}")
                if refused and await play.events() != events:
                    wrong.append(f"{name}: {who} was refused and did something")
    assert not wrong, "\n".join(wrong)


async def _asked(play: Playground, person: Person, page: Page, name: str, names: dict[str, str]) -> httpx.Response:
    path = page.path.format(**names)
    if name == page.shows:
        return await person.client.get(path)
    typed = {field: value.format(**names) for field, value in page.typed.items()}
    return await person.client.post(path, data=await form_fields(play, person, page.purpose, **typed))


def _refused(act: Act, who: str) -> set[int]:
    """How somebody is refused by the table; empty where they may. Who is not signed in is led to signing in."""
    roles = frozenset({Role(who)}) if who in [*Role] else frozenset[Role]()
    if parts_shown(act, _parties(who)) is None:
        return {303, 401} if who == "anonymous" else {403}
    unseen = {
        Whose.SERVICE: Service.SOCIAL_CARE not in services_seen(roles),
        Whose.ENQUIRY: EnquiryKind.SERVICE_FEEDBACK not in kinds_seen(roles),
    }
    return {404} if unseen.get(rule_of(act).whose) else set()


def _parties(who: str) -> frozenset[Party]:
    """What the table calls them."""
    if who == "anonymous":
        return frozenset({Standing.ANYBODY})
    return frozenset({Standing.ANYBODY, Standing.APPLICANT, *({Role(who)} if who in [*Role] else ())})
