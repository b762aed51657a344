"""What whoever has signed in is given: their session, a browser that is known again, and the forms begun before."""

from uuid import UUID

from litestar.datastructures import Cookie

from portal.application.devices import device_token
from portal.application.drafts import claim_drafts
from portal.application.limits import Caller
from portal.application.portal import Portal
from portal.application.sessions import end_session
from portal.application.signing_in import visitor_of
from portal.application.visitors import Visitor
from portal.eventstore.work import Command
from portal.http import cookies


async def take_up_session(
    portal: Portal, who: Visitor, caller: Caller, command: Command, account: UUID, token: str
) -> tuple[Visitor, list[Cookie]]:
    """Whoever has signed in, and the cookies of the session and of a browser that is known. Forms begun in it become
    the account's, and the session before this one ends."""
    visitor = await visitor_of(portal, token, who.draft_key)
    await claim_drafts(portal, command, visitor)
    if who.session and who.session != visitor.session:
        await end_session(portal.pool, who.session, "signed in again")
    given = {cookies.SESSION: token, cookies.DEVICE: device_token(portal, caller.device, account, token)}
    return visitor, [cookies.cookie(name, value, portal.correspondence.address) for name, value in given.items()]


def renewed(portal: Portal, token: str) -> Cookie:
    """The session's new cookie, after a proof or a change of what proves: a copy of the old one opens nothing."""
    return cookies.cookie(cookies.SESSION, token, portal.correspondence.address)
