"""The list of staff: whose accounts are the council's, and who may administer them. One stream, opaque ids only.

It is an aggregate and no projection because of one rule that has to hold at every instant: somebody is left who can
administer. Two administrators who take each other's role away at the same moment meet here.
"""

from datetime import datetime
from typing import Any, ClassVar, Self
from uuid import NAMESPACE_OID, UUID, uuid5

from portal.domain.aggregate import Aggregate, Created, Event
from portal.domain.refusals import Refused

STAFF_LIST = uuid5(NAMESPACE_OID, "portal:staff-list")


class StaffListBegun(Created, frozen=True, kw_only=True):
    """The first account for staff was opened."""

    TOPIC: ClassVar = "staff_list.begun"
    IN_CLEAR: ClassVar = True
    AGGREGATE: ClassVar = "staff_list"


class StaffListed(Event, frozen=True, kw_only=True):
    """An account is the council's."""

    TOPIC: ClassVar = "staff_list.listed"
    IN_CLEAR: ClassVar = True
    account: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.accounts.append(self.account)


class AdministratorAdded(Event, frozen=True, kw_only=True):
    """Its owner may administer accounts."""

    TOPIC: ClassVar = "staff_list.administrator_added"
    IN_CLEAR: ClassVar = True
    account: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.administrators |= {self.account}


class AdministratorRemoved(Event, frozen=True, kw_only=True):
    """Its owner may not any more: the role was taken away, or the account disabled."""

    TOPIC: ClassVar = "staff_list.administrator_removed"
    IN_CLEAR: ClassVar = True
    account: UUID

    def apply(self, aggregate: Any) -> None:
        aggregate.administrators -= {self.account}


class StaffList(Aggregate):
    """All accounts of staff, in the order in which they were opened."""

    TOPIC = "staff_list"

    def __init__(self, timestamp: datetime) -> None:
        self.accounts: list[UUID] = []
        self.administrators: frozenset[UUID] = frozenset()

    @classmethod
    def begin(cls, now: datetime) -> Self:
        """An empty list."""
        return cls._create(StaffListBegun, id=STAFF_LIST, timestamp=now)

    def enlist(self, account: UUID, administers: bool, now: datetime) -> None:
        """Note that an account is the council's, and whether it may administer; nothing where the list says so."""
        if account not in self.accounts:
            self.trigger_event(StaffListed, account=account, timestamp=now)
        if administers and account not in self.administrators:
            self.trigger_event(AdministratorAdded, account=account, timestamp=now)

    def stand_down(self, account: UUID, now: datetime, even_the_last: bool = False) -> None:
        """This account does not administer any more. `even_the_last`: the council's directory says so, and is right."""
        if account not in self.administrators:
            return
        if self.administrators == {account} and not even_the_last:
            raise Refused("This is the last administrator. Make somebody else an administrator first.")
        self.trigger_event(AdministratorRemoved, account=account, timestamp=now)
