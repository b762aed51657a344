"""What was sent: "My submitted forms", each form with the council's answer, adding to it, withdrawing it."""

from typing import NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import referring_again, sending
from portal.application.confirming import feedback_for
from portal.application.copying import print_own, read_own_copy
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.sending import FormStatus, SubmittedForm
from portal.application.sent_text import full_text_until, is_put_away, why_put_away
from portal.application.visitors import NotFound
from portal.domain.referral import Referral
from portal.domain.referral_parts import Amendment, Submission
from portal.domain.refusals import Refused
from portal.http.answers import answers_in
from portal.http.api.referrals import Withdrawal
from portal.http.faults import Faults, of_refusal
from portal.http.forms import Form
from portal.http.pages.journey.steps import address
from portal.http.pages.journey.words import STATUS, service_called, titles
from portal.http.views import TheView, View

OWN = "/referrals/{referral_id:uuid}"


class Card(NamedTuple):
    """A form on the list, and whom it is about."""

    form: SubmittedForm
    about: str


SAYS = {"text": "Tell us what you want to add", "why": "Tell us why"}


@get("/my-submitted-forms", include_in_schema=False)
async def show_forms(view: TheView) -> Response[str]:
    """Drafts first, with the days that are left; then what was sent (guide G30)."""
    forms = await sending.my_submitted_forms(view.portal, view.who)
    limit = view.portal.council.limits.unsent_draft
    cards = [Card(form, ", ".join(sending.about(view.portal, view.who, form))) for form in forms]
    return view.page(
        "journey/forms.html",
        "My submitted forms",
        drafts=[(card, card.form.changed_at + limit) for card in cards if card.form.status is FormStatus.DRAFT],
        sent=[card for card in cards if card.form.status is not FormStatus.DRAFT],
        titles=titles(view.portal),
        words=STATUS,
    )


@get(OWN + "/sent-form", include_in_schema=False)
async def show_form(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """The form as it was sent, what was answered, and what can still be done (guide G31)."""
    referral = await _sent(view, referral_id)
    sent = _submission(referral)
    put_away = is_put_away(view.portal, view.who, sent.received_at)
    return view.page(
        "journey/sent_form.html",
        "Your form",
        referral=referral,
        sent=sent,
        copy=None if put_away else await read_own_copy(view.portal, view.who, referral_id),
        until=full_text_until(view.portal, view.who, sent.received_at),
        why_put_away=why_put_away(view.portal, view.who, sent.received_at) if put_away else "",
        about=", ".join(person.initials if put_away else person.called for person in referral.people.values()),
        feedback=feedback_for(view.who, referral),
        called=service_called(view.portal, referral.service),
        words=STATUS,
    )


@post(OWN + "/again", status_code=303, include_in_schema=False)
async def refer_again(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """A new form with the same people."""
    referral = await _sent(view, referral_id)
    _, command = await view.form("again")
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    draft = await view.portal.settle(await referring_again.refer_again(own), "submitted_forms")
    return view.to(address(draft), notice="again")


@get(OWN + "/copy.pdf", include_in_schema=False)
async def save_copy(view: TheView, referral_id: FromPath[UUID]) -> Response[bytes]:
    """A copy to keep."""
    pdf = await print_own(view.portal, view.who, referral_id)
    kept = {"Content-Disposition": 'attachment; filename="referral.pdf"'}
    return Response(pdf, media_type="application/pdf", headers=kept)


@get(OWN + "/more", include_in_schema=False)
async def show_more(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Adding to what was sent."""
    return _form(view, await _sent(view, referral_id), "journey/more.html", "Add to what you sent", await view.kept())


@post(OWN + "/more", status_code=303, include_in_schema=False)
async def add_more(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Adds it; what was sent stays as it was."""
    referral = await _sent(view, referral_id)
    form, command = await view.form("more")
    answers = answers_in(form, Amendment, SAYS)
    if answers.faults:
        return _form(view, referral, "journey/more.html", "Add to what you sent", form, answers.faults)
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    try:
        outcome = await sending.amend(own, answers.value)
    except Refused as refused:
        return _form(view, referral, "journey/more.html", "Add to what you sent", form, of_refusal(refused))
    await view.portal.settle(outcome, "submitted_forms", "staff_inbox")
    return view.to(address(referral, "/sent-form"), notice="added")


@get(OWN + "/withdrawal", include_in_schema=False)
async def show_withdrawal(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Asks why."""
    kept = await view.kept()
    return _form(view, await _sent(view, referral_id), "journey/withdrawal.html", "Withdraw what you sent", kept)


@post(OWN + "/withdrawal", status_code=303, include_in_schema=False)
async def withdraw(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Takes it back; the council keeps it and decides what to do."""
    referral = await _sent(view, referral_id)
    form, command = await view.form("withdrawal")
    answers = answers_in(form, Withdrawal, {"why": "Tell us why you withdraw it"})
    if answers.faults:
        return _form(view, referral, "journey/withdrawal.html", "Withdraw what you sent", form, answers.faults)
    own = OwnReferral(view.portal, view.who, command, referral.id, None)
    outcome = await sending.withdraw(own, answers.value.why)
    await view.portal.settle(outcome, "submitted_forms", "staff_inbox", "dashboard")
    return view.to(address(referral, "/sent-form"), notice="withdrawn")


def _form(
    view: View, referral: Referral, template: str, title: str, form: Form | None = None, faults: Faults | None = None
) -> Response[str]:
    typed = {name: values[0] for name, values in (form or {}).items()}
    return view.page(template, title, faults=faults, referral=referral, typed=typed)


async def _sent(view: View, referral_id: UUID) -> Referral:
    referral = await read_own_referral(view.portal, view.who, referral_id)
    _submission(referral)
    return referral


def _submission(referral: Referral) -> Submission:
    if referral.submission is None:
        raise NotFound
    return referral.submission


HANDLERS = [show_forms, show_form, refer_again, save_copy, show_more, add_more, show_withdrawal, withdraw]
