"""The secrets of one installation: JSON, each key 32 bytes in base64, the key-encryption keys by version."""

import base64
import binascii
import secrets
from typing import Any

import msgspec

KEY = 32  # bytes
BY_VERSION = ("keks", "peppers")


class NoSecrets(Exception):
    """The secrets cannot be had or used; says why and what to do, and nothing of what they hold."""


class StandingSecrets(msgspec.Struct, frozen=True, kw_only=True):
    """Keys that never enter the database and stay the same for as long as a process runs. 32 bytes each; `peppers` of
    passwords by version: the newest hashes, and an older one is kept as long as a password was hashed with it."""

    blind_index: bytes
    codes: bytes
    links: bytes
    peppers: dict[int, bytes]
    tokens: bytes
    mailbox: bytes

    def __repr__(self) -> str:
        return "Secrets(...)"


class Secrets(StandingSecrets, frozen=True, kw_only=True):
    """All of them: with the key-encryption keys by version, of which a running process may learn more (Keyring)."""

    keks: dict[int, bytes]

    def __repr__(self) -> str:
        return "Secrets(...)"


def parsed(content: bytes, where: str) -> Secrets:
    """The secrets in a file's content. `where` it came from is for NoSecrets, raised where it cannot be used."""
    try:
        found = msgspec.json.decode(content, type=Secrets)
    except (msgspec.DecodeError, binascii.Error, RecursionError):
        raise NoSecrets(f"{where} is not a readable secrets file") from None
    single = [value for name, value in msgspec.structs.asdict(found).items() if name not in BY_VERSION]
    versions = [getattr(found, name) for name in BY_VERSION]
    keys = [*single, *(key for each in versions for key in each.values())]
    if not all(versions) or any(len(key) != KEY for key in keys):
        raise NoSecrets(f"every key in {where} must have {KEY} bytes")
    if min(min(each) for each in versions) < 1:
        raise NoSecrets(f"the versions of keys in {where} must be 1 or more")
    return found


def new_secrets() -> bytes:
    """The content of a fresh secrets file."""
    names = ("keks", *StandingSecrets.__struct_fields__)
    return _written({name: {"1": _drawn()} if name in BY_VERSION else _drawn() for name in names})


def with_new_version(content: bytes, where: str) -> tuple[bytes, int]:
    """The same secrets with one more key-encryption key, and its version. NoSecrets as in `parsed`."""
    version = max(parsed(content, where).keks) + 1
    return _changed(content, lambda keks: keks | {str(version): _drawn()}), version


def without_version(content: bytes, version: int, where: str) -> bytes:
    """The same secrets without one version. NoSecrets where that is the newest one, or as in `parsed`."""
    if version == max(parsed(content, where).keks):
        raise NoSecrets(f"version {version} is the newest in {where}: it stays")
    return _changed(content, lambda keks: {name: key for name, key in keks.items() if int(name) != version})


def _changed(content: bytes, change: Any) -> bytes:
    """Everything else stays as it is, whatever it is: the file may be of a newer portal."""
    raw = msgspec.json.decode(content)
    return _written({**raw, "keks": change(raw["keks"])})


def _drawn() -> str:
    return base64.b64encode(secrets.token_bytes(KEY)).decode()


def _written(content: dict[str, Any]) -> bytes:
    return msgspec.json.format(msgspec.json.encode(content))
