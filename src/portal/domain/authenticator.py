"""An authenticator app in place of mailed codes: offered, confirmed with a code, used, taken off again.

The codes are computed elsewhere (application/authenticator_codes.py) and handed in for comparing. Each step of thirty
seconds is good once, and so is each recovery code, of which only the hash is kept.
"""

import hmac
from collections.abc import Mapping
from typing import Any, ClassVar, Self

import msgspec

from portal.domain.aggregate import Event


class Authenticator(msgspec.Struct, frozen=True):
    """The app of one account. `step`: the last that was used; `recovery`: hash of each code that was not used yet."""

    secret: str
    step: int
    recovery: tuple[str, ...]

    def step_of(self, code: str, codes: Mapping[int, str]) -> int | None:
        """The step whose code this is, unless it or a later one was used before. `codes`: step -> code."""
        return matching_step(code, {step: of_step for step, of_step in codes.items() if step > self.step})

    def recovery_code(self, hashed: str) -> str | None:
        """The kept hash that this one equals, if it is one of a code that was not used yet."""
        good = [kept for kept in self.recovery if hmac.compare_digest(kept.encode(), hashed.encode())]
        return good[0] if good else None

    def used(self, step: int) -> Self:
        """After a code of the app."""
        return msgspec.structs.replace(self, step=step)

    def without(self, hashed: str) -> Self:
        """After a recovery code."""
        return msgspec.structs.replace(self, recovery=tuple(kept for kept in self.recovery if kept != hashed))


def matching_step(code: str, codes: Mapping[int, str]) -> int | None:
    """The newest step whose code this is."""
    good = [step for step, of_step in codes.items() if hmac.compare_digest(of_step.encode(), code.encode())]
    return max(good, default=None)


class AuthenticatorOffered(Event, frozen=True, kw_only=True):
    """The owner was shown a secret for an app; it counts once a code of the app has come back."""

    TOPIC: ClassVar = "account.authenticator_offered"
    secret: str

    def apply(self, aggregate: Any) -> None:
        aggregate.offered = self.secret


class AuthenticatorEnrolled(Event, frozen=True, kw_only=True):
    """A code of the app came back: from now on it takes the place of mailed codes. `recovery`: hashes."""

    TOPIC: ClassVar = "account.authenticator_enrolled"
    secret: str
    step: int
    recovery: tuple[str, ...]

    def apply(self, aggregate: Any) -> None:
        aggregate.authenticator = Authenticator(self.secret, self.step, self.recovery)
        aggregate.offered, aggregate.secured_at = "", self.timestamp


class AuthenticatorUsed(Event, frozen=True, kw_only=True):
    """A code of the app was right; the codes of this step and of those before it are used up."""

    TOPIC: ClassVar = "account.authenticator_used"
    step: int

    def apply(self, aggregate: Any) -> None:
        aggregate.authenticator = aggregate.authenticator.used(self.step)


class RecoveryCodeUsed(Event, frozen=True, kw_only=True):
    """The owner got in by a recovery code, which is used up."""

    TOPIC: ClassVar = "account.recovery_code_used"
    hashed: str

    def apply(self, aggregate: Any) -> None:
        aggregate.authenticator = aggregate.authenticator.without(self.hashed)


class AuthenticatorRemoved(Event, frozen=True, kw_only=True):
    """The app counts no longer; codes are mailed again."""

    TOPIC: ClassVar = "account.authenticator_removed"

    def apply(self, aggregate: Any) -> None:
        aggregate.authenticator, aggregate.secured_at = None, self.timestamp
