"""The six-digit codes: computed, never stored (design: HOTP from a server key)."""

import base64
import hashlib
import hmac
from uuid import UUID

import pyotp


def code_for(key: bytes, challenge: UUID, issue: int) -> str:
    """The code of one issue of one challenge."""
    secret = hmac.digest(key, challenge.bytes, hashlib.sha256)[:20]
    return pyotp.HOTP(base64.b32encode(secret).decode()).at(issue)
