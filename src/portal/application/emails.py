"""From an e-mail address to its account, without the address standing anywhere in clear."""

import unicodedata
from uuid import UUID

from portal.application.portal import Portal
from portal.eventstore.work import Command


def email_claim(portal: Portal, email: str) -> bytes:
    """The unique name that an account holds: a keyed hash of its address, however it is typed."""
    return portal.keyed_hash("account-email", unicodedata.normalize("NFKC", email).strip().casefold())


def by_email(portal: Portal, command: Command, email: str) -> Command:
    """Somebody who is not signed in is told from others by the address they type: two of them may send the same key."""
    return command.within(email_claim(portal, email).hex())


async def claimed_email(portal: Portal, email: str) -> UUID | None:
    """The account with this address."""
    return await portal.store.claimed_by(email_claim(portal, email))
