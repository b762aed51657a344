"""Creating an account: which kind, then the details and a password."""

from collections.abc import Mapping

import msgspec
from litestar import Response, get, post

from portal.application import registering
from portal.application.password_checks import policy_for
from portal.domain.account_details import AccountKind, OrganisationKind, OwnerDetails
from portal.domain.refusals import Refused
from portal.http.answers import answers_in, options
from portal.http.api.accounts import Registration
from portal.http.depending import TheCaller
from portal.http.faults import Faults, of_refusal
from portal.http.pages.codes import to_code
from portal.http.views import TheView, View

SAYS = {
    "name": "Enter your full name",
    "email": "Enter an email address in the correct format, like name@example.com",
    "organisation_kind": "Choose what kind of organisation it is",
    "password": "Enter a password",
}
TITLES = {
    AccountKind.PUBLIC: "Create an account for yourself or your family",
    AccountKind.PROFESSIONAL: "Create an account for your work",
}


@get("/register", include_in_schema=False)
async def show_kinds(view: TheView) -> Response[str]:
    """Which kind of account."""
    return view.page("account/register.html", "Create an account")


@get(["/register/public", "/register/professional"], include_in_schema=False)
async def show_registration(view: TheView) -> Response[str]:
    """What is asked of each kind."""
    return _page(view)


@post(["/register/public", "/register/professional"], status_code=303, include_in_schema=False)
async def register(view: TheView, caller: TheCaller) -> Response[str]:
    """Opens the account and leads to the page that takes the code. It says the same to somebody who has one already."""
    form, command = await view.form("register")
    answers = answers_in({**form, "kind": [_kind(view)]}, Registration, SAYS)
    if answers.faults:
        return _page(view, answers.typed, answers.faults)
    fields = msgspec.structs.asdict(answers.value)
    password = fields.pop("password")
    try:
        outcome = await registering.register(view.portal, command, OwnerDetails(**fields), password, caller)
    except Refused as refused:
        return _page(view, answers.typed, of_refusal(refused))
    return to_code(view, outcome.answer, answers.value.email)


def _kind(view: View) -> AccountKind:
    return AccountKind(view.request.scope["path"].rstrip("/").rpartition("/")[2])


def _page(view: View, typed: Mapping[str, object] | None = None, faults: Faults | None = None) -> Response[str]:
    kind = _kind(view)
    return view.page(
        "account/register_kind.html",
        TITLES[kind],
        faults=faults,
        typed=typed or {},
        professional=kind is AccountKind.PROFESSIONAL,
        organisations=options(OrganisationKind),
        rules=policy_for(view.portal.council, staff=False).guidance(),
    )


HANDLERS = [show_kinds, show_registration, register]
