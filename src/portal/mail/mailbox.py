"""The demonstration's mailbox: letters are kept, sealed, in PostgreSQL, and a page shows them."""

import asyncio
import secrets
from datetime import datetime
from typing import Final

import asyncpg
import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.mail.port import Letter, NotDelivered, checked_message_id

_VERSION: Final = b"\x01"
_NONCE_BYTES: Final = 12
_KEEP: Final = "insert into mailbox (message_id, sealed) values ($1, $2) on conflict (message_id) do nothing"
_LATEST: Final = "select id, message_id, sealed, sent_at from mailbox order by id desc limit $1"


class Kept(msgspec.Struct, frozen=True):
    """A letter in the mailbox; `sent_at` by the database's clock."""

    id: int
    to: str
    subject: str
    text: str
    sent_at: datetime

    def __repr__(self) -> str:
        return f"Kept(id={self.id}, ...)"


class CannotBeOpened(Exception):
    """A kept letter does not open: it was sealed under another key, or tampered with. The text names its id."""


class Mailbox:
    """A post that delivers into the table `mailbox`. Nothing personal stands there in clear."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", key: bytes, timeout: float = 5.0) -> None:
        """`key` has 32 bytes, `timeout` is in seconds. Raises ValueError for a key of another length."""
        if len(key) != 32:
            raise ValueError("the mailbox's key has 32 bytes")
        self._pool = pool
        self._cipher = AESGCM(key)
        self._timeout = timeout

    async def send(self, letter: Letter, message_id: str) -> None:
        """Keep the letter. The same message id twice keeps the first. Raises NotDelivered, never for good."""
        sealed = self._seal(letter, checked_message_id(message_id))
        try:
            async with asyncio.timeout(self._timeout):
                await self._pool.execute(_KEEP, message_id, sealed)
        except (asyncpg.PostgresError, asyncpg.InterfaceError, OSError):
            raise NotDelivered("the mailbox's database did not take the letter", permanent=False) from None

    async def latest(self, limit: int = 200) -> list[Kept]:
        """The newest letters, newest first.

        Raises CannotBeOpened, and what asyncpg raises, TimeoutError among it, when the database does not answer.
        """
        async with asyncio.timeout(self._timeout):
            rows = await self._pool.fetch(_LATEST, limit)
        return [self._opened(row) for row in rows]

    def _seal(self, letter: Letter, message_id: str) -> bytes:
        nonce = secrets.token_bytes(_NONCE_BYTES)
        # The id as associated data binds the letter to its row: one moved to another row does not open.
        return _VERSION + nonce + self._cipher.encrypt(nonce, msgspec.json.encode(letter), message_id.encode())

    def _opened(self, row: asyncpg.Record) -> Kept:
        sealed: bytes = row["sealed"]
        version, nonce, ciphertext = sealed[:1], sealed[1 : 1 + _NONCE_BYTES], sealed[1 + _NONCE_BYTES :]
        if version != _VERSION:
            raise CannotBeOpened(f"letter {row['id']} is sealed in an unknown format")
        try:
            plain = self._cipher.decrypt(nonce, ciphertext, row["message_id"].encode())
        except (InvalidTag, ValueError):  # ValueError: too short to hold a nonce
            raise CannotBeOpened(f"letter {row['id']} does not open with this key") from None
        letter = msgspec.json.decode(plain, type=Letter)
        return Kept(row["id"], letter.to, letter.subject, letter.text, row["sent_at"])
