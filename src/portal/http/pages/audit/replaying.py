"""Finding a referral by its reference, its trail, and its replay: the form as it stood at any version.

Each step of a replay is sent with its reason, and is on record with it. So the reason stands in no address, and a link
to a replay leads nowhere: whoever follows one has to say why.
"""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath
from msgspec import Meta

from portal.application import auditing
from portal.application.auditing import Replay
from portal.application.policy import Act
from portal.application.visitors import NotFound, allow
from portal.domain.copy import copy_of
from portal.domain.copy_changes import changes
from portal.domain.facts import Facts, line
from portal.domain.referral import Referral
from portal.domain.refusals import Fault
from portal.eventstore.envelope import Envelope
from portal.http.answers import answers_in
from portal.http.depending import provide_look
from portal.http.faults import Faults
from portal.http.pages.audit.timeline import looks, replayed, trail
from portal.http.pages.audit.words import RULES
from portal.http.pages.journey.words import titles
from portal.http.views import TheView, View

ONE = "/audit/{referral_id:uuid}"
NONE_CALLED = Fault("/reference", "There is no referral with this reference. Check it and enter it again")


class Called(Facts, frozen=True, kw_only=True):
    """Which referral."""

    reference: Annotated[str, line("Reference", "4H7K-PX2M", longest=40, required=True)]


class Step(Facts, frozen=True, kw_only=True):
    """Why it is opened, and which version is shown; without one, the newest."""

    reason: Annotated[str, line("Why do you open this?", "Quarterly sample, case 14", longest=500, required=True)]
    version: Annotated[int, Meta(ge=1, le=2**31 - 1)] | None = None


SAYS = {"reason": "Say why you open this", "version": "Choose a version"}


@get("/audit", include_in_schema=False)
async def show_finding(view: TheView) -> Response[str]:
    """Asks for the reference."""
    allow(view.who, Act.TRAIL)
    return view.page("audit/find.html", "Audit", typed={})


@post("/audit", status_code=303, include_in_schema=False)
async def find_referral(view: TheView) -> Response[str]:
    """On to its trail."""
    allow(view.who, Act.TRAIL)
    form, command = await view.form("find")
    answers = answers_in(form, Called, {"reference": "Enter the reference"})
    if answers.faults:
        return view.page("audit/find.html", "Audit", faults=answers.faults, typed=answers.typed)
    try:
        found = await auditing.find_referral(view.portal, view.who, answers.value.reference)
        await auditing.read_trail(view.portal, view.who, command, found)
    except NotFound:
        return view.page("audit/find.html", "Audit", faults=Faults([NONE_CALLED]), typed=answers.typed)
    return view.to(f"/audit/{found}")


@get(ONE, include_in_schema=False)
async def show_trail(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Who did what and when, and who looked: nothing of what was said."""
    return await _trail_page(view, referral_id, {})


@post(ONE + "/replay", status_code=200, include_in_schema=False)
async def replay_referral(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """One version of it, for a reason, on record."""
    form, command = await view.form("replay")
    answers = answers_in(form, Step, SAYS)
    if answers.faults:
        return await _trail_page(view, referral_id, answers.typed, answers.faults)
    step = answers.value
    found = await auditing.replay_referral(view.portal, view.who, command, referral_id, step.reason, step.version)
    return await _replay_page(view, referral_id, found, step)


async def _trail_page(
    view: View, referral_id: UUID, typed: dict[str, Any], faults: Faults | None = None
) -> Response[str]:
    found = await auditing.read_trail(view.portal, view.who, provide_look(view.request, view.who), referral_id)
    names = await auditing.actors_named(view.portal, view.who, found)
    return view.page(
        "audit/trail.html",
        "Trail of a referral",
        faults=faults,
        typed=typed,
        referral_id=referral_id,
        entries=trail(found.events, names, bool(found.erased)),
        looks=looks(found.openings, names, content=False),
        **_tombstone(view, found),
    )


async def _replay_page(view: View, referral_id: UUID, found: Replay, step: Step) -> Response[str]:
    names = await auditing.actors_named(view.portal, view.who, found)
    entries = trail(found.events, names, bool(found.erased))
    at = _shown(found.events, step.version)
    now = copy_of(found.state) if found.state else None
    before = auditing.state_before(found, at.version)
    return view.page(
        "audit/replay.html",
        "Replay of a referral",
        referral_id=referral_id,
        reason=step.reason,
        entries=entries,
        at=replayed(at, names, bool(found.erased)),
        before=_beside(found.events, at, -1),
        after=_beside(found.events, at, 1),
        stands=_stands(found.state),
        copy=now,
        changed=changes(copy_of(before) if before else None, now) if now else (),
        why_no_referral=found.why_no_referral,
        looks=looks(found.openings, names, content=True),
        **_tombstone(view, found),
    )


def _shown(events: list[Envelope], version: int | None) -> Envelope:
    """The event that made this version; the newest where there is none so late."""
    return next((each for each in events if each.version == version), events[-1])


def _beside(events: list[Envelope], at: Envelope, step: int) -> int:
    """The version before or after; 0 where there is none."""
    place = events.index(at) + step
    return events[place].version if 0 <= place < len(events) else 0


def _stands(referral: Referral | None) -> str:
    return referral.status.value if referral else ""


def _tombstone(view: View, found: Replay) -> dict[str, Any]:
    erased = found.erased
    return {
        "erased": msgspec.structs.asdict(erased) if erased else None,
        "rule": RULES[erased.rule] if erased else "",
        "called": titles(view.portal),
    }


HANDLERS = [show_finding, find_referral, show_trail, replay_referral]
