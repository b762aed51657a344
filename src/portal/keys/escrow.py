"""A sealed copy of the secrets that any two of its holders open together and none of them alone.

The secrets are sealed (AES-256-GCM) under a random key, and that key once for each pair of holders, under a key made
from both their codes (HKDF-SHA-256). Each part is bound to all that stands before it, names and dates included, and the
file has one form only: change any byte of it and it is refused.
"""

import hashlib
import itertools
import secrets
from collections.abc import Sequence
from datetime import datetime

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from portal.keys.holder_codes import new_code

FORMAT = "portal-escrow-1"
KEY = 32  # bytes
NONCE = 12  # bytes


class CannotOpen(Exception):
    """The escrow cannot be opened; says what to look for."""


class Label(msgspec.Struct, frozen=True):
    """What stands on the outside, in clear. `versions` of the key-encryption key are those inside."""

    format: str
    made_at: datetime
    versions: list[int]
    holders: list[str]
    salt: bytes


class Pair(msgspec.Struct, frozen=True):
    """The key, for two holders by their places in the label."""

    first: int
    second: int
    sealed: bytes


class Escrow(msgspec.Struct, frozen=True):
    """The whole file."""

    label: Label
    pairs: list[Pair]
    sealed: bytes


def seal(content: bytes, versions: Sequence[int], holders: Sequence[str], now: datetime) -> tuple[bytes, list[bytes]]:
    """The escrow file, and a code for each holder in their order. ValueError unless there are two or more, all of
    different names."""
    if len(holders) < 2 or len(set(holders)) < len(holders):
        raise ValueError("an escrow needs two or more holders, each with a name of their own")
    label = Label(FORMAT, now, sorted(versions), list(holders), secrets.token_bytes(KEY))
    codes, key = [new_code() for _ in holders], secrets.token_bytes(KEY)
    pairs = [
        Pair(first, second, _seal(_pair_key(label, first, second, codes[first], codes[second]), key, _bound(label)))
        for first, second in itertools.combinations(range(len(holders)), 2)
    ]
    return _file(Escrow(label, pairs, _seal(key, content, _bound(label, pairs)))), codes


def label_of(file: bytes) -> Label:
    """What an escrow file says on the outside. CannotOpen where it is none, or is not as it was written."""
    return _parsed(file).label


def open_with(file: bytes, one: bytes, other: bytes) -> bytes:
    """The secrets in an escrow file. CannotOpen unless these are the codes of two of its holders and no byte of the
    file was changed."""
    if one == other:
        raise CannotOpen("both codes are the same: it takes those of two holders")
    escrow = _parsed(file)
    for pair in escrow.pairs:
        for first, second in ((one, other), (other, one)):
            try:
                pair_key = _pair_key(escrow.label, pair.first, pair.second, first, second)
                key = _unseal(pair_key, pair.sealed, _bound(escrow.label))
            except (InvalidTag, ValueError):
                continue
            try:
                return _unseal(key, escrow.sealed, _bound(escrow.label, escrow.pairs))
            except (InvalidTag, ValueError):
                raise CannotOpen("the codes are right, but the file was changed since: take another copy") from None
    raise CannotOpen("these two codes do not open it: are they of this escrow, and was the file changed?")


def _pair_key(label: Label, first: int, second: int, one: bytes, other: bytes) -> bytes:
    info = msgspec.json.encode(["portal escrow", first, second, hashlib.sha256(_bound(label)).hexdigest()])
    return HKDF(algorithm=SHA256(), length=KEY, salt=label.salt, info=info).derive(one + other)


def _bound(*parts: Label | list[Pair]) -> bytes:
    return msgspec.json.encode(parts)


def _seal(key: bytes, text: bytes, bound: bytes) -> bytes:
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, text, bound)


def _unseal(key: bytes, sealed: bytes, bound: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound)


def _file(escrow: Escrow) -> bytes:
    return msgspec.json.format(msgspec.json.encode(escrow)) + b"\n"


def _parsed(file: bytes) -> Escrow:
    try:
        escrow = msgspec.json.decode(file, type=Escrow)
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise CannotOpen("it is no escrow file, or is damaged: take another copy") from None
    if escrow.label.format != FORMAT:
        raise CannotOpen(f"it has the form {escrow.label.format}, and this portal reads {FORMAT}")
    if _file(escrow) != file:  # what reads the same is not the same: spaces, order, fields of nobody's
        raise CannotOpen("it is not as it was written: take another copy")
    return escrow
