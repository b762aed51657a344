"""Lines of the county's guide that are not on every journey's way (docs/guide.md)."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.accounts import CODE, of_a_form, signed_in
from tests.browser.test_accounts import PASSWORD
from tests.browser.test_journey import Journey
from tests.browser.visiting import Visitor
from tests.portals import AMARA, JONAH, filled_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@either
async def test_a_form_begun_by_a_stranger_is_sent_from_the_account_made_on_the_way(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    journey = Journey(visitor, "early_help", "personal")
    await journey.begin()
    await journey.fill_in()
    assert "You need an account to send this form" in await visitor.text()
    await visitor.page.locator("main").get_by_role("link", name="Create an account").focus()
    async with visitor.page.expect_navigation():
        await visitor.page.keyboard.press("Enter")
    await visitor.press("For myself, my family")
    email = f"efua.{visitor.site.address.rpartition(':')[2]}.{int(scripts)}@x.example"
    await visitor.enter("Full name", "Efua Mensah")
    await visitor.enter("Email address", email)
    await visitor.enter("Password", PASSWORD)
    await visitor.press("Create account")
    await visitor.enter("Code", await visitor.letter(email, CODE))
    await visitor.press("Continue")
    assert of_a_form(visitor.page.url) == "/check" and "Bruises on both arms." in await visitor.text()
    assert await journey.send()


async def test_more_children_can_be_added_after_confirming_and_are_asked_about(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    draft = f"/referrals/{await filled_in(signed.person)}"
    await visitor.go(f"{draft}/children")
    await visitor.pick("Yes, add another child")
    await visitor.press("Confirm")
    await visitor.enter("First name", "Jonah")
    await visitor.enter("Estimated age", "4")
    await visitor.press("Save and continue")
    await visitor.pick("No, these are the children")
    await visitor.press("Confirm")
    assert await visitor.heading() == "You and Jonah"


async def test_what_one_is_to_several_children_is_said_in_one_step(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    form = await signed.person.do("POST", "/referrals", {"service": "social_care"})
    for child in (AMARA, JONAH):
        form = await signed.person.do("POST", f"/referrals/{form['id']}/children", child)
    await visitor.go(f"/referrals/{form['id']}/people/{form['people'][0]['id']}/capacity")
    await visitor.pick("Professional, as part of my work")
    await visitor.choose("What are you to this person?", "Professional who works with them")
    await visitor.tick("Jonah Okafor")
    await visitor.press("Save and continue")
    people = (await signed.person.get(f"/referrals/{form['id']}"))["people"]
    assert [each["capacity"]["capacity"] for each in people] == ["professional", "professional"]


async def test_the_check_says_whose_address_is_missing_and_leads_there_and_back(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    draft = f"/referrals/{await filled_in(signed.person)}"
    await signed.person.do("POST", f"{draft}/children", JONAH)
    await visitor.go(f"{draft}/check")
    await visitor.press("Give an address, or say why there is none: Jonah Okafor.")
    await visitor.pick("There is no address to give")
    await visitor.pick("Not known")
    await visitor.press("Save and continue")
    assert of_a_form(visitor.page.url) == "/check"
    assert "Give an address, or say why there is none: Jonah" not in await visitor.text()


async def test_where_a_child_is_staying_now_is_said_beside_its_address(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor, "personal")
    form = await signed.person.do("POST", "/referrals", {"service": "social_care"})
    form = await signed.person.do("POST", f"/referrals/{form['id']}/children", AMARA)
    child = form["people"][0]["id"]
    await visitor.go(f"/referrals/{form['id']}/people/{child}/address")
    await visitor.press("Amara Okafor is staying somewhere else now")
    await visitor.press("Save and continue")
    assert "Say where the child is staying" in await visitor.text()
    await visitor.judge("whereabouts with errors")
    await visitor.enter("With whom or where?", "With her grandmother")
    await visitor.press("Save and continue")
    assert "Staying now: With her grandmother" in await visitor.text()
    await visitor.press("Change where Amara Okafor is staying now")
    await visitor.press("At home after all")
    view = await signed.person.get(f"/referrals/{form['id']}")
    assert view["people"][0]["whereabouts"] is None


async def test_a_second_form_is_sent_without_signing_in_again(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    for _ in range(2):
        await visitor.go(f"/referrals/{await filled_in(signed.person)}/check")
        await visitor.tick("What I have written is true")
        await visitor.press("Send Report to Local Authority")
    references = {each["reference"] for each in await signed.person.get("/my-submitted-forms")}
    assert len(references) == 2 and None not in references
