"""Manage my account: everything on one page, each part with the page that changes it; and closing the account."""

from litestar import Response, get, post

from portal.application import own_account
from portal.domain.account import Account
from portal.domain.account_details import AccountKind
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.own_account import WithPassword
from portal.http.faults import Faults, of_refusal
from portal.http.views import TheView, View

HOME = "/account"
CURRENT = {"current_password": "Enter your current password"}


@get(HOME, include_in_schema=False)
async def show_account(view: TheView) -> Response[str]:
    """What the council knows of whoever is signed in, and how they sign in."""
    account = await own_account.read_own_account(view.portal, view.who)
    return view.page(
        "account/overview.html",
        "Manage my account",
        account=account,
        professional=account.details.kind is AccountKind.PROFESSIONAL,
        not_verified=account.is_not_verified(view.portal.council.trusted_domains),
    )


@get(f"{HOME}/closure", include_in_schema=False)
async def show_closure(view: TheView) -> Response[str]:
    """What closing it means."""
    return _closure(view, await own_account.read_own_account(view.portal, view.who))


@post(f"{HOME}/closure", status_code=303, include_in_schema=False)
async def close_account(view: TheView) -> Response[str]:
    """Closes it, and signs out everywhere."""
    account = await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("close account")
    answers = answers_in(form, WithPassword, CURRENT)
    if answers.faults:
        return _closure(view, account, answers.faults)
    try:
        await own_account.close_account(view.portal, view.who, command, answers.value.current_password)
    except Refused as refused:
        return _closure(view, account, of_refusal(refused))
    return view.to("/account-closed", cookies=cookies.taken_back(view.address), **cookies.LEAVING)


@get("/account-closed", include_in_schema=False)
async def show_closed(view: TheView) -> Response[str]:
    """It is done."""
    return view.page("account/closed.html", "Your account has been closed")


def _closure(view: View, account: Account, faults: Faults | None = None) -> Response[str]:
    return view.page("account/closure.html", "Close my account", faults=faults, account=account)


HANDLERS = [show_account, show_closure, close_account, show_closed]
