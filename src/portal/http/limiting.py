"""Which of the council's rates each request counts under. What changes something counts, and so does what a stranger
could use to ask for one thing after the other."""

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from portal.application.limits import keep_within
from portal.http.depending import AnyRequest, provide_caller, provide_who
from portal.http.origins import SAFE

# handler -> rate (council/rates.py); a handler that is not here counts under "changes" where it changes something
RATES = {
    "register": "registering",
    "accept_invitation": "new_passwords",
    "request_password_link": "new_passwords",
    "choose_new_password": "new_passwords",
    "sign_in": "signing_in",
    "enter_code": "codes",
    "enter_recovery_code": "codes",
    "request_new_code": "new_codes",
    "prove_again": "codes",
    "set_out_to_directory": "signing_in",
    "find_addresses": "address_searches",
    "search_inbox": "people_searches",
    "search_desk": "people_searches",
    "start_referral": "drafts",
    "send_service_feedback": "enquiries",
    "send_foster_enquiry": "enquiries",
}
# where a password is hashed: all that take one
HASHING = frozenset(
    {"register", "accept_invitation", "choose_new_password", "sign_in", "change_password", "change_details"}
    | {"change_email", "offer_authenticator", "remove_authenticator", "close_account"}
)
UNCOUNTED = frozenset({"sign_out"})  # nobody is kept from leaving


class Door(ASGIMiddleware):
    """Lets in only so many of the requests that hash a password (Passwords.place). Raises Busy."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on if there is a place for it."""
        if scope["route_handler"].handler_name in HASHING:
            with scope["litestar_app"].state.portal.passwords.place():
                await next_app(scope, receive, send)
        else:
            await next_app(scope, receive, send)


async def keep_to_rates(request: AnyRequest) -> None:
    """Count this request for whoever sends it, before its body is read. Raises TooOften."""
    name = request.route_handler.handler_name
    if request.method in SAFE or name in UNCOUNTED:
        return
    portal = request.app.state.portal
    who, caller = await provide_who(request, portal), provide_caller(request, portal)
    rate = RATES.get(name, "changes")
    await keep_within(portal, rate, getattr(portal.council.rates, rate), caller, who)
