"""Accounts by keyboard alone, with JavaScript and without: creating one, signing in and out, a forgotten password."""

from collections.abc import Awaitable, Callable
from uuid import uuid4

import asyncpg
import pytest

from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
PASSWORD = "marble-lantern-goose"
CODE = r"\b(\d{6})\b"
LINK = r"http://[^/\s]+(/\S+#\S+)"
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


async def registered(visitor: Visitor, judged: bool = False) -> str:
    """Priya creates an account; her address."""
    email = f"priya.{uuid4().hex[:8]}@oakfield.example"
    await visitor.go("/")
    await visitor.press("Create an account")
    await visitor.press("For my work")
    if judged:
        await visitor.press("Create account")
        assert (await visitor.title()).startswith("Error: Create an account for your work")
        await visitor.judge("register, nothing filled in")
    for name, text in (("Full name", "Priya Nair"), ("Email address", email), ("Organisation", "Oakfield Primary")):
        await visitor.enter(name, text)
    await visitor.choose("Kind of organisation", "School")
    await visitor.enter("Your role", "Designated safeguarding lead")
    await visitor.enter("Work phone number", "01632 960 017")
    if judged:
        await visitor.enter("Password", "oakfield12345")
        await visitor.press("Create account")
        assert "Do not use your name or e-mail address in the password." in await visitor.text()
        assert await visitor.page.input_value("#name") == "Priya Nair", "what was typed is kept"
        assert await visitor.page.input_value("#password") == "", "but for the password"
        await visitor.judge("register, bad password")
    await visitor.enter("Password", PASSWORD)
    await visitor.press("Create account")
    assert email in await visitor.text(), "the address is repeated back"
    if judged:
        await visitor.judge("code for a new account")
    await visitor.enter("Code", await visitor.letter(email, CODE))
    await visitor.press("Continue")
    return email


async def signed_out(visitor: Visitor) -> None:
    await visitor.press("Sign out")
    assert await visitor.heading() == "You have signed out"


@either
async def test_somebody_creates_an_account_signs_out_and_signs_in_again(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    email = await registered(visitor, judged=scripts)
    used = await visitor.letter(email, CODE)
    assert "Priya Nair, Oakfield Primary" in await visitor.text()
    await visitor.judge("start page, signed in")
    await signed_out(visitor)
    assert "Priya" not in await visitor.text()

    await visitor.press("Sign in")
    await visitor.enter("Email address", email)
    await visitor.enter("Password", "not-my-password")
    await visitor.press("Submit")
    assert (await visitor.title()).startswith("Error: Sign in")
    assert "The e-mail address or the password is not right." in await visitor.text()
    if scripts:
        await visitor.judge("sign in, wrong password")
    await visitor.enter("Password", PASSWORD)
    await visitor.press("Submit")
    assert await visitor.heading() == "Check your email"
    await visitor.enter("Code", "12")
    await visitor.press("Continue")
    assert "Enter the 6 digits of the code" in await visitor.text()
    await visitor.judge("code, wrong")
    await visitor.enter("Code", await visitor.letter(email, CODE, but=used))
    await visitor.press("Continue")
    assert "Priya Nair" in await visitor.text()


@either
async def test_a_forgotten_password_is_replaced_by_the_mailed_link(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    email = await registered(visitor)
    await signed_out(visitor)
    await visitor.press("Sign in")
    await visitor.press("Forgotten password?")
    await visitor.enter("Email address", email)
    await visitor.press("Send me a link")
    assert await visitor.heading() == "Check your email"
    link = await visitor.letter(email, LINK)
    await visitor.go(link)
    if scripts:
        await visitor.page.wait_for_url("**/new-password")  # the secret does not stay in the address
    else:
        await visitor.enter("Code from the link", link.partition("#")[2])
    await visitor.enter("New password", "coffee-otter-bicycle")
    await visitor.judge("new password, filled in")
    await visitor.press("Save password")
    assert "Your password has been changed." in await visitor.text()
    await visitor.judge("password changed")
    await visitor.page.reload()
    assert "Your password has been changed." not in await visitor.text(), "said once"
    await visitor.enter("Email address", email)
    await visitor.enter("Password", "coffee-otter-bicycle")
    await visitor.press("Submit")
    assert await visitor.heading() == "Check your email"


async def test_the_guidance_answers_while_a_password_is_typed(visit: Visit) -> None:
    visitor = await visit()
    await visitor.go("/register/public")
    await visitor.enter("Password", "priya")
    await visitor.page.get_by_text("This password cannot be used yet:").wait_for()
    assert "Use 12 characters or more." in await visitor.page.inner_text("[data-portal-guidance]")
    await visitor.judge("register, password guidance")
    await visitor.go("/register/public")
    await visitor.enter("Password", PASSWORD)
    await visitor.page.get_by_text("This is a good password.").wait_for()


async def aged(visitor: Visitor, minutes: int) -> None:
    """As if everybody's last request had been so long ago."""
    connection = await asyncpg.connect(visitor.site.database_url)
    await connection.execute("update sessions set seen_at = now() - make_interval(mins => $1)", minutes)
    await connection.close()


async def test_somebody_is_warned_before_they_are_signed_out_and_can_stay(visit: Visit) -> None:
    visitor = await visit()
    await visitor.page.clock.install()
    await registered(visitor)
    dialog = visitor.page.get_by_role("dialog")

    await aged(visitor, 28)
    await visitor.page.clock.fast_forward("27:30")
    await dialog.get_by_text("You will be signed out soon").wait_for()
    await visitor.judge("session warning")
    await visitor.tab_to("Stay signed in")
    async with visitor.page.expect_response("**/api/v1/me"):
        await visitor.page.keyboard.press("Enter")
    await dialog.wait_for(state="hidden")

    await aged(visitor, 28)
    await visitor.page.clock.fast_forward("27:30")
    await dialog.get_by_text("You will be signed out soon").wait_for()
    await aged(visitor, 31)
    await visitor.page.clock.fast_forward("01:00")
    await dialog.get_by_text("You have been signed out").wait_for()
    await visitor.judge("session ended")
