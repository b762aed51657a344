"""The login challenge: "prove that you read this mailbox" (or hold the phone with this app), when registering, signing
in, changing an address or choosing a new password.

The code itself is never here and never stored: it is computed from a server key, the challenge's id and the number of
the issue (application/codes.py), and handed in for comparing. Every try is committed before its comparison, so that
a hundred guesses at once are still five.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.domain.aggregate import Aggregate, Created, Event
from portal.domain.refusals import Fault, Refused

MOST_TRIES = 5
MOST_ISSUES = 5
MOST_DEAD = 3  # codes of one challenge that ran out unused; then the password is asked for again
APART = timedelta(seconds=60)  # between two codes
CODE_LIFE = timedelta(minutes=5)  # guide G16
APP_LIFE = timedelta(minutes=10)  # to find the phone; each code of an app lives for half a minute anyway
LINK_LIFE = timedelta(minutes=30)
WAITS = timedelta(hours=1)  # that a code is waited for after one was asked for last
RUN_OUT = f"{MOST_DEAD} codes have run out. Please start again."
TOO_LONG = "This took too long. Please start again."
START_AGAIN = f"That was the wrong code {MOST_TRIES} times. Please start again."


class Purpose(StrEnum):
    """What passing the challenge is good for. Two are never passed and look like registering from outside:
    `ALREADY_REGISTERED` only tells the owner of the address by mail that an account exists; `NOT_HEARD`, of nobody's
    account, tells nobody anything."""

    REGISTERING = "registering"
    SIGNING_IN = "signing_in"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a purpose, no secret
    CHANGING_EMAIL = "changing_email"
    ALREADY_REGISTERED = "already_registered"
    NOT_HEARD = "not_heard"


NEVER_PASSED = (Purpose.ALREADY_REGISTERED, Purpose.NOT_HEARD)


class Factor(StrEnum):
    """What a challenge asks for: the code (or link) that was mailed, or one that an authenticator app shows."""

    MAIL = "mail"
    AUTHENTICATOR = "authenticator"


class ChallengeIssued(Created, frozen=True, kw_only=True):
    """A challenge for one account; the browser that asked holds a signed token of it."""

    TOPIC: ClassVar = "login_challenge.issued"
    IN_CLEAR: ClassVar = True
    AGGREGATE: ClassVar = "login_challenge"
    account: UUID
    purpose: Purpose
    factor: Factor = Factor.MAIL


class CodeReissued(Event, frozen=True, kw_only=True):
    """ "Please send me a new code": issue number `issue`. Earlier codes stay good until their own end."""

    TOPIC: ClassVar = "login_challenge.code_reissued"
    IN_CLEAR: ClassVar = True
    issue: int

    def apply(self, aggregate: Any) -> None:
        aggregate.issues[self.issue] = aggregate.asked_at = self.timestamp


class CodeSent(Event, frozen=True, kw_only=True):
    """The mail with this issue of the code was handed over; its five minutes run from here."""

    TOPIC: ClassVar = "login_challenge.code_sent"
    IN_CLEAR: ClassVar = True
    issue: int

    def apply(self, aggregate: Any) -> None:
        aggregate.issues[self.issue] = self.timestamp


class CodeTried(Event, frozen=True, kw_only=True):
    """Somebody entered a code. Committed before it is compared."""

    TOPIC: ClassVar = "login_challenge.code_tried"
    IN_CLEAR: ClassVar = True

    def apply(self, aggregate: Any) -> None:
        aggregate.tries += 1


class ChallengeGivenUp(Event, frozen=True, kw_only=True):
    """Five wrong codes, or three that ran out: only the password begins anew, and the owner is told."""

    TOPIC: ClassVar = "login_challenge.given_up"
    IN_CLEAR: ClassVar = True

    def apply(self, aggregate: Any) -> None:
        aggregate.given_up = True


class ChallengeAccepted(Event, frozen=True, kw_only=True):
    """The right code, or the link: the challenge is used up."""

    TOPIC: ClassVar = "login_challenge.accepted"
    IN_CLEAR: ClassVar = True

    def apply(self, aggregate: Any) -> None:
        aggregate.accepted = True


class LoginChallenge(Aggregate):
    """One attempt to prove the ownership of a mailbox. Its events hold opaque ids only, so they need no key."""

    TOPIC = "login_challenge"

    def __init__(self, account: UUID, purpose: Purpose, timestamp: datetime, factor: Factor = Factor.MAIL) -> None:
        self.account = account
        self.purpose = purpose
        self.factor = factor
        self.asked_at = timestamp
        self.issues: dict[int, datetime] = {1: timestamp}  # issue number -> when its life began
        self.tries = 0
        self.given_up = False
        self.accepted = False

    @classmethod
    def issue(cls, id: UUID, account: UUID, purpose: Purpose, now: datetime, factor: Factor = Factor.MAIL) -> Self:
        """A new challenge; a reaction mails its code or link, if that is the factor."""
        return cls._create(ChallengeIssued, id=id, account=account, purpose=purpose, factor=factor, timestamp=now)

    def reissue(self, now: datetime) -> None:
        """ "Please send me a new code". After three that ran out the challenge is given up instead, which is committed;
        `refuse_if_given_up` then says so."""
        self._waiting(now)
        if self.factor is not Factor.MAIL:
            raise Refused("Enter the code that your authenticator app shows, or a recovery code.")
        if len(self.issues) == MOST_ISSUES:
            raise Refused("You have asked for too many codes. Sign in again.")
        if len(self.issues) - len(self.live_issues(now)) >= MOST_DEAD:
            self.trigger_event(ChallengeGivenUp, timestamp=now)
        elif now - self.asked_at < APART:
            raise Refused("The last code may still be on its way. Wait a minute before you ask for another.")
        else:
            self.trigger_event(CodeReissued, issue=len(self.issues) + 1, timestamp=now)

    def note_sent(self, issue: int, now: datetime) -> None:
        """The mail left."""
        if not self.accepted:
            self.trigger_event(CodeSent, issue=issue, timestamp=now)

    def try_code(self, now: datetime) -> None:
        """Count a try. To be committed before `accept` or `settle` compares."""
        self._waiting(now)
        if self.tries == MOST_TRIES:
            raise _refused(START_AGAIN)
        self._living(now)
        self.trigger_event(CodeTried, timestamp=now)

    def accept(self, code: str, codes: Mapping[int, str], now: datetime) -> None:
        """Compare `code` with those of the live issues (`codes`: issue number -> code); the right one uses it up."""
        good = [hmac.compare_digest(code.encode(), codes[issue].encode()) for issue in self.live_issues(now)]
        self.settle(any(good) and self.factor is Factor.MAIL and self.purpose not in NEVER_PASSED, now)

    def settle(self, right: bool, now: datetime) -> None:
        """What comes of a try: the right code uses the challenge up. After the fifth wrong one it is given up, which is
        committed; `refuse_if_given_up` then says so."""
        self._not_accepted()
        if right:
            if self.tries < MOST_TRIES:  # otherwise it was on its way with the fifth wrong one, and counts
                self._unused()
            self._living(now)
            self.trigger_event(ChallengeAccepted, timestamp=now)
        elif self.tries < MOST_TRIES:
            left = MOST_TRIES - self.tries
            raise _refused(f"That is not the right code. You can try {left} more time{'s' * (left != 1)}.")
        elif not self.given_up:
            self.trigger_event(ChallengeGivenUp, timestamp=now)

    def refuse_if_given_up(self) -> None:
        """Raise what the person who tried is told once the end of the challenge is on record."""
        if self.given_up and not self.accepted:
            raise _refused("That is not the right code. Please start again." if self.tries == MOST_TRIES else RUN_OUT)

    def accept_link(self, now: datetime) -> None:
        """Somebody came by the mailed link, which only this mailbox has seen."""
        self._unused()
        if self.purpose is not Purpose.NEW_PASSWORD or now - self.created_on > LINK_LIFE:
            raise Refused("This link has expired. Ask for a new one under “Forgotten password?”.")
        self.trigger_event(ChallengeAccepted, timestamp=now)

    def waits(self, now: datetime) -> bool:
        """Whether a code is still waited for, or a new one may be asked for. Its age is counted from when one was asked
        for: when the letter left would tell who is sent one."""
        return not self.accepted and not self.given_up and now - self.asked_at <= WAITS

    def live_issues(self, now: datetime) -> list[int]:
        """The numbers of the issues whose five minutes are not over; the order does not tell which is newer."""
        return [number for number, began in self.issues.items() if now - began <= CODE_LIFE]

    def _unused(self) -> None:
        self._not_accepted()
        if self.given_up:
            raise _refused(START_AGAIN if self.tries == MOST_TRIES else RUN_OUT)

    def _waiting(self, now: datetime) -> None:
        self._unused()
        if not self.waits(now):
            raise _refused(TOO_LONG)

    def _living(self, now: datetime) -> None:
        if self.factor is Factor.AUTHENTICATOR and now - self.created_on > APP_LIFE:
            raise _refused("This took too long. Please sign in again.")
        if self.factor is Factor.MAIL and not self.live_issues(now):
            raise _refused("This code has expired. Ask for a new one.")

    def _not_accepted(self) -> None:
        if self.accepted:
            raise _refused("This code has been used already. Please sign in again.")


def _refused(says: str) -> Refused:
    return Refused(says, [Fault("/code", says)])
