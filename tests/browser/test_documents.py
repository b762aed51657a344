"""Documents by keyboard, with JavaScript and without: limits first, several at once, each with its fault, removing one
(guide G27, G28)."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest
from playwright.async_api import Route

from tests.browser.test_accounts import registered
from tests.browser.visiting import Visitor
from tests.http.files import NOTE, pdf
from tests.portals import AMARA, Person, filled_in

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
either = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
LIMITS = "Select up to 10 files in all. Each must be a PDF, JPG, PNG, DOCX, XLSX or TXT, smaller than 10MB."
WORDS = "What does it show? (optional): "


def by_api(visitor: Visitor, cookies: list[Any]) -> Person:
    """The same person at the API, for what comes before: tests of their own show those pages."""
    held = {each["name"]: each["value"] for each in cookies}
    headers = {"Origin": visitor.site.address}
    return Person(httpx.AsyncClient(base_url=visitor.site.address, cookies=held, headers=headers, trust_env=False))


async def begun(visitor: Visitor, sent: bool = False, at_work: bool = True) -> str:
    """The address of a form about Amara, on which it is said who fills it in."""
    person = by_api(visitor, list(await visitor.page.context.cookies()))
    async with person.client:
        if not at_work:
            form = await person.do("POST", "/referrals", {"service": "social_care"})
            path = f"/referrals/{form['id']}"
            [child] = (await person.do("POST", f"{path}/children", AMARA))["people"]
            mother = {"capacity": "personal", "relationship": "mother"}
            await person.do("PUT", f"{path}/people/{child['id']}/capacity", mother)
            return path
        path = f"/referrals/{await filled_in(person)}"
        if sent:
            await person.do("POST", f"{path}/submission", {"declaration": True})
        return path


async def chosen(visitor: Visitor, *files: tuple[str, str, bytes]) -> None:
    """Files, as the system's own dialog hands them over once the button was pressed."""
    given: list[Any] = [{"name": name, "mimeType": kind, "buffer": content} for name, kind, content in files]
    async with visitor.page.expect_file_chooser() as opened:
        await visitor.tab_to("Choose files")
        await visitor.page.keyboard.press("Enter")
    await (await opened.value).set_files(given)


async def uploaded(visitor: Visitor, says: str) -> None:
    """Press the button and wait for what comes: with JavaScript it comes into the same page."""
    await visitor.tab_to("Upload files")
    await visitor.page.keyboard.press("Enter")
    await visitor.page.get_by_text(says).first.wait_for()


NOTES = ("Notes.txt", "text/plain", NOTE)
PLAN = ("Body map.pdf", "application/pdf", pdf())
EMPTY = ("Empty.txt", "text/plain", b"")


@either
async def test_g28_a_professional_attaches_describes_and_removes_files(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await registered(visitor)
    form = await begun(visitor)
    await visitor.go(form)
    await visitor.press("Documents")
    assert await visitor.heading() == "Documents" and LIMITS in await visitor.text()
    await visitor.judge(f"documents, none attached, {scripts}")
    await uploaded(visitor, "Select a file")
    await visitor.judge(f"documents, nothing selected, {scripts}")

    await chosen(visitor, NOTES, EMPTY, PLAN)
    await uploaded(visitor, "“Empty.txt” is empty")
    assert (await visitor.title()).startswith("Error: Documents")
    link = visitor.page.locator(".govuk-error-summary a")
    assert await link.get_attribute("href") == "#document", "each fault leads to the field"
    assert "Notes.txt" in await visitor.text() and "Body map.pdf" in await visitor.text(), "the good files are kept"
    await visitor.judge(f"documents, one of three refused, {scripts}")

    await visitor.enter(f"{WORDS}Body map.pdf", "Where the bruises are")
    await visitor.press("Save and continue")
    await visitor.go(f"{form}/documents")
    assert await visitor.page.get_by_label(f"{WORDS}Body map.pdf").input_value() == ("Where the bruises are")
    await visitor.press("Remove Notes.txt")
    assert await visitor.heading() == "Remove Notes.txt?"
    await visitor.judge(f"documents, removing, {scripts}")
    await visitor.press("Remove")
    assert "The file has been removed." in await visitor.text()
    await visitor.go(f"{form}/check")
    assert "Body map.pdf" in await visitor.text() and "Notes.txt" not in await visitor.text()
    await visitor.judge(f"check, with a document, {scripts}")


async def test_g28_progress_is_shown_for_each_file_and_a_lost_connection_is_told(visit: Visit) -> None:
    visitor = await visit()
    await registered(visitor)
    await visitor.go(f"{await begun(visitor)}/documents")
    await chosen(visitor, NOTES, PLAN)
    held: asyncio.Queue[Route] = asyncio.Queue()
    await visitor.page.route("**/documents", held.put)
    await uploaded(visitor, "Uploading 2 files")
    bars = visitor.page.locator("progress")
    assert [await bars.nth(at).get_attribute("aria-label") for at in range(2)] == ["Notes.txt", "Body map.pdf"]
    await visitor.judge("documents, uploading")
    await (await held.get()).abort()
    await visitor.page.get_by_text("The files could not be uploaded.").wait_for()
    await visitor.judge("documents, connection lost")
    await visitor.page.unroute("**/documents")
    await uploaded(visitor, "Your files have been uploaded.")
    assert await visitor.page.locator(".portal-file").count() == 2
    await visitor.judge("documents, two attached")


@either
async def test_g27_who_is_no_professional_is_told_another_way(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await registered(visitor)
    form = await begun(visitor, at_work=False)
    await visitor.go(form)
    assert "Documents" not in await visitor.text()
    await visitor.tab_to("If you have letters, photos or messages")
    await visitor.page.keyboard.press("Enter")
    assert "You can post copies to" in await visitor.text()
    await visitor.judge(f"steps, not a professional, {scripts}")
    await visitor.go(f"{form}/documents")
    assert "Only professionals can attach documents." in await visitor.text()
    assert await visitor.page.locator("input[type=file]").count() == 0
    await visitor.judge(f"documents, not a professional, {scripts}")


@either
async def test_files_are_added_to_what_was_sent(visit: Visit, scripts: bool) -> None:
    visitor = await visit(scripts=scripts)
    await registered(visitor)
    await visitor.go(f"{await begun(visitor, sent=True)}/sent-form")
    await visitor.press("Add files")
    assert await visitor.heading() == "Add files to what you sent"
    await visitor.judge(f"documents, sent, none attached, {scripts}")
    await chosen(visitor, PLAN)
    await uploaded(visitor, "Your files have been uploaded.")
    await visitor.enter(f"{WORDS}Body map.pdf", "Where the bruises are")
    await visitor.press("Save and go back")
    assert "Where the bruises are" in await visitor.text() and "Body map.pdf" in await visitor.text()
    await visitor.judge(f"sent form, with a document, {scripts}")
    await visitor.press("Add files")
    assert "Remove" not in await visitor.text(), "what was sent stays"
    await visitor.judge(f"documents, sent, one attached, {scripts}")
