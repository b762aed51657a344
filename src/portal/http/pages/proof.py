"""Step-up: the page that asks for a new code of the authenticator app, before what is dangerous, and leads back to
where one was. Whatever raises ProveAgain on a page leads here (error_pages.py)."""

from litestar import Response, get, post

from portal.application import own_account, stepping_up
from portal.domain.refusals import Refused
from portal.http.answers import answers_in
from portal.http.api.challenges import Code
from portal.http.faults import Faults, of_refusal
from portal.http.linking_back import PROOF, to_proof
from portal.http.pages.codes import SAYS, digits
from portal.http.session_cookies import renewed
from portal.http.views import TheView, View

MINUTES = int(stepping_up.FRESH.total_seconds() // 60)


async def proved_first(view: View) -> Response[str] | None:
    """For a page whose form needs a fresh proof of whoever has an app: to that first, so that nobody types in vain."""
    account = await own_account.read_own_account(view.portal, view.who)
    return None if view.who.fresh or account.authenticator is None else to_proof(view.request)


@get(PROOF, include_in_schema=False)
async def show_proof(view: TheView) -> Response[str]:
    """Which code, and why; for members of the council's directory, the way there."""
    return await _page(view)


@post(PROOF, status_code=303, include_in_schema=False)
async def enter_new_code(view: TheView) -> Response[str]:
    """Back to where one was, with a new cookie: the old one is dead."""
    await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("proof")
    answers = answers_in(digits(form), Code, SAYS)
    if answers.faults:
        return await _page(view, answers.faults)
    try:
        token = await stepping_up.prove_again(view.portal, view.who, command, answers.value.code)
    except Refused as refused:
        return await _page(view, of_refusal(refused))
    return view.to(view.then or "/account", cookies=[renewed(view.portal, token)])


async def _page(view: View, faults: Faults | None = None) -> Response[str]:
    account = await own_account.read_own_account(view.portal, view.who)
    return view.page("account/proof.html", "Enter a new code", faults=faults, account=account, minutes=MINUTES)


HANDLERS = [show_proof, enter_new_code]
