"""Somebody who reads pages and sends their forms, without a browser."""

import re
from typing import Any

import httpx

from tests.portals import Person, Playground, form_fields


class PageReader:
    """Opens pages and sends forms as a browser without scripts does."""

    def __init__(self, play: Playground, person: Person) -> None:
        self.play, self.person = play, person
        self.html = ""

    async def go(self, path: str, status: int = 200) -> str:
        """Open a page."""
        return self._read(await self.person.client.get(path), status)

    async def send(self, path: str, purpose: str, status: int = 303, **typed: Any) -> httpx.Response:
        """Send a form of this purpose."""
        fields = await form_fields(self.play, self.person, purpose)
        answer = await self.person.client.post(path, data={**fields, **typed})
        self._read(answer, status)
        return answer

    async def follow(self, path: str, purpose: str, **typed: Any) -> str:
        """Send a form, and open the page that it leads to."""
        return await self.go((await self.send(path, purpose, **typed)).headers["location"])

    @property
    def main(self) -> str:
        """What the page itself shows, as text."""
        inside = self.html.partition("<main")[2].partition("</main>")[0]
        return " ".join(re.sub(r"<[^>]*>", " ", inside).split())

    def _read(self, answer: httpx.Response, status: int) -> str:
        said = " ".join(answer.text.partition("<main")[2].split())
        assert answer.status_code == status, (answer.status_code, said[:2500])
        self.html = answer.text or self.html
        return self.html
