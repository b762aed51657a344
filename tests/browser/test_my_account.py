"""Manage my account in a real browser, by keyboard alone, with JavaScript and without."""

import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import pyotp
import pytest

from tests.browser.test_accounts import CODE, PASSWORD, either, registered
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
NEW = "coffee-otter-bicycle"


async def account(visitor: Visitor, link: str) -> None:
    """From the navigation to the page that changes one part."""
    await visitor.press("Manage my account")
    await visitor.press(link)


@either
async def test_somebody_changes_their_details_password_and_address(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    email = await registered(visitor)
    used = await visitor.letter(email, CODE)
    await visitor.press("Manage my account")
    await visitor.judge("account")

    await visitor.press("Change full name")
    await visitor.judge("account details")
    await visitor.enter("Full name", "")
    await visitor.press("Save")
    assert "Enter your full name" in await visitor.text() and "Enter your current password" in await visitor.text()
    await visitor.judge("account details, wrong")
    await visitor.enter("Full name", "Priya S Nair")
    await visitor.enter("Your current password", PASSWORD)
    await visitor.press("Save")
    assert "Your details have been changed." in await visitor.text() and "Priya S Nair" in await visitor.text()
    await visitor.judge("account details changed")

    await account(visitor, "Change password")
    await visitor.enter("Your current password", "not-my-password")
    await visitor.enter("New password", NEW)
    await visitor.press("Change password")
    assert "This is not your password." in await visitor.text()
    await visitor.judge("account password, wrong")
    await visitor.enter("Your current password", PASSWORD)
    await visitor.enter("New password", NEW)
    await visitor.press("Change password")
    assert "Your password has been changed." in await visitor.text()

    await account(visitor, "Change email address")
    await visitor.press("Send me a code")
    await visitor.judge("account email, wrong")
    moved = f"priya.{uuid4().hex[:8]}@new.example"
    await visitor.enter("New email address", moved)
    await visitor.enter("Your current password", NEW)
    await visitor.press("Send me a code")
    assert moved in await visitor.text()
    await visitor.judge("account email code")
    await visitor.press("Change my email address")
    await visitor.judge("account email code, wrong")
    await visitor.enter("Code", await visitor.letter(moved, CODE, but=used))
    await visitor.press("Change my email address")
    assert "Your email address has been changed." in await visitor.text() and moved in await visitor.text()


@either
async def test_somebody_sets_up_an_app_and_takes_it_off_again(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await registered(visitor)
    await account(visitor, "Change second step")
    await visitor.press("Set up an app")
    await visitor.judge("app, wrong")
    await visitor.enter("Your current password", PASSWORD)
    await visitor.press("Set up an app")
    assert await visitor.page.get_by_role("img", name="Square code").is_visible()
    await visitor.judge("app offered")
    await visitor.press("Continue")
    await visitor.judge("app offered, wrong code")
    app = pyotp.TOTP("".join((await visitor.page.inner_text(".portal-key")).split()))
    await visitor.enter("Code", app.now())
    await visitor.press("Continue")
    assert await visitor.heading() == "Keep your recovery codes"
    await visitor.judge("app recovery codes")
    await visitor.press("I have kept them")
    assert "10 recovery codes left" in await visitor.text()
    await visitor.judge("account with app")

    await visitor.press("Change second step")
    await visitor.judge("app")
    await visitor.press("Remove my authenticator app")
    assert await visitor.heading() == "Enter a new code"
    await visitor.judge("proof")
    await visitor.press("Continue")
    assert "Enter the 6 digits of the code" in await visitor.text()
    await visitor.judge("proof, wrong")
    await visitor.enter("Code", app.at(int(time.time()) + app.interval))
    await visitor.press("Continue")
    assert await visitor.heading() == "Remove your authenticator app"
    await visitor.press("Remove the app")
    await visitor.judge("app removal, wrong")
    await visitor.enter("Your current password", PASSWORD)
    await visitor.press("Remove the app")
    assert "We will email you codes again." in await visitor.text()


@either
async def test_somebody_signs_out_elsewhere_and_closes_their_account(visit: Visit, scripts: bool) -> None:
    visitor, other = await visit(scripts=scripts), await visit(scripts=scripts)
    email = await registered(visitor)
    used = await visitor.letter(email, CODE)
    await other.go("/sign-in")
    await other.enter("Email address", email)
    await other.enter("Password", PASSWORD)
    await other.press("Submit")
    await other.enter("Code", await other.letter(email, CODE, but=used))
    await other.press("Continue")
    await account(visitor, "Where I am signed in")
    await visitor.judge("sessions")
    await visitor.press("Sign out there")
    assert "You have signed out there." in await visitor.text()
    await visitor.judge("sessions, one left")
    await other.go("/account")
    assert await other.heading() == "Sign in"

    await account(visitor, "Close my account")
    await visitor.press("Close my account")
    assert "Enter your current password" in await visitor.text()
    await visitor.judge("closure, wrong")
    await visitor.enter("Your current password", PASSWORD)
    await visitor.press("Close my account")
    assert await visitor.heading() == "Your account has been closed"
    assert "Priya" not in await visitor.text()
