"""Signing in, in two steps: e-mail address and password, then a code that is mailed."""

from datetime import timedelta
from uuid import UUID

from portal.application.codes import code_for
from portal.application.devices import known_device
from portal.application.emails import by_email, claimed_email, email_claim
from portal.application.limits import Caller, give_back, refuse_beyond, within_limit
from portal.application.portal import Outcome, Portal
from portal.application.sessions import begin_session, end_session, end_sessions_of, find_session
from portal.application.visitors import NotFound, Visitor, found
from portal.domain.account import Account
from portal.domain.account_details import password_faults
from portal.domain.login_challenge import LoginChallenge, Purpose
from portal.domain.refusals import Fault, Refused, refuse_if
from portal.eventstore.envelope import CannotRead
from portal.eventstore.work import Command, Work

SESSION = "session"  # purpose of the token of who is signed in: the same each time the same challenge is answered
ATTEMPT = "attempt"  # purpose of the token in the browser that passed step one
NEW_PASSWORD = "new-password"  # noqa: S105 - purpose of the token in the mailed link
WRONG_PASSWORDS = 10, timedelta(minutes=5)  # for one address by strangers, and by each device that it is known to
CHALLENGES_AN_HOUR = 30  # codes that one account is sent
TRIES_AN_HOUR = 50  # codes that are tried for one account: a right guess among a million is a matter of years
LINKS_AN_HOUR = 10  # to choose a new password
CHANGED = "This account has changed since. Please start again."
WRONG = "The e-mail address or the password is not right."


async def sign_in(
    portal: Portal, command: Command, email: str, password: str, caller: Caller
) -> Outcome[LoginChallenge]:
    """Step one. Unknown, unvalidated and wrong are one answer, after the same work."""
    account_id = await claimed_email(portal, email)
    whose = f"{email_claim(portal, email).hex()} {known_device(portal, caller.device, account_id)}"
    await refuse_beyond(portal, "password", whose, *WRONG_PASSWORDS)  # before it is compared: guesses come at once
    known = (await portal.store.load(Account, account_id)).aggregate if account_id else None
    right = await portal.passwords.check(password, known.password_hash if known else None)
    if known is None or not right or not known.validated:
        raise Refused(WRONG, [Fault("/password", WRONG)])
    await give_back(portal, "password", whose, *WRONG_PASSWORDS)
    command = by_email(portal, command, email)
    await refuse_beyond(portal, "challenge", str(known.id), CHALLENGES_AN_HOUR)
    return await _challenge(portal, command, known.id, Purpose.SIGNING_IN)


