"""Where I am signed in: the list, signing out in one other place, and everywhere else."""

from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import own_account, sessions
from portal.application.visitors import NotFound
from portal.http.answers import answers_in
from portal.http.pages.account.my_account import HOME
from portal.http.pages.codes import NoFields
from portal.http.views import TheView

AT = f"{HOME}/sessions"
BEGUN_BY = {"registering": "when the account was created", "directory": "with the council's own sign-in"}


@get(AT, include_in_schema=False)
async def show_sessions(view: TheView) -> Response[str]:
    """Newest first; five at most."""
    found = await sessions.own_sessions(view.portal, view.who)
    return view.page("account/sessions.html", "Where I am signed in", sessions=found, begun_by=BEGUN_BY)


@post(f"{AT}/others", status_code=303, include_in_schema=False)
async def sign_out_elsewhere(view: TheView) -> Response[str]:
    """Ends all of them but this one."""
    await own_account.read_own_account(view.portal, view.who)
    form, _ = await view.form("end sessions")
    answers_in(form, NoFields)
    await sessions.end_other_sessions(view.portal, view.who)
    return view.to(AT, notice="signed-out-elsewhere")


@post(f"{AT}/{{session_id:uuid}}", status_code=303, include_in_schema=False)
async def sign_out_there(view: TheView, session_id: FromPath[UUID]) -> Response[str]:
    """Ends one of one's own. One that has ended meanwhile is no fault."""
    await own_account.read_own_account(view.portal, view.who)
    form, _ = await view.form("end sessions")
    answers_in(form, NoFields)
    try:
        await sessions.end_own_session(view.portal, view.who, session_id)
    except NotFound:
        return view.to(AT)
    return view.to(AT, notice="signed-out-there")


HANDLERS = [show_sessions, sign_out_elsewhere, sign_out_there]
