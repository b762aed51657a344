"""Signing in with e-mail address and password, which leads to the page that takes a code; and signing out."""

from collections.abc import Mapping

from litestar import Response, get, post

from portal.application import signing_in
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.answers import answers_in
from portal.http.api.challenges import SignIn
from portal.http.depending import TheCaller
from portal.http.faults import Faults, of_refusal
from portal.http.pages.codes import NoFields, to_code
from portal.http.views import TheView, View

SAYS = {"email": "Enter your email address", "password": "Enter your password"}


@get("/sign-in", include_in_schema=False)
async def show_sign_in(view: TheView) -> Response[str]:
    """The first step (guide G14)."""
    return sign_in_page(view)


@post("/sign-in", status_code=303, include_in_schema=False)
async def sign_in(view: TheView, caller: TheCaller) -> Response[str]:
    """On to the code. Whatever is wrong, it says the same."""
    form, command = await view.form("sign in")
    answers = answers_in(form, SignIn, SAYS)
    if answers.faults:
        return sign_in_page(view, answers.typed, answers.faults)
    typed = answers.value
    try:
        outcome = await signing_in.sign_in(view.portal, command, typed.email, typed.password, caller)
    except Refused as refused:
        return sign_in_page(view, answers.typed, of_refusal(refused))
    return to_code(view, outcome.answer, typed.email)


@get("/sign-out", include_in_schema=False)
async def show_sign_out(view: TheView) -> Response[str]:
    """For those who followed a link: it only asks."""
    return view.page("account/sign_out.html", "Sign out")


@post("/sign-out", status_code=303, include_in_schema=False)
async def sign_out(view: TheView) -> Response[str]:
    """Ends this session here and on the server."""
    form, _ = await view.form("sign out")
    answers_in(form, NoFields)
    await signing_in.sign_out(view.portal, view.who)
    return view.to("/signed-out", cookies=cookies.taken_back(view.address), **cookies.LEAVING)


@get("/signed-out", include_in_schema=False)
async def show_signed_out(view: TheView) -> Response[str]:
    """Nothing is lost."""
    return view.page("account/signed_out.html", "You have signed out")


def sign_in_page(view: View, typed: Mapping[str, object] | None = None, faults: Faults | None = None) -> Response[str]:
    """The first step; for the council's staff also the way to its own sign-in, where it has connected that."""
    directory = view.portal.directory is not None
    return view.page("account/sign_in.html", "Sign in", faults=faults, typed=typed or {}, directory=directory)


HANDLERS = [show_sign_in, sign_in, show_sign_out, sign_out, show_signed_out]
