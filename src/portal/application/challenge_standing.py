"""What the page that takes a code has to say: which code, and where it was sent.

It says what this browser typed itself, and no account is read for it: whoever registered somebody's address must learn
neither whether it has an account nor what became of that.
"""

import base64
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.proving import REGISTERS
from portal.application.sealing import seal, unsealed
from portal.application.signing_in import SIGNS_IN
from portal.application.visitors import NotFound, found
from portal.domain.login_challenge import Factor, LoginChallenge
from portal.domain.mailboxes import normalized

TYPED = "address typed"  # kind of what is sealed
LONGEST = 254  # characters of an address; one that compares as more would make too large a cookie


class Standing(msgspec.Struct, frozen=True):
    """A challenge that is waiting for its code. `sent_to`: the address that this browser typed for it; empty where it
    holds none."""

    factor: Factor
    registering: bool
    sent_to: str


async def challenge_standing(portal: Portal, attempt: UUID, typed: str) -> Standing:
    """How the challenge of this browser stands, with the address that it `typed`, sealed. Raises NotFound where there
    is none that is waited for any more."""
    loaded = await portal.store.load(LoginChallenge, attempt)
    challenge = found(loaded.aggregate)
    if challenge.purpose not in SIGNS_IN or not challenge.waits(loaded.now):
        raise NotFound
    return Standing(challenge.factor, challenge.purpose in REGISTERS, _typed(portal, attempt, typed))


def sealed_address(portal: Portal, attempt: UUID, email: str) -> str:
    """The address that was typed for a challenge, for the browser to keep: as the portal compares addresses, so that it
    looks the same however it is typed (guide G11)."""
    sealed = seal(portal, TYPED, str(attempt), normalized(email)[:LONGEST].encode())
    return base64.urlsafe_b64encode(sealed).decode()


def _typed(portal: Portal, attempt: UUID, text: str) -> str:
    try:
        sealed = base64.urlsafe_b64decode(text)
    except ValueError:
        return ""
    return (unsealed(portal, TYPED, str(attempt), sealed) or b"").decode()
