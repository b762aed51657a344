"""What stands before every request: an id, the rule against forged requests, and the headers of every answer."""

import asyncio
import logging
import time
from http import HTTPStatus
from urllib.parse import urlsplit
from uuid import uuid4

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import ScopeType
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, ReceiveMessage, Scope, Send

from portal.http.cookies import ATTEMPT, DRAFT, SESSION, cookie_name
from portal.http.problems import answer

log = logging.getLogger("portal.access")
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}
BODY_WITHIN = 15.0  # seconds for a whole request to arrive
HSTS = "max-age=63072000; includeSubDomains"


class Guard(ASGIMiddleware):
    """Runs before routing and bodies. `address`: the portal's public address."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, address: str, demonstration: bool) -> None:
        self._origins = {address}
        if demonstration:  # people type either name of their own machine
            port = urlsplit(address).port
            self._origins |= {f"http://{host}:{port}" for host in ("127.0.0.1", "localhost")}
        self._headers = {**HEADERS, **({"Strict-Transport-Security": HSTS} if address.startswith("https") else {})}
        self._cookies = [cookie_name(name, address) for name in (SESSION, ATTEMPT, DRAFT)]

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Give the request its id; refuse it if another site sent it; else pass it on."""
        started, status = time.perf_counter(), 0
        request_id = scope["state"]["request_id"] = str(uuid4())

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = MutableScopeHeaders.from_message(message)
                headers["X-Request-Id"] = request_id
                for name, value in self._headers.items():
                    headers.setdefault(name, value)
            await send(message)

        request: Request = Request(scope)  # type: ignore[type-arg]
        if self._forged(request):
            detail = "This request seems to come from another site. API clients: send the portal's address in Origin."
            refusal = answer(request, HTTPStatus.FORBIDDEN, detail).to_asgi_response(app=None, request=request)
            await refusal(scope, receive, send_with_headers)
        else:
            await next_app(scope, _in_time(receive), send_with_headers)
        spent = (time.perf_counter() - started) * 1000
        log.info("%s %s %d %.1f ms %s", request.method, _route(scope), status, spent, request_id)

    def _forged(self, request: Request) -> bool:  # type: ignore[type-arg]
        if request.method in SAFE:
            return False
        if site := request.headers.get("sec-fetch-site"):
            return site not in ("same-origin", "none")
        if origin := request.headers.get("origin"):
            return origin not in self._origins
        return any(name in request.cookies for name in self._cookies)


def _in_time(receive: Receive) -> Receive:
    """Receiving that does not wait for ever: a body that is held back would hold a connection."""
    deadline = asyncio.get_running_loop().time() + BODY_WITHIN

    async def receive_in_time() -> ReceiveMessage:
        try:
            async with asyncio.timeout_at(deadline):
                return await receive()
        except TimeoutError:
            raise ClientException(detail="The request took too long to arrive.", status_code=408) from None

    return receive_in_time


def _route(scope: HTTPScope | Scope) -> str:
    """The route's template: an address never tells the log whose page it was."""
    return str(scope.get("path_template", "-"))
