"""Where somebody is signed in: how long this session lasts, the others, and ending them."""

from datetime import datetime
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post
from litestar.params import FromPath

from portal.application import sessions, signing_in
from portal.application.visitors import Visitor
from portal.http import cookies
from portal.http.depending import BY_ITSELF, DEPENDENCIES, Asking, ThePortal


class SessionView(msgspec.Struct, frozen=True):
    """A place where somebody is signed in. `begun_by`: what the mailed code was for. It ends at `ends_at` if it is not
    used before."""

    id: UUID
    begun_by: str
    started_at: datetime
    last_used_at: datetime
    ends_at: datetime
    this_one: bool


class Ended(msgspec.Struct, frozen=True):
    """In how many other places somebody was signed out."""

    sessions: int


@get("/session", summary="How long this session lasts", opt={BY_ITSELF: True})
async def read_session(portal: ThePortal, who: Asking) -> SessionView:
    """401 when it has ended. Asking this does not keep it alive; nor does any request with the header
    `Portal-Background: yes`, for what a page asks by itself."""
    return _view(await sessions.own_session(portal, who), who)


@get("/sessions", summary="Where I am signed in")
async def list_sessions(portal: ThePortal, who: Asking) -> list[SessionView]:
    """Newest first; five at most."""
    return [_view(each, who) for each in await sessions.own_sessions(portal, who)]


@delete("/sessions/{session_id:uuid}", summary="Sign out in one place")
async def end_session(portal: ThePortal, who: Asking, session_id: FromPath[UUID]) -> None:
    """Ends one of your own sessions."""
    await sessions.end_own_session(portal, who, session_id)


@delete("/sessions", status_code=200, summary="Sign out everywhere else")
async def end_other_sessions(portal: ThePortal, who: Asking) -> Ended:
    """Ends all of your sessions but this one."""
    return Ended(await sessions.end_other_sessions(portal, who))


@post("/sign-out", status_code=204, summary="Sign out")
async def sign_out(portal: ThePortal, who: Asking) -> Response[None]:
    """Ends this session here and on the server."""
    await signing_in.sign_out(portal, who)
    taken = cookies.taken_back(portal.correspondence.address)
    return Response(None, status_code=204, cookies=taken, headers=cookies.LEAVING)


def _view(session: sessions.Session, who: Visitor) -> SessionView:
    return SessionView(
        id=session.id,
        begun_by=session.begun_by,
        started_at=session.started_at,
        last_used_at=session.seen_at,
        ends_at=session.ends_at,
        this_one=session.id == who.session,
    )


SESSIONS = Router(
    "/",
    route_handlers=[read_session, list_sessions, end_session, end_other_sessions, sign_out],
    dependencies=DEPENDENCIES,
    tags=["Signing in"],
)
