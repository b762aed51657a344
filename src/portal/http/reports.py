"""Where browsers say that a page of ours held something that its policy does not let run (CSP Level 3, reporting).

Anybody can send such a report, and a real one names the page: so of each only two words of ours are logged.
"""

import logging
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import msgspec
from litestar import Router, post

from portal.http.depending import AnyRequest
from portal.http.headers import PAGE
from portal.http.limiting import keep_to_rates
from portal.logs import facts

log = logging.getLogger(__name__)
LONGEST = 8_000  # bytes of one body ...
MOST = 10  # ... and reports in it that are read
DIRECTIVES = frozenset(
    {part.split()[0] for part in PAGE.split(";")}
    | {f"{kind}-src-{where}" for kind in ("script", "style") for where in ("elem", "attr")}
)
BLOCKED = frozenset({"inline", "eval", "wasm-eval", "data", "blob", "http", "https", "ws", "wss"})
OTHER = "other"


@post("/csp-reports", status_code=204, include_in_schema=False)
async def receive_reports(request: AnyRequest) -> None:
    """Log what was refused, and no more of it than which rule refused what kind of thing."""
    for directive, blocked in _told(await request.body()):
        log.warning("a browser refused part of a page", extra=facts(directive=directive, blocked=blocked))


def _told(body: bytes) -> Iterator[tuple[str, str]]:
    """Of each report the directive and what kind of thing it refused. Browsers write them in two ways: one object under
    `csp-report`, or a list of objects with a `body` each."""
    try:
        sent = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return
    for each in (sent if isinstance(sent, list) else [sent])[:MOST]:
        told = (each.get("csp-report") or each.get("body")) if isinstance(each, dict) else None
        if isinstance(told, dict):
            directive = _text(told, "effective-directive", "effectiveDirective", "violated-directive").split(" ")[0]
            yield directive if directive in DIRECTIVES else OTHER, _kind(_text(told, "blocked-uri", "blockedURL"))


def _text(told: dict[str, Any], *names: str) -> str:
    return next((value for name in names if isinstance(value := told.get(name), str) and value), "")


def _kind(blocked: str) -> str:
    """The scheme of an address, or the word that stands in its place."""
    try:
        kind = urlsplit(blocked).scheme or blocked
    except ValueError:
        return OTHER
    return kind if kind in BLOCKED else OTHER


REPORTS = Router("/", route_handlers=[receive_reports], request_max_body_size=LONGEST, before_request=keep_to_rates)
