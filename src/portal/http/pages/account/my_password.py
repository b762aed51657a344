"""Changing one's password."""

from litestar import Response, get, post

from portal.application import own_account
from portal.application.password_checks import policy_for
from portal.domain.refusals import Refused
from portal.http.answers import answers_in
from portal.http.api.own_account import ChangedPassword
from portal.http.faults import Faults, of_refusal
from portal.http.pages.account.my_account import CURRENT, HOME
from portal.http.pages.proof import proved_first
from portal.http.session_cookies import renewed
from portal.http.views import TheView, View

AT = f"{HOME}/password"
SAYS = {**CURRENT, "password": "Enter a new password"}


@get(AT, include_in_schema=False)
async def show_password(view: TheView) -> Response[str]:
    """With what makes a good one beside it."""
    return await proved_first(view) or await _page(view)


@post(AT, status_code=303, include_in_schema=False)
async def change_password(view: TheView) -> Response[str]:
    """Another password; every other session ends."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("change password")
    answers = answers_in(form, ChangedPassword, SAYS)
    if answers.faults:
        return await _page(view, answers.faults)
    current, password = answers.value.current_password, answers.value.password
    try:
        token = await own_account.change_password(view.portal, view.who, command, current, password)
    except Refused as refused:
        return await _page(view, of_refusal(refused))
    return view.to(HOME, notice="password-changed", cookies=[renewed(view.portal, token)])


async def _page(view: View, faults: Faults | None = None) -> Response[str]:
    account = await own_account.read_own_account(view.portal, view.who)
    staff = bool(account.roles)
    rules = policy_for(view.portal.council, staff).guidance()
    title = "Change your password"
    return view.page("account/password.html", title, faults=faults, account=account, rules=rules, staff=staff)


HANDLERS = [show_password, change_password]
