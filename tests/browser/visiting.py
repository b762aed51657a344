"""A visitor of the portal in a real browser, who has no mouse."""

import asyncio
import os
import re
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import httpx
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Browser, Page, Response

# A folder for pictures of every page at both widths, to be looked at; without it none are taken.
PICTURES = os.environ.get("PORTAL_SCREENSHOTS", "")
WIDTHS = (1280, 390)
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
MOST_HTML = 40_000  # bytes of a page before compression
PATIENCE = 60.0  # seconds for a letter, on a busy machine
MOST_TABS = 80
FOCUSED = """() => {
  const at = document.activeElement
  if (!at || at === document.body) return ''
  const labels = [...(at.labels ?? [])].map(each => each.textContent)
  return [at.getAttribute('aria-label') ?? '', ...labels, at.matches('a, button, summary') ? at.textContent : '']
    .join(' ').replace(/\\s+/g, ' ').trim()
}"""
# how often Tab has to be pressed from here, by the order of what can be reached; 0 where it cannot be told
STEPS = """name => {
  const at = document.activeElement
  const said = each => [each.getAttribute('aria-label') ?? '', ...[...(each.labels ?? [])].map(one => one.textContent),
    each.matches('a, button, summary') ? each.textContent : ''].join(' ').replace(/\\s+/g, ' ')
  const all = [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary')]
    .filter(each => each.checkVisibility() && !each.disabled && each.tabIndex >= 0)
    .filter(each => {
      if (each.type !== 'radio') return true
      const group = [...document.querySelectorAll(`input[name="${each.name}"]`)]
      return each === (group.find(one => one.checked) ?? group[0])
    })
    .filter(each => !at || at === document.body || at.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING)
  return all.findIndex(each => said(each).includes(name)) + 1
}"""
IN_GROUP = """([name, of]) => {
  const at = document.activeElement
  if (at?.type !== 'radio') return false
  const question = at.closest('fieldset')?.querySelector('legend')?.textContent ?? ''
  const group = [...document.querySelectorAll(`input[name="${at.name}"]`)]
  return question.includes(of) && group.some(each => [...each.labels].some(one => one.textContent.includes(name)))
}"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


class Site(NamedTuple):
    """Where the portal is, its database, and how its programs are stopped and started again."""

    address: str
    database_url: str
    restart: Callable[[], None]


class Visitor:
    """Somebody at a keyboard."""

    def __init__(self, page: Page, site: Site, scripts: bool) -> None:
        self.page, self.site, self.scripts = page, site, scripts
        self.met: list[str] = []
        page.on("console", lambda message: self._hear(message.type, message.text))
        page.on("response", self._read)
        page.on("pageerror", lambda error: self.met.append(f"error: {error}"))
        page.on("request", lambda request: self._notice(request.url))

    def _hear(self, kind: str, text: str) -> None:
        """Chromium itself tells the console of each answer's status, which `_read` judges, and of data it cleared."""
        if not text.startswith(("Failed to load resource", "Clear-Site-Data")):
            self.met.append(f"{kind}: {text}")

    def _read(self, response: Response) -> None:
        """A page may be refused, and a session be over; nothing else may fail."""
        page = response.request.resource_type in ("document", "xhr") and response.status in (404, 422)
        over = response.status == 401 and response.url.endswith("/api/v1/session")
        if response.status >= 400 and not page and not over:
            self.met.append(f"{response.status}: {response.url}")

    def _notice(self, url: str) -> None:
        if not url.startswith((self.site.address, "data:")):
            self.met.append(f"a request to somebody else: {url}")

    async def go(self, path: str) -> None:
        """Type an address of the portal."""
        await self.page.goto(f"{self.site.address}{path}")

    async def tab_to(self, name: str) -> None:
        """Press Tab until the focus is on what has this label or text. How often is reckoned first, so that a long form
        does not take a look at each step; where the focus is afterwards is what counts."""
        steps = await self.page.evaluate(STEPS, name)
        await asyncio.gather(*(self.page.keyboard.press("Tab") for _ in range(steps)))
        if steps and name in await self.page.evaluate(FOCUSED):
            return
        for _ in range(MOST_TABS):
            await self.page.keyboard.press("Tab")
            if name in await self.page.evaluate(FOCUSED):
                return
        raise AssertionError(f"the keyboard does not reach {name!r} on {await self.heading()!r}")

    async def enter(self, name: str, text: str) -> None:
        """Type into a field, in place of what is there."""
        await self.tab_to(name)
        await self.page.keyboard.press("Control+a")
        await self.page.keyboard.press("Delete")
        await self.page.keyboard.type(text)

    async def choose(self, name: str, text: str) -> None:
        """Choose from a list by typing how its entry begins."""
        await self.tab_to(name)
        await self.page.keyboard.type(text)

    async def pick(self, name: str, of: str = "") -> None:
        """Choose a radio button (`of`: a question): Tab leads to its group, the arrows lead within it."""
        for _ in range(MOST_TABS):
            if await self.page.evaluate(IN_GROUP, [name, of]):
                break
            await self.page.keyboard.press("Tab")
        await self.page.keyboard.press("Space")
        for _ in range(MOST_TABS):
            if name in await self.page.evaluate(FOCUSED):
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the keyboard does not reach {name!r} on {await self.heading()!r}")

    async def tick(self, name: str) -> None:
        """Tick a box."""
        await self.tab_to(name)
        await self.page.keyboard.press("Space")

    async def press(self, name: str) -> None:
        """Press a button or follow a link, and wait for the page that comes."""
        await self.tab_to(name)
        async with self.page.expect_navigation():
            await self.page.keyboard.press("Enter")

    async def heading(self) -> str:
        """The page's own heading."""
        return (await self.page.locator("h1").first.text_content() or "").strip()

    async def title(self) -> str:
        """What the browser's tab says."""
        return await self.page.title()

    async def text(self) -> str:
        """All that the page shows."""
        return (await self.page.inner_text("body")).replace("\N{NO-BREAK SPACE}", " ")

    async def letter(self, to: str, pattern: str, but: str = "") -> str:
        """What a pattern finds in the newest letter to an address, once it is there and says something else than
        `but`."""
        until = time.monotonic() + PATIENCE
        async with httpx.AsyncClient(base_url=self.site.address, trust_env=False) as client:
            while time.monotonic() < until:
                letters: list[dict[str, Any]] = (await client.get("/api/v1/demonstration/letters")).json()
                for letter in letters:
                    found = re.search(pattern, letter["text"]) if letter["to"] == to else None
                    if found and found[1] != but:
                        return found[1]
                await asyncio.sleep(0.1)
        raise AssertionError(f"no letter to {to} has {pattern}")

    async def judge(self, state: str) -> None:
        """The page as it is now: accessible, nothing wider than a phone, not too heavy, one heading. Its picture is
        taken at both widths under the name of its state."""
        assert len((await self.page.content()).encode()) <= MOST_HTML, state
        assert await self.page.locator("h1").count() == 1, state
        for width in WIDTHS:
            await self.page.set_viewport_size({"width": width, "height": 900})
            assert await self.page.evaluate(OVERFLOW) <= 0, f"{state}: wider than {width} pixels"
            if PICTURES:
                name = f"{state.replace(' ', '-').replace('/', '_')}-{width}.png"
                await self.page.screenshot(path=Path(PICTURES) / name, full_page=True)
        if self.scripts:  # axe-core is one, and with its scripts off a page is the same HTML
            async with asyncio.timeout(PATIENCE):
                found = await Axe().run(self.page, options={"runOnly": RULES, "resultTypes": ["violations"]})
            assert not found.violations_count, f"{state}: {found.generate_report()}"
        await self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})


@asynccontextmanager
async def visiting(browser: Browser, site: Site, scripts: bool) -> AsyncIterator[Visitor]:
    """A visitor, who at the end has met nothing that should not be."""
    context = await browser.new_context(java_script_enabled=scripts, locale="en-GB", timezone_id="Europe/London")
    context.set_default_timeout(PATIENCE * 1000)
    visitor = Visitor(await context.new_page(), site, scripts)
    try:
        yield visitor
        assert not visitor.met, visitor.met
    finally:
        await context.close()
