"""The codes: six digits that are mailed, six that an app shows, and those that stand on paper for the day it is lost.

Mailed codes are computed, never stored (design: HOTP from a server key). An app's secret is in the account's sealed
history, since the app has it too. Recovery codes are drawn from the server key by the command that makes them, so that
a repeat shows the same; only their hashes are kept, which is enough for 120 bits.
"""

import base64
import hashlib
import hmac
import secrets
from uuid import UUID

import pyotp

STEP = 30  # seconds that a code of an app is shown for
DRIFT = 1  # steps by which a phone's clock may be wrong
RECOVERY_CODES = 10
LENGTH = 24  # characters of a recovery code, 5 bits each


def code_for(key: bytes, challenge: UUID, issue: int) -> str:
    """The code of one issue of one challenge."""
    secret = hmac.digest(key, challenge.bytes, hashlib.sha256)[:20]
    return pyotp.HOTP(base64.b32encode(secret).decode()).at(issue)


def new_secret() -> str:
    """The secret of an app: 160 bits, as apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def app_codes(secret: str, at: float) -> dict[int, str]:
    """Step -> code, for the steps around an instant (seconds of Unix time, by the database's clock)."""
    now, app = int(at) // STEP, pyotp.TOTP(secret, interval=STEP)
    return {step: app.generate_otp(step) for step in range(now - DRIFT, now + DRIFT + 1)}


def app_address(secret: str, service: str, email: str) -> str:
    """What an app reads from the square code."""
    return pyotp.TOTP(secret, interval=STEP).provisioning_uri(name=email, issuer_name=service)


def recovery_codes(key: bytes, enrolment: UUID) -> list[str]:
    """The codes that come with one enrolment, in groups of four."""
    drawn = [hmac.digest(key, f"recovery|{enrolment}|{n}".encode(), hashlib.sha256) for n in range(RECOVERY_CODES)]
    plain = [base64.b32encode(each).decode()[:LENGTH] for each in drawn]
    return ["-".join(code[at : at + 4] for at in range(0, LENGTH, 4)) for code in plain]


def hashed_recovery_code(code: str) -> str:
    """What is kept of a recovery code, however it is typed: letters in either case, with or without hyphens."""
    plain = code.upper().replace("-", "").replace(" ", "").translate(str.maketrans("018", "OIB"))
    return hashlib.sha256(plain.encode()).hexdigest()
