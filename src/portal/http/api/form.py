"""The rest of the form: danger, the sections of each service, consent."""

from typing import Annotated, Any

import msgspec
from litestar import Router, put
from litestar.params import JSONBody
from msgspec import Meta

from portal.application import filling_in
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import FORMS
from portal.domain.forms.section import Section
from portal.domain.services import Service
from portal.http.api.referral_view import ReferralView, shown
from portal.http.depending import DEPENDENCIES, TheReferral
from portal.http.describing import for_strangers


@put("/danger", summary="Is anyone in danger now?")
async def declare_danger(
    own: TheReferral,
    data: JSONBody[Danger],
) -> ReferralView:
    """Yes marks the referral urgent: it stands first in the inbox. Ring 999 first."""
    return await shown(own.portal, await filling_in.declare_danger(own, data))


@put("/consent", summary="Has the family agreed?")
async def record_consent(
    own: TheReferral,
    data: JSONBody[Consent],
) -> ReferralView:
    """Early help needs the family's agreement; social care needs it or a reason; the LADO does not ask."""
    return await shown(own.portal, await filling_in.record_consent(own, data))


class ChangedService(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The service that a draft goes to from now on."""

    service: Annotated[Service, Meta(title="Service")]


@put("/service", summary="Send the draft to another service")
async def change_service(
    own: TheReferral,
    data: JSONBody[ChangedService],
) -> ReferralView:
    """From early help to social care or back, with all that was answered: what the other form does not ask is kept and
    shown to staff. Changing it again needs If-Match: `state_tokens["service"]`."""
    return await shown(own.portal, await filling_in.change_service(own, data.service), "submitted_forms")


def _answering(section: type[Section]) -> Any:
    """A handler for one section: each has a body, and so a description, of its own."""

    async def answer(own: TheReferral, data: Any) -> ReferralView:
        return await shown(own.portal, await filling_in.give_answers(own, data))

    answer.__annotations__["data"] = JSONBody[section]  # type: ignore[misc, valid-type]
    answer.__name__ = f"answer_{section.NAME}"
    return put(
        f"/answers/{section.NAME}",
        summary=f"Answer: {section.TITLE}",
        description=f"{for_strangers(section.__doc__ or '')} Changing it needs If-Match: "
        f'`state_tokens["answers:{section.NAME}"]`.',
    )(answer)


SECTIONS = {section.NAME: section for sections in FORMS.values() for section in sections}
FORM = Router(
    "/referrals/{referral_id:uuid}",
    route_handlers=[
        declare_danger,
        record_consent,
        change_service,
        *(_answering(section) for section in SECTIONS.values()),
    ],
    dependencies=DEPENDENCIES,
    tags=["The form"],
)
