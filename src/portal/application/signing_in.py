"""Signing in, in two steps: e-mail address and password, then a code that is mailed or that an app shows."""

from datetime import datetime, timedelta
from uuid import UUID

from portal.application.codes import app_codes, hashed_recovery_code
from portal.application.devices import known_device
from portal.application.emails import by_email, email_claim, holder_of
from portal.application.failed_proofs import failing_is_noted, note_guessing
from portal.application.limits import Caller, TooOften, give_back, refuse_beyond
from portal.application.passwords import Busy
from portal.application.portal import Outcome, Portal
from portal.application.proving import CHANGED, REGISTERS, Compare, compare_mailed, issue, prove, refuse_if_overtaken
from portal.application.sessions import begin_session, end_session, end_sessions_of, find_session
from portal.application.staying import still_member
from portal.application.stepping_up import is_fresh, note_proof_at_sign_in
from portal.application.visitors import Visitor, found
from portal.domain.account import Account
from portal.domain.login_challenge import Factor, LoginChallenge, Purpose
from portal.domain.refusals import Fault, Refused
from portal.eventstore.envelope import CannotRead
from portal.eventstore.work import Command, Work

SESSION = "session"  # purpose of the token of who is signed in: the same each time the same challenge is answered
WRONG_PASSWORDS = 10, timedelta(minutes=5)  # for one address by strangers, and by each device that it is known to
CHALLENGES_AN_HOUR = 30  # codes that one account is sent
WRONG = "The e-mail address or the password is not right."
SIGNS_IN = (Purpose.SIGNING_IN, *REGISTERS)


async def sign_in(
    portal: Portal, command: Command, email: str, password: str, caller: Caller
) -> Outcome[LoginChallenge]:
    """Step one. Unknown, unvalidated, disabled and wrong are one answer, after the same work."""
    known = await holder_of(portal, email)
    address, account_id = email_claim(portal, email).hex(), known.id if known else None
    whose = f"{address} {known_device(portal, caller.device, account_id)}"
    try:
        await refuse_beyond(portal, "guess", whose, *WRONG_PASSWORDS)  # before it is compared: guesses come at once
    except TooOften:
        await note_guessing(portal, command, address, account_id)
        raise
    right = await portal.passwords.check(password, known.password_hash if known else None)
    with failing_is_noted("password", account_id):
        if known is None or not right or not known.validated or known.shut:
            raise Refused(WRONG, [Fault("/password", WRONG)])
    await give_back(portal, "guess", whose, *WRONG_PASSWORDS)
    command = by_email(portal, command, email)
    await _rehash_if_outdated(portal, command.part("rehash"), known, password)

    def refuse_if_changed(account: Account) -> None:
        same_app = bool(account.authenticator) == bool(known.authenticator)
        same_password = account.password_hash == known.password_hash or account.secured_at == known.secured_at
        if not (same_app and same_password) or account.shut:
            raise Refused(WRONG, [Fault("/password", WRONG)])

    factor = Factor.AUTHENTICATOR if known.authenticator else Factor.MAIL
    limit = ("challenge", str(known.id), CHALLENGES_AN_HOUR)
    return await issue(portal, command, known.id, Purpose.SIGNING_IN, limit, factor, refuse_if_changed)


async def enter_code(portal: Portal, command: Command, attempt: UUID, code: str) -> tuple[UUID, str]:
    """Step two: the account and its fresh session token."""
    mailed = compare_mailed(portal, code)

    def compare(challenge: LoginChallenge, account: Account, now: datetime) -> None:
        if challenge.factor is Factor.MAIL:
            if account.authenticator:
                raise Refused(CHANGED, [Fault("/code", CHANGED)])
            mailed(challenge, account, now)
        else:
            codes = app_codes(account.authenticator.secret, now.timestamp()) if account.authenticator else {}
            challenge.settle(account.use_authenticator(code, codes, now), now)

    return await _signed_in(portal, command, attempt, compare)


async def enter_recovery_code(portal: Portal, command: Command, attempt: UUID, code: str) -> tuple[UUID, str]:
    """Step two without the phone: one of the codes that came with the app, each good once."""
    hashed = hashed_recovery_code(code)

    def compare(challenge: LoginChallenge, account: Account, now: datetime) -> None:
        challenge.settle(account.use_recovery_code(hashed, now), now)

    return await _signed_in(portal, command, attempt, compare)


async def sign_out(portal: Portal, who: Visitor) -> None:
    """End this session. Nothing happens to somebody who is not signed in."""
    if who.session:
        await end_session(portal.pool, who.session)


async def visitor_of(portal: Portal, token: str, draft_key: str, active: bool = True) -> Visitor:
    """Whoever holds this session token; roles are read afresh, so that a change acts on the next request. A page that
    asks by itself, while nobody is `active`, does not keep the session alive."""
    session = await find_session(portal.pool, token, portal.council.limits, active) if token else None
    try:
        account = (await portal.store.load(Account, session.account)).aggregate if session else None
    except CannotRead:
        account = None
    if session is None or account is None or account.shut:
        return Visitor(draft_key=draft_key)
    strong: bool | None = account.has_second_factor
    if account.membership and (strong := await still_member(portal, session.id)) is None:
        return Visitor(draft_key=draft_key)
    details = account.details
    return Visitor(
        account=account.id,
        session=session.id,
        name=details.name,
        organisation=details.organisation,
        elsewhere_since=account.elsewhere_since,
        roles=account.roles if strong else frozenset(),
        must_enrol=bool(account.roles) and not account.has_second_factor,
        fresh=bool(account.roles or account.authenticator) and await is_fresh(portal.pool, session.id),
        draft_key=draft_key,
        not_verified=account.is_not_verified(portal.council.trusted_domains),
    )


async def _signed_in(portal: Portal, command: Command, attempt: UUID, compare: Compare) -> tuple[UUID, str]:
    accepted = await prove(portal, command, attempt, SIGNS_IN, compare, _validate)
    token = portal.sign(SESSION, accepted.id)
    begun_by, at = str(accepted.purpose), accepted.modified_on
    if await begin_session(portal.pool, token, accepted.account, accepted.id, begun_by, at):
        if accepted.factor is Factor.AUTHENTICATOR:
            await note_proof_at_sign_in(portal.pool, accepted.id)
        await _end_if_overtaken(portal, accepted)
    return accepted.account, token


async def _validate(_: Work, account: Account, challenge: LoginChallenge, now: datetime) -> None:
    if challenge.purpose is Purpose.REGISTERING:
        account.validate_email(now)


async def _end_if_overtaken(portal: Portal, challenge: LoginChallenge) -> None:
    """A new password ends every session; one that was just being begun must not slip through between the two."""
    account = found((await portal.store.load(Account, challenge.account)).aggregate)
    try:
        refuse_if_overtaken(account, challenge)
    except Refused:
        await end_sessions_of(portal.pool, challenge.account)
        raise


async def _rehash_if_outdated(portal: Portal, command: Command, known: Account, password: str) -> None:
    """The password is here in clear for this moment only: hash it as it would be hashed today."""
    former = known.password_hash
    if not portal.passwords.is_outdated(former):
        return
    try:
        kept = await portal.passwords.hash(password)
    except Busy:  # another time: nobody waits for this
        return

    async def decide(work: Work) -> Account:
        loaded, now = await work.load(Account, known.id)
        account = found(loaded)
        account.rehash_password(former, kept, now)
        return account

    await portal.perform(command, Account, decide)
