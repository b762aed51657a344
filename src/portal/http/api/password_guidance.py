"""What makes a good password, and what is wrong with one while it is being typed (guide G12)."""

from typing import Annotated

import msgspec
from litestar import Router, get, post
from litestar.params import FromQuery, JSONBody
from msgspec import Meta

from portal.application.password_checks import Guidance, advise, policy_for
from portal.domain.password_policy import MOST
from portal.http.depending import DEPENDENCIES, ThePortal


class PasswordRulesView(msgspec.Struct, frozen=True):
    """What stands beside the field, before anything is typed."""

    least: int
    most: int
    says: list[str]


class TypedPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What has been typed so far, in the fields that matter to the password."""

    password: Annotated[str, Meta(title="Password", max_length=1000, examples=["coffee-otter-bicycle"])]
    name: Annotated[str, Meta(title="Your full name", max_length=200, examples=["Priya Nair"])] = ""
    email: Annotated[str, Meta(title="E-mail address", max_length=254, examples=["priya.nair@oakfield.example"])] = ""
    staff: Annotated[bool, Meta(title="For an account of the council's staff")] = False


@get("/password-guidance", summary="What makes a good password")
async def read_password_rules(portal: ThePortal, staff: FromQuery[bool] = False) -> PasswordRulesView:
    """The rules in words. `staff=true`: those for the council's staff, whose passwords are longer."""
    policy = policy_for(portal.council, staff)
    return PasswordRulesView(policy.least, MOST, policy.guidance())


@post("/password-guidance", status_code=200, summary="What is wrong with a password")
async def check_password(portal: ThePortal, data: JSONBody[TypedPassword]) -> Guidance:
    """For the page, as the person types. Nothing of it is kept or logged, and it needs no Idempotency-Key. Where many
    people are signing in, `complete` is false: then only the rules were applied, and not how easily it is guessed."""
    return await advise(portal, data.password, data.name, data.email, data.staff)


PASSWORD_GUIDANCE = Router(
    "/", route_handlers=[read_password_rules, check_password], dependencies=DEPENDENCIES, tags=["Accounts"]
)
