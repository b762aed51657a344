"""The pages that are the same for everybody, and those of accounts, as they are before anything is typed."""

from collections.abc import Awaitable, Callable

import pytest

from portal.http.pages.public import PAGES
from portal.http.pages.short_forms import BY_PATH
from portal.http.pages.ways_in import WAYS
from tests.browser.visiting import Visitor

pytestmark = pytest.mark.asyncio(loop_scope="session")
Visit = Callable[..., Awaitable[Visitor]]
ACCOUNT = (
    *("/sign-in", "/register", "/register/public", "/register/professional", "/forgotten-password"),
    *(
        "/forgotten-password/sent",
        "/new-password",
        "/invitation",
        "/sign-out",
        "/signed-out",
        "/mailbox",
        "/account-closed",
    ),
)
LEAVING = ("/leaving-quickly", "/staying-safe")
EVERYBODYS = (*LEAVING, *PAGES, *WAYS, *BY_PATH, *ACCOUNT)


async def test_every_page_is_accessible_and_fits_a_phone(visit: Visit) -> None:
    visitor = await visit()
    for path in EVERYBODYS:
        await visitor.go(path)
        await visitor.judge(f"page {path}")
        assert (await visitor.title()).endswith("Severnshire County Council")


async def test_every_page_is_the_same_without_scripts(visit: Visit) -> None:
    visitor = await visit(scripts=False)
    for path in EVERYBODYS:
        await visitor.go(path)
        assert await visitor.heading()
        for name in ("Skip to main content", "Sign in", "Accessibility"):
            assert await visitor.page.get_by_role("link", name=name, exact=True).count(), (path, name)


async def test_what_is_not_there_says_whom_to_ring_and_a_number(visit: Visit) -> None:
    visitor = await visit()
    await visitor.go("/no-such-page")
    assert await visitor.heading() == "Page not found"
    text = await visitor.text()
    assert "999" in text and "01632 960 100" in text and "reference number" in text
    await visitor.judge("error not found")


async def test_the_skip_link_is_the_first_thing_the_keyboard_reaches(visit: Visit) -> None:
    visitor = await visit()
    await visitor.go("/")
    await visitor.page.keyboard.press("Tab")
    await visitor.page.keyboard.press("Enter")
    assert await visitor.page.evaluate("() => document.activeElement.id") == "main-content"
