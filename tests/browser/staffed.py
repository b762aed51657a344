"""What staff find on their pages, brought about over the API; and staff who are signed in already."""

import asyncio
import re
import time
from typing import Any
from uuid import UUID, uuid4

import httpx

from portal.application.codes import STEP, app_codes
from portal.demonstration import APP_SECRET, PASSWORD
from tests.browser.visiting import PATIENCE, Site, Visitor
from tests.portals import PRIYA, Person, filled_in

WORKER, LADO = "dana.osei@severnshire.example", "lewis.hart@severnshire.example"
FEEDBACK_TEAM, AUDITOR = "jo.lindqvist@severnshire.example", "ines.varga@severnshire.example"
ADMINISTRATOR, LADO_MANAGER = "owen.price@severnshire.example", "grace.adeyemi@severnshire.example"
CODE = re.compile(r"\b\d{6}\b")


def somebody(site: Site) -> Person:
    """Somebody who speaks to the portal's API."""
    headers = {"Origin": site.address}
    client = httpx.AsyncClient(base_url=site.address, headers=headers, timeout=PATIENCE, trust_env=False)
    return Person(client)


async def referrer(site: Site) -> Person:
    """A professional of a school that the council does not know, signed in."""
    person, email = somebody(site), f"priya.{uuid4().hex[:8]}@elsewhere.example"
    await person.do("POST", "/accounts", {**PRIYA, "email": email, "password": PASSWORD})
    await person.do("POST", "/challenge/code", {"code": await _mailed_code(person, email)})
    return person


async def urgent_referral(person: Person) -> tuple[UUID, str]:
    """A referral in danger, with a secret address and a risk to staff, as it lies in the inbox; its reference."""
    referral = await filled_in(person)
    draft = f"/referrals/{referral}"
    form = await person.get(draft)
    child, seen = form["people"][0]["id"], form["state_tokens"]
    where = {"lines": ["2 Weir Lane"], "town": "Severnmouth", "secret": True}
    await person.do("PUT", f"{draft}/people/{child}/address/manual", where, seen[f"address:{child}"])
    rhys = {"given_name": "Rhys", "risk_to_visitors": "A large dog that is let out at the door"}
    await person.do("PUT", f"{draft}/answers/household", {"people": [rhys]})
    await person.do("PUT", f"{draft}/answers/contact", {"ways": ["text"], "not_safe": "Please leave no message."})
    await person.do("PUT", f"{draft}/danger", {"in_danger": True}, seen["danger"])
    sent = await person.do("POST", f"{draft}/submission", {"declaration": True})
    return referral, sent["submission"]["reference"]


async def sign_in(visitor: Visitor, email: str) -> None:
    """A member of staff of the demonstration in the visitor's browser: signed in once, whoever visits next."""
    if email not in _TOKENS.setdefault(visitor.site.address, {}):
        person = somebody(visitor.site)
        await person.do("POST", "/sign-in", {"email": email, "password": PASSWORD})
        await person.do("POST", "/challenge/code", {"code": app_code()})
        _TOKENS[visitor.site.address][email] = str(person.client.cookies.get("session"))
    token = _TOKENS[visitor.site.address][email]
    await visitor.page.context.add_cookies([{"name": "session", "value": token, "url": visitor.site.address}])


def app_code(later: int = 0) -> str:
    """What the app of all staff shows now, or some half minutes from now."""
    at = int(time.time()) // STEP + later
    return app_codes(APP_SECRET, time.time() + later * STEP)[at]


_TOKENS: dict[str, dict[str, str]] = {}


async def _mailed_code(person: Person, email: str) -> str:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        letters: list[dict[str, Any]] = await person.get("/demonstration/letters")
        if found := [code for each in letters if each["to"] == email for code in CODE.findall(each["text"])]:
            return str(found[0])
        await asyncio.sleep(0.1)
    raise AssertionError("no letter has come")
