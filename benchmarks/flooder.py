"""The other side of flood.py, in a process of its own: sign-ins, evenly, however long each takes. It speaks HTTP by
itself, since a client for every purpose would take more of the machine than the flood it is to make. Or as many
requests for a route that does nothing, which cost the machine the same but for what the portal does with a sign-in."""

import asyncio
import random
import sys
import time
from collections import Counter
from contextlib import suppress
from uuid import uuid4

import msgspec

ADDRESSES = [f"203.0.113.{number}" for number in range(50)]
PASSWORDS = ("coffee-otter-bicycle", "coffee-otter-tricycle")  # the right one and a wrong one
MEANT = {200: "passed", 202: "passed", 422: "wrong", 503: "told_to_wait", 429: "told_to_wait"}
PATIENCE = 30.0  # seconds for an answer
REQUEST = """POST /api/v1/sign-in HTTP/1.1\r
Host: {host}\r
Origin: http://{host}\r
X-Forwarded-For: {address}\r
Idempotency-Key: {key}\r
Content-Type: application/json\r
Content-Length: {length}\r
\r
{body}"""
NOTHING_MUCH = """GET /health/live HTTP/1.1\r
Host: {host}\r
X-Forwarded-For: {address}\r
\r
"""
KINDS = {"sign-ins": REQUEST, "nothing-much": NOTHING_MUCH}
Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Flooder:
    """Connections to one portal, each used again when it is free."""

    def __init__(self, host: str, accounts: int, kind: str) -> None:
        self._host, self._accounts, self._form = host, accounts, KINDS[kind]
        self._free: list[Connection] = []

    async def flood(self, a_second: int, seconds: float) -> Counter[str]:
        """Requests, and how they were answered."""
        began, sent = time.monotonic(), []
        for n in range(int(a_second * seconds)):
            await asyncio.sleep(max(0.0, began + n / a_second - time.monotonic()))
            sent.append(asyncio.create_task(self._one()))
        return Counter({"sent": len(sent)}) + Counter(await asyncio.gather(*sent))

    async def _one(self) -> str:
        with suppress(OSError, TimeoutError, EOFError, ValueError):
            async with asyncio.timeout(PATIENCE):
                status, headers = await self._ask(self._request())
                says = MEANT.get(status, "failed")
                return "failed" if says == "told_to_wait" and "retry-after:" not in headers else says
        return "failed"

    def _request(self) -> bytes:
        email, password = f"person{random.randrange(self._accounts)}@oakfield.example", random.choice(PASSWORDS)  # noqa: S311
        body = msgspec.json.encode({"email": email, "password": password}).decode()
        address = random.choice(ADDRESSES)  # noqa: S311 - made up
        asked = {"host": self._host, "address": address, "key": uuid4(), "length": len(body), "body": body}
        return self._form.format(**asked).encode()

    async def _ask(self, request: bytes) -> tuple[int, str]:
        """The status of an answer, and its headers in small letters."""
        reader, writer = self._free.pop() if self._free else await asyncio.open_connection(*self._host.split(":"))
        writer.write(request)
        headers = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = headers.partition("content-length:")[2].partition("\r\n")[0]
        await reader.readexactly(int(length or 0))
        self._free.append((reader, writer))
        return int(headers.split(" ", 2)[1]), headers


def main() -> None:
    """Read the command line and do it."""
    address, a_second, seconds, accounts, kind = sys.argv[1:]
    flooder = Flooder(address.removeprefix("http://"), int(accounts), kind)
    counted = asyncio.run(flooder.flood(int(a_second), float(seconds)))
    names = ("sent", *dict.fromkeys(MEANT.values()), "failed")
    sys.stdout.write(msgspec.json.encode({name: counted[name] for name in names}).decode())


if __name__ == "__main__":
    main()
