"""The audit: every event of a referral, and the form as it stood at any version or instant."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import auditing
from portal.domain.aggregate import Event
from portal.domain.facts import line
from portal.domain.referral_events import ReferralErased
from portal.domain.working_days import in_words
from portal.eventstore.envelope import Damaged, Envelope
from portal.http.api.referral_view import ReferralView, referral_view
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, TheLook, ThePortal

IN_COLUMNS = frozenset({"originator_id", "originator_version", "originator_topic", "timestamp"})


class ReplayRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why, and up to where: a version, an instant, or neither for all of it."""

    reason: Annotated[str, line("Why do you open this?", "Quarterly sample, case 14", longest=500, required=True)]
    version: Annotated[int, Meta(ge=0, le=2**31 - 1)] | None = None
    instant: Annotated[datetime, Meta(tz=True, examples=["2026-11-23T12:00:00Z"])] | None = None


class EventView(msgspec.Struct, frozen=True):
    """One event. `position` orders it among all events of the portal; `why_unreadable` says why `what` is empty."""

    version: int
    position: int
    topic: str
    recorded_at: datetime
    actor: str
    what: dict[str, Any]
    why_unreadable: str = ""


class EnvelopeView(msgspec.Struct, frozen=True):
    """That something happened, when and by whom: nothing of what it says."""

    version: int
    position: int
    topic: str
    recorded_at: datetime
    actor: str


class TrailView(msgspec.Struct, frozen=True):
    """What happened to a referral and who looked at it, in order."""

    events: list[EnvelopeView]
    openings: list[EnvelopeView]


class ReplayView(msgspec.Struct, frozen=True):
    """All events in order, who looked, and the form as it stood at the point asked for."""

    events: list[EventView]
    openings: list[EventView]
    referral: ReferralView | None
    why_no_referral: str


@get("/audit/{referral_id:uuid}/trail", summary="Who did what and when")
async def read_trail(portal: ThePortal, who: Asking, look: TheLook, referral_id: FromPath[UUID]) -> TrailView:
    """For auditors: every event without its content. What it says is shown by a replay, for a reason."""
    found = await auditing.read_trail(portal, who, look, referral_id)
    return TrailView([_envelope(each) for each in found.events], [_envelope(each) for each in found.openings])


@post("/audit/{referral_id:uuid}/replay", status_code=200, summary="Replay a referral")
async def replay_referral(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    referral_id: FromPath[UUID],
    data: JSONBody[ReplayRequest],
) -> ReplayView:
    """For auditors. The replay itself is on record, with its reason. One of the LADO's needs a LADO manager's grant."""
    found = await auditing.replay_referral(portal, who, command, referral_id, data.reason, data.version, data.instant)
    erased = f"cannot be read any more: {_erased(found.erased)}" if found.erased else ""
    return ReplayView(
        [_view(envelope, erased) for envelope in found.events],
        [_view(envelope) for envelope in found.openings],
        referral_view(portal, found.state, found.state.feedback) if found.state else None,
        erased or found.why_no_referral,
    )


def _envelope(each: Envelope) -> EnvelopeView:
    return EnvelopeView(each.version, each.position, each.topic, each.recorded_at, each.metadata.actor)


def _erased(tombstone: ReferralErased) -> str:
    return f"erased on {in_words(tombstone.timestamp)} under the rule {tombstone.rule.value}"


def _view(envelope: Envelope, erased: str = "") -> EventView:
    what, why = _what(envelope.event, erased)
    at = envelope.recorded_at
    return EventView(envelope.version, envelope.position, envelope.topic, at, envelope.metadata.actor, what, why)


def _what(event: Any, erased: str) -> tuple[dict[str, Any], str]:
    if isinstance(event, Event):
        fields = msgspec.to_builtins(event)
        return {name: value for name, value in fields.items() if name not in IN_COLUMNS}, ""
    return {}, event.why if isinstance(event, Damaged) else erased or "its key was destroyed"


AUDIT = Router("/", route_handlers=[read_trail, replay_referral], dependencies=DEPENDENCIES, tags=["The audit"])
