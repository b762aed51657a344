"""Exceptions: a LADO manager lets one person open one referral for some days."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Router, delete, post
from litestar.params import FromPath, JSONBody
from msgspec import Meta

from portal.application import exceptions
from portal.domain.access import LONGEST_GRANT
from portal.domain.facts import Facts, line
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal


class LetIn(Facts, frozen=True, kw_only=True):
    """Whom to let open the referral, for how long and why."""

    account: Annotated[UUID, Meta(title="Their account, as the list of staff names it")]
    days: Annotated[int, Meta(title="For how many days", ge=1, le=LONGEST_GRANT.days, examples=[14])]
    reason: Annotated[str, line("Why?", "Only has the same name", longest=500, required=True)]


class Granted(msgspec.Struct, frozen=True):
    """What was granted, and until when it is good."""

    account: UUID
    until: datetime


@post("/exceptions/{referral_id:uuid}", status_code=201, summary="Let somebody open a referral by way of exception")
async def let_somebody_in(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID], data: JSONBody[LetIn]
) -> Granted:
    """For LADO managers: an auditor for one of the LADO's, or somebody who only has the same name as a person on it.
    That it was granted, to whom and why is on record beside the referral. Needs a code from an authenticator app that
    was entered within the last five minutes, as ending it does."""
    until = await exceptions.let_in(portal, who, command, referral_id, data.account, data.days, data.reason)
    return Granted(data.account, until)


@delete("/exceptions/{referral_id:uuid}/{account_id:uuid}", status_code=204, summary="End what somebody was let do")
async def let_nobody_in(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID], account_id: FromPath[UUID]
) -> None:
    """Their next opening of this referral is refused."""
    await exceptions.let_in_no_more(portal, who, command, referral_id, account_id)


EXCEPTIONS = Router(
    "/", route_handlers=[let_somebody_in, let_nobody_in], dependencies=DEPENDENCIES, tags=["Exceptions"]
)
