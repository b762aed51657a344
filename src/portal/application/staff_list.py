"""Keeping the list of staff true in the same transaction as the account it speaks of."""

from datetime import datetime

from portal.domain.account import Account
from portal.domain.account_details import Role
from portal.domain.staff_list import STAFF_LIST, StaffList
from portal.eventstore.work import Work


async def load_staff_list(work: Work) -> StaffList:
    """The list; an empty one before the first account of staff."""
    found, now = await work.load(StaffList, STAFF_LIST)
    if found is None:
        found = StaffList.begin(now)
        work.add(found)
    return found


async def enlist(work: Work, account: Account, now: datetime) -> None:
    """This account is the council's, and administers if it has the role."""
    (await load_staff_list(work)).enlist(account.id, Role.ADMINISTRATOR in account.roles, now)
