"""Who looked, who was not let, and who may look by way of exception: one stream beside each referral, with a key of its
own.

So that looking never disturbs writing, and the record of who looked outlives the referral.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar
from uuid import NAMESPACE_OID, UUID, uuid5

from portal.domain.aggregate import Event

LONGEST_GRANT = timedelta(days=90)
_ACCESS = uuid5(NAMESPACE_OID, "portal:access")


class Looked(StrEnum):
    """What was looked at."""

    REFERRAL = "referral"
    REPLAY = "replay"
    DOCUMENT = "document"
    ENQUIRY = "enquiry"
    TRAIL = "trail"


class Barred(StrEnum):
    """Why somebody whose role would let them was not let: the referral names them, or it is the LADO's and they have no
    grant."""

    NAMED = "named"
    NO_GRANT = "no_grant"


class Opened(Event, frozen=True, kw_only=True):
    """Somebody at the council opened a referral, or one `document` of it; who, stands in the event's metadata."""

    TOPIC: ClassVar = "access.opened"
    looked_at: Looked
    reason: str = ""
    document: UUID | None = None


class Taken(StrEnum):
    """In which form a referral was taken out of the portal."""

    PDF = "pdf"
    BUNDLE = "bundle"


class Exported(Event, frozen=True, kw_only=True):
    """Somebody at the council took a whole referral out of the portal, to print it or to put it into another system."""

    TOPIC: ClassVar = "access.exported"
    taken: Taken


class OpeningRefused(Event, frozen=True, kw_only=True):
    """Somebody at the council wanted to open a referral and was not let."""

    TOPIC: ClassVar = "access.opening_refused"
    looked_at: Looked
    why: Barred


class AccessGranted(Event, frozen=True, kw_only=True):
    """A LADO manager let one person open the referral until an instant."""

    TOPIC: ClassVar = "access.granted"
    to: UUID
    until: datetime
    reason: str


class AccessRevoked(Event, frozen=True, kw_only=True):
    """A LADO manager ended what was granted to one person."""

    TOPIC: ClassVar = "access.revoked"
    to: UUID


def access_stream(referral: UUID) -> UUID:
    """The id of the stream that records who looked at this referral."""
    return uuid5(_ACCESS, str(referral))


def is_granted(happened: Iterable[object], to: UUID, now: datetime) -> bool:
    """Whether, after what happened on an access stream, this person may look by way of exception."""
    until = granted_until(happened, to)
    return until is not None and now < until


def granted_until(happened: Iterable[object], to: UUID) -> datetime | None:
    """Until when this person was let look by way of exception, in the future or in the past; None where they were not,
    or are no more."""
    until: datetime | None = None
    for event in happened:
        if isinstance(event, AccessGranted) and event.to == to:
            until = event.until
        elif isinstance(event, AccessRevoked) and event.to == to:
            until = None
    return until
