"""The auditor's replay by keyboard alone: found by reference, stepped through by slider or by list."""

from collections.abc import Awaitable, Callable

import pytest

from tests.browser.staffed import AUDITOR, referrer, sign_in, urgent_referral
from tests.browser.visiting import Site, Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


@either
async def test_an_auditor_steps_through_the_versions_of_a_referral(visit: Visit, site: Site, scripts: bool) -> None:
    _, reference = await urgent_referral(await referrer(site))
    visitor = await visit(scripts=scripts)
    await sign_in(visitor, AUDITOR)
    await visitor.go("/home")
    await visitor.judge("audit find")
    await visitor.press("Find")
    await visitor.judge("audit find errors")
    await visitor.enter("Reference", reference)
    await visitor.press("Find")
    assert "Amara" not in await visitor.text() and "Sent to the council" in await visitor.text()
    await visitor.judge("audit trail")
    await visitor.press("Replay")
    assert (await visitor.title()).startswith("Error: Trail")
    await visitor.judge("audit trail errors")
    await visitor.enter("Why do you open this?", "Quarterly sample, case 14")
    await visitor.press("Replay")
    assert "Sent to the council" in await visitor.page.inner_text("#step")
    await visitor.judge("audit replay newest")
    if scripts:
        await visitor.tab_to("Slide through the versions")
        for _ in range(3):
            await visitor.page.keyboard.press("ArrowLeft")
        async with visitor.page.expect_navigation():
            await visitor.page.keyboard.press("Enter")
    else:
        await visitor.tab_to("Version")
        for _ in range(3):
            await visitor.page.keyboard.press("ArrowUp")
        await visitor.press("Show this version")
    assert "Version" in await visitor.page.inner_text("#step")
    assert "Sent to the council" not in await visitor.page.inner_text("#step")
    await visitor.press("Version before")
    await visitor.judge("audit replay earlier")
    assert "Quarterly sample, case 14" in await visitor.text() and "sample" not in visitor.page.url
