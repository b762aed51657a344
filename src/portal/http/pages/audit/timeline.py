"""Events as lines that people read: what happened, when and by whom; of content only what is asked for."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from portal.domain import access
from portal.domain import referral_events as happened
from portal.eventstore.envelope import Damaged, Envelope, Unreadable
from portal.http.pages.audit.words import BARRED, EVENTS, LOOKED_AT, LOOKS, TAKEN
from portal.http.pages.desk.words import CHECKED


class Entry(NamedTuple):
    """One line. `unreadable`: why nobody can read the event; `says`: what it holds beside the form."""

    version: int
    what: str
    at: datetime
    by: str
    unreadable: str = ""
    says: tuple[tuple[str, str], ...] = ()


def trail(envelopes: list[Envelope], names: Mapping[str, str], erased: bool) -> list[Entry]:
    """What happened, without anything of what it says."""
    return [_entry(each, names, erased) for each in envelopes]


def replayed(envelope: Envelope, names: Mapping[str, str], erased: bool) -> Entry:
    """One event with what it says beside the form itself."""
    return _entry(envelope, names, erased)._replace(says=tuple(_said(envelope.event, names)))


def looks(envelopes: list[Envelope], names: Mapping[str, str], content: bool) -> list[Entry]:
    """Who looked or was not let; with reasons where the `content` may be shown."""
    found = [_entry(each, names, erased=False) for each in envelopes]
    if not content:
        return found
    return [entry._replace(says=tuple(_said(each.event, names))) for entry, each in zip(found, envelopes, strict=True)]


def _entry(envelope: Envelope, names: Mapping[str, str], erased: bool) -> Entry:
    topic, actor = envelope.topic, envelope.metadata.actor
    what = EVENTS.get(topic) or LOOKS.get(topic) or topic
    by = names.get(actor, actor)
    return Entry(envelope.version, what, envelope.recorded_at, by, _why_unreadable(envelope.event, erased))


def _why_unreadable(event: object, erased: bool) -> str:
    if isinstance(event, Damaged):
        return f"Cannot be read: {event.why}"
    if isinstance(event, Unreadable):
        return "Erased" if erased else "Cannot be read: its key was destroyed"
    return ""


def _said(event: Any, names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    match event:
        case happened.ReferralSubmitted():
            yield "Reference", event.reference
            yield "Version of the form", str(event.form_version)
            yield "Declaration", event.declaration
        case happened.FeedbackIssued(feedback=feedback):
            yield "What we decided", feedback.outcome
            yield "What happens next", feedback.what_happens_next
            yield "Whom to call", feedback.whom_to_ring
            yield "How to disagree", feedback.how_to_disagree
        case happened.DocumentAttached(document=document):
            yield "Name", document.name
            yield "What it shows", document.description or "Not said"
        case happened.DocumentDescribed(description=description):
            yield "What it shows", description or "Not said"
        case happened.DocumentChecked(verdict=verdict, scanner=scanner):
            yield "Result", CHECKED[verdict]
            yield "Scanner", scanner
        case happened.RecordedInCaseSystem(record=record):
            yield "Case system", record.system
            yield "Number of the record there", record.number
        case happened.ServiceChanged(service=service):
            yield "Service", service.value.replace("_", " ")
        case access.Opened(looked_at=looked_at, reason=reason):
            yield "What", LOOKED_AT[looked_at]
            if reason:
                yield "Why", reason
        case access.Exported(taken=taken):
            yield "How", TAKEN[taken]
        case access.OpeningRefused(why=why):
            yield "Why", BARRED[why]
        case access.AccessGranted(to=to, reason=reason):
            yield "Who", names.get(str(to), str(to))
            yield "Why", reason
        case access.AccessRevoked(to=to):
            yield "Who", names.get(str(to), str(to))
