"""Step-up: a new code from the authenticator app, and back to where one was."""

from litestar import Response, get, post

from portal.application import stepping_up
from portal.application.policy import Act
from portal.application.visitors import allow
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.challenges import Code
from portal.http.faults import Faults, of_refusal
from portal.http.pages.codes import SAYS
from portal.http.views import TheView, View


@get("/proof", include_in_schema=False)
async def show_proof(view: TheView) -> Response[str]:
    """Asks for it."""
    allow(view.who, Act.KNOW_ONESELF)
    return _page(view)


@post("/proof", status_code=303, include_in_schema=False)
async def prove_again(view: TheView) -> Response[str]:
    """Takes it; the session goes on under a new cookie."""
    allow(view.who, Act.KNOW_ONESELF)
    form, command = await view.form("proof")
    form = {**form, "code": [form.get("code", [""])[0].replace(" ", "").replace("-", "")]}
    answers = answers_in(form, Code, SAYS)
    if answers.faults:
        return _page(view, answers.faults)
    try:
        token = await stepping_up.prove_again(view.portal, view.who, command, answers.value.code)
    except Refused as refused:
        return _page(view, of_refusal(refused))
    given = cookies.cookie(cookies.SESSION, token, view.address)
    return view.to(view.then or "/home", notice="proved", cookies=[given])


def _page(view: View, faults: Faults | None = None) -> Response[str]:
    minutes = int(stepping_up.FRESH.total_seconds()) // 60
    return view.page("staff/proof.html", "Enter a new code", faults=faults, minutes=minutes, typed={})


HANDLERS = [show_proof, prove_again]
