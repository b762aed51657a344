"""Signing in: password, then the mailed code; new code; sign out."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, Router, post
from litestar.params import JSONBody
from msgspec import Meta

from portal.application import signing_in
from portal.application.devices import device_token
from portal.application.drafts import claim_drafts
from portal.application.portal import Portal
from portal.application.sessions import end_session
from portal.domain.login_challenge import CODE_LIFE, MOST_TRIES, LoginChallenge
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


class SignIn(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """E-mail address and password: the first step of signing in."""

    email: Annotated[str, Meta(title="E-mail address", max_length=254, examples=["priya.nair@oakfield.example"])]
    password: Annotated[str, Meta(title="Password", max_length=1000, examples=["coffee-otter-bicycle"])]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The mailed code: the second step of signing in."""

    code: Annotated[
        str, Meta(title="The six digits that were mailed", pattern=r"^[0-9]{6}$", max_length=6, examples=["204815"])
    ]


class ChallengeView(msgspec.Struct, frozen=True):
    """A code is on its way to the account's address. This browser holds a cookie that the code is good with."""

    says: str
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
    """Mails a six-digit code that works for five minutes."""
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
    attempt = attempt_of(request, portal)
    account, token = await signing_in.enter_code(portal, command, attempt, data.code)
    address = portal.correspondence.address
    visitor = await signing_in.visitor_of(portal, token, who.draft_key)
    await claim_drafts(portal, command, visitor)
    if who.session and who.session != visitor.session:
        await end_session(portal.pool, who.session, "signed in again")
    given = {cookies.SESSION: token, cookies.DEVICE: device_token(portal, caller.device, account)}
    answer = SignedIn(account, visitor.name)
    return Response(answer, cookies=[cookies.cookie(name, value, address) for name, value in given.items()])


@post("/challenge/new-code", status_code=202, summary="Please send me a new code")
async def request_new_code(
    request: AnyRequest,
    portal: ThePortal,
    command: TheCommand,
) -> Response[ChallengeView]:
    """Mails another code. One that was sent before works until its own five minutes are over."""
    attempt = attempt_of(request, portal)
    outcome = await signing_in.new_code(portal, command, attempt)
    return challenge_answer(portal, outcome.answer)


def challenge_answer(portal: Portal, challenge: LoginChallenge) -> Response[ChallengeView]:
    """The same words for every challenge, and the cookie that makes its code good in this browser only."""
    says = "We have sent a code to your e-mail address. Enter it here."
    token = portal.sign(signing_in.ATTEMPT, challenge.id)
    return Response(
        ChallengeView(says, CODE_LIFE.seconds // 60, MOST_TRIES),
        status_code=202,
        cookies=[cookies.cookie(cookies.ATTEMPT, token, portal.correspondence.address)],
    )


CHALLENGES = Router(
    "/",
    route_handlers=[sign_in, enter_code, request_new_code],
    dependencies=DEPENDENCIES,
    tags=["Signing in"],
)
