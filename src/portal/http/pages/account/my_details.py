"""Changing one's name and contact details; of a professional, also where they work as what."""

from collections.abc import Mapping

import msgspec
from litestar import Response, get, post

from portal.application import own_account
from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OrganisationKind
from portal.domain.refusals import Refused
from portal.http.answers import answers_in, options
from portal.http.api.own_account import ChangedDetails
from portal.http.faults import Faults, of_refusal
from portal.http.pages.account.my_account import CURRENT, HOME
from portal.http.views import TheView, View

AT = f"{HOME}/details"
SAYS = {
    **CURRENT,
    "name": "Enter your full name",
    "organisation_kind": "Choose what kind of organisation it is",
}


@get(AT, include_in_schema=False)
async def show_details(view: TheView) -> Response[str]:
    """The details as they are."""
    account = await own_account.read_own_account(view.portal, view.who)
    return _page(view, account, msgspec.to_builtins(account.details))


@post(AT, status_code=303, include_in_schema=False)
async def change_details(view: TheView) -> Response[str]:
    """Replaces them. What is not asked of this kind of account stays as it is."""
    account = await own_account.read_own_account(view.portal, view.who)
    form, command = await view.form("details")
    answers = answers_in({**_not_asked(account), **form, "kind": [account.details.kind]}, ChangedDetails, SAYS)
    if answers.faults:
        return _page(view, account, answers.typed, answers.faults)
    password, details = answers.value.current_password, answers.value.details()
    try:
        await own_account.change_details(view.portal, view.who, command, password, details)
    except Refused as refused:
        return _page(view, account, answers.typed, of_refusal(refused))
    return view.to(HOME, notice="details-changed")


def _not_asked(account: Account) -> dict[str, list[str]]:
    """What the page of this account has no field for."""
    if account.details.kind is AccountKind.PROFESSIONAL:
        return {}
    held = msgspec.to_builtins(account.details)
    return {name: [held[name]] for name in ("organisation", "organisation_kind", "role") if held.get(name)}


def _page(view: View, account: Account, typed: Mapping[str, object], faults: Faults | None = None) -> Response[str]:
    return view.page(
        "account/details.html",
        "Change your details",
        faults=faults,
        account=account,
        typed={name: given for name, given in typed.items() if given is not None},
        professional=account.details.kind is AccountKind.PROFESSIONAL,
        organisations=options(OrganisationKind),
    )


HANDLERS = [show_details, change_details]
