"""Pages over HTTP: what they answer, and what never stands in them."""

import gzip
import re
from urllib.parse import urlsplit

import asyncpg
import pytest

from portal.application.visitors import NotAllowed, NotSignedIn, ProveAgain
from portal.council.council import Council
from portal.eventstore.append import Unknown
from portal.http.assets import address_of, built
from portal.http.pages import public
from portal.http.views import View, own_path
from tests.http.problems import error_page
from tests.portals import PASSWORD, PRIYA, Person, Playground, form_fields

TYPED = {name: value for name, value in PRIYA.items() if name != "kind"}


async def sent(play: Playground, person: Person, path: str, purpose: str, **typed: str) -> tuple[int, str]:
    """A page's form as a browser sends it; the status, and where it leads or what it shows."""
    answer = await person.client.post(path, data=await form_fields(play, person, purpose, **typed))
    return answer.status_code, answer.headers.get("location") or answer.text


async def test_somebody_registers_signs_out_and_comes_back_to_where_they_were(play: Playground) -> None:
    person, back = play.person(), "/referrals/0199"
    assert await sent(play, person, f"/register/professional?then={back}", "register", **TYPED, password=PASSWORD) == (
        303,
        f"/sign-in/code?then={back}",
    )
    code = await play.code(PRIYA["email"])
    assert await sent(play, person, f"/sign-in/code?then={back}", "code", code=f" {code[:3]} {code[3:]}") == (303, back)
    assert "Priya Nair, Oakfield Primary School" in (await person.client.get("/")).text
    assert await sent(play, person, "/sign-out", "sign out") == (303, "/signed-out")
    assert "Priya" not in (await person.client.get("/")).text


async def test_the_same_form_sent_twice_is_done_once_and_a_changed_one_again(play: Playground) -> None:
    person = play.person()
    fields = await form_fields(play, person, "register", **TYPED, password=PASSWORD)
    for _ in range(2):
        assert (await person.client.post("/register/professional", data=fields)).status_code == 303
    assert await play.events("login_challenge.issued") == 1
    changed = {**fields, "name": "Priya S Nair"}
    assert (await person.client.post("/register/professional", data=changed)).status_code == 303
    assert await play.events("login_challenge.issued") == 2


async def test_registering_shows_the_same_page_whether_or_not_there_is_an_account(play: Playground) -> None:
    await play.registered(play.person())
    shown = []
    for email in (PRIYA["email"].upper(), "new@oakfield.example"):
        person = play.person()
        await sent(play, person, "/register/professional", "register", **{**TYPED, "email": email}, password=PASSWORD)
        page = (await person.client.get("/sign-in/code")).text
        assert email.lower() in page
        page = re.sub(r'nonce="[^"]+"|name="form_key" value="[^"]+"', "", page)
        shown.append(page.replace(email.lower(), "THEIR ADDRESS"))
    assert shown[0] == shown[1]


async def test_a_form_belongs_to_the_page_it_was_shown_on(play: Playground) -> None:
    person = play.person()
    await play.registered(person)
    events = await play.events()
    for purpose in ("register", "code"):
        answer = await person.client.post("/sign-out", data=await form_fields(play, person, purpose))
        error_page(answer, 403, purpose)
    fields = await form_fields(play, person, "sign out")
    error_page(await person.client.post("/sign-out", data={**fields, "all": "yes"}), 400)
    error_page(await person.client.post("/sign-out", json=fields), 415)
    answer = await person.client.post("/sign-out", data={**fields, "form_key": "x\x00"})
    assert answer.status_code == 400 or answer.status_code == 303
    assert await play.events() == events


async def test_a_draft_begun_before_signing_in_belongs_to_the_browser_that_began_it(play: Playground) -> None:
    person = play.person()
    status, where = await sent(play, person, "/social-care", "start social_care")
    assert status == 303 and where.startswith("/leaving-quickly?then=/referrals/")
    where = where.partition("then=")[2]
    assert (await person.client.get(f"/api/v1{where}")).json()["service"] == "social_care"
    assert (await play.person().client.get(f"/api/v1{where}")).status_code == 404


FAILING = (
    (NotAllowed(), 403, "You do not have permission"),
    (Unknown(), 503, "We cannot tell whether what you sent was saved."),
    (asyncpg.CannotConnectNowError(), 503, "We cannot tell whether what you sent was saved."),
    (ZeroDivisionError("Amara"), 500, "Try again later."),
)


