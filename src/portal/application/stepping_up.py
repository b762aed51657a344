"""Step-up: what is dangerous needs a second factor that was shown within the last minutes, not only at signing in.

Which acts these are stands in the table of who may do what (`Rule.fresh`); `allow` asks for it.
"""

from datetime import datetime, timedelta
from uuid import UUID

from portal.application.codes import app_codes
from portal.application.failed_proofs import failing_is_noted
from portal.application.limits import refuse_beyond
from portal.application.own_account import read_own_account
from portal.application.portal import Portal
from portal.application.sessions import SESSION_AGAIN, renew_session
from portal.application.visitors import NotSignedIn, Visitor, found
from portal.domain.account import WRONG_CODE, Account
from portal.domain.login_challenge import Factor
from portal.domain.refusals import Fault, Refused
from portal.eventstore.connection import Pool
from portal.eventstore.work import Command, Work

FRESH = timedelta(minutes=5)  # security.md 7.5.3
PROOFS_AN_HOUR = 20  # tries of one account
NOTE = """
insert into proofs (session, proved_at) values ($1, $2)
on conflict (session) do update set proved_at = greatest(proofs.proved_at, excluded.proved_at)
"""
NOTE_AT_SIGN_IN = "insert into proofs (session) select id from sessions where challenge = $1 on conflict do nothing"
IS_FRESH = "select exists (select from proofs where session = $1 and proved_at > now() - $2::interval)"


async def prove_again(portal: Portal, who: Visitor, command: Command, code: str) -> str:
    """A code of the app, used for nothing before; the session's new token, for which the old one is dead. The try is
    counted before it is compared. Raises TooOften."""
    if who.session is None:
        raise NotSignedIn
    command = command.within(str(who.session))  # a code that another session was proved with proves nothing here
    account = await read_own_account(portal, who)
    await refuse_beyond(portal, "proof", str(account.id), PROOFS_AN_HOUR)

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, account.id)
        known = found(loaded)
        if known.authenticator is None:
            raise Refused(
                "You have no authenticator app here. Set one up, or sign in again with the council's sign-in."
            )
        if not known.use_authenticator(code, app_codes(known.authenticator.secret, now.timestamp()), now):
            raise Refused(WRONG_CODE, [Fault("/code", WRONG_CODE)])
        return known

    with failing_is_noted(Factor.AUTHENTICATOR, account.id):
        proved = (await portal.perform(command, Account, decide)).answer
    token = portal.sign(SESSION_AGAIN, command.id_for("proof"))
    await renew_session(portal.pool, who.session, token)
    await note_proof(portal.pool, who.session, proved.modified_on)  # sent again, it proves nothing new
    return token


async def note_proof(pool: Pool, session: UUID, at: datetime) -> None:
    """The owner of this session showed their second factor at this instant of the database's clock."""
    await pool.execute(NOTE, session, at)


async def note_proof_at_sign_in(pool: Pool, challenge: UUID) -> None:
    """Whoever has signed in with a code of their app has just shown it too. Signing in once more with the same answer
    proves nothing new."""
    await pool.execute(NOTE_AT_SIGN_IN, challenge)


async def is_fresh(pool: Pool, session: UUID) -> bool:
    """Whether that was a moment ago."""
    found: bool = await pool.fetchval(IS_FRESH, session, FRESH)
    return found
