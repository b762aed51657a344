"""What handlers ask for by name: the portal, who is asking, the command their request makes, the state they saw."""

import hashlib
import secrets
from typing import Annotated, Any
from uuid import UUID, uuid4

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath, HeaderParameter

from portal.application.devices import read_device
from portal.application.limits import Caller
from portal.application.own_referral import OwnReferral
from portal.application.portal import Portal
from portal.application.proving import ATTEMPT
from portal.application.signing_in import visitor_of
from portal.application.visitors import NotFound, Visitor
from portal.eventstore.envelope import Metadata
from portal.eventstore.work import Command
from portal.http import cookies
from portal.logs import asked_by

AnyRequest = Request[Any, Any, Any]
IdempotencyKey = Annotated[
    str,
    HeaderParameter(
        name="Idempotency-Key",
        title="Name of this request",
        description="Any text of your own, such as a new UUID. The same request with the same key is done once and "
        "answered the same, at once or later.",
        min_length=8,
        max_length=200,
        pattern=r"^[\x21-\x7e]+$",
    ),
]
IfMatch = Annotated[
    str | None,
    HeaderParameter(
        name="If-Match",
        title="State you saw",
        description="To replace an answer: the token that the form gives for this part under `state_tokens`.",
        max_length=100,
        required=False,
    ),
]
WHO = "who"  # where in the request's state whoever asks is kept
BACKGROUND = "portal-background"  # a header of requests that a page sends by itself
BY_ITSELF = "by_itself"  # an option of routes that pages ask by themselves
ThePortal = NamedDependency[Portal]
Asking = NamedDependency[Visitor]
TheCaller = NamedDependency[Caller]
TheCommand = NamedDependency[Command]
TheLook = NamedDependency[Command]
TheReferral = NamedDependency[OwnReferral]
TheUpload = NamedDependency[OwnReferral]


def provide_portal(state: State) -> Portal:
    """The running portal."""
    portal: Portal = state.portal
    return portal


async def provide_who(request: AnyRequest, portal: ThePortal) -> Visitor:
    """Who is asking, by their cookies; looked up once for a request."""
    known: Visitor | None = request.scope["state"].get(WHO)
    if known is None:
        token, active = sent_cookie(request, portal, cookies.SESSION), not by_itself(request)
        known = await visitor_of(portal, token, draft_key(request, portal), active)
        request.scope["state"][WHO] = known
        if known.account:
            asked_by(str(known.account))
    return known


def by_itself(request: AnyRequest) -> bool:
    """Whether a page asks by itself, so that nobody's being there can be concluded from it."""
    return bool(request.route_handler.opt.get(BY_ITSELF)) or BACKGROUND in request.headers


def provide_caller(request: AnyRequest, portal: ThePortal) -> Caller:
    """Where the request comes from. The address is the client's where a trusted proxy says so (serving.py)."""
    device = read_device(portal, sent_cookie(request, portal, cookies.DEVICE))
    return Caller(address=request.client.host if request.client else "", device=device)


async def provide_command(
    request: AnyRequest,
    portal: ThePortal,
    who: Asking,
    idempotency_key: IdempotencyKey,
) -> Command:
    """The command that this request makes, the same at each repeat."""
    return await _command(request, portal, who, idempotency_key)


async def command_of_form(request: AnyRequest, portal: Portal, who: Visitor, key: str) -> Command:
    """The command that a page's form makes: the same where the same form comes again, by a double click or because an
    answer was lost; another where somebody went back and changed it."""
    named = hashlib.sha256(key.encode() + b"\0" + await request.body()).hexdigest()
    return await _command(request, portal, who, named)


async def _command(request: AnyRequest, portal: Portal, who: Visitor, key: str) -> Command:
    asked = f"{request.method} {request.scope['path']}\0".encode() + await request.body()
    digest = portal.keyed_hash("command", hashlib.sha256(asked).hexdigest(), portal.secrets.tokens).hex()[:32]
    before_signing_in = f"draft:{who.draft_key}" if who.account and who.draft_key else ""
    return Command(who.scope, key, _asked_by(request, who, digest), before_signing_in)


async def provide_upload(
    request: AnyRequest, portal: ThePortal, who: Asking, idempotency_key: IdempotencyKey, referral_id: FromPath[UUID]
) -> OwnReferral:
    """The form in the path, for files that are on their way and not read yet: what was asked is told by each file."""
    return OwnReferral(portal, who, command_named(request, who, idempotency_key), referral_id)


def command_named(request: AnyRequest, who: Visitor, key: str) -> Command:
    """The command of a request of which nothing but its name has been read yet."""
    return Command(who.scope, key, _asked_by(request, who))


def provide_look(request: AnyRequest, who: Asking) -> Command:
    """What is on record of a request that only reads, each time anew."""
    return Command(who.scope, str(uuid4()), _asked_by(request, who))


def _asked_by(request: AnyRequest, who: Visitor, digest: str = "") -> Metadata:
    return Metadata(
        actor=str(who.account or ""),
        request=request.scope["state"]["request_id"],
        session=str(who.session or ""),
        digest=digest,
    )


async def provide_own_referral(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID], if_match: IfMatch = None
) -> OwnReferral:
    """The form in the path, in the hands of whoever asks."""
    return OwnReferral(portal, who, command, referral_id, if_match.strip('"') if if_match else None)


def draft_key(request: AnyRequest, portal: Portal) -> str:
    """The hash under which this browser's drafts are kept; empty where it has begun none."""
    return hashed_token(token) if (token := sent_cookie(request, portal, cookies.DRAFT)) else ""


def new_draft_token() -> str:
    """A token for a browser that begins its first draft."""
    return secrets.token_urlsafe(32)


def hashed_token(token: str) -> str:
    """What is kept of a draft's token."""
    return hashlib.sha256(token.encode()).hexdigest()


def attempt_of(request: AnyRequest, portal: Portal) -> UUID:
    """The challenge that this browser has asked for."""
    attempt = portal.signed(ATTEMPT, sent_cookie(request, portal, cookies.ATTEMPT))
    if attempt is None:
        raise NotFound
    return attempt


def sent_cookie(request: AnyRequest, portal: Portal, name: str) -> str:
    """What the browser holds under one of our names; empty where it holds nothing."""
    return request.cookies.get(cookies.cookie_name(name, portal.correspondence.address), "")


DEPENDENCIES = {
    "portal": Provide(provide_portal, sync_to_thread=False),
    "who": Provide(provide_who),
    "caller": Provide(provide_caller, sync_to_thread=False),
    "command": Provide(provide_command),
    "look": Provide(provide_look, sync_to_thread=False),
    "own": Provide(provide_own_referral),
    "upload": Provide(provide_upload),
}
