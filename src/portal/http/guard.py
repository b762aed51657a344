"""What stands before every request: an id, the rule against forged requests, a time to arrive in; and after it: the
headers of every answer, a line in the log, and the last resort."""

import asyncio
import logging
import re
import time
from collections.abc import Callable
from uuid import uuid4

from litestar import Request
from litestar.datastructures import MutableScopeHeaders
from litestar.enums import HttpMethod, ScopeType
from litestar.exceptions import ClientException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, ReceiveMessage, Scope, Send

from portal.http.headers import NONCE, headers_for, new_nonce, protect
from portal.http.origins import Origins
from portal.http.problems import AnyRequest, answer, unexpected
from portal.logs import about_request, facts

log = logging.getLogger("portal.access")
BODY_WITHIN = 15.0  # seconds for a whole request to arrive
# Files take longer: this time is then how long nothing may come, and each so many bytes give a second of it back.
UPLOAD = re.compile(r"(?:/api/v1)?/referrals/[0-9a-fA-F-]{36}/documents")
SLOWEST = 16 * 1024  # bytes a second


class Guard(ASGIMiddleware):
    """Runs before routing and bodies. `address`: the portal's public address."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, address: str, demonstration: bool) -> None:
        self._origins = Origins(address, demonstration)
        self._headers = headers_for(address)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Give the request its id; refuse it if another site sent it; else pass it on."""
        started, status = time.perf_counter(), 0
        request_id, nonce = str(uuid4()), new_nonce()
        scope["state"].update({"request_id": request_id, NONCE: nonce})

        async def send_with_headers(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                protect(MutableScopeHeaders.from_message(message), self._headers, request_id, nonce)
            await send(message)

        request: AnyRequest = Request(scope)
        with about_request(request_id):
            if objection := self._origins.objection_to(request):
                log.warning("refused unread", extra=facts(why=objection.why))
                refusal = answer(request, objection.status, objection.says)
                await refusal.to_asgi_response(app=None, request=request)(scope, receive, send_with_headers)
            else:
                await _last_resort(
                    next_app,
                    request,
                    _in_time(receive, _brings_files(request)),
                    send_with_headers,
                    lambda: bool(status),
                )
            ms = round((time.perf_counter() - started) * 1000, 1)
            log.info("answered", extra=facts(method=_method(request), route=_route(scope), outcome=status, ms=ms))


async def _last_resort(
    app: ASGIApp, request: AnyRequest, receive: Receive, send: Send, answered: Callable[[], bool]
) -> None:
    """Whatever the framework itself stumbles over is answered like any other fault of ours: by a number, without a
    word of what was sent."""
    try:
        await app(request.scope, receive, send)
    except Exception as fault:
        sorry = unexpected(request, fault)
        if not answered():
            await sorry.to_asgi_response(app=None, request=request)(request.scope, receive, send)


def _in_time(receive: Receive, brings_files: bool) -> Receive:
    """Receiving that does not wait for ever: a body that is held back would hold a connection. What is counted is the
    time spent waiting, since files are put away while they come."""
    clock, left = asyncio.get_running_loop().time, BODY_WITHIN

    async def receive_in_time() -> ReceiveMessage:
        nonlocal left
        began = clock()
        try:
            async with asyncio.timeout(left):
                message = await receive()
        except TimeoutError:
            raise ClientException(detail="The request took too long to arrive.", status_code=408) from None
        left -= clock() - began
        if brings_files and message["type"] == "http.request":
            left = min(BODY_WITHIN, left + len(message["body"]) / SLOWEST)
        return message

    return receive_in_time


def _brings_files(request: AnyRequest) -> bool:
    return request.method == "POST" and bool(UPLOAD.fullmatch(request.scope["path"]))


def _route(scope: HTTPScope | Scope) -> str:
    """The route's template: an address never tells the log whose page it was."""
    return str(scope.get("path_template", "-"))


def _method(request: AnyRequest) -> str:
    """A method by its name, which could otherwise be any text."""
    return request.method if request.method in HttpMethod.__members__ else "-"
