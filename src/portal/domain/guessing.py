"""That somebody guesses passwords: a stream for each address that is typed, whether or not it has an account."""

from typing import ClassVar
from uuid import NAMESPACE_OID, UUID, uuid5

from portal.domain.aggregate import Event

_GUESSING = uuid5(NAMESPACE_OID, "portal:guessing")


class PasswordsGuessed(Event, frozen=True, kw_only=True):
    """As many wrong passwords for one address as are compared at all (application/signing_in.py). `account`: whose it
    is, if it is somebody's."""

    TOPIC: ClassVar = "sign_in.passwords_guessed"
    account: UUID | None = None


def guessing_stream(address: str) -> UUID:
    """The id of the stream for an address, of which only a keyed hash is given."""
    return uuid5(_GUESSING, address)
