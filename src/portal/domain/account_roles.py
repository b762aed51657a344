"""What an account may do at the council, and the account of somebody who comes by the council's directory."""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import UUID

from portal.domain.account_details import OwnerDetails, Role
from portal.domain.account_membership import Membership
from portal.domain.account_state import AccountState
from portal.domain.aggregate import Created, Event
from portal.domain.refusals import Refused


class RoleGranted(Event, frozen=True, kw_only=True):
    """An administrator gave the account a role, or the directory did by a group."""

    TOPIC: ClassVar = "account.role_granted"
    role: Role

    def apply(self, aggregate: Any) -> None:
        aggregate.roles |= {self.role}


class RoleRevoked(Event, frozen=True, kw_only=True):
    """An administrator took a role away, or its group did."""

    TOPIC: ClassVar = "account.role_revoked"
    role: Role

    def apply(self, aggregate: Any) -> None:
        aggregate.roles -= {self.role}


class CameByDirectory(Created, frozen=True, kw_only=True):
    """Somebody signed in through the council's directory for the first time. There is no password here."""

    TOPIC: ClassVar = "account.came_by_directory"
    AGGREGATE: ClassVar = "account"
    details: OwnerDetails
    membership: Membership

    def apply(self, aggregate: Any) -> None:
        aggregate.validated, aggregate.membership = True, self.membership


class DirectoryDetailsChanged(Event, frozen=True, kw_only=True):
    """The directory says something else about its member: a new name after a wedding, say."""

    TOPIC: ClassVar = "account.directory_details_changed"
    details: OwnerDetails

    def apply(self, aggregate: Any) -> None:
        aggregate.details = self.details


class RoleHolder(AccountState):
    """An account as far as it may have roles."""

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
        """One more thing its owner may do."""
        self._roles_are_ours()
        if role in self.roles:
            raise Refused("They have this role already.")
        self.trigger_event(RoleGranted, role=role, timestamp=now)

    def revoke_role(self, role: Role, now: datetime) -> None:
        """One thing less. Without any role an account is an applicant's."""
        self._roles_are_ours()
        if role not in self.roles:
            raise Refused("They do not have this role.")
        self.trigger_event(RoleRevoked, role=role, timestamp=now)

    def _roles_are_ours(self) -> None:
        if self.membership:
            raise Refused("This person's roles come from the council's directory. Change their groups there.")
