"""The two short forms in a real browser, by keyboard alone, with JavaScript and without."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.test_accounts import either
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]


@either
async def test_a_parent_gives_feedback_and_keeps_the_reference(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await visitor.go("/")
    await visitor.press("Tell us about a service that you or your child had from us")
    await visitor.press("Send")
    assert (await visitor.title()).startswith("Error: Tell us about a service")
    assert await visitor.page.get_by_label("Your name").is_visible() is not scripts, "asked below the choice it is for"
    await visitor.judge("feedback, nothing answered")
    await visitor.pick("Parent or carer of a child who had it")
    await visitor.enter("Which service is it about?", "Family support in Averbourne")
    await visitor.enter("What went well?", "They listened to us.")
    await visitor.pick("Yes")
    await visitor.press("Send")
    assert "Give an e-mail address or a phone number" in await visitor.text()
    await visitor.judge("feedback, nobody to answer")
    await visitor.enter("Email address", "efua.mensah@post.example")
    await visitor.press("Send")
    assert await visitor.heading() == "We have received it"
    before = await visitor.page.inner_text(".govuk-panel")
    assert "We mean to answer you by" in await visitor.text()
    await visitor.judge("feedback sent")
    await visitor.page.reload()
    assert await visitor.page.inner_text(".govuk-panel") == before


@either
async def test_somebody_asks_about_fostering(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await visitor.go("/foster-enquiry")
    await visitor.judge("foster enquiry")
    await visitor.press("Send")
    assert "Enter your name." in await visitor.text()
    await visitor.judge("foster enquiry, nothing answered")
    await visitor.enter("Your name", "Kamil Nowak")
    await visitor.enter("Phone number", "01632 960 055")
    await visitor.pick("No")
    await visitor.enter("What would you like to know?", "Whether I can foster while I work part-time.")
    await visitor.press("Send")
    assert await visitor.heading() == "We have received it"
