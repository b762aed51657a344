"""OS Places, Ordnance Survey's register of addresses on the network. The key travels in a header, so that it stands in
no URL; the postcode has to stand in one, so no URL is ever logged (logs.py)."""

import asyncio
import logging
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final

import httpx
import msgspec

from portal.addresses.circuit import Circuit
from portal.addresses.house import in_house_order
from portal.addresses.os_places_answers import Answer, Entry, Refusal, houses
from portal.addresses.port import FoundAddress, LookupUnavailable, NotAPostcode
from portal.addresses.postcode import NO_POSTCODE, canonical
from portal.addresses.uprn import is_uprn
from portal.logs import facts

log = logging.getLogger(__name__)
PATIENCE: Final = 4.0  # seconds for all pages together: a person waits
PAGE: Final = 100  # the most that OS Places gives at once
MOST_PAGES: Final = 10
OF_THE_REQUEST: Final = (413, 414, 422, 431)  # statuses that say nothing about the next request
REFUSED: Final = 60.0  # seconds until a key that was refused is tried again


class OsPlaces:
    """See `port.Addresses`. `url`: down to the version, like https://api.os.uk/search/places/v1."""

    def __init__(self, url: str, key: str, circuit: Circuit | None = None, patience: float = PATIENCE) -> None:
        self._url = url
        self._patience = patience
        self._circuit = circuit or Circuit()
        self._http = httpx.AsyncClient(
            headers={"key": key, "Accept": "application/json"},
            timeout=httpx.Timeout(patience, connect=patience / 2),
            limits=httpx.Limits(max_connections=20),
            follow_redirects=False,
            trust_env=False,
        )

    async def at_postcode(self, postcode: str) -> list[FoundAddress]:
        """All addresses at a postcode, in house order. Raises NotAPostcode and LookupUnavailable."""
        try:
            return in_house_order(houses(await self._found("postcode", canonical(postcode))))
        except _NotTaken:
            raise NotAPostcode(NO_POSTCODE) from None

    async def by_uprn(self, uprn: str) -> FoundAddress | None:
        """The address with this UPRN, if there is one. Raises LookupUnavailable."""
        if not is_uprn(uprn):
            return None
        try:
            found = houses(await self._found("uprn", uprn))
        except _NotTaken:
            return None
        return next((house.address for house in found if house.uprn == uprn), None)

    async def trouble(self) -> str | None:
        """Since when this process gets no answers, and what it gets instead."""
        if self._circuit.since is None:
            return None
        return f"OS Places has not answered since {self._circuit.since:%Y-%m-%d %H:%M:%S} UTC: {self._circuit.fault}"

    async def close(self) -> None:
        """Let go of its connections."""
        await self._http.aclose()

    async def _found(self, by: str, asked: str) -> list[Entry]:
        self._circuit.enter()
        try:
            async with asyncio.timeout(self._patience):
                entries = await self._all_pages(by, asked)
        except _NotTaken:  # it answered: nobody can keep others from asking by what they type
            self._circuit.worked()
            raise
        except _WrongRequest as wrong:  # it answered, and nobody else asks the same
            self._circuit.worked()
            raise self._unanswered(wrong.fault) from None
        except _Failed as failed:
            raise self._gave_up(failed.fault, failed.pause) from None
        except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as fault:  # their texts may hold the URL
            raise self._gave_up(type(fault).__name__) from None
        except msgspec.MsgspecError as fault:
            raise self._gave_up(f"an answer that cannot be read ({type(fault).__name__})") from None
        self._circuit.worked()
        return entries

    async def _all_pages(self, by: str, asked: str) -> list[Entry]:
        entries: list[Entry] = []
        for page in range(MOST_PAGES):
            here = {by: asked, "dataset": "DPA,LPI", "lr": "EN", "maxresults": str(PAGE), "offset": str(page * PAGE)}
            answer = _read(await self._http.get(f"{self._url}/{by}", params=here), by)
            entries += answer.results
            if (page + 1) * PAGE >= answer.header.totalresults:
                break
        return entries

    def _gave_up(self, fault: str, pause: float | None = None) -> LookupUnavailable:
        self._circuit.failed(fault, pause)
        return self._unanswered(fault)

    def _unanswered(self, fault: str) -> LookupUnavailable:
        log.warning("OS Places does not answer; people type their addresses", extra=facts(fault=fault))
        return LookupUnavailable(fault)


class _Failed(Exception):
    """It answered, but not what was asked. `pause`: seconds until it is of use to ask again."""

    def __init__(self, fault: str, pause: float | None = None) -> None:
        super().__init__(fault)
        self.fault, self.pause = fault, pause


class _WrongRequest(Exception):
    """It works, and finds fault with this one request."""

    def __init__(self, fault: str) -> None:
        super().__init__(fault)
        self.fault = fault


class _NotTaken(Exception):
    """It does not take what was asked for as a postcode or UPRN."""


def _read(answer: httpx.Response, by: str) -> Answer:
    match answer.status_code:
        case 200:
            return msgspec.json.decode(answer.content, type=Answer)
        case 400 if by in msgspec.json.decode(answer.content, type=Refusal).error.message.lower():
            raise _NotTaken
        case 401 | 403:
            raise _Failed("the key is refused", REFUSED)
        case 429:
            raise _Failed("too many requests", _retry_after(answer.headers.get("Retry-After", "")))
        case status if status in OF_THE_REQUEST:
            raise _WrongRequest(f"status {status}")
        case status:
            raise _Failed(f"status {status}")


def _retry_after(text: str) -> float:
    """Seconds; a date or a number (RFC 9110, 10.2.3)."""
    if text.isdecimal():
        return max(1.0, float(text))
    try:
        return max(1.0, (parsedate_to_datetime(text) - datetime.now(UTC)).total_seconds())
    except (TypeError, ValueError):
        return 1.0
