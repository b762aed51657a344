"""What the page that takes a code has to say: which code, and where it was sent."""

from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.visitors import NotFound, found
from portal.domain.account import Account
from portal.domain.login_challenge import Factor, LoginChallenge, Purpose
from portal.domain.mailboxes import normalized
from portal.eventstore.envelope import CannotRead


class Standing(msgspec.Struct, frozen=True):
    """A challenge that is waiting for its code. `sent_to` is as the portal compares addresses, not as anybody typed
    it, so that it looks the same for an account that was there before (guide G11)."""

    factor: Factor
    registering: bool
    sent_to: str


async def challenge_standing(portal: Portal, attempt: UUID) -> Standing:
    """How the challenge of this browser stands. Raises NotFound where there is none that is good any more."""
    challenge = found((await portal.store.load(LoginChallenge, attempt)).aggregate)
    if challenge.accepted or challenge.given_up:
        raise NotFound
    try:
        account = found((await portal.store.load(Account, challenge.account)).aggregate)
    except CannotRead:
        raise NotFound from None
    registering = challenge.purpose in (Purpose.REGISTERING, Purpose.ALREADY_REGISTERED)
    return Standing(challenge.factor, registering, normalized(account.details.email))
