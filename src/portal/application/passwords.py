"""Hashing passwords without stopping everybody else: Argon2id over a peppered password, in a small executor.

Sixty sign-ins at once, hashed where requests are served, stopped the event loop for 1.9 s; so they did 5 ms (tried,
security.md 2.2). Beyond the queue's limit people are asked to try again, which is a right answer to a flood.
"""

import asyncio
import hashlib
import hmac
import os
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

T = TypeVar("T")
WAITING_EACH = 16  # passwords that may wait for each thread


class Busy(Exception):
    """Too many passwords are waiting to be checked. Try again in a moment."""


class Passwords:
    """Hashes and checks passwords. `pepper` stays outside the database."""

    def __init__(self, pepper: bytes) -> None:
        threads = max(1, (os.cpu_count() or 2) - 1)
        self._pepper = pepper
        self._hasher = PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1, hash_len=32, salt_len=16)
        self._executor = ThreadPoolExecutor(threads, "argon2")
        self._most = threads * (WAITING_EACH + 1)
        self._under_way = 0
        self._dummy = self._hasher.hash(os.urandom(16))

    async def hash(self, password: str) -> str:
        """The hash to keep. Raises Busy."""
        return await self._aside(lambda: self._hasher.hash(self._peppered(password)))

    async def check(self, password: str, kept: str | None) -> bool:
        """Whether the password belongs to the hash. Without a hash the same work is done, and the answer is no."""
        right = await self._aside(lambda: self._verify(kept or self._dummy, password))
        return right and bool(kept)

    def close(self) -> None:
        """Stop the threads."""
        self._executor.shutdown(cancel_futures=True)

    async def _aside(self, work: Callable[[], T]) -> T:
        if self._under_way >= self._most:
            raise Busy
        self._under_way += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        finally:
            self._under_way -= 1

    def _peppered(self, password: str) -> bytes:
        return hmac.digest(self._pepper, unicodedata.normalize("NFKC", password).encode(), hashlib.sha256)

    def _verify(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, self._peppered(password))
        except (VerificationError, InvalidHashError):
            return False
