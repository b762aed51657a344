"""Whether a request comes from the portal's own pages, judged by its headers before anything of it is read."""

from collections.abc import Collection
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from litestar import Request

from portal.http.cookies import OURS, cookie_name

AnyRequest = Request[Any, Any, Any]
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
OWN_PAGES = frozenset({"same-origin", "none"})  # none: typed, bookmarked, reloaded
FORGED = "This request seems to come from another site. API clients: send the portal's address in Origin."
EMBEDDED = "This cannot be shown inside another site. Open it in a window of its own."
NO_HOST = "Send one Host header, with the portal's own name."
WRONG_HOST = "This is not the address of the portal."
WATCHED = ("/health", "/health/live")  # by machines that ask for it by number


class Objection(NamedTuple):
    """Why a request is refused unread: `why` for the log, `says` for whoever sent it."""

    why: str
    status: HTTPStatus
    says: str


class Origins:
    """The portal's public address, and in the demonstration both names of one's own machine."""

    def __init__(self, address: str, demonstration: bool) -> None:
        port = urlsplit(address).port
        others = [f"http://{host}:{port}" for host in ("127.0.0.1", "localhost")] if demonstration else []
        self._by_host = {urlsplit(each).netloc: each for each in (address, *others)}
        self._cookies = [cookie_name(name, address) for name in OURS]

    def objection_to(self, request: AnyRequest) -> Objection | None:
        """Why this request goes no further, if so."""
        hosts = request.headers.getall("host", [])
        if request.scope["path"] in WATCHED and request.method in SAFE:
            return None
        if len(hosts) != 1:
            return Objection("no one host", HTTPStatus.BAD_REQUEST, NO_HOST)
        if hosts[0].lower() not in self._by_host:
            return Objection("wrong host", HTTPStatus.MISDIRECTED_REQUEST, WRONG_HOST)
        if request.method in SAFE:
            embedded = _embedded(request)
            return Objection("embedded elsewhere", HTTPStatus.FORBIDDEN, EMBEDDED) if embedded else None
        forged = self._forged(request, self._by_host[hosts[0].lower()])
        return Objection("forged", HTTPStatus.FORBIDDEN, FORGED) if forged else None

    def _forged(self, request: AnyRequest, own: str) -> bool:
        """Whatever the browser says of where it comes from must be us; one that says nothing must have no cookie of
        ours, for then there is nothing to forge with."""
        sites, origins = request.headers.getall("sec-fetch-site", []), request.headers.getall("origin", [])
        if sites or origins:
            return not (OWN_PAGES.issuperset(sites) and {own}.issuperset(origins))
        return any(name in request.cookies for name in self._cookies)


def _embedded(request: AnyRequest) -> bool:
    """Another site may link to us, and nothing else: no picture, no frame, no script, no fetch."""
    if OWN_PAGES.issuperset(_all(request, "sec-fetch-site")):
        return False
    return _all(request, "sec-fetch-mode") != ["navigate"] or _all(request, "sec-fetch-dest") != ["document"]


def _all(request: AnyRequest, name: str) -> Collection[str]:
    found: list[str] = request.headers.getall(name, [])
    return found
