"""Signing in with the council's own directory (OpenID Connect): there, and back."""

from typing import Annotated

import msgspec
from litestar import Response, Router, get, post
from litestar.params import JSONBody, QueryParameter
from msgspec import Meta

from portal.application import joining, signing_in
from portal.application.drafts import claim_drafts
from portal.domain.refusals import Refused
from portal.http import cookies
from portal.http.api.challenges import SignedIn
from portal.http.depending import DEPENDENCIES, AnyRequest, Asking, ThePortal, sent_cookie
from portal.http.reading import ALSO_ASKED


class SetOut(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """To the council's directory."""

    fresh: Annotated[
        bool,
        Meta(
            title="Ask me again",
            description="For password and second factor, even if I am signed in there: what is dangerous needs it.",
        ),
    ] = False


class WayThere(msgspec.Struct, frozen=True):
    """Where to send the browser. It holds a cookie with which it may come back, once, within ten minutes."""

    address: str


UNREAD = ("state", "scope", "session_state", "error_description", "error_uri")  # (the first: under another name)


def given(name: str, description: str, longest: int = 4000) -> QueryParameter:
    """What the directory may add to the address it sends browsers back to."""
    return QueryParameter(name=name, description=description, max_length=longest, required=False)


@post("/sign-in/directory", status_code=200, summary="Sign in with the council's directory: where to go")
async def set_out_to_directory(portal: ThePortal, data: JSONBody[SetOut]) -> Response[WayThere]:
    """For the council's staff, where it has connected its directory; 404 where it has not."""
    address, token = await joining.set_out(portal, data.fresh)
    given = cookies.cookie(cookies.DIRECTORY, token, portal.correspondence.address)
    return Response(WayThere(address), cookies=[given])


@get(
    "/sign-in/directory/return",
    summary="Sign in with the council's directory: back again",
    opt={ALSO_ASKED: UNREAD},
)
async def return_from_directory(
    request: AnyRequest,
    portal: ThePortal,
    who: Asking,
    given_state: Annotated[str | None, given("state", "What the portal gave the browser on its way")] = None,
    code: Annotated[str | None, given("code", "What the directory gave it")] = None,
    iss: Annotated[str | None, given("iss", "Which directory that was")] = None,
    error: Annotated[str | None, given("error", "Why there is no code")] = None,
) -> Response[SignedIn]:
    """The directory sends browsers here. Sets the session cookie; forms begun in this browser become the account's."""
    if error or not given_state or not code:
        raise Refused("You were not signed in by the council's directory. Start again.")
    token = sent_cookie(request, portal, cookies.DIRECTORY)
    account, session, command = await joining.come_back(portal, token, given_state, code, iss)
    visitor = await signing_in.visitor_of(portal, session, who.draft_key)
    await claim_drafts(portal, command, visitor)
    address = portal.correspondence.address
    return Response(
        SignedIn(account, visitor.name),
        cookies=[cookies.cookie(cookies.SESSION, session, address), cookies.no_cookie(cookies.DIRECTORY, address)],
    )


DIRECTORY = Router(
    "/",
    route_handlers=[set_out_to_directory, return_from_directory],
    dependencies=DEPENDENCIES,
    tags=["Signing in"],
)