@pytest.mark.parametrize(("fault", "status", "says"), FAILING, ids=lambda each: type(each).__name__)
async def test_whatever_goes_wrong_a_page_says_what_to_do(
    play: Playground, monkeypatch: pytest.MonkeyPatch, fault: Exception, status: int, says: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault

    original = View.page
    monkeypatch.setattr(View, "page", lambda view, template, *rest, **more: (
        original(view, template, *rest, **more) if template == "error.html" else fails()
    ))  # fmt: skip
    text = error_page(await play.person().client.get("/"), status)
    assert says in text and "Amara" not in text and "Idempotency" not in text


async def test_an_error_whose_page_fails_too_is_still_answered(
    play: Playground, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise RuntimeError("the layout")

    monkeypatch.setattr(View, "page", fails)
    answer = await play.person().client.get("/")
    assert answer.status_code == 500 and answer.json()["request"] == answer.headers["x-request-id"]


@pytest.mark.parametrize(("fault", "there"), [(NotSignedIn(), "/sign-in"), (ProveAgain(), "/proof")], ids=type)
async def test_a_page_that_needs_somebody_signed_in_or_a_new_code_leads_there_and_back(
    play: Playground, monkeypatch: pytest.MonkeyPatch, fault: Exception, there: str
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise fault

    monkeypatch.setitem(public.PAGES, "/help", public.Page("help", "Help"))
    monkeypatch.setattr(View, "page", fails)
    answer = await play.person().client.get("/help")
    assert (answer.status_code, answer.headers["location"]) == (303, f"{there}?then=/help")


@pytest.mark.parametrize("text", ["https://evil.example", "//evil.example", "/\\evil.example", "evil", "/a\r\nb", "/ä"])
def test_nobody_is_led_to_another_site_after_signing_in(text: str) -> None:
    assert own_path(text) == ""
    assert own_path("/referrals/0199") == "/referrals/0199"


async def test_what_was_done_is_said_once(play: Playground) -> None:
    person = play.person()
    person.client.cookies.set("notice", "saved", domain="127.0.0.1")
    assert "Your answers have been saved." in (await person.client.get("/")).text
    assert "Your answers have been saved." not in (await person.client.get("/")).text
    person.client.cookies.set("notice", "<b>", domain="127.0.0.1")
    assert "<b>" not in (await person.client.get("/")).text


async def test_nothing_personal_stands_in_a_title_or_an_address(play: Playground) -> None:
    person = play.person()
    await play.registered(person)
    for path in (
        *public.PAGES,
        "/sign-in",
        "/sign-out",
        "/register/public",
        "/account",
        "/account/details",
        "/foster-enquiry",
    ):
        page = (await person.client.get(path)).text
        title = re.search(r"<title>(.*?)</title>", page)
        assert title and "Priya" not in title[1]
        assert not [link for link in re.findall(r'(?:href|action)="([^"]*)"', page) if "priya" in link.lower()]
        assert len(page.encode()) <= 40_000


async def test_files_are_kept_for_ever_under_their_own_address_only(play: Playground) -> None:
    council: Council = play.portal.council
    client = play.person().client
    for name in (*built(), "colours.css"):
        answer = await client.get(f"{address_of(council)}/{name}", headers={"Accept-Encoding": "identity"})
        assert answer.headers["cache-control"] == "public, max-age=31536000, immutable", name
        assert "content-encoding" not in answer.headers and answer.headers["vary"] == "Accept-Encoding"
        former = await client.get(f"/assets/former-release/{name}")
        assert former.headers["cache-control"] == "no-cache" and former.headers["content-encoding"] == "gzip"
        assert former.content == answer.content, "httpx has unpacked it"
        assert not answer.headers.get_list("set-cookie")
    for name in ("nope.css", "../cookies.py", "..%2fcookies.py"):
        error_page(await client.get(f"/assets/x/{name}"), 404, name)


def test_what_is_served_has_no_crown_no_font_of_gov_uk_and_names_nobody_else() -> None:
    style = built()["portal.css"].plain.decode()
    assert "GDS Transport" not in style and "@font-face" not in style
    assert not re.findall(r"url\(\W*(?:https?:|//)", style)
    assert "MIT License" in built()["LICENCE-govuk-frontend.txt"].plain.decode()
    for name, asset in built().items():
        assert gzip.decompress(asset.compressed) == asset.plain
        hosts = {urlsplit(url).hostname for url in re.findall(rb"https?://[^\s\"'`)]+", asset.plain)}
        assert hosts <= {b"www.w3.org", b"www.bbc.co.uk"}, (name, hosts)
