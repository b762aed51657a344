"""A referral by its owner: start, read, send, add to, withdraw, and the list of them."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import drafts, referring_again, sending
from portal.application.own_referral import read_own_referral
from portal.application.sending import FormStatus
from portal.domain.facts import line
from portal.domain.forms.form import DECLARATION
from portal.domain.referral_parts import Amendment
from portal.domain.services import Service
from portal.http import cookies
from portal.http.api.referral_view import ReferralView, own_view, shown
from portal.http.depending import (
    DEPENDENCIES,
    Asking,
    TheCommand,
    ThePortal,
    TheReferral,
    hashed_token,
    new_draft_token,
)


class StartReferral(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service a new referral is for."""

    service: Annotated[
        Service,
        Meta(
            title="Service",
            description="early_help: request services from early help family support. social_care: refer to children's "
            "social care. lado: an adult who works with children.",
        ),
    ]


class Declaration(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The sender's word for it."""

    declaration: Annotated[bool, Meta(title="I agree", description=DECLARATION)]


class Withdrawal(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Why a sent referral is withdrawn."""

    why: Annotated[str, line("Why do you withdraw it?", "It was sent twice", longest=2000, required=True)]


class ConsentTakenBack(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """That the family does not agree any more, and what it said."""

    why: Annotated[str, line("What did they say?", "Her mother wants to wait", longest=2000, required=True)]


class FormView(msgspec.Struct, frozen=True, kw_only=True):
    """A line of "my submitted forms"."""

    id: UUID
    service: Service
    status: FormStatus
    about: list[str]
    started_at: datetime
    changed_at: datetime
    reference: str | None
    received_at: datetime | None
    feedback_count: int
    cannot_be_read: bool


@post("/referrals", summary="Start a referral")
async def start_referral(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    data: JSONBody[StartReferral],
) -> Response[ReferralView]:
    """Works before signing in: then the answer sets a cookie that the draft belongs to, until it is taken over at
    sign-in. A draft nobody takes over ends after 24 hours."""
    given = []
    if who.account is None and not who.draft_key:
        token = new_draft_token()
        who = msgspec.structs.replace(who, draft_key=hashed_token(token))
        command = msgspec.structs.replace(command, scope=who.scope)
        given.append(cookies.cookie(cookies.DRAFT, token, portal.correspondence.address))
    outcome = await drafts.start(portal, who, command, data.service)
    where = {"Location": f"/api/v1/referrals/{outcome.answer.id}"}
    view = await shown(portal, outcome, "submitted_forms")
    return Response(view, status_code=201, cookies=given, headers=where)


@get("/referrals/{referral_id:uuid}", summary="Read a referral of your own")
async def read_referral(portal: ThePortal, who: Asking, referral_id: FromPath[UUID]) -> ReferralView:
    """With everything that is still missing before it can be sent."""
    referral = await read_own_referral(portal, who, referral_id)
    return own_view(portal, who, referral)


@post("/referrals/{referral_id:uuid}/submission", status_code=200, summary="Send Report to Local Authority")
async def submit_referral(
    own: TheReferral,
    data: JSONBody[Declaration],
) -> ReferralView:
    """Sends it. Everything that is missing is named at once. Sent already: the same answer again."""
    outcome = await sending.submit(own, data.declaration)
    return await shown(own.portal, outcome, "submitted_forms", "staff_inbox", "dashboard", who=own.who)


@post("/referrals/{referral_id:uuid}/amendments", status_code=201, summary="Add to what was sent")
async def amend_referral(
    own: TheReferral,
    data: JSONBody[Amendment],
) -> ReferralView:
    """What was sent stays as it was; the desk sees that something was added."""
    outcome = await sending.amend(own, data)
    return await shown(own.portal, outcome, "submitted_forms", "staff_inbox", who=own.who)


@post("/referrals/{referral_id:uuid}/withdrawal", status_code=200, summary="Withdraw what was sent")
async def withdraw_referral(
    own: TheReferral,
    data: JSONBody[Withdrawal],
) -> ReferralView:
    """The council keeps it, sees that it was withdrawn and why, and decides what to do."""
    outcome = await sending.withdraw(own, data.why)
    return await shown(own.portal, outcome, "submitted_forms", "staff_inbox", "dashboard", who=own.who)


@post(
    "/referrals/{referral_id:uuid}/consent-withdrawal", status_code=200, summary="The family takes back its agreement"
)
async def withdraw_consent(
    own: TheReferral,
    data: JSONBody[ConsentTakenBack],
) -> ReferralView:
    """To what was sent. The desk sees it and decides what follows; a child who must be protected still is."""
    outcome = await sending.withdraw_consent(own, data.why)
    return await shown(own.portal, outcome, "submitted_forms", "staff_inbox", who=own.who)


@post("/referrals/{referral_id:uuid}/again", status_code=201, summary="Refer again")
async def refer_again(own: TheReferral) -> Response[ReferralView]:
    """A new draft from what was sent, with its children, its household and its professionals. Everything else is asked
    anew."""
    outcome = await referring_again.refer_again(own)
    view = await shown(own.portal, outcome, "submitted_forms", who=own.who)
    return Response(view, status_code=201, headers={"Location": f"/api/v1/referrals/{outcome.answer.id}"})


@get("/my-submitted-forms", summary="My submitted forms")
async def my_submitted_forms(portal: ThePortal, who: Asking) -> list[FormView]:
    """Drafts first, then the last changed."""
    return [
        FormView(
            id=form.id,
            service=form.service,
            status=form.status,
            about=sending.about(portal, who, form),
            started_at=form.started_at,
            changed_at=form.changed_at,
            reference=form.reference,
            received_at=form.received_at,
            feedback_count=form.feedback_count,
            cannot_be_read=form.cannot_read is not None,
        )
        for form in await sending.my_submitted_forms(portal, who)
    ]


REFERRALS = Router(
    "/",
    route_handlers=[
        start_referral,
        read_referral,
        submit_referral,
        amend_referral,
        withdraw_referral,
        withdraw_consent,
        refer_again,
        my_submitted_forms,
    ],
    dependencies=DEPENDENCIES,
    tags=["Referrals"],
)
