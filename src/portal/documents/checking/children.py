"""Child processes that look at one file each, a few at a time, and end with it."""

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator
from contextlib import suppress
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from portal.documents.checking.kinds import Bounds, Kind, NoSuchPage, Unsound, Why

_CHILD: Final = ("-I", "-B", "-m", "portal.documents.checking.child")
# What ends a child because of the file it looked at: too much time, or a fault in a library.
_THE_FILES_DOING: Final = {
    signal.SIGXCPU: Why.TOO_COMPLEX,
    **dict.fromkeys((signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE), Why.DAMAGED),
}
_PART: Final = 64 * 1024
_INHERITED: Final = ("LD_LIBRARY_PATH",)  # of the environment: a Python may need it to start


class CheckUnavailable(Exception):
    """The file could not be looked at just now, which says nothing of it: try again."""


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """What a child is to do: "check" or "preview" a file of this kind. `largest`, `longest_answer`: bytes; `page`
    counts from 1."""

    name: str
    kind: Kind
    bounds: Bounds
    largest: int
    longest_answer: int = 4096
    page: int = 1


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a child found out; `shut`: what of the system it had given up by then (confinement.py)."""

    facts: dict[str, int] = {}
    picture: int = 0
    no_such_page: bool = False
    why: Why | None = None
    shut: tuple[str, ...] = ()


class Children:
    """`at_once`: how many processes look at files at the same time, in each process of the portal; `wait`: seconds to
    wait for one of these places; `seconds`: how long one file may take, the time in which it arrives included, so that
    it has to come from a store and not from somebody's telephone."""

    def __init__(self, at_once: int = 2, wait: float = 60.0, seconds: float = 30.0) -> None:
        self._at_once, self._wait, self._seconds = at_once, wait, seconds
        self._places: WeakKeyDictionary[asyncio.AbstractEventLoop, asyncio.Semaphore] = WeakKeyDictionary()

    async def ask(self, task: Task, parts: AsyncIterator[bytes]) -> tuple[Answer, bytes]:
        """What a child says of the file, and the picture that it made. Raises Unsound, NoSuchPage and CheckUnavailable,
        and what `parts` raises."""
        places = self._places.setdefault(asyncio.get_running_loop(), asyncio.Semaphore(self._at_once))
        await self._place(places)
        try:
            async with asyncio.timeout(self._seconds) as limit:
                return await _asked(task, parts)
        except TimeoutError:
            if not limit.expired():
                raise
            raise CheckUnavailable("looking at a file took too long") from None
        finally:
            places.release()

    async def _place(self, places: asyncio.Semaphore) -> None:
        try:
            await asyncio.wait_for(places.acquire(), self._wait)
        except TimeoutError:
            raise CheckUnavailable("too many files are waiting to be looked at") from None


async def _asked(task: Task, parts: AsyncIterator[bytes]) -> tuple[Answer, bytes]:
    arguments = (*_CHILD, task.name, task.kind, json.dumps(task.bounds), str(task.page))
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *arguments,
            stdin=PIPE,
            stdout=PIPE,
            stderr=DEVNULL,
            cwd="/",
            env=environment,
            start_new_session=True,
        )
    except OSError as failure:
        raise CheckUnavailable(f"no process could be started: {type(failure).__name__}") from None
    assert child.stdin and child.stdout  # noqa: S101 - both are pipes
    try:
        await _feed(child.stdin, parts, task.largest)
        said = await _heard(child.stdout, task.longest_answer)
        return _understood(await child.wait(), said)
    finally:
        await _ended(child)


async def _feed(pipe: asyncio.StreamWriter, parts: AsyncIterator[bytes], largest: int) -> None:
    """Hand the file over. A child that has ended meanwhile says why by its end."""
    length = 0
    async for part in parts:
        length += len(part)
        if length > largest:
            raise Unsound(Why.TOO_LARGE)
        try:
            pipe.write(part)
            await pipe.drain()
        except (BrokenPipeError, ConnectionResetError):
            return
    if not length:
        raise Unsound(Why.EMPTY)
    pipe.close()


async def _heard(pipe: asyncio.StreamReader, most: int) -> bytes:
    """All that a child says, which is not much unless a file has taken it over."""
    said = bytearray()
    while part := await pipe.read(_PART):
        said += part
        if len(said) > most:
            raise Unsound(Why.DAMAGED)
    return bytes(said)


def _understood(code: int, said: bytes) -> tuple[Answer, bytes]:
    if -code in _THE_FILES_DOING:
        raise Unsound(_THE_FILES_DOING[signal.Signals(-code)])
    line, end, picture = said.partition(b"\n")
    try:
        answer = msgspec.json.decode(line, type=Answer)
    except msgspec.DecodeError:
        answer = None
    if code or not end or answer is None or answer.picture != len(picture):
        raise CheckUnavailable(f"the process that looked at a file ended with {code}")
    if answer.no_such_page:
        raise NoSuchPage
    if answer.why:
        raise Unsound(answer.why)
    return answer, picture


async def _ended(child: Process) -> None:
    """However the asking ended, no child outlives it."""
    with suppress(ProcessLookupError):
        child.kill()
    if child.stdin:
        child.stdin.close()
    await child.wait()


CHILDREN: Final = Children()
