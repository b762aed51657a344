"""The accounts of staff and exceptions by keyboard alone; a new code is asked for where it is needed."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import pytest

from tests.browser.staffed import ADMINISTRATOR, LADO_MANAGER, app_code, sign_in
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]


async def test_an_administrator_invites_and_changes(visit: Visit) -> None:
    visitor = await visit()
    await sign_in(visitor, ADMINISTRATOR)
    await visitor.go("/home")
    assert await visitor.heading() == "Staff"
    await visitor.judge("staff list")
    await visitor.press("Invite a member of staff")
    await visitor.press("Invite")
    assert (await visitor.title()).startswith("Error: Invite")
    await visitor.judge("staff invite errors")
    name = f"Lee Park {uuid4().hex[:4]}"
    await visitor.enter("Full name", name)
    await visitor.enter("Email address at work", f"lee.{uuid4().hex[:6]}@severnshire.example")
    await visitor.tab_to("Duty worker")
    await visitor.page.keyboard.press("Space")
    await visitor.press("Invite")
    assert name in await visitor.text()
    await visitor.press(f"Change the account of {name}")
    await visitor.judge("staff one")
    await visitor.press("Disable")
    await visitor.judge("staff one errors")
    await visitor.enter("Why?", "Has not started")
    await visitor.press("Disable")
    assert "Enable the account" in await visitor.text()


async def test_exceptions_and_a_new_code_without_scripts_too(visit: Visit) -> None:
    visitor = await visit(scripts=False)
    await sign_in(visitor, LADO_MANAGER)
    await visitor.go("/proof?then=/exceptions")
    await visitor.press("Continue")
    assert (await visitor.title()).startswith("Error: Enter a new code")
    await visitor.enter("Code", app_code(1))
    await visitor.press("Continue")
    assert await visitor.heading() == "Let somebody open a referral"
    await visitor.press("Let them in")
    assert (await visitor.title()).startswith("Error: Let somebody")


async def test_those_pages_are_accessible_in_every_state(visit: Visit) -> None:
    visitor = await visit()
    await sign_in(visitor, ADMINISTRATOR)
    await visitor.go("/proof")
    await visitor.judge("proof")
    await visitor.press("Continue")
    await visitor.judge("proof errors")
