"""One portal, served for real, and one browser for all of these tests. Each visitor is a browser profile of its own."""

import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack

import pytest
import pytest_asyncio
from playwright.async_api import Browser, async_playwright

from portal.demonstration import demonstration
from tests.browser.visiting import Site, Visitor, visiting

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
NewVisitor = Callable[..., AsyncIterator[Visitor]]


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    """The portal of the demonstration, with a database of its own."""
    with demonstration(None) as running:

        def restart() -> None:
            running.stop()
            running.start()

        yield Site(running.address, running.environment["DATABASE_URL"], restart)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    """Chromium."""
    program = shutil.which("chromium") or shutil.which(CHROMIUM)
    if program is None:
        pytest.skip("chromium is not installed")
    async with async_playwright() as playwright:
        yield await playwright.chromium.launch(executable_path=program, args=list(QUIET))


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser, site: Site) -> AsyncIterator[Callable[..., object]]:
    """Makes visitors: `await visit()`, or `await visit(scripts=False)` for one whose JavaScript is switched off. What
    they met is judged at the end: no console message, no request to anybody else."""
    async with AsyncExitStack() as stack:

        async def new(scripts: bool = True) -> Visitor:
            return await stack.enter_async_context(visiting(browser, site, scripts))

        yield new
