"""Small things sealed for a while, outside of the log: with a key of their own kind, and bound to where they lie."""

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.application.portal import Portal

NONCE = 12  # bytes


def seal(portal: Portal, kind: str, place: str, plain: bytes) -> bytes:
    """Seal it. Under another kind, or moved to another place, it does not open."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + _cipher(portal, kind).encrypt(nonce, plain, place.encode())


def unsealed(portal: Portal, kind: str, place: str, sealed: bytes) -> bytes | None:
    """What was sealed; None where it was with another key, for another place, or has been tampered with."""
    try:
        return _cipher(portal, kind).decrypt(sealed[:NONCE], sealed[NONCE:], place.encode())
    except (InvalidTag, ValueError):
        return None


def _cipher(portal: Portal, kind: str) -> AESGCM:
    return AESGCM(portal.keyed_hash(kind, "", portal.secrets.tokens))
