"""The keys: one for each confidential stream, wrapped by a key-encryption key that never enters PostgreSQL.

Ciphertext is `0x01 | 12-byte random nonce | AES-256-GCM(text | tag)`. The associated data names the place where it
belongs, so that bytes moved to another row, or changed in any bit, are refused (security.md 4.2).
"""

import secrets
from collections.abc import Mapping
from uuid import UUID, uuid4

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap

FORMAT = b"\x01"
NONCE = 12  # bytes


class KeyUnusable(Exception):
    """A key cannot be unwrapped, or a ciphertext is not what was sealed in this place."""


class Key(msgspec.Struct, frozen=True):
    """An unwrapped data key of one stream. Lives in memory only as long as one command or batch."""

    id: UUID
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id})"

    def seal(self, text: bytes, place: str) -> bytes:
        """Encrypt for one place, such as `event|stream|version|topic`."""
        nonce = secrets.token_bytes(NONCE)
        return FORMAT + nonce + AESGCM(self.secret).encrypt(nonce, text, self._bound(place))

    def unseal(self, sealed: bytes, place: str) -> bytes:
        """Decrypt what was sealed for exactly this place; KeyUnusable otherwise."""
        if sealed[:1] != FORMAT:
            raise KeyUnusable("unknown format of ciphertext")
        try:
            return AESGCM(self.secret).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], self._bound(place))
        except (InvalidTag, ValueError):  # ValueError: cut too short to hold a nonce
            raise KeyUnusable("ciphertext is not what was sealed here") from None

    def _bound(self, place: str) -> bytes:
        return f"{place}|{self.id}".encode()


class Wrapped(msgspec.Struct, frozen=True):
    """A data key as it stands in the table `keys`."""

    id: UUID
    stream_id: UUID
    kek_version: int
    wrapped: bytes


class Keyring:
    """Wraps and unwraps data keys. `keks` are the key-encryption keys by version, 32 bytes each; the newest wraps."""

    def __init__(self, keks: Mapping[int, bytes]) -> None:
        if not keks or any(len(kek) != 32 for kek in keks.values()):
            raise ValueError("the keyring needs at least one key-encryption key of 32 bytes")
        self._keks = dict(keks)

    def mint(self, stream_id: UUID) -> tuple[Key, Wrapped]:
        """A fresh key for a stream, and the row that keeps it."""
        key, newest = Key(uuid4(), secrets.token_bytes(32)), max(self._keks)
        return key, Wrapped(key.id, stream_id, newest, aes_key_wrap(self._keks[newest], key.secret))

    def unwrap(self, key_id: UUID, kek_version: int, wrapped: bytes) -> Key:
        """The key behind a row; KeyUnusable where the key-encryption key is missing or is not the one that wrapped."""
        if kek_version not in self._keks:
            raise KeyUnusable(f"key-encryption key version {kek_version} is missing")
        try:
            return Key(key_id, aes_key_unwrap(self._keks[kek_version], wrapped))
        except InvalidUnwrap:
            raise KeyUnusable(f"key-encryption key version {kek_version} does not fit") from None
