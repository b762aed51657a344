"""The account: one person, one e-mail address, for the public, for professionals and for staff."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.domain.account_details import AccountKind, OwnerDetails, Role
from portal.domain.account_roles import (
    CameByDirectory,
    DirectoryDetailsChanged,
    Membership,
    RoleGranted,
    RoleRevoked,
)
from portal.domain.aggregate import Aggregate, Created, Event
from portal.domain.referral_parts import Referrer
from portal.domain.refusals import Fault, Refused, refuse_if


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
        aggregate.password_since = self.timestamp


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
        aggregate.invited_at = aggregate.password_since = self.timestamp


class InvitationAccepted(Event, frozen=True, kw_only=True):
    """The invited owner chose a password; following the mailed link validated the address."""

    TOPIC: ClassVar = "account.invitation_accepted"
    password_hash: str

    def apply(self, aggregate: Any) -> None:
        aggregate.validated, aggregate.password_hash = True, self.password_hash
        aggregate.password_since = self.timestamp


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
        aggregate.password_hash = self.password_hash
        aggregate.password_since = self.timestamp


class Account(Aggregate):
    """One person's account. Roles are empty for applicants."""

    TOPIC = "account"

    def __init__(self, details: OwnerDetails, timestamp: datetime, password_hash: str = "") -> None:
        self.details = details
        self.password_hash = password_hash
        self.password_since = timestamp
        self.validated = False
        self.roles: frozenset[Role] = frozenset()
        self.invited_at: datetime | None = None
        self.membership: Membership | None = None  # of somebody who comes by the council's directory

    @classmethod
    def register(cls, id: UUID, details: OwnerDetails, password_hash: str, now: datetime) -> Self:
        """A new account; it opens nothing until its address is validated."""
        refuse_if(details.faults(now.date()))
        return cls._create(AccountRegistered, id=id, details=details, password_hash=password_hash, timestamp=now)

    @classmethod
    def invite(cls, id: UUID, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> Self:
        """An account for staff, opened by the council."""
        return cls._create(AccountInvited, id=id, details=details, roles=roles, timestamp=now)

    def invite_over(self, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> None:
        """An invitation replaces a registration that was never validated: nobody can keep a colleague's address."""
        if self.validated or self.roles:
            fault = Fault("/email", "Choose another address.")
            raise Refused("This address has an account already.", [fault])
        self.trigger_event(InvitedInstead, details=details, roles=roles, timestamp=now)

    def register_again(self, details: OwnerDetails, password_hash: str, now: datetime) -> None:
        """Registering over an account that was never validated replaces what it says."""
        if self.validated or self.roles:
            raise Refused("This account exists already.")
        refuse_if(details.faults(now.date()))
        self.trigger_event(RegistrationReplaced, details=details, password_hash=password_hash, timestamp=now)

    def accept_invitation(self, password_hash: str, now: datetime) -> None:
        """The first password of somebody invited; the link works once."""
        if self.validated or not self.roles:
            raise Refused("This link has been used. Sign in, or choose a new password under “Forgotten password?”.")
        self.trigger_event(InvitationAccepted, password_hash=password_hash, timestamp=now)

    @classmethod
    def come_by_directory(cls, id: UUID, details: OwnerDetails, membership: Membership, now: datetime) -> Self:
        """The account of a member of the council's directory, at their first sign-in."""
        return cls._create(CameByDirectory, id=id, details=details, membership=membership, timestamp=now)

    def follow_directory(self, details: OwnerDetails, roles: frozenset[Role], now: datetime) -> None:
        """Be what the directory says of its member now: its roles are granted and revoked by groups alone."""
        if details != self.details:
            self.trigger_event(DirectoryDetailsChanged, details=details, timestamp=now)
        for role in sorted(self.roles - roles):
            self.trigger_event(RoleRevoked, role=role, timestamp=now)
        for role in sorted(roles - self.roles):
            self.trigger_event(RoleGranted, role=role, timestamp=now)

    def grant_role(self, role: Role, now: datetime) -> None:
        """One more thing its owner may do. A second time changes nothing."""
        self._roles_are_ours()
        if role not in self.roles:
            self.trigger_event(RoleGranted, role=role, timestamp=now)

    def revoke_role(self, role: Role, now: datetime) -> None:
        """One thing less. Without any role an account is an applicant's."""
        self._roles_are_ours()
        if role in self.roles:
            self.trigger_event(RoleRevoked, role=role, timestamp=now)

    def _roles_are_ours(self) -> None:
        if self.membership:
            raise Refused("This person's roles come from the council's directory. Change their groups there.")

    @property
    def is_invited(self) -> bool:
        """Whether the owner was invited and has not accepted yet: only the invitation opens such an account."""
        return bool(self.roles) and not self.validated

    def password_changed_after(self, instant: datetime) -> bool:
        """Whether what was begun at that instant, with the password of then, is overtaken."""
        return self.password_since > instant

    def validate_email(self, now: datetime) -> None:
        """The code came back: the address is the owner's."""
        if not self.validated:
            self.trigger_event(EmailValidated, timestamp=now)

    def change_password(self, password_hash: str, now: datetime) -> None:
        """A new password. A reset also proves the address, so it validates an account that never was."""
        self.trigger_event(PasswordChanged, password_hash=password_hash, timestamp=now)
        self.validate_email(now)

    @property
    def referrer(self) -> Referrer:
        """Who this is, as a referral records it when it is sent."""
        details = self.details
        return Referrer(
            name=details.name,
            email=details.email,
            phone=details.phone,
            professional=details.kind is AccountKind.PROFESSIONAL,
            organisation=details.organisation,
            organisation_kind=details.organisation_kind or "",
            role=details.role,
        )