async def new_code(portal: Portal, command: Command, attempt: UUID) -> Outcome[LoginChallenge]:
    """ "Please send me a new code" (guide G16)."""

    async def decide(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        challenge.reissue(now)
        return challenge

    return await portal.perform(command.within(f"attempt {attempt}"), LoginChallenge, decide)


async def enter_code(portal: Portal, command: Command, attempt: UUID, code: str) -> tuple[UUID, str]:
    """Step two: the account and its fresh session token. The try is committed before the code is compared."""

    async def count_the_try(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        challenge.try_code(now)
        return challenge

    async def compare(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        codes = {issue: code_for(portal.secrets.codes, attempt, issue) for issue in challenge.issues}
        challenge.accept(code, codes, now)
        account = await _as_when_asked(work, challenge)
        if challenge.purpose is Purpose.REGISTERING:
            account.validate_email(now)
        return challenge

    command = command.within(f"attempt {attempt}")
    await _refuse_guessing(portal, attempt)
    await portal.perform(command.part("try"), LoginChallenge, count_the_try)
    accepted = (await portal.perform(command.part("accept"), LoginChallenge, compare)).answer
    token = portal.sign(SESSION, accepted.id)
    begun_by, at = str(accepted.purpose), accepted.modified_on
    await begin_session(portal.pool, token, accepted.account, accepted.id, begun_by, at)
    await _end_if_overtaken(portal, accepted)
    return accepted.account, token


async def sign_out(portal: Portal, who: Visitor) -> None:
    """End this session. Nothing happens to somebody who is not signed in."""
    if who.session:
        await end_session(portal.pool, who.session)


async def forgot_password(portal: Portal, command: Command, email: str, caller: Caller) -> None:
    """Mail a link to choose a new password, if the address has an account; the answer is the same if it has none."""
    account_id = await claimed_email(portal, email)
    known = (await portal.store.load(Account, account_id)).aggregate if account_id else None
    may_open = account_id and known and not known.is_invited
    whose = f"{account_id} {known_device(portal, caller.device, account_id)}"
    if account_id and may_open and await within_limit(portal, "link", whose, LINKS_AN_HOUR):
        await _challenge(portal, by_email(portal, command, email), account_id, Purpose.NEW_PASSWORD)


async def choose_password(portal: Portal, command: Command, token: str, password: str) -> UUID:
    """A new password by the mailed link; the answer is whose. Ends every session; does not sign in (guide G17)."""
    challenge_id = portal.signed(NEW_PASSWORD, token)
    if challenge_id is None:
        raise NotFound
    command = command.within(f"link {challenge_id}")
    kept = await portal.passwords.hash(password)

    async def decide(work: Work) -> LoginChallenge:
        challenge, now = await work.load(LoginChallenge, challenge_id)
        if challenge is None or challenge.purpose is not Purpose.NEW_PASSWORD:
            raise NotFound
        challenge.accept_link(now)
        account = await _as_when_asked(work, challenge)
        refuse_if(password_faults(password, account.details))
        account.change_password(kept, now)
        return challenge

    challenge = (await portal.perform(command, LoginChallenge, decide)).answer
    await end_sessions_of(portal.pool, challenge.account)
    return challenge.account


async def visitor_of(portal: Portal, token: str, draft_key: str, active: bool = True) -> Visitor:
    """Whoever holds this session token; roles are read afresh, so that a change acts on the next request. A page that
    asks by itself, while nobody is `active`, does not keep the session alive."""
    session = await find_session(portal.pool, token, portal.council.limits, active) if token else None
    try:
        account = (await portal.store.load(Account, session.account)).aggregate if session else None
    except CannotRead:
        account = None
    if session is None or account is None:
        return Visitor(draft_key=draft_key)
    details = account.details
    return Visitor(
        account=account.id,
        session=session.id,
        name=details.name,
        organisation=details.organisation,
        roles=account.roles,
        draft_key=draft_key,
    )


async def _as_when_asked(work: Work, challenge: LoginChallenge) -> Account:
    """The account, if it is as it was when the challenge was issued. A new password ends what the old one began; and
    whoever registers an address again must not have it validated by somebody else's code."""
    account = found((await work.load(Account, challenge.account))[0])
    if account.password_changed_after(challenge.created_on):
        raise Refused(CHANGED, [Fault("/code", CHANGED)])
    return account


async def _refuse_guessing(portal: Portal, attempt: UUID) -> None:
    """Five tries a challenge would be many, could one ask for challenge after challenge."""
    challenge = found((await portal.store.load(LoginChallenge, attempt)).aggregate)
    # by purpose: whoever only registers with somebody's address must not use up that person's tries to sign in
    await refuse_beyond(portal, f"try {challenge.purpose}", str(challenge.account), TRIES_AN_HOUR)


async def _end_if_overtaken(portal: Portal, challenge: LoginChallenge) -> None:
    """A new password ends every session; one that was just being begun must not slip through between the two."""
    account = (await portal.store.load(Account, challenge.account)).aggregate
    if account is None or account.password_changed_after(challenge.created_on):
        await end_sessions_of(portal.pool, challenge.account)
        raise Refused(CHANGED, [Fault("/code", CHANGED)])


async def _challenge(portal: Portal, command: Command, account: UUID, purpose: Purpose) -> Outcome[LoginChallenge]:
    async def decide(work: Work) -> LoginChallenge:
        now = await work.now()
        challenge = LoginChallenge.issue(command.id_for("challenge"), account, purpose, now)
        work.add(challenge)
        return challenge

    return await portal.perform(command, LoginChallenge, decide)
