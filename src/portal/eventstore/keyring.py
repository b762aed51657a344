"""The keys: one for each confidential stream, wrapped by a key-encryption key that never enters PostgreSQL.

Ciphertext is `0x01 | 12-byte random nonce | AES-256-GCM(text | tag)`. The associated data names the place where it
belongs, so that bytes moved to another row, or changed in any bit, are refused (security.md 4.2).
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

FORMAT = b"\x01"
NONCE = 12  # bytes
AGAIN = 3.0  # seconds at least before the source of the keys is asked once more
Reload = Callable[[], Mapping[int, bytes]]
log = logging.getLogger(__name__)


class KeyUnusable(Exception):
    """A key cannot be unwrapped, or a ciphertext is not what was sealed in this place."""


class Key(msgspec.Struct, frozen=True, dict=True):
    """An unwrapped data key of one stream. Lives in memory only as long as one command or batch."""

    id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id})"

    def seal(self, text: bytes, place: str) -> bytes:
        """Encrypt for one place, such as `event|stream|version|topic`."""
        nonce = secrets.token_bytes(NONCE)
        return FORMAT + nonce + self._cipher.encrypt(nonce, text, self._bound(place))

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for exactly this place; KeyUnusable otherwise."""
        if sealed[:1] != FORMAT:
            raise KeyUnusable("unknown format of ciphertext")
        try:
            return self._cipher.decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], self._bound(place))
        except (InvalidTag, ValueError):  # ValueError: cut too short to hold a nonce
            raise KeyUnusable("ciphertext is not what was sealed here") from None

    @cached_property
    def _cipher(self) -> AESGCM:
        return AESGCM(self.secret)

    @cached_property
    def _name(self) -> str:
        return str(self.id)

    def _bound(self, place: str) -> bytes:
        return f"{place}|{self._name}".encode()


class Wrapped(msgspec.Struct, frozen=True):
    """A data key as it stands in the table `keys`."""

    id: UUID
    stream_id: UUID
    kek_version: int
    wrapped: bytes


class Keyring:
    """Wraps and unwraps data keys. `keks` are the key-encryption keys by version, 32 bytes each.

    The newest of those in use wraps. A version that is known but newer than `newest` waits until a row or `use` names
    it: by then every process can have it, so that none meets a row that it cannot open. `reload` gives the keks anew
    when a version is named that nobody here knows.
    """

    def __init__(self, keks: Mapping[int, bytes], reload: Reload | None = None, newest: int | None = None) -> None:
        if not keks or any(len(kek) != 32 for kek in keks.values()):
            raise ValueError("the keyring needs at least one key-encryption key of 32 bytes")
        self._known = dict(keks)
        self._in_use = {version: kek for version, kek in keks.items() if newest is None or version <= newest}
        self._reload = reload
        self._asked_at = -AGAIN
        if newest is not None:
            self.use(newest)

    @property
    def newest(self) -> int:
        """The version that wraps."""
        return max(self._in_use)

    def mint(self, stream_id: UUID) -> tuple[Key, Wrapped]:
        """A fresh key for a stream, and the row that keeps it."""
        key = Key(uuid4(), secrets.token_bytes(32))
        return key, self.wrap(key, stream_id)

    def wrap(self, key: Key, stream_id: UUID) -> Wrapped:
        """The row that keeps a key, under the newest version in use."""
        newest = self.newest
        return Wrapped(key.id, stream_id, newest, aes_key_wrap(self._in_use[newest], key.secret))

    def unwrap(self, key_id: UUID, kek_version: int, wrapped: bytes) -> Key:
        """The key behind a row; KeyUnusable where the key-encryption key is missing or is not the one that wrapped."""
        kek = self._in_use.get(kek_version) or self.use(kek_version)
        try:
            return Key(key_id, aes_key_unwrap(kek, wrapped))
        except InvalidUnwrap:
            raise KeyUnusable(f"key-encryption key version {kek_version} does not fit") from None

    def use(self, version: int) -> bytes:
        """Take a version into use, which the log names; the newest wraps from now on. KeyUnusable where nobody has it.

        May wait for the source of the keys: seconds at most, and seldom.
        """
        if version not in self._known:
            self._ask_again()
        if version not in self._known:
            raise KeyUnusable(f"key-encryption key version {version} is missing")
        self._in_use = {**self._in_use, version: self._known[version]}
        return self._known[version]

    def _ask_again(self) -> None:
        """A source that is away is not asked for every row. Keys that it no longer has are kept: rows may need them."""
        if self._reload is None or time.monotonic() < self._asked_at + AGAIN:
            return
        try:
            self._known = {**self._reload(), **self._known}
        except Exception as fault:
            log.error("the secrets cannot be read again: %s", type(fault).__name__)
        self._asked_at = time.monotonic()
