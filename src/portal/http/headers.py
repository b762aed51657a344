"""The headers that protect every answer, whatever it answers (security.md 2.8)."""

import secrets
from collections.abc import Mapping
from typing import Any

from litestar import Request
from litestar.datastructures import MutableScopeHeaders

NOTHING = "default-src 'none'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'"
PAGE = (
    "default-src 'none'; script-src 'nonce-{nonce}'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "object-src 'none'; report-uri /csp-reports; report-to csp"
)
REPORTED = {"Reporting-Endpoints": 'csp="/csp-reports"'}  # of a page: where what its policy refuses is told
FEATURES = (
    *("accelerometer", "autoplay", "camera", "display-capture", "encrypted-media", "fullscreen", "geolocation"),
    *("gyroscope", "magnetometer", "microphone", "midi", "payment", "picture-in-picture", "publickey-credentials-get"),
    *("screen-wake-lock", "serial", "usb", "xr-spatial-tracking"),
)
ALWAYS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{feature}=()" for feature in FEATURES),
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
OVER_TLS = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}
TEXTUAL = ("text/", "application/json", "application/problem+json", "application/vnd.oai.openapi")


NONCE = "nonce"  # where in the request's state a page finds what its scripts must carry


def headers_for(address: str) -> Mapping[str, str]:
    """What every answer of a portal at this public address carries."""
    return {**ALWAYS, **(OVER_TLS if address.startswith("https://") else {})}


def new_nonce() -> str:
    """What the scripts of one page carry, so that no other script runs in it."""
    return secrets.token_urlsafe(16)


def nonce_of(request: Request[Any, Any, Any]) -> str:
    """The nonce that this request's policy names."""
    return str(request.scope["state"].get(NONCE, ""))


def protect(headers: MutableScopeHeaders, always: Mapping[str, str], request_id: str, nonce: str) -> None:
    """Put on an answer what is not there yet; a page may run scripts with its nonce, anything else nothing at all."""
    kind = headers.get("Content-Type", "")
    if kind.startswith(TEXTUAL) and "charset=" not in kind:
        headers["Content-Type"] = f"{kind}; charset=utf-8"
    page = kind.startswith("text/html")
    policy = {"Content-Security-Policy": PAGE.format(nonce=nonce) if page else NOTHING, **(REPORTED if page else {})}
    for name, value in {**always, **policy}.items():
        headers.setdefault(name, value)
    headers["X-Request-Id"] = request_id
