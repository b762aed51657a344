"""Accounts for visitors, made by the API where clicking would add nothing."""

import re
from typing import Any, NamedTuple
from uuid import uuid4

import httpx
from playwright.async_api import BrowserContext

from tests.browser.visiting import Visitor
from tests.portals import PASSWORD, PRIYA, Person

CODE = r"\b(\d{6})\b"
FAMILY = {"kind": "public", "name": "Efua Mensah"}


def details_of(capacity: str, email: str) -> dict[str, Any]:
    """What an account says of its owner, by the capacity they write in."""
    return {**(PRIYA if capacity == "professional" else FAMILY), "email": email, "password": PASSWORD}


class Signed(NamedTuple):
    """Somebody in the browser, the same person at the API, their address and the code they have used."""

    person: Person
    email: str
    code: str


async def signed_in(visitor: Visitor, capacity: str = "professional") -> Signed:
    """The visitor is signed in with a new account."""
    address = visitor.site.address
    person = Person(httpx.AsyncClient(base_url=address, headers={"Origin": address}, trust_env=False, timeout=60))
    email = f"{uuid4().hex[:10]}@oakfield.example"
    await person.do("POST", "/accounts", details_of(capacity, email))
    code = await visitor.letter(email, CODE)
    await person.do("POST", "/challenge/code", {"code": code})
    await hand_over(person, visitor.page.context)
    return Signed(person, email, code)


async def hand_over(person: Person, browser: BrowserContext) -> None:
    """The browser has this person's cookies."""
    url = str(person.client.base_url)
    for each in person.client.cookies.jar:
        await browser.add_cookies([{"name": each.name, "value": each.value or "", "url": url}])


def of_a_form(url: str) -> str:
    """The part of an address that says which page of a form it is."""
    return re.sub(r"^.*?/referrals/[0-9a-f-]{36}|[0-9a-f-]{36}|\?.*$", "", url)
