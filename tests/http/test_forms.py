"""Forms of pages: read strictly, and only with the token of a page that was shown in the same session."""

from collections.abc import AsyncIterator
from typing import Any, cast
from urllib.parse import urlencode
from uuid import uuid4

import httpx
import pytest
from litestar import Router, get, post

from portal.application.policy import Act
from portal.application.visitors import Visitor
from portal.http.acts import OPERATIONS
from portal.http.depending import DEPENDENCIES, AnyRequest, Asking, ThePortal
from portal.http.forms import Form, form_token, read_form
from tests.http.problems import places, problem
from tests.portals import ADDRESS, Person, Playground

FORM = "application/x-www-form-urlencoded"
PURPOSE = "capacity"


@get("/api/form")
async def shown(portal: ThePortal, who: Asking) -> str:
    return form_token(portal, who, PURPOSE)


@post("/api/form", status_code=200)
async def sent(request: AnyRequest, portal: ThePortal, who: Asking) -> Form:
    return await read_form(request, portal, who, PURPOSE, several=("limbs",))


class Page:
    """A page with a form, in somebody's browser."""

    def __init__(self, play: Playground, person: Person) -> None:
        self.play, self.person = play, person

    async def token(self) -> str:
        """What the page carries."""
        return (await self.person.client.get("/api/form")).text

    async def send(self, content: Any, media: str = FORM) -> httpx.Response:
        """The form, as no well-behaved browser would send it."""
        return await self.person.client.post("/api/form", content=content, headers={"Content-Type": media})


@pytest.fixture
async def page(play: Playground, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Page]:
    """Priya's."""
    for name in ("test_forms.shown", "test_forms.sent"):
        monkeypatch.setitem(OPERATIONS, name, Act.LOOK_AROUND)
    play.app.register(Router("/", route_handlers=[shown, sent], dependencies=DEPENDENCIES))
    priya = play.person()
    await play.registered(priya)
    yield Page(play, priya)


async def test_a_form_of_ones_own_page_is_read_as_it_was_typed(page: Page) -> None:
    typed = [("name", "Zoë & Söhne <b>"), ("limbs", "harmed"), ("limbs", "other"), ("empty", "")]
    answer = await page.send(urlencode([*typed, ("form_token", await page.token())]))
    assert answer.status_code == 200
    assert answer.json() == {"name": ["Zoë & Söhne <b>"], "limbs": ["harmed", "other"], "empty": [""]}


async def test_a_form_without_the_token_of_its_session_is_refused(page: Page) -> None:
    mallory = Page(page.play, page.play.person())
    await page.play.registered(mallory.person, email="mallory@x.example")
    portal, nobody = page.play.portal, Visitor()
    session = (await page.person.get("/session"))["id"]
    other_purpose = form_token(portal, Visitor(account=uuid4(), session=session), "withdrawal")
    for token in ("", "x", "é", await mallory.token(), form_token(portal, nobody, PURPOSE), other_purpose):
        found = problem(await page.send(urlencode({"name": "x", "form_token": token})), 403, token)
        assert "Reload" in found["detail"]
    problem(await page.send(urlencode({"name": "x"})), 403)
    again = urlencode([("form_token", await page.token()), ("form_token", "x")])
    assert (await page.send(again)).status_code == 200


async def test_before_signing_in_a_token_belongs_to_the_browser_that_began_the_form(page: Page) -> None:
    visitors = [Page(page.play, page.play.person()) for _ in range(2)]
    for each in visitors:
        await each.person.do("POST", "/referrals", {"service": "lado"})
    one, other = [await each.token() for each in visitors]
    assert one != other
    assert (await visitors[0].send(urlencode({"form_token": one}))).status_code == 200
    problem(await visitors[0].send(urlencode({"form_token": other})), 403)


async def test_a_token_from_before_signing_in_again_is_out_of_date(page: Page) -> None:
    before = await page.token()
    page.person.client.cookies.clear()
    await page.play.registered(page.person, email="priya.other@oakfield.example")
    problem(await page.send(urlencode({"form_token": before})), 403)


async def test_what_is_no_form_is_refused(page: Page) -> None:
    token = f"form_token={await page.token()}"
    for media in ("application/json", "text/plain", "multipart/form-data; boundary=x", f"{FORM}; charset=utf-7", "x"):
        problem(await page.send(token, media), 415, media)
    for content in (f"{token}&a", f"{token}&a=%ff", f"{token}&a=\udcff".encode("utf-8", "surrogateescape"),
                    "&".join(f"n{number}=x" for number in range(501)), f"{token}&a=1&a=2"):  # fmt: skip
        problem(await page.send(content), 400, content[:100])
    answer = await page.send(f"{token}&name=A%00b&limbs=fine&limbs=%1b")
    problem(answer, 400)
    assert places(answer) == ["/name/0", "/limbs/1"]
    problem(await page.send(f"{token}&a={'x' * 1_000_000}"), 413)


async def test_a_form_from_another_site_is_refused_before_it_is_read(page: Page) -> None:
    client = httpx.AsyncClient(transport=httpx.ASGITransport(cast("Any", page.play.app)), base_url=ADDRESS)
    client.cookies = page.person.client.cookies
    form = {"form_token": await page.token()}
    for origin in ("https://evil.example", "null"):
        problem(await client.post("/api/form", data=form, headers={"Origin": origin}), 403, origin)
    assert (await client.post("/api/form", data=form, headers={"Origin": ADDRESS})).status_code == 200
