"""What people fear most: that half an hour's writing is gone, or that nobody knows whether it was sent. Time-outs,
restarts, cut networks, double clicks, the back button, two tabs: every word is there, and one referral exists."""

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import suppress

import asyncpg
import pytest
from playwright.async_api import Error, Route

from tests.browser.accounts import CODE, Signed, signed_in
from tests.browser.visiting import Visitor
from tests.portals import AMARA, PASSWORD, filled_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
STORY = ("She said: “I am not allowed to tell.” Bruises on both arms, naïve façade, ليلى.\n" * 40)[:3000].rstrip()


async def as_owner(visitor: Visitor, statement: str) -> None:
    connection = await asyncpg.connect(visitor.site.database_url)
    await connection.execute(statement)
    await connection.close()


async def sent_forms(signed: Signed) -> list[str]:
    """The references of all that they have sent."""
    return [each["reference"] for each in await signed.person.get("/my-submitted-forms") if each["reference"]]


async def at_the_check(visitor: Visitor) -> tuple[Signed, str]:
    """Somebody whose complete form is open at its check, the declaration ticked."""
    signed = await signed_in(visitor)
    check = f"/referrals/{await filled_in(signed.person)}/check"
    await visitor.go(check)
    await visitor.tick("What I have written is true")
    return signed, check


async def send(visitor: Visitor) -> None:
    """Presses the last button; what comes of it is looked at afterwards."""
    await visitor.tab_to("Send Report to Local Authority")
    with suppress(Error):
        async with visitor.page.expect_navigation(timeout=15_000):
            await visitor.page.keyboard.press("Enter")


async def begun(signed: Signed) -> str:
    """A form about a child; the address of its first section."""
    form = await signed.person.do("POST", "/referrals", {"service": "social_care"})
    await signed.person.do("POST", f"/referrals/{form['id']}/children", AMARA)
    return f"/referrals/{form['id']}/answers/worries"


async def stored(signed: Signed, section: str) -> str:
    """What the portal has of the long answer."""
    form = await signed.person.get(section.partition("/answers")[0])
    return str(form["answers"]["worries"]["worried_about"]).replace("\r\n", "\n")


@either
async def test_a_time_out_in_the_middle_of_3000_characters_loses_none(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    signed = await signed_in(visitor)
    section = await begun(signed)
    await visitor.go(section)
    await visitor.tab_to("What are you worried about")
    await visitor.page.keyboard.insert_text(STORY[:1500])
    await as_owner(visitor, "update sessions set seen_at = now() - interval '31 minutes'")
    await visitor.page.keyboard.insert_text(STORY[1500:])
    await visitor.press("Save and come back later")
    assert await visitor.heading() == "Sign in"
    assert "What you typed is kept" in await visitor.text()
    if scripts:
        await visitor.judge("signed out mid-way")
    await visitor.enter("Email address", signed.email)
    await visitor.enter("Password", PASSWORD)
    await visitor.press("Submit")
    await visitor.enter("Code", await visitor.letter(signed.email, CODE, but=signed.code))
    await visitor.press("Continue")
    assert "You were signed out before this was saved" in await visitor.text()
    typed = await visitor.page.input_value("#worried_about")
    assert typed.replace("\r\n", "\n") == STORY
    if scripts:
        await visitor.judge("signed in again, with what was typed")
    await visitor.press("Save and come back later")
    again = await visitor.page.context.cookies()
    signed.person.client.cookies.set("session", next(each["value"] for each in again if each["name"] == "session"))
    assert await stored(signed, section) == STORY
    assert len(await signed.person.get("/my-submitted-forms")) == 1


async def test_a_restart_of_the_portal_between_two_pages_is_not_noticed(visit: Visit) -> None:
    visitor = await visit()
    signed = await signed_in(visitor)
    section = await begun(signed)
    await visitor.go(section)
    await visitor.tab_to("What are you worried about")
    await visitor.page.keyboard.insert_text(STORY)
    await asyncio.to_thread(visitor.site.restart)
    await visitor.press("Save and come back later")
    assert "Your answers have been saved." in await visitor.text()
    assert await stored(signed, section) == STORY


@either
@pytest.mark.parametrize("arrives", [True, False], ids=["it arrived", "it did not"])
async def test_a_network_cut_while_it_is_sent_leaves_one_referral(visit: Visit, scripts: bool, arrives: bool) -> None:
    visitor = await visit(scripts=scripts)
    signed, check = await at_the_check(visitor)

    async def cut(route: Route) -> None:
        if route.request.method != "POST":
            return await route.fallback()
        if arrives:
            await route.fetch(max_redirects=0)
        await route.abort("internetdisconnected")

    await visitor.page.route("**/check", cut)
    await send(visitor)
    assert len(await sent_forms(signed)) == int(arrives)
    await visitor.page.unroute("**/check")
    await visitor.go(check)
    if not arrives:
        assert "Bruises on both arms." in await visitor.text(), "every word is there"
        await visitor.tick("What I have written is true")
        await send(visitor)
    [reference] = await sent_forms(signed)
    assert reference in await visitor.text()


@either
async def test_a_double_click_the_back_button_and_a_reload_send_it_once(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    signed, _ = await at_the_check(visitor)
    button = visitor.page.get_by_role("button", name="Send Report to Local Authority")
    async with visitor.page.expect_navigation(url="**/sent"):
        await button.dblclick(no_wait_after=True)
    [reference] = await sent_forms(signed)
    assert reference in await visitor.text()
    await visitor.page.go_back()
    if await button.count():
        await visitor.tick("What I have written is true")
        await send(visitor)
    assert reference in await visitor.text()
    await visitor.page.reload()
    assert reference in await visitor.text() and await sent_forms(signed) == [reference]


async def test_two_tabs_send_it_once_and_overwrite_nothing_unseen(visit: Visit) -> None:
    visitor = await visit()
    signed, check = await at_the_check(visitor)
    section = check.replace("/check", "/answers/worries")
    other = await visitor.page.context.new_page()
    await other.goto(f"{visitor.site.address}{section}")
    await visitor.go(section)
    await visitor.enter("What are you worried about", "From the first tab.")
    await visitor.press("Save and continue")
    await other.fill("#worried_about", "From the second tab.")
    await other.get_by_role("button", name="Save and continue").click()
    await other.get_by_text("These answers were changed").first.wait_for()
    assert await other.input_value("#worried_about") == "From the second tab.", "nothing typed is gone"
    assert await stored(signed, section) == "From the first tab."
    for page in (visitor.page, other):
        await page.goto(f"{visitor.site.address}{check}")
    for page in (visitor.page, other):
        await page.get_by_label("What I have written is true").check()
    for page in (visitor.page, other):
        await page.get_by_role("button", name="Send Report to Local Authority").click()
        await page.wait_for_url("**/sent")
    [reference] = await sent_forms(signed)
    assert reference in await other.inner_text("body") and reference in await visitor.text()
