"""Signing in: password, then the mailed code or that of an app; new code."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, post
from litestar.params import JSONBody
from msgspec import Meta

from portal.application import proving, signing_in
from portal.application.limits import Caller
from portal.application.portal import Portal
from portal.application.visitors import Visitor
from portal.domain.login_challenge import APP_LIFE, CODE_LIFE, MOST_TRIES, Factor, LoginChallenge, Purpose
from portal.eventstore.work import Command
from portal.http import cookies
from portal.http.depending import (
    DEPENDENCIES,
    AnyRequest,
    Asking,
    TheCaller,
    TheCommand,
    ThePortal,
    attempt_of,
)
from portal.http.session_cookies import take_up_session


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail address and password: the first step of signing in."""

    email: Annotated[str, Meta(title="E-mail address", max_length=254, examples=["priya.nair@oakfield.example"])]
    password: Annotated[str, Meta(title="Password", max_length=1000, examples=["coffee-otter-bicycle"])]


SixDigits = Annotated[
    str,
    Meta(
        title="The six digits that were mailed, or that the app shows",
        pattern=r"^[0-9]{6}$",
        max_length=6,
        examples=["204815"],
    ),
]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mailed code, or the one that the authenticator app shows: the second step of signing in."""

    code: SixDigits


class RecoveryCode(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One of the codes that came with the authenticator app. Each works once."""

    code: Annotated[
        str,
        Meta(
            title="Recovery code",
            description="Capital or small letters, with or without hyphens.",
            min_length=1,
            max_length=60,
            examples=["K3QX-M72P-DAWH-6JTS-V4RB-NZ5E"],
        ),
    ]


class ChallengeView(msgspec.Struct, frozen=True):
    """What comes next. `factor` says which code: mail, then it is on its way to the account's address; authenticator,
    then the app shows it. This browser holds a cookie that the code is good with."""

    says: str
    factor: Factor
    minutes: int
    tries: int


class SignedIn(msgspec.Struct, frozen=True):
    """Whose session was begun."""

    account: UUID
    name: str


@post("/sign-in", status_code=202, summary="Sign in, step 1: e-mail address and password")
async def sign_in(
    portal: ThePortal, caller: TheCaller, command: TheCommand, data: JSONBody[SignIn]
) -> Response[ChallengeView]:
    """Mails a six-digit code that works for five minutes; or asks for that of the authenticator app, where there is
    one."""
    outcome = await signing_in.sign_in(portal, command, data.email, data.password, caller)
    return challenge_answer(portal, outcome.answer)


@post("/challenge/code", status_code=200, summary="Sign in, step 2: the code")
async def enter_code(
    request: AnyRequest,
    portal: ThePortal,
    who: Asking,
    caller: TheCaller,
    command: TheCommand,
    data: JSONBody[Code],
) -> Response[SignedIn]:
    """Also finishes registering. Sets the session cookie, always a new one, and a cookie by which this browser is known
    again; forms begun in this browser become the account's."""
    account, token = await signing_in.enter_code(portal, command, attempt_of(request, portal), data.code)
    return await _signed_in(portal, who, caller, command, account, token)


@post("/challenge/recovery-code", status_code=200, summary="Sign in, step 2, without the app: a recovery code")
async def enter_recovery_code(
    request: AnyRequest,
    portal: ThePortal,
    who: Asking,
    caller: TheCaller,
    command: TheCommand,
    data: JSONBody[RecoveryCode],
) -> Response[SignedIn]:
    """For those who have lost the phone with their authenticator app. The account's owner is mailed."""
    account, token = await signing_in.enter_recovery_code(portal, command, attempt_of(request, portal), data.code)
    return await _signed_in(portal, who, caller, command, account, token)


@post("/challenge/new-code", status_code=202, summary="Please send me a new code")
async def request_new_code(
    request: AnyRequest,
    portal: ThePortal,
    command: TheCommand,
) -> Response[ChallengeView]:
    """Mails another code, a minute after the last at the soonest. One that was sent before works until its own five
    minutes are over."""
    attempt = attempt_of(request, portal)
    outcome = await proving.new_code(portal, command, attempt)
    return challenge_answer(portal, outcome.answer)


async def _signed_in(
    portal: Portal, who: Visitor, caller: Caller, command: Command, account: UUID, token: str
) -> Response[SignedIn]:
    visitor, taken = await take_up_session(portal, who, caller, command, account, token)
    return Response(SignedIn(account, visitor.name), cookies=taken)


def challenge_answer(portal: Portal, challenge: LoginChallenge) -> Response[ChallengeView]:
    """The same words for every challenge of a kind, and the cookie that makes its code good in this browser only."""
    says, life = SAYS[challenge.factor]
    if challenge.purpose is Purpose.CHANGING_EMAIL:
        says = "We have sent a code to the new e-mail address. Enter it here."
    token = portal.sign(proving.ATTEMPT, challenge.id)
    return Response(
        ChallengeView(says, challenge.factor, life.seconds // 60, MOST_TRIES),
        status_code=202,
        cookies=[cookies.cookie(cookies.ATTEMPT, token, portal.correspondence.address)],
    )


SAYS = {
    Factor.MAIL: ("We have sent a code to your e-mail address. Enter it here.", CODE_LIFE),
    Factor.AUTHENTICATOR: ("Enter the code that your authenticator app shows.", APP_LIFE),
}
CHALLENGES = Router(
    "/",
    route_handlers=[sign_in, enter_code, enter_recovery_code, request_new_code],
    dependencies=DEPENDENCIES,
    tags=["Signing in"],
)
