""" "My submitted forms": what somebody has begun and sent, drafts too (guide G30)."""

from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

import msgspec

from portal.domain import referral_events as happened
from portal.domain.services import Service
from portal.eventstore.connection import Connection
from portal.eventstore.envelope import Envelope
from portal.eventstore.keyring import Keyring
from portal.projections.projection import WITH_KEYS, Projection, read_rows


class FormStatus(StrEnum):
    """Where a form stands, as its sender sees it."""

    DRAFT = "draft"
    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    ANSWERED = "answered"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class FormContent(msgspec.Struct, frozen=True):
    """Whom the form is about, by id, as its owner called them."""

    names: dict[UUID, str] = {}


class SubmittedForm(msgspec.Struct, frozen=True, kw_only=True):
    """One form of one person. `draft_key`: hash of the token that owns a draft begun before signing in."""

    id: UUID
    owner: UUID | None
    draft_key: str
    service: Service
    status: FormStatus
    started_at: datetime
    changed_at: datetime
    reference: str | None = None
    received_at: datetime | None = None
    feedback_count: int = 0  # how often feedback was given
    cannot_read: int | None = None
    content: FormContent | None = None


def evolve(row: SubmittedForm | None, envelope: Envelope) -> SubmittedForm | None:
    """The form after this event; a draft that ended is on nobody's list."""
    event = envelope.event
    if isinstance(event, happened.ReferralStarted):
        return SubmittedForm(
            id=envelope.stream_id,
            owner=event.owner,
            draft_key=event.draft_key,
            service=event.service,
            status=FormStatus.DRAFT,
            started_at=event.timestamp,
            changed_at=event.timestamp,
            content=FormContent(),
        )
    if isinstance(event, happened.ReferralErased):
        return _erased(envelope.stream_id, event)
    if row is None or isinstance(event, happened.DraftEnded):
        return None
    return msgspec.structs.replace(row, changed_at=event.timestamp, **_changes(row, event))


def _erased(referral: UUID, event: happened.ReferralErased) -> SubmittedForm | None:
    """What remains of what was sent, made from the tombstone alone: the same in a rebuild."""
    if event.reference is None:
        return None
    return SubmittedForm(
        id=referral,
        owner=event.owner,
        draft_key="",
        service=event.service,
        status=FormStatus.ERASED,
        started_at=event.started_at,
        changed_at=event.timestamp,
        reference=event.reference,
        received_at=event.received_at,
    )


def _changes(row: SubmittedForm, event: Any) -> dict[str, Any]:
    names = row.content.names if row.content else {}
    match event:
        case happened.ReferralClaimed(owner=owner):
            return {"owner": owner, "draft_key": ""}
        case happened.ChildAdded(child=person) | happened.ChildDetailsGiven(child=person):
            return {"content": FormContent({**names, person.id: person.called})}
        case happened.AdultOfConcernNamed(adult=person):
            return {"content": FormContent({**names, person.id: person.called})}
        case happened.ChildRemoved(child_id=gone):
            return {"content": FormContent({key: name for key, name in names.items() if key != gone})}
        case happened.ServiceChanged(service=service):
            return {"service": service}
        case happened.ReferralSubmitted(reference=reference, received_at=received_at):
            return {"status": FormStatus.SENT, "reference": reference, "received_at": received_at}
        case happened.Acknowledged() if row.status is FormStatus.SENT:
            return {"status": FormStatus.ACKNOWLEDGED}
        case happened.FeedbackIssued():
            return {"status": FormStatus.ANSWERED, "feedback_count": row.feedback_count + 1}
        case happened.ReferralWithdrawn():
            return {"status": FormStatus.WITHDRAWN}
    return {}


def stub(envelope: Envelope) -> SubmittedForm:
    """A form whose beginning cannot be read: on nobody's list, but there to be counted."""
    at = envelope.recorded_at
    return SubmittedForm(
        id=envelope.stream_id,
        owner=None,
        draft_key="",
        service=Service.SOCIAL_CARE,
        status=FormStatus.DRAFT,
        started_at=at,
        changed_at=at,
    )


SUBMITTED_FORMS = Projection("submitted_forms", SubmittedForm, evolve, stub)

FORMS_OF = f"""
select p.*, {WITH_KEYS} from submitted_forms p left join keys k on k.stream_id = p.id
where p.owner = $1
order by (p.status = 'draft') desc, p.changed_at desc, p.id limit 500
"""  # noqa: S608 - names of our own


async def forms_of(connection: Connection, keyring: Keyring, owner: UUID) -> list[SubmittedForm]:
    """All forms of an account: drafts first, the last changed first."""
    return await read_rows(connection, keyring, SUBMITTED_FORMS, FORMS_OF, owner)


async def drafts_of_token(connection: Connection, draft_key: str) -> list[UUID]:
    """The drafts that a browser began before signing in."""
    query = "select id from submitted_forms where draft_key = $1 and draft_key <> '' and status = 'draft'"
    return [record["id"] for record in await connection.fetch(query, draft_key)]
