""" "Exit this page" in a browser: three presses of Shift, the button, and a plain link without JavaScript."""

from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Route

from tests.browser.accounts import signed_in
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
WEATHER = "https://www.bbc.co.uk/weather"


async def somewhere_else(visitor: Visitor) -> None:
    """In place of the weather's page, which no test asks for, one of our own."""

    async def weather(route: Route) -> None:
        answer = await route.fetch(max_redirects=0)
        assert (answer.status, answer.headers["location"]) == (303, WEATHER)
        await route.fulfill(body="<title>Weather</title>", content_type="text/html")

    await visitor.page.context.route("**/exit", weather)


async def begun(visitor: Visitor) -> None:
    """A young person has begun a form before signing in, and has been told how to leave."""
    await somewhere_else(visitor)
    await visitor.go("/")
    await visitor.press("Refer to children's social care")
    await visitor.press("Start now")
    assert await visitor.heading() == "How to leave this service quickly"
    await visitor.judge("how to leave quickly")
    await visitor.press("Continue")


async def test_three_presses_of_shift_lead_away(visit: Visit) -> None:
    visitor = await visit()
    await begun(visitor)
    await visitor.press("Is anyone in danger now?")
    async with visitor.page.expect_navigation(url="**/exit"):
        for _ in range(3):
            await visitor.page.keyboard.press("Shift")
    assert await visitor.title() == "Weather"
    assert not [each for each in await visitor.page.context.cookies() if each["name"] == "draft"]


async def test_capital_letters_do_not(visit: Visit) -> None:
    visitor = await visit()
    await begun(visitor)
    await visitor.press("The children this is about")
    await visitor.press("Add a child")
    await visitor.enter("First name", "AMA")
    assert await visitor.page.input_value("#given_name") == "AMA"


async def test_without_scripts_a_link_does_and_the_back_button_shows_nothing(visit: Visit) -> None:
    visitor = await visit(scripts=False)
    await begun(visitor)
    await visitor.press("Exit this page")
    assert await visitor.title() == "Weather"
    await visitor.page.go_back()
    text = await visitor.text()
    assert "You have completed" not in text and ("Page not found" in text or await visitor.heading() == "Sign in")


async def test_whoever_has_signed_in_is_signed_out(visit: Visit) -> None:
    visitor = await visit()
    await signed_in(visitor, "personal")
    await begun(visitor)
    await visitor.press("Exit this page")
    assert await visitor.title() == "Weather"
    await visitor.go("/")
    assert "Efua" not in await visitor.text()
