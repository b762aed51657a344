"""Hashing passwords without stopping everybody else: Argon2id over a peppered password, in a small executor.

Sixty sign-ins at once, hashed where requests are served, stopped the event loop for 1.9 s; so they did 5 ms (tried,
security.md 2.2). Beyond the queue's limit people are asked to try again, which is a right answer to a flood.

What is kept is the version of the pepper and Argon2's own text: `2$argon2id$v=19$m=19456,...`.
"""

import asyncio
import hashlib
import hmac
import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from portal.domain.password_policy import composed

T = TypeVar("T")
NICE = 10  # how much hashing gives way to everything else (setpriority)
WAITING_EACH = 16  # passwords that may wait for each thread


class Busy(Exception):
    """Too many passwords are waiting to be checked. Try again in a moment."""


class Passwords:
    """Hashes and checks passwords. `peppers` by version stay outside the database; the newest one hashes."""

    def __init__(self, peppers: Mapping[int, bytes]) -> None:
        threads = max(1, (os.cpu_count() or 2) - 1)
        self._peppers = dict(peppers)
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
        self._executor = ThreadPoolExecutor(threads, "argon2", _give_way)
        self._most = threads * (WAITING_EACH + 1)
        self._under_way = self._inside = 0
        self._dummy = self._hashed(os.urandom(16).hex())

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises Busy."""
        return await self.aside(lambda: self._hashed(password))

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether the password belongs to the hash. Without a hash the same work is done, and the answer is no."""
        right = await self.aside(lambda: self._verify(kept or self._dummy, password))
        return right and bool(kept)

    def is_outdated(self, kept: str) -> bool:
        """Whether a hash was made with an older pepper, or at another cost than today's."""
        version, encoded = _parts(kept)
        return version != max(self._peppers) or self._hasher.check_needs_rehash(encoded)

    async def aside(self, work: Callable[[], T]) -> T:
        """Do costly work on a password where it stops nobody. Raises Busy."""
        if self._under_way >= self._most:
            raise Busy
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._under_way -= 1

    @contextmanager
    def place(self) -> Iterator[None]:
        """A place for a request that is going to hash a password. Raises Busy where there is none, before anything else
        is done for it: otherwise a flood would wait for the database instead, and everybody else with it."""
        if self._inside >= self._most:
            raise Busy
        self._inside += 1
        try:
            yield
        finally:
            self._inside -= 1

    @property
    def is_calm(self) -> bool:
        """Whether nobody would wait longer for a sign-in because of a question that can wait itself."""
        return self._under_way < self._most // 4

    def close(self) -> None:
        """Stop the threads."""
        self._executor.shutdown(cancel_futures=True)

    def _hashed(self, password: str) -> str:
        newest = max(self._peppers)
        return f"{newest}{self._hasher.hash(self._peppered(newest, password))}"

    def _verify(self, kept: str, password: str) -> bool:
        version, encoded = _parts(kept)
        if version not in self._peppers:
            return False
        try:
            return self._hasher.verify(encoded, self._peppered(version, password))
        except (VerificationError, InvalidHashError):
            return False

    def _peppered(self, version: int, password: str) -> bytes:
        return hmac.digest(self._peppers[version], composed(password).encode(), hashlib.sha256)


def _parts(kept: str) -> tuple[int, str]:
    version, _, encoded = kept.partition("$")
    return int(version) if version.isdecimal() else 0, f"${encoded}"


def _give_way() -> None:
    """Let this thread have what processor time the pages leave: hashing can wait, reading a page should not. To Linux
    a thread has a priority of its own; elsewhere all stays as it is."""
    if sys.platform == "linux":
        with suppress(OSError):
            os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICE)
