"""Made-up referrals: ten events each, of about 300 bytes on average, and their rows, sealed."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import msgspec

from benchmarks.ground import KEYRING, ROW_COLUMNS, Database
from portal.domain import referral_events as happened
from portal.domain.addresses import Address, AddressSource
from portal.domain.aggregate import Event
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import DECLARATION, FORM_VERSION
from portal.domain.people import Child
from portal.domain.referral_parts import Referrer
from portal.domain.services import Capacity, Channel, Relationship, Service
from portal.eventstore.envelope import Metadata
from portal.eventstore.keyring import Key, Wrapped
from portal.eventstore.rows import Row, to_row

NOON = datetime(2026, 11, 16, 12, tzinfo=UTC)
PRIYA = Referrer(
    name="Priya Nair",
    email="priya.nair@oakfield.example",
    phone="01632 960 017",
    professional=True,
    organisation="Oakfield Primary School",
    organisation_kind="school",
    role="Designated safeguarding lead",
)
WORRIES = {
    "worried_about": "Bruises on both arms, and she did not want to go home on Friday.",
    "seen_or_heard": "At registration on Monday, and again before games.",
}
HOME = Address(
    source=AddressSource.FOUND,
    lines=("14 Tannery Row", "Old Harbour"),
    town="Severnmouth",
    postcode="ZZ1 4QP",
    uprn="100012345678",
    custodian="9051",
)
OPEN_AT_ONCE = 1000  # referrals whose events come in turn
METADATA = Metadata(actor="account:measured", request="0d6f1c9e")
EVENTS_A_REFERRAL = 10


def answers(stream_id: UUID, version: int) -> Event:
    """An event of about 300 bytes."""
    return happened.AnswersGiven(
        originator_id=stream_id,
        originator_version=version,
        timestamp=NOON,
        section="worries",
        answers={**WORRIES, "since": "September, perhaps longer", "child_knows": "Yes, and so does her mother."},
        form_version=FORM_VERSION,
    )


def referral(stream_id: UUID) -> list[Event]:
    """Everything that happens to a referral until it is acknowledged."""
    child = Child(id=uuid4(), given_name="Amara", family_name="Okafor", estimated_age=6)
    at: dict[str, Any] = {"originator_id": stream_id, "timestamp": NOON}
    started = happened.ReferralStarted(
        **at, originator_version=1, originator_topic="referral", service=Service.SOCIAL_CARE, owner=uuid4()
    )
    capacity: dict[str, Any] = {"capacity": Capacity.PROFESSIONAL, "relationship": Relationship.PROFESSIONAL}
    consent = Consent(agreed=True, agreed_by="The child's mother, when she came to fetch her")
    return [
        started,
        happened.ChildAdded(**at, originator_version=2, child=child),
        happened.ChildrenConfirmed(**at, originator_version=3, children=(child.id,)),
        happened.CapacityDeclared(**at, originator_version=4, person=child.id, **capacity),
        happened.AddressConfirmed(**at, originator_version=5, person=child.id, address=HOME),
        happened.DangerDeclared(**at, originator_version=6, danger=Danger(in_danger=False)),
        answers(stream_id, 7),
        happened.ConsentRecorded(**at, originator_version=8, consent=consent),
        submitted(stream_id, 9),
        happened.Acknowledged(**at, originator_version=10),
    ]


def submitted(stream_id: UUID, version: int) -> Event:
    """ "Send Report to Local Authority"."""
    return happened.ReferralSubmitted(
        originator_id=stream_id,
        originator_version=version,
        timestamp=NOON,
        reference=f"SV-{stream_id.hex[:8].upper()}",
        declaration=DECLARATION,
        form_version=FORM_VERSION,
        channel=Channel.PORTAL,
        received_at=NOON,
        urgent=stream_id.int % 10 == 0,
        referrer=PRIYA,
    )


def row(event: Event, key: Key) -> Row:
    """As it is appended."""
    return to_row(uuid4(), event, key, METADATA)


def interleaved(events: int) -> Iterator[tuple[list[Wrapped], list[Row]]]:
    """The rows of so many events, in blocks of referrals that are all open at once, with their keys."""
    referrals = max(1, events // EVENTS_A_REFERRAL)
    for begun in range(0, referrals, OPEN_AT_ONCE):
        minted = [KEYRING.mint(uuid4()) for _ in range(min(OPEN_AT_ONCE, referrals - begun))]
        stories = [(key, referral(wrapped.stream_id)) for key, wrapped in minted]
        rows = [row(story[step], key) for step in range(EVENTS_A_REFERRAL) for key, story in stories]
        yield [wrapped for _, wrapped in minted], rows


async def fill(database: Database, events: int) -> None:
    """A log of so many events."""
    for keys, rows in interleaved(events):
        await insert(database, keys, rows)
    await database.as_owner("vacuum analyze events", "vacuum analyze keys", "checkpoint")


async def insert(database: Database, keys: list[Wrapped], rows: list[Row]) -> None:
    """Put keys and events into the log as they are."""
    await database.copy("keys", Wrapped.__struct_fields__, [_values(key) for key in keys])
    await database.copy("events", ROW_COLUMNS, [_values(row) for row in rows])


def _values(struct: msgspec.Struct) -> tuple[Any, ...]:
    return msgspec.structs.astuple(struct)
