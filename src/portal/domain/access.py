"""Who looked: one stream beside each referral, with a key of its own.

So that looking never disturbs writing, and the record of who looked outlives the referral.
"""

from enum import StrEnum
from typing import ClassVar
from uuid import NAMESPACE_OID, UUID, uuid5

from portal.domain.aggregate import Event

_ACCESS = uuid5(NAMESPACE_OID, "portal:access")


class Looked(StrEnum):
    """What was looked at."""

    REFERRAL = "referral"
    REPLAY = "replay"


class Opened(Event, frozen=True, kw_only=True):
    """Somebody at the council opened a referral; who, stands in the event's metadata."""

    TOPIC: ClassVar = "access.opened"
    looked_at: Looked
    reason: str = ""


def access_stream(referral: UUID) -> UUID:
    """The id of the stream that records who looked at this referral."""
    return uuid5(_ACCESS, str(referral))
