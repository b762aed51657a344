"""What an account may do at the council, and the account of somebody who comes by the council's directory."""

from typing import Any, ClassVar

import msgspec

from portal.domain.account_details import OwnerDetails, Role
from portal.domain.aggregate import Created, Event


class Membership(msgspec.Struct, frozen=True):
    """Who somebody is in the council's directory: the directory and its own lasting name for them. Never an e-mail
    address, which may be given to somebody else tomorrow."""

    issuer: str
    subject: str


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
