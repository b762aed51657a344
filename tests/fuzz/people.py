"""People whom schemathesis plays: registered, signed in, with forms under way."""

import re
import time
from typing import Any
from uuid import uuid4

import httpx

from portal.demonstration import code_of_app
from tests.portals import AGREED, AMARA, ANSWERS, JONAH, PRIYA

WAIT = 30.0  # seconds for a letter


class Browser:
    """Somebody's browser, and the ids of what they have."""

    def __init__(self, address: str, email: str) -> None:
        self.email = email
        self.ids: dict[str, list[str]] = {}
        self._client = httpx.Client(base_url=address, headers={"Origin": address}, timeout=20, trust_env=False)

    def do(self, method: str, path: str, body: Any = None) -> Any:
        """A request that must succeed, and what it answers."""
        answer = self._client.request(method, f"/api/v1{path}", json=body, headers={"Idempotency-Key": str(uuid4())})
        answer.raise_for_status()
        return answer.json() if answer.content else None

    def registers(self, password: str) -> None:
        """A new account. Signed in afterwards."""
        self.do("POST", "/accounts", {**PRIYA, "email": self.email, "password": password})
        self.do("POST", "/challenge/code", {"code": self._code()})

    def signs_in(self, password: str) -> None:
        """Both steps, as the demonstration's staff."""
        self.do("POST", "/sign-in", {"email": self.email, "password": password})
        self.do("POST", "/challenge/code", {"code": code_of_app()})

    def is_signed_in(self) -> bool:
        """Whether the portal still knows who this is."""
        return self._client.get("/api/v1/me").is_success

    def cookies(self) -> list[str]:
        """All cookies, `name=value`; the one of a code that is used up is left out."""
        return [f"{name}={value}" for name, value in self._client.cookies.items() if name != "attempt"]

    def keep(self, cookies: list[str]) -> None:
        """These in place of those of before: a session goes on under a new token once a password is changed."""
        self._client.cookies = httpx.Cookies(dict(each.split("=", 1) for each in cookies))

    def _code(self) -> str:
        until = time.monotonic() + WAIT
        while time.monotonic() < until:
            for letter in self.do("GET", "/demonstration/letters"):
                if letter["to"] == self.email and (found := re.search(r"\b\d{6}\b", letter["text"])):
                    return found[0]
            time.sleep(0.2)
        raise RuntimeError(f"no letter reached {self.email}")


def filled_in(browser: Browser, service: str) -> str:
    """A complete draft, ready to be sent; its id."""
    id: str = browser.do("POST", "/referrals", {"service": service})["id"]
    draft = f"/referrals/{id}"
    for child in (AMARA, JONAH):
        browser.do("POST", f"{draft}/children", child)
    if service == "lado":
        browser.do("PUT", f"{draft}/adult", {"given_name": "Colin", "family_name": "Marsh", "job_title": "Coach"})
    people = browser.do("POST", f"{draft}/children/confirmation")["people"]
    for person in people:
        at = f"{draft}/people/{person['id']}"
        browser.do("PUT", f"{at}/capacity", {"capacity": "professional", "relationship": "professional"})
        browser.do("PUT", f"{at}/address/manual", {"lines": ["14 Tannery Row"], "town": "Severnmouth"})
    browser.do("PUT", f"{draft}/danger", {"in_danger": False})
    section, answers = ANSWERS[service]
    browser.do("PUT", f"{draft}/answers/{section}", answers)
    if service != "lado":
        browser.do("PUT", f"{draft}/consent", AGREED)
    browser.ids.setdefault("referral_id", []).append(id)
    browser.ids.setdefault("person_id", []).extend(each["id"] for each in people)
    browser.ids.setdefault("child_id", []).extend(each["id"] for each in people if each["child"])
    return id
