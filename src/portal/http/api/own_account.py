"""One's own account: details, password, e-mail address, authenticator app, closing it."""

from typing import Annotated, TypeVar

import msgspec
from litestar import Response, Router, get, post, put
from litestar.params import JSONBody
from msgspec import Meta

from portal.application import authenticators, changing_email, own_account
from portal.application.authenticators import Offer
from portal.application.portal import Portal
from portal.domain.account import Account
from portal.domain.account_details import Email, PersonDetails
from portal.http import cookies
from portal.http.api.accounts import NextStep, Password
from portal.http.api.challenges import ChallengeView, Code, challenge_answer
from portal.http.depending import DEPENDENCIES, AnyRequest, Asking, TheCommand, ThePortal, attempt_of

T = TypeVar("T")
CurrentPassword = Annotated[
    str,
    Meta(
        title="Your current password",
        description="Proves that it is you at the keyboard.",
        max_length=1000,
        examples=["coffee-otter-bicycle"],
    ),
]


class AccountView(msgspec.Struct, frozen=True, kw_only=True):
    """One's own account. `not_verified`: a professional whose address the council does not know, and whom staff have
    not confirmed yet; until then answers are not shown. `recovery_codes_left`: of the authenticator app."""

    email: str
    details: PersonDetails
    not_verified: bool
    authenticator: bool
    recovery_codes_left: int


class WithPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The current password and nothing else."""

    current_password: CurrentPassword


class ChangedDetails(PersonDetails, frozen=True, kw_only=True):
    """The details as they are to be from now on, all of them."""

    current_password: CurrentPassword

    def __post_init__(self) -> None:
        typed = self.current_password
        super().__post_init__()
        msgspec.structs.force_setattr(self, "current_password", typed)  # tidied, it would be another password

    def details(self) -> PersonDetails:
        """Without the password."""
        fields = msgspec.structs.asdict(self)
        fields.pop("current_password")
        return PersonDetails(**fields)


class ChangedPassword(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new password in place of the current one."""

    current_password: CurrentPassword
    password: Password


class ChangedEmail(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A new e-mail address, which is the user name once its code has come back."""

    email: Email
    current_password: CurrentPassword


class RecoveryCodes(msgspec.Struct, frozen=True):
    """To be kept on paper or in a password manager: nobody can show them again. Each works once."""

    recovery_codes: list[str]


@get("/account", summary="Your account")
async def read_account(portal: ThePortal, who: Asking) -> AccountView:
    """What the council knows of you."""
    return _view(portal, await own_account.read_own_account(portal, who))


@put("/account/details", summary="Change your details")
async def change_details(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[ChangedDetails]
) -> AccountView:
    """Replaces all of them; the e-mail address has a way of its own. You are mailed. What you have sent keeps the
    details it was sent with."""
    details = data.details()
    return _view(portal, await own_account.change_details(portal, who, command, data.current_password, details))


@post("/account/password", status_code=200, summary="Change your password")
async def change_password(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[ChangedPassword]
) -> Response[NextStep]:
    """Ends your other sessions, and sets a new cookie for this one. You are mailed. With an authenticator
    app, `POST /me/proof` comes first."""
    token = await own_account.change_password(portal, who, command, data.current_password, data.password)
    return _secured(portal, NextStep("Your password has been changed."), token)


@post("/account/email", status_code=202, summary="Change your e-mail address")
async def change_email(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[ChangedEmail]
) -> Response[ChallengeView]:
    """With an authenticator app, `POST /me/proof` comes first. Mails a code to the new address, which
    `POST /account/email/code` takes. Nothing changes before. The answer is
    the same whether or not the address has an account already."""
    outcome = await changing_email.ask_for_email(portal, who, command, data.current_password, data.email)
    return challenge_answer(portal, outcome.answer)


@post("/account/email/code", status_code=200, summary="Confirm your new e-mail address")
async def confirm_email(
    request: AnyRequest, portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[Code]
) -> Response[NextStep]:
    """The address is your user name from now on. Ends your other sessions; the old address is mailed."""
    token = await changing_email.confirm_email(portal, who, command, attempt_of(request, portal), data.code)
    return _secured(portal, NextStep("Your e-mail address has been changed."), token)


@post("/account/authenticator", status_code=200, summary="Set up an authenticator app")
async def offer_authenticator(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[WithPassword]
) -> Offer:
    """A secret for the app, which counts once `POST /account/authenticator/confirmation` has taken a code of it. Show
    the square code, and the secret for those who cannot scan it."""
    return await authenticators.offer_authenticator(portal, who, command, data.current_password)


@post("/account/authenticator/confirmation", status_code=200, summary="Confirm the authenticator app")
async def confirm_authenticator(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[Code]
) -> Response[RecoveryCodes]:
    """From now on signing in asks for the app's code, not for a mailed one. Ends your other sessions. You are
    mailed."""
    codes, token = await authenticators.confirm_authenticator(portal, who, command, data.code)
    return _secured(portal, RecoveryCodes(codes), token)


@post("/account/authenticator/removal", status_code=200, summary="Remove the authenticator app")
async def remove_authenticator(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[WithPassword]
) -> Response[NextStep]:
    """Signing in asks for mailed codes again. `POST /me/proof` comes first. Ends your other sessions. You are mailed.
    Staff ask an administrator instead."""
    token = await authenticators.remove_authenticator(portal, who, command, data.current_password)
    return _secured(portal, NextStep("We will send you codes by e-mail again."), token)


@post("/account/closure", status_code=200, summary="Close your account")
async def close_account(
    portal: ThePortal, who: Asking, command: TheCommand, data: JSONBody[WithPassword]
) -> Response[NextStep]:
    """Signs you out everywhere. The council keeps what you have sent; what you have not sent is deleted. You are
    mailed."""
    await own_account.close_account(portal, who, command, data.current_password)
    taken = cookies.taken_back(portal.correspondence.address)
    says = NextStep("Your account has been closed.")
    return Response(says, cookies=taken, headers=cookies.LEAVING)


def _secured(portal: Portal, says: T, token: str) -> Response[T]:
    """The answer with the session's new cookie: a copy of the old one opens nothing any more."""
    return Response(says, cookies=[cookies.cookie(cookies.SESSION, token, portal.correspondence.address)])


def _view(portal: Portal, account: Account) -> AccountView:
    app, details = account.authenticator, msgspec.structs.asdict(account.details)
    email = details.pop("email")
    return AccountView(
        email=email,
        details=PersonDetails(**details),
        not_verified=account.is_not_verified(portal.council.trusted_domains),
        authenticator=app is not None,
        recovery_codes_left=len(app.recovery) if app else 0,
    )


OWN_ACCOUNT = Router(
    "/",
    route_handlers=[
        read_account,
        change_details,
        change_password,
        change_email,
        confirm_email,
        offer_authenticator,
        confirm_authenticator,
        remove_authenticator,
        close_account,
    ],
    dependencies=DEPENDENCIES,
    tags=["Your account"],
)
