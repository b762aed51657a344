"""The biography of an account: registered or invited, its password and address, and how it ends."""

from typing import Any, ClassVar
from uuid import UUID

import msgspec

from portal.domain.account_details import OwnerDetails, Role
from portal.domain.aggregate import Created, Event


class AccountRegistered(Created, frozen=True, kw_only=True):
    """Somebody registered; the address is still to be validated by code (guide G13)."""

    TOPIC: ClassVar = "account.registered"
    AGGREGATE: ClassVar = "account"
    details: OwnerDetails
    password_hash: str


class RegistrationReplaced(Event, frozen=True, kw_only=True):
    """The address was registered again before it was validated: the newer registration counts."""

    TOPIC: ClassVar = "account.registration_replaced"
    details: OwnerDetails
    password_hash: str

    def apply(self, aggregate: Any) -> None:
        aggregate.details, aggregate.password_hash = self.details, self.password_hash
        aggregate.secured_at = self.timestamp


class RegistrationGaveWay(Event, frozen=True, kw_only=True):
    """The address was never validated here, and the owner of another account proved that it is theirs: nobody signs in
    with this one any more."""

    TOPIC: ClassVar = "account.registration_gave_way"

    def apply(self, aggregate: Any) -> None:
        aggregate.closed_at = aggregate.secured_at = self.timestamp


class AccountInvited(Created, frozen=True, kw_only=True):
    """An account for staff or an auditor was opened; its owner chooses the password by a one-time link."""

    TOPIC: ClassVar = "account.invited"
    AGGREGATE: ClassVar = "account"
    details: OwnerDetails
    roles: frozenset[Role]

    def apply(self, aggregate: Any) -> None:
        aggregate.roles, aggregate.invited_at = self.roles, self.timestamp


class InvitedInstead(Event, frozen=True, kw_only=True):
    """The council invited the owner of an address that somebody had registered and never validated."""

    TOPIC: ClassVar = "account.invited_instead"
    details: OwnerDetails
    roles: frozenset[Role]

    def apply(self, aggregate: Any) -> None:
        aggregate.details, aggregate.roles, aggregate.password_hash = self.details, self.roles, ""
        aggregate.invited_at = aggregate.secured_at = self.timestamp


class InvitationAccepted(Event, frozen=True, kw_only=True):
    """The invited owner chose a password; following the mailed link validated the address."""

    TOPIC: ClassVar = "account.invitation_accepted"
    password_hash: str

    def apply(self, aggregate: Any) -> None:
        aggregate.validated, aggregate.password_hash = True, self.password_hash
        aggregate.secured_at = self.timestamp


class EmailValidated(Event, frozen=True, kw_only=True):
    """The owner entered the code that was sent to the address."""

    TOPIC: ClassVar = "account.email_validated"

    def apply(self, aggregate: Any) -> None:
        aggregate.validated = True


class PasswordChanged(Event, frozen=True, kw_only=True):
    """The owner chose a new password; nobody at the council can see or set it (guide G17)."""

    TOPIC: ClassVar = "account.password_changed"
    password_hash: str

    def apply(self, aggregate: Any) -> None:
        aggregate.password_hash, aggregate.secured_at = self.password_hash, self.timestamp


class PasswordRehashed(Event, frozen=True, kw_only=True):
    """The same password, hashed anew at sign-in: the pepper or the cost of hashing has changed since."""

    TOPIC: ClassVar = "account.password_rehashed"
    password_hash: str

    def apply(self, aggregate: Any) -> None:
        aggregate.password_hash = self.password_hash


class DetailsChanged(Event, frozen=True, kw_only=True):
    """The owner changed what the account says of them. Who works elsewhere now has to be confirmed again."""

    TOPIC: ClassVar = "account.details_changed"
    details: OwnerDetails

    def apply(self, aggregate: Any) -> None:
        aggregate.confirmed = aggregate.confirmed and _same_work(aggregate.details, self.details)
        if aggregate.details.organisation != self.details.organisation:
            aggregate.elsewhere_since = self.timestamp
        aggregate.details = self.details


class DetailsCorrected(Event, frozen=True, kw_only=True):
    """An administrator changed the name or phone number that the council knows a member of staff by; who, stands in the
    event's metadata."""

    TOPIC: ClassVar = "account.details_corrected"
    details: OwnerDetails

    def apply(self, aggregate: Any) -> None:
        aggregate.details = self.details


class SessionsEnded(Event, frozen=True, kw_only=True):
    """An administrator signed the owner out everywhere; who, stands in the event's metadata."""

    TOPIC: ClassVar = "account.sessions_ended"


class EmailChangeAsked(Event, frozen=True, kw_only=True):
    """The owner asked for another address; `challenge` mails the code that proves it."""

    TOPIC: ClassVar = "account.email_change_asked"
    email: str
    challenge: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.email_change = self


class EmailChanged(Event, frozen=True, kw_only=True):
    """The code came back from the new address, which is the user name from now on. The old one is free again."""

    TOPIC: ClassVar = "account.email_changed"
    email: str
    former: str

    def apply(self, aggregate: Any) -> None:
        aggregate.details = msgspec.structs.replace(aggregate.details, email=self.email)
        aggregate.email_change, aggregate.confirmed = None, False
        aggregate.secured_at = self.timestamp


class ProfessionalConfirmed(Event, frozen=True, kw_only=True):
    """Staff made sure that somebody works where they say, and said how; their name is the event's actor."""

    TOPIC: ClassVar = "account.professional_confirmed"
    how: str

    def apply(self, aggregate: Any) -> None:
        aggregate.confirmed = True


class AccountDisabled(Event, frozen=True, kw_only=True):
    """The council shut the account: nobody signs in with it until it is enabled again."""

    TOPIC: ClassVar = "account.disabled"
    why: str

    def apply(self, aggregate: Any) -> None:
        aggregate.disabled, aggregate.secured_at = True, self.timestamp


class AccountEnabled(Event, frozen=True, kw_only=True):
    """The council opened the account again."""

    TOPIC: ClassVar = "account.enabled"

    def apply(self, aggregate: Any) -> None:
        aggregate.disabled = False


class AccountClosed(Event, frozen=True, kw_only=True):
    """The owner closed the account. What they sent stays with the council; the address is free again."""

    TOPIC: ClassVar = "account.closed"

    def apply(self, aggregate: Any) -> None:
        aggregate.closed_at = aggregate.secured_at = self.timestamp


def _same_work(before: OwnerDetails, after: OwnerDetails) -> bool:
    return all(getattr(before, name) == getattr(after, name) for name in ("kind", "organisation", "organisation_kind"))
