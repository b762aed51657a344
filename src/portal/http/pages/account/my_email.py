"""Changing one's e-mail address: the new one, then the code that was sent there."""

from collections.abc import Mapping

from litestar import Response, get, post

from portal.application import changing_email, own_account, proving
from portal.application.visitors import NotFound
from portal.domain.account import Account
from portal.domain.login_challenge import CODE_LIFE
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.challenges import Code
from portal.http.api.own_account import ChangedEmail
from portal.http.depending import attempt_of
from portal.http.faults import Faults, of_refusal
from portal.http.pages.account.my_account import CURRENT, HOME
from portal.http.pages.codes import SAYS as SAYS_CODE
from portal.http.pages.codes import NoFields, digits
from portal.http.pages.proof import proved_first
from portal.http.session_cookies import renewed
from portal.http.views import TheView, View

AT = f"{HOME}/email"
SAYS = {**CURRENT, "email": "Enter an email address in the correct format, like name@example.com"}


@get(AT, include_in_schema=False)
async def show_email(view: TheView) -> Response[str]:
    """Which address it is now."""
    return await proved_first(view) or await _page(view)


@post(AT, status_code=303, include_in_schema=False)
async def change_email(view: TheView) -> Response[str]:
    """Mails a code to the new address. Nothing changes before it comes back."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("change email")
    answers = answers_in(form, ChangedEmail, SAYS)
    if answers.faults:
        return await _page(view, answers.typed, answers.faults)
    current, email = answers.value.current_password, answers.value.email
    try:
        outcome = await changing_email.ask_for_email(view.portal, view.who, command, current, email)
    except Refused as refused:
        return await _page(view, answers.typed, of_refusal(refused))
    given = cookies.cookie(cookies.ATTEMPT, view.portal.sign(proving.ATTEMPT, outcome.answer.id), view.address)
    return view.to(f"{AT}/code", cookies=[given])


@get(f"{AT}/code", include_in_schema=False)
async def show_email_code(view: TheView) -> Response[str]:
    """Where the code was sent."""
    return await _code_page(view)


@post(f"{AT}/code", status_code=303, include_in_schema=False)
async def confirm_email(view: TheView) -> Response[str]:
    """The address is the account's from now on; every other session ends."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("email code")
    answers = answers_in(digits(form), Code, SAYS_CODE)
    if answers.faults:
        return await _code_page(view, answers.faults)
    try:
        attempt = attempt_of(view.request, view.portal)
        token = await changing_email.confirm_email(view.portal, view.who, command, attempt, answers.value.code)
    except Refused as refused:
        return await _code_page(view, of_refusal(refused))
    except NotFound:
        return view.to(AT)
    return view.to(HOME, notice="email-changed", cookies=[renewed(view.portal, token)])


@post(f"{AT}/new-code", status_code=303, include_in_schema=False)
async def request_email_code(view: TheView) -> Response[str]:
    """ "Please send me a new code" (guide G16)."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("new email code")
    answers_in(form, NoFields)
    try:
        await proving.new_code(view.portal, command, attempt_of(view.request, view.portal))
    except Refused as refused:
        return await _code_page(view, of_refusal(refused))
    except NotFound:
        return view.to(AT)
    return view.to(f"{AT}/code", notice="new-code")


async def _page(view: View, typed: Mapping[str, object] | None = None, faults: Faults | None = None) -> Response[str]:
    account = await own_account.read_own_account(view.portal, view.who)
    title = "Change your email address"
    return view.page("account/email.html", title, faults=faults, typed=typed or {}, account=account)


async def _code_page(view: View, faults: Faults | None = None) -> Response[str]:
    """The page for the code; back to the beginning where no code of this browser is waited for."""
    account = await own_account.read_own_account(view.portal, view.who)
    sent_to = _waiting(view, account)
    if not sent_to:
        return view.to(AT)
    minutes = CODE_LIFE.seconds // 60
    return view.page("account/email_code.html", "Check your email", faults=faults, sent_to=sent_to, minutes=minutes)


def _waiting(view: View, account: Account) -> str:
    """The address that this browser has asked for, while it is not the account's."""
    asked = account.email_change
    try:
        return asked.email if asked and asked.challenge == attempt_of(view.request, view.portal) else ""
    except NotFound:
        return ""


HANDLERS = [show_email, change_email, show_email_code, confirm_email, request_email_code]
