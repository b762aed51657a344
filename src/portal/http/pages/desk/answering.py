"""What staff do with a referral: acknowledge it, answer it, confirm who sent it, note where it is kept, take it out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import casework, confirming, copying
from portal.application.portal import Outcome
from portal.domain.referral import Referral
from portal.domain.referral_parts import CaseRecord, Feedback
from portal.domain.refusals import Refused
from portal.eventstore.work import Command
from portal.http.answers import Answers, answers_in
from portal.http.api.casework import Confirmation
from portal.http.api.copies import PDF
from portal.http.faults import Faults, of_refusal
from portal.http.pages.codes import NoFields
from portal.http.pages.desk.reading import ONE, at_desk, closed, read_on_record
from portal.http.views import TheView, View

LISTS = ("staff_inbox", "dashboard", "submitted_forms")  # what shows that something was done
T = TypeVar("T", bound=msgspec.Struct)
SAYS_FEEDBACK = {
    "outcome": "Say what you decided",
    "what_happens_next": "Say what happens next",
    "whom_to_ring": "Say whom to call",
    "how_to_disagree": "Say how to disagree",
}
SAYS_RECORD = {"system": "Enter the name of the case system", "number": "Enter the number of the record"}
SAYS_CONFIRM = {"how": "Say how you made sure"}


@post(ONE + "/acknowledgement", status_code=303, include_in_schema=False)
async def acknowledge(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """The referrer sees that it was read."""
    form, command = await view.form("acknowledge")
    answers_in(form, NoFields)
    outcome = await casework.acknowledge(view.portal, view.who, command, referral_id)
    await view.portal.settle(outcome, *LISTS)
    return view.to(at_desk(referral_id), notice="acknowledged")


@get(ONE + "/feedback", include_in_schema=False)
async def show_feedback(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """What the referrer is to be told, on all of it or on one child."""
    usual = {"whom_to_ring": f"{view.portal.council.name}, {view.portal.council.front_door_phone}"}
    return await _asked(view, referral_id, "feedback", "Give feedback", usual)


@post(ONE + "/feedback", status_code=303, include_in_schema=False)
async def issue_feedback(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Gives it; the referrer is mailed that an answer is there."""
    form, command = await view.form("feedback")
    answers = answers_in(form, Feedback, SAYS_FEEDBACK)
    asked = _Asked("feedback", "Give feedback", "answered")
    return await _done(view, referral_id, asked, answers, command, casework.issue_feedback)


@get(ONE + "/case-record", include_in_schema=False)
async def show_case_record(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Where it is kept in the council's case system."""
    return await _asked(view, referral_id, "case_record", "Note the case system's number", {})


@post(ONE + "/case-record", status_code=303, include_in_schema=False)
async def record_in_case_system(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Notes it."""
    form, command = await view.form("case record")
    answers = answers_in(form, CaseRecord, SAYS_RECORD)
    asked = _Asked("case_record", "Note the case system's number", "recorded")
    return await _done(view, referral_id, asked, answers, command, casework.record_in_case_system)


@get(ONE + "/confirmation", include_in_schema=False)
async def show_confirmation(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """How staff made sure who sent it."""
    return await _asked(view, referral_id, "confirmation", "Confirm who sent it", {})


@post(ONE + "/confirmation", status_code=303, include_in_schema=False)
async def confirm_referrer(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """From now on they read feedback on all they have sent or will send."""
    form, command = await view.form("confirmation")
    answers = answers_in(form, Confirmation, SAYS_CONFIRM)
    asked = _Asked("confirmation", "Confirm who sent it", "confirmed")

    async def confirm(portal: Any, who: Any, command: Command, referral_id: UUID, given: Confirmation) -> Any:
        return await confirming.confirm_referrer(portal, who, command, referral_id, given.how)

    return await _done(view, referral_id, asked, answers, command, confirm)


@post(ONE + "/copy.pdf", status_code=200, include_in_schema=False)
async def take_copy(view: TheView, referral_id: FromPath[UUID]) -> Response[bytes]:
    """All of it on paper, on record."""
    form, command = await view.form("take a copy")
    answers_in(form, NoFields)
    pdf = await copying.take_copy(view.portal, view.who, command, referral_id)
    return Response(pdf, media_type=PDF, headers=_kept_as("referral.pdf"))


@post(ONE + "/bundle.json", status_code=200, include_in_schema=False)
async def take_bundle(view: TheView, referral_id: FromPath[UUID]) -> Response[bytes]:
    """All of it for the case system, on record."""
    form, command = await view.form("take the bundle")
    answers_in(form, NoFields)
    bundle = await copying.take_bundle(view.portal, view.who, command, referral_id)
    written = msgspec.json.encode(bundle)
    return Response(written, media_type="application/json", headers=_kept_as("referral.json"))


def _kept_as(name: str) -> dict[str, str]:
    """The name of a file says nothing of whom it is about."""
    return {"Content-Disposition": f'attachment; filename="{name}"'}


class _Asked(msgspec.Struct, frozen=True):
    """A page that asks something about a referral, and the notice that its answer has been taken."""

    template: str
    title: str
    notice: str


async def _done(
    view: View,
    referral_id: UUID,
    asked: _Asked,
    answers: Answers[T],
    command: Command,
    act: Callable[[Any, Any, Command, UUID, T], Awaitable[Outcome[Referral]]],
) -> Response[str]:
    """Does it and goes back to the referral; or shows the page again with every fault and all that was typed."""
    if answers.faults:
        return await _asked(view, referral_id, asked.template, asked.title, answers.typed, answers.faults)
    try:
        outcome = await act(view.portal, view.who, command, referral_id, answers.value)
    except Refused as refused:
        return await _asked(view, referral_id, asked.template, asked.title, answers.typed, of_refusal(refused))
    await view.portal.settle(outcome, *LISTS)
    return view.to(at_desk(referral_id), notice=asked.notice)


async def _asked(
    view: View,
    referral_id: UUID,
    template: str,
    title: str,
    typed: Mapping[str, Any],
    faults: Faults | None = None,
) -> Response[str]:
    """The page, which names the children and so is on record too; what was typed before the session ran out is kept."""
    referral = await read_on_record(view, referral_id)
    if referral is None:
        return await closed(view, referral_id)
    kept = await view.kept() if not faults else None
    typed = {name: values[0] for name, values in kept.items()} if kept else typed
    chosen = typed.get("child_id", "")
    subjects = {"": "The whole referral", **{str(child.id): child.called for child in referral.children.values()}}
    return view.page(
        f"desk/{template}.html",
        title,
        faults=faults,
        referral=referral,
        back=at_desk(referral_id),
        about=[{"value": id, "text": text, "checked": id == chosen} for id, text in subjects.items()],
        typed=typed,
        kept=bool(kept),
    )


HANDLERS = [
    *(acknowledge, show_feedback, issue_feedback, show_case_record, record_in_case_system),
    *(show_confirmation, confirm_referrer, take_copy, take_bundle),
]
