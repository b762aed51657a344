"""Signing in with the council's directory: the way there, which leads back once, within ten minutes.

What binds the two ends together is computed from the attempt's id and our keys (docs/decisions/0005), so that the
browser holds nothing but a token, and the database nothing but its keyed hash.
"""

import hmac
import logging
from datetime import timedelta
from uuid import UUID, uuid4

from portal.application.failed_proofs import failing_is_noted
from portal.application.membership import directory_of, follow
from portal.application.portal import Portal
from portal.application.sessions import begin_session
from portal.application.staying import note_arrival
from portal.directory.port import Arrival, NoMember, WayIn
from portal.domain.refusals import Refused
from portal.eventstore.envelope import Metadata
from portal.eventstore.work import Command

log = logging.getLogger(__name__)
RETURN = "/sign-in/directory/return"  # the one address that the directory sends browsers back to
JOINING = "joining"  # purpose of the token in the browser that was sent there
SESSION = "session by directory"  # purpose of the token of who is signed in
WITHIN = timedelta(minutes=10)
BEGIN = "insert into directory_attempts (key) values ($1)"
RETURN_ONCE = "delete from directory_attempts where key = $1 and started_at > now() - $2::interval returning true"
FORGET = "delete from directory_attempts where started_at < now() - $1::interval"


async def set_out(portal: Portal, fresh: bool) -> tuple[str, str]:
    """Where to send the browser, and the token it has to bring back. `fresh`: to show password and second factor again.
    Raises DirectoryUnavailable, and NotFound where the council has no directory."""
    attempt = uuid4()
    address = await directory_of(portal).address_of(_way(portal, attempt, fresh))
    await portal.pool.execute(FORGET, WITHIN)
    await portal.pool.execute(BEGIN, _key(portal, attempt))
    return address, portal.sign(JOINING, attempt)


async def come_back(portal: Portal, token: str, state: str, code: str, issuer: str | None) -> tuple[UUID, str, Command]:
    """The account of whoever came back, their session's token, and the command under which they did. Raises Refused,
    NotFound and DirectoryUnavailable."""
    with failing_is_noted("directory", None):
        attempt, arrival = await _arrived(portal, token, state, code, issuer)
        command = Command("directory", str(attempt), Metadata(actor="directory"))
        account = await follow(portal, command, arrival)
    session_token = portal.sign(SESSION, attempt)
    await begin_session(portal.pool, session_token, account.id, attempt, "directory", await portal.store.now())
    await note_arrival(portal, attempt, account.id, arrival)
    return account.id, session_token, command


async def _arrived(portal: Portal, token: str, state: str, code: str, issuer: str | None) -> tuple[UUID, Arrival]:
    """The attempt that was begun in this browser, and who the directory says came of it."""
    directory, attempt = directory_of(portal), portal.signed(JOINING, token)
    if attempt is None or not hmac.compare_digest(_way(portal, attempt).state.encode(), state.encode()):
        raise Refused("This sign-in was not begun in this browser. Start again.")
    if not await portal.pool.fetchval(RETURN_ONCE, _key(portal, attempt), WITHIN):
        raise Refused("This sign-in has expired or was used already. Start again.")
    try:
        return attempt, await directory.arrived(code, _way(portal, attempt), issuer)
    except NoMember as why:
        log.warning("nobody signed in by the directory: %s", why)
        raise Refused("The council's directory did not confirm who you are. Start again.") from None


def _key(portal: Portal, attempt: UUID) -> bytes:
    return portal.keyed_hash(JOINING, str(attempt))


def _way(portal: Portal, attempt: UUID, fresh: bool = False) -> WayIn:
    def made(purpose: str) -> str:
        return portal.keyed_hash(f"{JOINING} {purpose}", str(attempt), portal.secrets.links).hex()

    return WayIn(state=made("state"), nonce=made("nonce"), verifier=made("verifier"), fresh=fresh)
