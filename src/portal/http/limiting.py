"""Which of the council's rates each request counts under. What changes something counts, and so does what a stranger
could use to ask for one thing after the other, and what takes long to make."""

from collections import deque

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, ReceiveMessage, Scope, Send

from portal.application.limits import keep_within
from portal.http.depending import AnyRequest, provide_caller, provide_who
from portal.http.origins import SAFE

# handler -> rate (council/rates.py), also where it only reads; a handler that is not here counts under "changes" where
# it changes something
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
    "enter_new_code": "codes",
    "set_out_to_directory": "signing_in",
    "set_out": "signing_in",
    "find_addresses": "address_searches",
    "choose_found_address": "address_searches",
    "say_child_is_elsewhere": "address_searches",
    "confirm_address": "address_searches",  # the page of all of them
    "search_inbox": "people_searches",
    "search_desk": "people_searches",
    "start_referral": "drafts",
    "refer_again": "drafts",
    "attach_documents": "documents",
    "print_copy": "copies",
    "save_copy": "copies",
    "send_service_feedback": "enquiries",
    "send_foster_enquiry": "enquiries",
    "send_short_form": "enquiries",
    "receive_reports": "reports",
}
# where a password is hashed: all that take one
HASHING = frozenset(
    {"register", "accept_invitation", "choose_new_password", "sign_in", "change_password", "change_details"}
    | {"change_email", "offer_authenticator", "remove_authenticator", "close_account"}
)
UNCOUNTED = frozenset({"sign_out"})  # nobody is kept from leaving


class Door(ASGIMiddleware):
    """Lets in only so many of the requests that hash a password (Passwords.place). Raises Busy. `most`: bytes of a body
    that are waited for; what is longer is refused further on."""

    scopes = (ScopeType.HTTP,)

    def __init__(self, most: int) -> None:
        self._most = most

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on if there is a place for it. Its body is there by then: a slow one holds no place."""
        if scope["route_handler"].handler_name in HASHING:
            arrived = await _arrived(receive, self._most)
            with scope["litestar_app"].state.portal.passwords.place():
                await next_app(scope, arrived, send)
        else:
            await next_app(scope, receive, send)


async def _arrived(receive: Receive, most: int) -> Receive:
    """Receiving what has arrived already: the whole body, or more of it than is taken."""
    messages: deque[ReceiveMessage] = deque()
    length, more = 0, True
    while more and length <= most:
        message = await receive()
        messages.append(message)
        more = False
        if message["type"] == "http.request":
            more, length = message.get("more_body", False), length + len(message["body"])

    async def receive_again() -> ReceiveMessage:
        return messages.popleft() if messages else await receive()

    return receive_again


async def keep_to_rates(request: AnyRequest) -> None:
    """Count this request for whoever sends it, before its body is read. Raises TooOften."""
    name = request.route_handler.handler_name
    if (request.method in SAFE and name not in RATES) or name in UNCOUNTED:
        return
    portal = request.app.state.portal
    who, caller = await provide_who(request, portal), provide_caller(request, portal)
    rate = RATES.get(name, "changes")
    await keep_within(portal, rate, getattr(portal.council.rates, rate), caller, who)
