"""Accounts: registering, accepting an invitation, forgotten passwords, who I am."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, get, post
from litestar.params import JSONBody
from msgspec import Meta

from portal.application import forgotten_passwords, registering
from portal.application.devices import device_token
from portal.application.visitors import account_of
from portal.domain.account_details import OwnerDetails, Role
from portal.domain.password_policy import faults_anywhere
from portal.domain.refusals import Fault
from portal.http import cookies
from portal.http.api.challenges import ChallengeView, challenge_answer
from portal.http.depending import DEPENDENCIES, Asking, TheCaller, TheCommand, ThePortal

Password = Annotated[
    str,
    Meta(
        title="Password",
        description="Three random words are a good way. `GET /password-guidance` has the rules; `POST` says what is "
        "wrong with one.",
        min_length=1,
        max_length=1000,
        examples=["coffee-otter-bicycle"],
    ),
]
Token = Annotated[str, Meta(title="The part of the mailed link after #", max_length=200)]


class Registration(OwnerDetails, frozen=True, kw_only=True):
    """A new account. A professional account also needs organisation, its kind, role and work phone."""

    password: Password

    def __post_init__(self) -> None:
        typed = self.password
        super().__post_init__()
        msgspec.structs.force_setattr(self, "password", typed)  # tidied, it would not be what signing in sends

    def faults(self, today: date) -> Iterator[Fault]:
        yield from super().faults(today)
        yield from faults_anywhere(self.password, self)


class NewPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Choosing a password by a mailed link."""

    token: Token
    password: Password


class PasswordLinkRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Whose password is forgotten."""

    email: Annotated[str, Meta(title="E-mail address", max_length=254, examples=["priya.nair@oakfield.example"])]


class NextStep(msgspec.Struct, frozen=True):
    """What happens next, in words."""

    says: str


class SignedInAs(msgspec.Struct, frozen=True):
    """Who is signed in; organisation and roles are empty for members of the public. `must_enrol`: staff who have to set
    up an authenticator app (`POST /account/authenticator`) before their roles act. `fresh`: a code of the app was
    entered within the last five minutes, as some things need (`POST /me/proof`)."""

    account: UUID
    name: str
    organisation: str
    roles: list[Role]
    must_enrol: bool
    fresh: bool


@post("/accounts", status_code=202, summary="Register for a new account")
async def register(
    portal: ThePortal, caller: TheCaller, command: TheCommand, data: JSONBody[Registration]
) -> Response[ChallengeView]:
    """Opens an account and mails a six-digit code to its address, which `POST /challenge/code` takes. The answer is the
    same whether or not the address has an account already, and where too many letters were sent to it this hour."""
    fields = msgspec.structs.asdict(data)
    password = fields.pop("password")
    outcome = await registering.register(portal, command, OwnerDetails(**fields), password, caller)
    return challenge_answer(portal, outcome.answer)


@post("/accounts/invitation", status_code=200, summary="Accept an invitation")
async def accept_invitation(portal: ThePortal, command: TheCommand, data: JSONBody[NewPassword]) -> NextStep:
    """Staff and auditors choose their password by the link they were mailed. Then they sign in with a mailed code and
    set up an authenticator app (`POST /account/authenticator`, then its confirmation, which answers the recovery
    codes). Their roles act from then on."""
    await registering.accept_invitation(portal, command, data.token, data.password)
    return NextStep("Your password is set. Sign in, and set up an authenticator app.")


@post("/accounts/forgotten-password", status_code=202, summary="Forgotten password?")
async def request_password_link(
    portal: ThePortal, caller: TheCaller, command: TheCommand, data: JSONBody[PasswordLinkRequest]
) -> NextStep:
    """Mails a link to the address if it has an account. The answer is the same if it has none."""
    await forgotten_passwords.forgot_password(portal, command, data.email, caller)
    return NextStep("If this address has an account, we have sent it a link.")


@post("/accounts/new-password", status_code=200, summary="Choose a new password")
async def choose_new_password(
    portal: ThePortal, caller: TheCaller, command: TheCommand, data: JSONBody[NewPassword]
) -> Response[NextStep]:
    """Takes the link once. Ends every session of the account; it does not sign in. Whoever has read the mailbox is no
    stranger any more: this browser is known afterwards."""
    account = await forgotten_passwords.choose_password(portal, command, data.token, data.password)
    token = device_token(portal, caller.device, account, data.token)
    answer = NextStep("Your password has been changed. Sign in with the new one.")
    return Response(answer, cookies=[cookies.cookie(cookies.DEVICE, token, portal.correspondence.address)])


@get("/me", summary="Who is signed in")
async def who_is_signed_in(who: Asking) -> SignedInAs:
    """The account, name, organisation and roles of whoever is signed in; 401 if nobody is."""
    return SignedInAs(account_of(who), who.name, who.organisation, sorted(who.roles), who.must_enrol, who.fresh)


ACCOUNTS = Router(
    "/",
    route_handlers=[register, accept_invitation, request_password_link, choose_new_password, who_is_signed_in],
    dependencies=DEPENDENCIES,
    tags=["Accounts"],
)
