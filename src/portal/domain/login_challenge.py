"""The login challenge: "prove that you read this mailbox", when registering, signing in or choosing a new password.

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
CODE_LIFE = timedelta(minutes=5)  # guide G16
LINK_LIFE = timedelta(minutes=30)


class Purpose(StrEnum):
    """What passing the challenge is good for. `ALREADY_REGISTERED` is never passed: it looks like registering from
    outside, and only tells the owner of the address by mail that an account exists."""

    REGISTERING = "registering"
    SIGNING_IN = "signing_in"
    NEW_PASSWORD = "new_password"  # noqa: S105 - a purpose, no secret
    ALREADY_REGISTERED = "already_registered"


class ChallengeIssued(Created, frozen=True, kw_only=True):
    """A challenge for one account; the browser that asked holds a signed token of it."""

    TOPIC: ClassVar = "login_challenge.issued"
    IN_CLEAR: ClassVar = True
    AGGREGATE: ClassVar = "login_challenge"
    account: UUID
    purpose: Purpose


class CodeReissued(Event, frozen=True, kw_only=True):
    """ "Please send me a new code": issue number `issue`. Earlier codes stay good until their own end."""

    TOPIC: ClassVar = "login_challenge.code_reissued"
    IN_CLEAR: ClassVar = True
    issue: int

    def apply(self, aggregate: Any) -> None:
        aggregate.issues[self.issue] = self.timestamp


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


class ChallengeAccepted(Event, frozen=True, kw_only=True):
    """The right code, or the link: the challenge is used up."""

    TOPIC: ClassVar = "login_challenge.accepted"
    IN_CLEAR: ClassVar = True

    def apply(self, aggregate: Any) -> None:
        aggregate.accepted = True


class LoginChallenge(Aggregate):
    """One attempt to prove the ownership of a mailbox. Its events hold opaque ids only, so they need no key."""

    TOPIC = "login_challenge"

    def __init__(self, account: UUID, purpose: Purpose, timestamp: datetime) -> None:
        self.account = account
        self.purpose = purpose
        self.issues: dict[int, datetime] = {1: timestamp}  # issue number -> when its life began
        self.tries = 0
        self.accepted = False

    @classmethod
    def issue(cls, id: UUID, account: UUID, purpose: Purpose, now: datetime) -> Self:
        """A new challenge; a reaction mails its code or link."""
        return cls._create(ChallengeIssued, id=id, account=account, purpose=purpose, timestamp=now)

    def reissue(self, now: datetime) -> None:
        """ "Please send me a new code"."""
        self._unused()
        if len(self.issues) == MOST_ISSUES:
            raise Refused("You have asked for too many codes. Sign in again.")
        self.trigger_event(CodeReissued, issue=len(self.issues) + 1, timestamp=now)

    def note_sent(self, issue: int, now: datetime) -> None:
        """The mail left."""
        if not self.accepted:
            self.trigger_event(CodeSent, issue=issue, timestamp=now)

    def try_code(self, now: datetime) -> None:
        """Count a try. To be committed before `accept` compares."""
        self._unused()
        if self.tries == MOST_TRIES:
            raise _refused(f"That was the wrong code {MOST_TRIES} times. Please start again.")
        if not self.live_issues(now):
            raise _refused("This code has expired. Ask for a new one.")
        self.trigger_event(CodeTried, timestamp=now)

    def accept(self, code: str, codes: Mapping[int, str], now: datetime) -> None:
        """Compare `code` with those of the live issues (`codes`: issue number -> code); the right one uses it up."""
        self._unused()
        good = [hmac.compare_digest(code.encode(), codes[issue].encode()) for issue in self.live_issues(now)]
        if self.purpose is Purpose.ALREADY_REGISTERED or not any(good):
            left = MOST_TRIES - self.tries
            again = f"You can try {left} more time{'s' * (left != 1)}." if left else "Please start again."
            raise _refused(f"That is not the right code. {again}")
        self.trigger_event(ChallengeAccepted, timestamp=now)

    def accept_link(self, now: datetime) -> None:
        """Somebody came by the mailed link, which only this mailbox has seen."""
        self._unused()
        if self.purpose is not Purpose.NEW_PASSWORD or now - self.created_on > LINK_LIFE:
            raise Refused("This link has expired. Ask for a new one under “Forgotten password?”.")
        self.trigger_event(ChallengeAccepted, timestamp=now)

    def live_issues(self, now: datetime) -> list[int]:
        """The numbers of the issues whose five minutes are not over; the order does not tell which is newer."""
        return [number for number, began in self.issues.items() if now - began <= CODE_LIFE]

    def _unused(self) -> None:
        if self.accepted:
            raise _refused("This code has been used already. Please sign in again.")


def _refused(says: str) -> Refused:
    return Refused(says, [Fault("/code", says)])
