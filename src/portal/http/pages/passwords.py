"""Passwords by a mailed link: a new one for a forgotten one, and the first one of somebody who was invited.

The secret part of a link stands after its #, which browsers send to nobody. A script puts it into the form; without
scripts it is copied there.
"""

from collections.abc import Mapping

from litestar import Response, get, post

from portal.application import forgotten_passwords, registering
from portal.application.devices import device_token
from portal.application.password_checks import policy_for
from portal.application.visitors import NotFound
from portal.domain.login_challenge import LINK_LIFE
from portal.domain.refusals import Fault, Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.accounts import NewPassword, PasswordLinkRequest
from portal.http.depending import TheCaller
from portal.http.faults import Faults, of_refusal
from portal.http.views import TheView, View

SAYS = {
    "email": "Enter your email address",
    "token": "Open the link in your email again, or copy everything that stands after # in it",
    "password": "Enter a password",
}
NO_LINK = Fault("/token", "This link does not work, or has been used. Ask for a new one.")


@get("/forgotten-password", include_in_schema=False)
async def show_forgotten_password(view: TheView) -> Response[str]:
    """ "Forgotten password?" (guide G17)."""
    return view.page("account/forgotten.html", "Forgotten password", typed={})


@post("/forgotten-password", status_code=303, include_in_schema=False)
async def request_password_link(view: TheView, caller: TheCaller) -> Response[str]:
    """The answer is the same whether or not the address has an account."""
    form, command = await view.form("forgotten password")
    answers = answers_in(form, PasswordLinkRequest, SAYS)
    if answers.faults:
        typed, faults = answers.typed, answers.faults
        return view.page("account/forgotten.html", "Forgotten password", faults=faults, typed=typed)
    await forgotten_passwords.forgot_password(view.portal, command, answers.value.email, caller)
    return view.to("/forgotten-password/sent")


@get("/forgotten-password/sent", include_in_schema=False)
async def show_link_sent(view: TheView) -> Response[str]:
    """What happens next."""
    return view.page("account/forgotten_sent.html", "Check your email", minutes=LINK_LIFE.seconds // 60)


@get("/new-password", include_in_schema=False)
async def show_new_password(view: TheView) -> Response[str]:
    """Where the mailed link leads."""
    return _page(view, staff=False)


@post("/new-password", status_code=303, include_in_schema=False)
async def choose_new_password(view: TheView, caller: TheCaller) -> Response[str]:
    """Takes the link once. Whoever has read the mailbox is no stranger any more: this browser is known afterwards."""
    form, command = await view.form("new password")
    answers = answers_in(form, NewPassword, SAYS)
    if answers.faults:
        return _page(view, False, answers.typed, answers.faults)
    token, password = answers.value.token.strip(), answers.value.password
    try:
        account = await forgotten_passwords.choose_password(view.portal, command, token, password)
    except (Refused, NotFound) as refused:
        return _page(view, False, answers.typed, _faults(refused))
    known = device_token(view.portal, caller.device, account, token)
    given = [cookies.cookie(cookies.DEVICE, known, view.address)]
    return view.to("/sign-in", notice="new-password", cookies=given)


@get("/invitation", include_in_schema=False)
async def show_invitation(view: TheView) -> Response[str]:
    """Where an invitation leads."""
    return _page(view, staff=True)


@post("/invitation", status_code=303, include_in_schema=False)
async def accept_invitation(view: TheView) -> Response[str]:
    """The first password of somebody at the council."""
    form, command = await view.form("invitation")
    answers = answers_in(form, NewPassword, SAYS)
    if answers.faults:
        return _page(view, True, answers.typed, answers.faults)
    try:
        await registering.accept_invitation(view.portal, command, answers.value.token.strip(), answers.value.password)
    except (Refused, NotFound) as refused:
        return _page(view, True, answers.typed, _faults(refused))
    return view.to("/sign-in", notice="invitation")


def _faults(refused: Refused | NotFound) -> Faults:
    return of_refusal(refused) if isinstance(refused, Refused) else Faults([NO_LINK])


def _page(
    view: View, staff: bool, typed: Mapping[str, object] | None = None, faults: Faults | None = None
) -> Response[str]:
    return view.page(
        "account/new_password.html",
        "Choose a password" if staff else "Choose a new password",
        faults=faults,
        typed=typed or {},
        staff=staff,
        purpose="invitation" if staff else "new password",
        rules=policy_for(view.portal.council, staff).guidance(),
    )


HANDLERS = [
    *(show_forgotten_password, request_password_link, show_link_sent),
    *(show_new_password, choose_new_password, show_invitation, accept_invitation),
]
