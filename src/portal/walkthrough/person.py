"""Somebody at a browser: cookies of their own, patience with a portal that is being restarted, and a mailbox."""

import re
import time
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import httpx

PATIENCE = 60.0  # seconds to wait for a portal that is away, or for a letter
PAUSE = 0.1  # seconds, growing
AWAY = frozenset({502, 503, 504})


class WentWrong(Exception):
    """A step did not go as the story says."""


class Person:
    """One person. `email` is their user name where they have an account."""

    def __init__(self, address: str, name: str, email: str = "") -> None:
        self.name = name
        self.email = email
        self._client = httpx.Client(base_url=address, headers={"Origin": address}, timeout=20, trust_env=False)
        self._letters_seen: set[str] = set()

    def do(self, method: str, path: str, body: Any = None, *, expect: int = 0, seen: str = "") -> Any:
        """A request to the API that must succeed (or fail with the status expected), and what it answers.

        It is named by one idempotency key and sent again with the same key while no answer comes: the portal promises
        that it is done once.
        """
        answer = self._asked(method, path, {"json": body}, expect=expect, seen=seen)
        return answer.json() if answer.content else None

    def attach(self, path: str, name: str, content: bytes, says: str) -> Any:
        """Attach one file of text, with what it shows, and what is answered."""
        parts = [("description", (None, says.encode())), ("document", (name, content, "text/plain"))]
        return self._asked("POST", path, {"files": parts}).json()

    def download(self, path: str) -> bytes:
        """The bytes of a file."""
        return self._asked("GET", path, {}).content

    def wait_until(self, what: Callable[[], bool], otherwise: str) -> None:
        """Ask again and again; WentWrong where it does not become so."""
        until = time.monotonic() + PATIENCE
        while not what():
            if time.monotonic() > until:
                raise WentWrong(otherwise)
            time.sleep(PAUSE)

    def _asked(
        self, method: str, path: str, body: dict[str, Any], *, expect: int = 0, seen: str = ""
    ) -> httpx.Response:
        headers = {"Idempotency-Key": str(uuid4()), **({"If-Match": seen} if seen else {})}
        answer = self._patiently(method, f"/api/v1{path}", body, headers)
        right = answer.status_code == expect if expect else answer.is_success
        if not right:
            raise WentWrong(f"{method} {_without_ids(path)} answered {answer.status_code}: {_detail(answer)}")
        return answer

    def code(self) -> str:
        """The six digits of the newest letter that was not read yet."""
        return self._from_letter(r"\b(\d{6})\b")

    def link_token(self) -> str:
        """What stands behind # in the newest link that was not followed yet."""
        return self._from_letter(r"#(\S+)")

    def has_letter(self, subject: str) -> bool:
        """Wait for a letter with this subject."""
        return bool(self._wait_for(lambda letter: letter["subject"] == subject))

    def _from_letter(self, pattern: str) -> str:
        def unread(letter: Any) -> bool:
            return bool(re.search(pattern, letter["text"])) and letter["sent_at"] not in self._letters_seen

        letter = self._wait_for(unread)
        self._letters_seen.add(letter["sent_at"])
        found = re.search(pattern, letter["text"])
        return found[1] if found else ""

    def _wait_for(self, wanted: Any) -> Any:
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            letters = self.do("GET", "/demonstration/letters")
            if found := next((letter for letter in letters if letter["to"] == self.email and wanted(letter)), None):
                return found
            time.sleep(PAUSE)
        raise WentWrong(f"no letter reached {self.name} within {PATIENCE:.0f} seconds")

    def _patiently(self, method: str, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        until, pause = time.monotonic() + PATIENCE, PAUSE
        while True:
            try:
                answer = self._client.request(method, path, headers=headers, **body)
                if answer.status_code not in AWAY or time.monotonic() > until:
                    return answer
            except httpx.TransportError as lost:
                if time.monotonic() > until:
                    raise WentWrong(f"the portal does not answer: {type(lost).__name__}") from None
            time.sleep(pause)
            pause = min(pause * 1.5, 1.0)


def _without_ids(path: str) -> str:
    return re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "...", path)


def _detail(answer: httpx.Response) -> str:
    try:
        problem = answer.json()
        return " ".join([problem["detail"], *(fault["at"] for fault in problem.get("faults", []))])
    except (ValueError, KeyError, TypeError):
        return "no problem+json"
