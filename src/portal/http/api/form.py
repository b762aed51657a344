"""The rest of the form: danger, the sections of each service, consent."""

from typing import Any
from uuid import UUID

from litestar import Router, put
from litestar.params import FromPath, JSONBody

from portal.application import filling_in
from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.domain.forms import FORMS, Consent, Danger, Section
from portal.eventstore.work import Command
from portal.http.api.referral_view import ReferralView, referral_view
from portal.http.depending import Asking, DEPENDENCIES, Seen, TheCommand, ThePortal



@put("/danger", summary="Is anyone in danger now?")
async def declare_danger(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    seen: Seen,
    referral_id: FromPath[UUID],
    data: JSONBody[Danger],
) -> ReferralView:
    """Yes marks the referral urgent: it stands first in the inbox. Ring 999 first."""
    outcome = await filling_in.declare_danger(portal, who, command, referral_id, data, seen)
    return referral_view(portal, outcome.answer)


@put("/consent", summary="Has the family agreed?")
async def record_consent(
    portal: ThePortal,
    who: Asking,
    command: TheCommand,
    seen: Seen,
    referral_id: FromPath[UUID],
    data: JSONBody[Consent],
) -> ReferralView:
    """Early help needs the family's agreement; social care needs it or a reason; the LADO does not ask."""
    outcome = await filling_in.record_consent(portal, who, command, referral_id, data, seen)
    return referral_view(portal, outcome.answer)


def _answering(section: type[Section]) -> Any:
    """A handler for one section: each has a body, and so a description, of its own."""

    async def answer(
        portal: ThePortal,
        who: Asking,
        command: TheCommand,
        seen: Seen,
        referral_id: FromPath[UUID],
        data: Any,
    ) -> ReferralView:
        outcome = await filling_in.give_answers(portal, who, command, referral_id, data, seen)
        return referral_view(portal, outcome.answer)

    answer.__annotations__["data"] = JSONBody[section]  # type: ignore[misc, valid-type]
    answer.__name__ = f"answer_{section.NAME}"
    return put(
        f"/answers/{section.NAME}",
        summary=f"Answer: {section.TITLE}",
        description=f"{section.__doc__} Changing it needs If-Match: `state[\"answers:{section.NAME}\"]`.",
    )(answer)


SECTIONS = {section.NAME: section for sections in FORMS.values() for section in sections}
FORM = Router(
    "/referrals/{referral_id:uuid}",
    route_handlers=[declare_danger, record_consent, *(_answering(section) for section in SECTIONS.values())],
    dependencies=DEPENDENCIES,
    tags=["The form"],
)
