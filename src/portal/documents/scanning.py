"""Viruses: what the portal asks of a scanner, and ClamAV's daemon as one, spoken to over its socket.

Only the exact words "stream: OK" make a document clean. What cannot be judged however often it is tried is unscannable;
where the daemon itself fails, ScannerAway says that it should be tried again.
"""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Final, Protocol

_CLEAN: Final = "stream: OK"
_FOUND: Final = re.compile(r"stream: (.+) FOUND")
_FAULT: Final = re.compile(r"stream: (.+) ERROR")
# Findings that mean "not looked at to the end": ClamAV's limits and passwords, not viruses.
_NOT_LOOKED_AT: Final = ("Heuristics.Limits.Exceeded", "Heuristics.Encrypted")
_TOO_LONG: Final = "INSTREAM size limit exceeded"
# Faults of the daemon's machine and not of the document (libclamav's words): no memory, no space, no thread.
_OF_THE_MACHINE: Final = re.compile(r"allocate|memory|temporary|write|create|open|read|lock|database", re.IGNORECASE)
_LONGEST_ANSWER: Final = 4096  # bytes


class Scanned(StrEnum):
    """What a scanner found."""

    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNABLE = "unscannable"  # and so never offered


class ScannerAway(Exception):
    """The scanner cannot be reached, fails, or broke off: nothing is known of the document, so try again."""


class Scanner(Protocol):
    """Whatever looks for viruses."""

    async def scan(self, parts: AsyncIterator[bytes]) -> Scanned:
        """Look at a document. Raises ScannerAway, and what `parts` raises."""
        ...

    async def version(self) -> str:
        """What it is and the databases that it knows; another text means: scan again. Raises ScannerAway."""
        ...


class Clamd:
    """ClamAV's daemon. `address`: the path of its socket ("/run/clamav/clamd.ctl"), or "host:port", over which
    documents travel in clear. `connect`, `write` (of one part) and `answer` are seconds. Raises ValueError."""

    def __init__(self, address: str, *, connect: float = 5.0, write: float = 10.0, answer: float = 60.0) -> None:
        host, colon, port = address.rpartition(":")
        if not address.startswith("/") and not (colon and host and port.isdecimal()):
            raise ValueError(f"{address!r} is neither the path of a socket nor host:port")
        self._path, self._host, self._port = address if address.startswith("/") else "", host, port
        self._connect, self._write, self._answer = connect, write, answer

    async def scan(self, parts: AsyncIterator[bytes]) -> Scanned:
        """See `Scanner`."""
        async with self._asking() as (writer, answering):
            whole = await self._send_all(writer, parts, answering)
            return _verdict(await self._answered(answering), whole)

    async def version(self) -> str:
        """See `Scanner`."""
        async with self._asking() as (writer, answering):
            await self._send(writer, b"zVERSION\0")
            answer = await self._answered(answering)
        if not answer.startswith("ClamAV "):
            raise ScannerAway("the scanner does not say its version")
        return answer

    @asynccontextmanager
    async def _asking(self) -> AsyncIterator[tuple[asyncio.StreamWriter, asyncio.Task[str]]]:
        """A connection for one question. Its answer is awaited from the start: a stream that is too long for the daemon
        is answered in the middle, and then cut off."""
        reader, writer = await self._connected()
        answering = asyncio.create_task(_read(reader))
        try:
            yield writer, answering
        finally:
            writer.transport.abort()
            answering.cancel()
            await asyncio.wait([answering])
            if not answering.cancelled():
                answering.exception()  # seen: somebody has it, or nobody wants it

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        try:
            async with asyncio.timeout(self._connect):
                if self._path:
                    return await asyncio.open_unix_connection(self._path, limit=_LONGEST_ANSWER)
                return await asyncio.open_connection(self._host, int(self._port), limit=_LONGEST_ANSWER)
        except (OSError, TimeoutError) as failure:
            raise ScannerAway(f"the scanner cannot be reached: {type(failure).__name__}") from None

    async def _send_all(
        self, writer: asyncio.StreamWriter, parts: AsyncIterator[bytes], answering: asyncio.Task[str]
    ) -> bool:
        """Whether all of it was sent before an answer came."""
        await self._send(writer, b"zINSTREAM\0")
        async for part in parts:
            if answering.done():
                return False
            if part:  # an empty one would be the end
                await self._send(writer, len(part).to_bytes(4, "big") + part)
        await self._send(writer, bytes(4))
        return True

    async def _send(self, writer: asyncio.StreamWriter, content: bytes) -> None:
        """Where the daemon has hung up, the answer says why, or that there is none."""
        try:
            async with asyncio.timeout(self._write):
                writer.write(content)
                await writer.drain()
        except TimeoutError:
            raise ScannerAway("the scanner does not read") from None
        except OSError:
            return

    async def _answered(self, answering: asyncio.Task[str]) -> str:
        done, _ = await asyncio.wait([answering], timeout=self._answer)
        if not done:
            raise ScannerAway("the scanner does not answer")
        return answering.result()


async def _read(reader: asyncio.StreamReader) -> str:
    try:
        return (await reader.readuntil(b"\0"))[:-1].decode("ascii", "replace")
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as failure:
        raise ScannerAway(f"the scanner broke off: {type(failure).__name__}") from None


def _verdict(answer: str, whole: bool) -> Scanned:
    """What an answer means. `whole`: the daemon was sent everything before it answered."""
    if found := _FOUND.fullmatch(answer):
        return Scanned.UNSCANNABLE if found[1].startswith(_NOT_LOOKED_AT) else Scanned.INFECTED
    if answer.startswith(_TOO_LONG):
        return Scanned.UNSCANNABLE
    if whole and answer == _CLEAN:
        return Scanned.CLEAN
    fault = _FAULT.fullmatch(answer)
    if whole and fault and not _OF_THE_MACHINE.search(fault[1]):
        return Scanned.UNSCANNABLE
    raise ScannerAway("the scanner answers with an error of its own")
