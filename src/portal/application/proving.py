"""Challenges: issuing one, sending another code, and trying a code, whatever passing it is good for.

The try is committed before the code is compared, and the end of a challenge before it is told.
"""

import asyncio
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime
from uuid import UUID

from portal.application.codes import code_for
from portal.application.failed_proofs import failing_is_noted
from portal.application.limits import DAY, refuse_beyond
from portal.application.portal import Outcome, Portal
from portal.application.visitors import NotFound, found
from portal.domain.account import Account
from portal.domain.login_challenge import NEVER_PASSED, Factor, LoginChallenge, Purpose
from portal.domain.refusals import Fault, Refused
from portal.eventstore.work import Command, Work

ATTEMPT = "attempt"  # purpose of the token in the browser that asked for the code
TRIES_AN_HOUR = 50  # codes that are tried for one account: a right guess among a million is a matter of years
NEW_CODES_AN_HOUR = 5
NEW_CODES_A_DAY = 20
MOMENT, MOMENTS = 0.05, 20  # seconds, and how many of them a request waits for its twin
TRIED = "This code has been tried already. Enter a code again."
REGISTERS = (Purpose.REGISTERING, *NEVER_PASSED)
CHANGED = "This account has changed since. Please start again."
Limit = tuple[str, str, int]  # what may happen to whom how often an hour
Compare = Callable[[LoginChallenge, Account, datetime], None]
Consequence = Callable[[Work, Account, LoginChallenge, datetime], Awaitable[None]]


async def issue(
    portal: Portal,
    command: Command,
    account: UUID,
    purpose: Purpose,
    limit: Limit,
    factor: Factor = Factor.MAIL,
    unless: Callable[[Account], None] | None = None,
) -> Outcome[LoginChallenge]:
    """A challenge for an account, as a command of its own. Raises TooOften; a request that is sent again because its
    answer was lost uses up nothing. `unless` raises where the account is another than it was a moment ago."""

    async def decide(work: Work) -> LoginChallenge:
        await refuse_beyond(portal, *limit)
        now = await work.now()
        if unless:
            unless(found((await work.load(Account, account))[0]))
        challenge = LoginChallenge.issue(command.id_for("challenge"), account, purpose, now, factor)
        work.add(challenge)
        return challenge

    return await portal.perform(command, LoginChallenge, decide)


async def new_code(portal: Portal, command: Command, attempt: UUID) -> Outcome[LoginChallenge]:
    """ "Please send me a new code" (guide G16). Raises TooOften."""

    async def decide(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        challenge.reissue(now)
        if not challenge.given_up:
            what, whose = f"new code {challenge.purpose}", _counted_for(challenge)
            await refuse_beyond(portal, what, whose, NEW_CODES_AN_HOUR)
            await refuse_beyond(portal, f"{what} a day", whose, NEW_CODES_A_DAY, DAY)
        return challenge

    outcome = await portal.perform(command.within(f"attempt {attempt}"), LoginChallenge, decide)
    outcome.answer.refuse_if_given_up()
    return outcome


async def prove(
    portal: Portal,
    command: Command,
    attempt: UUID,
    purposes: Collection[Purpose],
    compare: Compare,
    consequence: Consequence,
) -> LoginChallenge:
    """Try a code: count the try, then `compare` it; the right one has its `consequence` in the same transaction.

    A request that is sent again counts no try, so it compares nothing either: it is answered with what is on record."""
    counted: list[LoginChallenge] = []

    async def count_the_try(work: Work) -> LoginChallenge:
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        if challenge.purpose not in purposes:
            raise NotFound
        challenge.try_code(now)
        counted.append(challenge)
        return challenge

    async def judge(work: Work) -> LoginChallenge:
        if not first:
            raise Refused(TRIED, [Fault("/code", TRIED)])
        loaded, now = await work.load(LoginChallenge, attempt)
        challenge = found(loaded)
        account = (await work.load(Account, challenge.account))[0]
        if account is None:  # too many registered this address: this looks like any other challenge and is never passed
            challenge.settle(False, now)
            return challenge
        compare(challenge, account, now)
        if challenge.accepted:
            refuse_if_overtaken(account, challenge)
            await consequence(work, account, challenge, now)
        return challenge

    command = command.within(f"attempt {attempt}")
    tried = (await portal.perform(command.part("try"), LoginChallenge, count_the_try)).answer
    first = any(tried is each for each in counted)
    if not first:
        await _twin_is_done(portal, command.part("accept"))
    await refuse_beyond(portal, f"try {tried.purpose}", _counted_for(tried), TRIES_AN_HOUR)
    with failing_is_noted(tried.factor, tried.account):
        challenge = (await portal.perform(command.part("accept"), LoginChallenge, judge)).answer
        challenge.refuse_if_given_up()
    return challenge


def _counted_for(challenge: LoginChallenge) -> str:
    """Whose tries and new codes are counted. Those of one challenge would be many, could one ask for challenge after
    challenge. That is so where the password was known; how many challenges strangers begin by registering an address is
    limited there (registering.py), and none of them uses up anybody else's."""
    return str(challenge.id if challenge.purpose in REGISTERS else challenge.account)


async def _twin_is_done(portal: Portal, command: Command) -> None:
    """The same request, sent twice at once: give the one that counted the try a moment to come to its end."""
    for _ in range(MOMENTS):
        if await portal.store.repeated(command.event_ids):
            return
        await asyncio.sleep(MOMENT)


def compare_mailed(portal: Portal, code: str) -> Compare:
    """Compare with the codes that were mailed."""

    def compare(challenge: LoginChallenge, _: Account, now: datetime) -> None:
        key = portal.secrets.codes
        challenge.accept(code, {each: code_for(key, challenge.id, each) for each in challenge.issues}, now)

    return compare


def refuse_if_overtaken(account: Account, challenge: LoginChallenge) -> None:
    """A new password, address or app ends what was begun before it; and whoever registers an address again must not
    have it validated by somebody else's code."""
    if account.overtakes(challenge.created_on):
        raise Refused(CHANGED, [Fault("/code", CHANGED)])
