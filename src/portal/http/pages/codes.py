"""The page that takes a code, whatever the code is for."""

from collections.abc import Mapping

import msgspec
from litestar import Response, get, post
from litestar.datastructures import Cookie

from portal.application import proving, signing_in
from portal.application.challenge_standing import challenge_standing, sealed_address
from portal.application.visitors import NotFound, Visitor
from portal.domain.login_challenge import CODE_LIFE, Factor, LoginChallenge
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.challenges import Code, RecoveryCode
from portal.http.depending import TheCaller, attempt_of, sent_cookie
from portal.http.faults import Faults, of_refusal
from portal.http.forms import Form
from portal.http.linking_back import SET_UP
from portal.http.session_cookies import take_up_session
from portal.http.views import TheView, View

HOME = "/home"
SAYS = {"code": "Enter the 6 digits of the code"}
SAYS_RECOVERY = {"code": "Enter a recovery code"}


class NoFields(msgspec.Struct, frozen=True):
    """A form that is only a button."""


def to_code(view: View, challenge: LoginChallenge, email: str) -> Response[str]:
    """To this page, with the cookie that makes the challenge's code good in this browser only, and another that holds
    the address that was typed in it."""
    given = {
        cookies.ATTEMPT: view.portal.sign(proving.ATTEMPT, challenge.id),
        cookies.TYPED: sealed_address(view.portal, challenge.id, email),
    }
    sent = [cookies.cookie(name, value, view.address) for name, value in given.items()]
    return view.to(view.with_then("/sign-in/code"), cookies=sent)


def digits(form: Form) -> Form:
    """The form with its code as people may read it aloud: in groups, with spaces or hyphens between them."""
    return {**form, "code": [form.get("code", [""])[0].replace(" ", "").replace("-", "")]}


@get("/sign-in/code", include_in_schema=False)
async def show_code(view: TheView) -> Response[str]:
    """Where the code was sent, and how to get another."""
    return await _page(view)


@post("/sign-in/code", status_code=303, include_in_schema=False)
async def enter_code(view: TheView, caller: TheCaller) -> Response[str]:
    """Signs in, and finishes registering."""
    form, command = await view.form("code")
    answers = answers_in(digits(form), Code, SAYS)
    if answers.faults:
        return await _page(view, answers.typed, answers.faults)
    try:
        attempt = attempt_of(view.request, view.portal)
        account, token = await signing_in.enter_code(view.portal, command, attempt, answers.value.code)
    except Refused as refused:
        return await _page(view, faults=of_refusal(refused))
    except NotFound:
        return _begin_again(view)
    visitor, given = await take_up_session(view.portal, view.who, caller, command, account, token)
    return signed_in(view, visitor, given)


@post("/sign-in/new-code", status_code=303, include_in_schema=False)
async def request_new_code(view: TheView) -> Response[str]:
    """ "Please send me a new code" (guide G16)."""
    form, command = await view.form("new code")
    answers_in(form, NoFields)
    try:
        await proving.new_code(view.portal, command, attempt_of(view.request, view.portal))
    except Refused as refused:
        return await _page(view, faults=of_refusal(refused))
    except NotFound:
        return _begin_again(view)
    kept = [cookies.cookie(cookies.TYPED, typed, view.address)] if (typed := _typed(view)) else []
    return view.to(view.with_then("/sign-in/code"), notice="new-code", cookies=kept)


@get("/sign-in/recovery-code", include_in_schema=False)
async def show_recovery_code(view: TheView) -> Response[str]:
    """For those who have lost the phone with their authenticator app."""
    return _recovery_page(view)


@post("/sign-in/recovery-code", status_code=303, include_in_schema=False)
async def enter_recovery_code(view: TheView, caller: TheCaller) -> Response[str]:
    """Signs in without the app."""
    form, command = await view.form("recovery code")
    answers = answers_in(form, RecoveryCode, SAYS_RECOVERY)
    if answers.faults:
        return _recovery_page(view, answers.typed, answers.faults)
    try:
        attempt = attempt_of(view.request, view.portal)
        account, token = await signing_in.enter_recovery_code(view.portal, command, attempt, answers.value.code)
    except Refused as refused:
        return _recovery_page(view, faults=of_refusal(refused))
    except NotFound:
        return _begin_again(view)
    visitor, given = await take_up_session(view.portal, view.who, caller, command, account, token)
    return signed_in(view, visitor, given)


def signed_in(view: View, visitor: Visitor, given: list[Cookie], then: str = "") -> Response[str]:
    """Where somebody was; staff whose roles rest, to setting up the app that they lack."""
    return view.to(view.with_then(SET_UP) if visitor.must_enrol else then or view.then or HOME, cookies=given)


async def _page(view: View, typed: Mapping[str, object] | None = None, faults: Faults | None = None) -> Response[str]:
    try:
        challenge = await challenge_standing(view.portal, attempt_of(view.request, view.portal), _typed(view))
    except NotFound:
        if faults and typed is None:  # refused, rather than mistyped: the challenge is over
            return view.page("account/given_up.html", "Start again", faults=faults)
        return _begin_again(view)
    by_mail = challenge.factor is Factor.MAIL
    title = "Check your email" if by_mail else "Enter the code of your app"
    return view.page(
        "account/code.html",
        title,
        faults=faults,
        challenge=challenge,
        by_mail=by_mail,
        minutes=CODE_LIFE.seconds // 60,
        typed=typed or {},
    )


def _recovery_page(
    view: View, typed: Mapping[str, object] | None = None, faults: Faults | None = None
) -> Response[str]:
    return view.page("account/recovery.html", "Use a recovery code", faults=faults, typed=typed or {})


def _typed(view: View) -> str:
    return sent_cookie(view.request, view.portal, cookies.TYPED)


def _begin_again(view: View) -> Response[str]:
    """This browser waits for no code: it was used, given up, asked for somewhere else, or too long ago."""
    return view.to(view.with_then("/sign-in"), notice="" if view.who.account else "start-again")


HANDLERS = [show_code, enter_code, request_new_code, show_recovery_code, enter_recovery_code]
