"""An authenticator app: setting it up with a square code, the recovery codes, taking it off again.

The secret and the recovery codes are shown in answer to a form and stand on no page of their own: nobody finds them
later in a browser that was left open.
"""

from litestar import Response, get, post

from portal.application import authenticators, own_account
from portal.application.authenticators import Offer
from portal.domain.refusals import Refused
from portal.http.answers import answers_in
from portal.http.api.challenges import Code
from portal.http.api.own_account import WithPassword
from portal.http.components.charts import square_code
from portal.http.faults import Faults, of_refusal
from portal.http.pages.account.my_account import CURRENT, HOME
from portal.http.pages.codes import SAYS as SAYS_CODE
from portal.http.pages.codes import digits
from portal.http.pages.proof import proved_first
from portal.http.session_cookies import renewed
from portal.http.views import TheView, View

AT = f"{HOME}/authenticator"
SECRET = "secret"  # noqa: S105 - the hidden field's name


@get(AT, include_in_schema=False)
async def show_app(view: TheView) -> Response[str]:
    """What it is for; or that there is one."""
    return await _page(view)


@post(AT, status_code=200, include_in_schema=False)
async def offer_authenticator(view: TheView) -> Response[str]:
    """The square code, and the secret for those who cannot scan it."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("offer app")
    answers = answers_in(form, WithPassword, CURRENT)
    if answers.faults:
        return await _page(view, answers.faults)
    try:
        password = answers.value.current_password
        offer = await authenticators.offer_authenticator(view.portal, view.who, command, password)
    except Refused as refused:
        return await _page(view, of_refusal(refused))
    return _offered(view, offer)


@post(f"{AT}/confirmation", status_code=200, include_in_schema=False)
async def confirm_app(view: TheView) -> Response[str]:
    """The app shows the right code: the recovery codes, once."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("confirm app")
    [secret, *_] = form.pop(SECRET, [""])
    answers = answers_in(digits(form), Code, SAYS_CODE)
    if answers.faults:
        return await _offered_again(view, secret, answers.faults)
    try:
        codes, token = await authenticators.confirm_authenticator(view.portal, view.who, command, answers.value.code)
    except Refused as refused:
        return await _offered_again(view, secret, of_refusal(refused))
    given = [renewed(view.portal, token)]
    return view.page("account/app_codes.html", "Keep your recovery codes", codes=codes, cookies=given)


@get(f"{AT}/removal", include_in_schema=False)
async def show_app_removal(view: TheView) -> Response[str]:
    """What it means."""
    await own_account.read_own_account(view.portal, view.who)
    return await proved_first(view) or await _removal(view)


@post(f"{AT}/removal", status_code=303, include_in_schema=False)
async def remove_authenticator(view: TheView) -> Response[str]:
    """Mailed codes again."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("remove app")
    answers = answers_in(form, WithPassword, CURRENT)
    if answers.faults:
        return await _removal(view, answers.faults)
    try:
        password = answers.value.current_password
        token = await authenticators.remove_authenticator(view.portal, view.who, command, password)
    except Refused as refused:
        return await _removal(view, of_refusal(refused))
    return view.to(HOME, notice="app-removed", cookies=[renewed(view.portal, token)])


async def _page(view: View, faults: Faults | None = None) -> Response[str]:
    account = await own_account.read_own_account(view.portal, view.who)
    return view.page("account/app.html", "Authenticator app", faults=faults, account=account)


def _offered(view: View, offer: Offer, faults: Faults | None = None) -> Response[str]:
    return view.page(
        "account/app_offer.html",
        "Set up your authenticator app",
        faults=faults,
        offer=offer,
        square=square_code(offer.square_code),
    )


async def _offered_again(view: View, secret: str, faults: Faults) -> Response[str]:
    """The page of the square code again, for whoever was shown it; the beginning where it is offered no more."""
    offer = await authenticators.offered_before(view.portal, view.who, secret)
    return _offered(view, offer, faults) if offer else await _page(view, faults)


async def _removal(view: View, faults: Faults | None = None) -> Response[str]:
    account = await own_account.read_own_account(view.portal, view.who)
    title = "Remove your authenticator app"
    return view.page("account/app_removal.html", title, faults=faults, account=account)


HANDLERS = [show_app, offer_authenticator, confirm_app, show_app_removal, remove_authenticator]
