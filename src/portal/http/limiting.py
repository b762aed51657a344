"""Which of the council's rates each request counts under. What changes something counts, and so does what a stranger
could use to ask for one thing after the other."""

from portal.application.limits import keep_within
from portal.http.depending import AnyRequest, provide_caller, provide_who
from portal.http.origins import SAFE

# handler -> rate (council.py); a handler that is not here counts under "changes" where it changes something
RATES = {
    "register": "registering",
    "accept_invitation": "new_passwords",
    "request_password_link": "new_passwords",
    "choose_new_password": "new_passwords",
    "sign_in": "signing_in",
    "enter_code": "codes",
    "enter_recovery_code": "codes",
    "request_new_code": "new_codes",
    "find_addresses": "address_searches",
    "start_referral": "drafts",
}
# where a password is hashed: when too many are waiting already, that is said before anything else is done, or a flood
# would cost the database what it does not cost the processor
HASHING = frozenset({"register", "accept_invitation", "choose_new_password", "sign_in", "change_password"})
UNCOUNTED = frozenset({"sign_out"})  # nobody is kept from leaving


async def keep_to_rates(request: AnyRequest) -> None:
    """Count this request for whoever sends it, before its body is read. Raises TooOften and Busy."""
    name = request.route_handler.handler_name
    if request.method in SAFE or name in UNCOUNTED:
        return
    portal = request.app.state.portal
    if name in HASHING:
        portal.passwords.refuse_if_full()
    who, caller = await provide_who(request, portal), provide_caller(request, portal)
    rate = RATES.get(name, "changes")
    await keep_within(portal, rate, getattr(portal.council.rates, rate), caller, who)
