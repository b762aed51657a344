"""The desk by keyboard alone, with JavaScript and without: inbox, search, a referral read and answered, the numbers."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.staffed import FEEDBACK_TEAM, LADO, WORKER, referrer, sign_in, somebody, urgent_referral
from tests.browser.visiting import Site, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
ANSWER = {
    "What we decided": "A social worker will visit the family this week.",
    "What happens next": "They will call you on Wednesday.",
    "How to disagree": "Ask for the team manager.",
}


@either
async def test_a_duty_worker_opens_acknowledges_and_answers(visit: Visit, site: Site, scripts: bool) -> None:
    _, reference = await urgent_referral(await referrer(site))
    visitor = await visit(scripts=scripts)
    await sign_in(visitor, WORKER)
    await visitor.go("/home")
    assert await visitor.heading() == "Inbox" and "Urgent" in await visitor.text()
    assert "Amara" not in await visitor.text() and "Not verified" in await visitor.text()
    await visitor.judge("desk inbox")
    await visitor.press(f"Open referral {reference}")
    assert await visitor.heading() == f"Referral {reference}"
    text = await visitor.text()
    assert text.index("A large dog") < text.index("Secret address: Amara Okafor") < text.index("Bruises on both arms.")
    await visitor.judge("desk referral new")
    await visitor.press("Acknowledge")
    assert "You have acknowledged it" in await visitor.text()

    await visitor.press("Give feedback")
    await visitor.judge("desk feedback empty")
    await visitor.enter("What we decided", ANSWER["What we decided"])
    await visitor.press("Give feedback")
    assert (await visitor.title()).startswith("Error: Give feedback")
    assert await visitor.page.input_value("#outcome") == ANSWER["What we decided"]
    await visitor.judge("desk feedback errors")
    for name, text in ANSWER.items():
        await visitor.enter(name, text)
    await visitor.press("Give feedback")
    assert ANSWER["What we decided"] in await visitor.text()

    await visitor.press("Note the case system")
    await visitor.press("Save")
    await visitor.judge("desk case record errors")
    await visitor.enter("Case system", "Mosaic")
    await visitor.enter("Number of the record there", "2026-004711")
    await visitor.press("Save")
    await visitor.press("Confirm who sent it")
    await visitor.press("Confirm")
    await visitor.judge("desk confirmation errors")
    await visitor.enter("How did you make sure?", "Called the school")
    await visitor.press("Confirm")
    assert "2026-004711" in await visitor.text() and "Not verified" not in await visitor.text()
    await visitor.judge("desk referral answered")


async def test_a_link_to_a_referral_leads_to_the_door_and_through_it(visit: Visit, site: Site) -> None:
    referral, reference = await urgent_referral(await referrer(site))
    visitor = await visit()
    await sign_in(visitor, WORKER)
    await visitor.go(f"/desk/{referral}/feedback")
    assert await visitor.heading() == "Open a referral" and reference not in await visitor.title()
    await visitor.judge("desk door")
    await visitor.press("Open it")
    assert await visitor.heading() == "Give feedback"
    await visitor.page.reload()
    assert await visitor.heading() == "Give feedback"


@either
async def test_a_person_is_searched_for(visit: Visit, site: Site, scripts: bool) -> None:
    _, reference = await urgent_referral(await referrer(site))
    visitor = await visit(scripts=scripts)
    await sign_in(visitor, WORKER)
    await visitor.go("/desk/search")
    await visitor.judge("desk search empty")
    await visitor.enter("Day", "40")
    await visitor.press("Search")
    assert (await visitor.title()).startswith("Error: Search")
    await visitor.judge("desk search errors")
    await visitor.page.fill("#born-day", "")
    await visitor.enter("Last name", "okafor")
    await visitor.press("Search")
    assert reference in await visitor.text() and "Okafor" not in visitor.page.url
    await visitor.judge("desk search found")
    await visitor.press(f"Open referral {reference}")
    assert await visitor.heading() == f"Referral {reference}"


async def test_an_inbox_without_anything_and_the_numbers(visit: Visit) -> None:
    visitor = await visit()
    await sign_in(visitor, LADO)
    await visitor.go("/desk?status=withdrawn")
    assert "Nothing here" in await visitor.text()
    await visitor.judge("desk inbox empty")
    await visitor.go("/dashboard")
    await visitor.judge("dashboard empty")
    colleague = await visit()
    await sign_in(colleague, WORKER)
    await colleague.go("/dashboard")
    await colleague.page.get_by_text("The numbers by day in a table").click()
    await colleague.judge("dashboard")


@either
async def test_the_team_answers_what_a_short_form_brought(visit: Visit, site: Site, scripts: bool) -> None:
    body = {"capacity": "personal", "which_service": "Family support", "went_well": "All of it."}
    sent = await somebody(site).do("POST", "/service-feedback", body)
    visitor = await visit(scripts=scripts)
    await sign_in(visitor, FEEDBACK_TEAM)
    await visitor.go("/home")
    await visitor.judge("enquiries")
    await visitor.press(f"Open {sent['reference']}")
    assert "All of it." in await visitor.text()
    await visitor.press("Mark as answered")
    await visitor.judge("enquiry errors")
    await visitor.enter("How was it answered?", "Nothing is to be answered")
    await visitor.press("Mark as answered")
    assert "It is marked as answered." in await visitor.text()
