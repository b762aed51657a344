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


async def keep_listed(work: Work, account: Account, now: datetime, even_the_last: bool = False) -> None:
    """Note what is true of this account now: whether it is the council's, and whether its owner may administer. Refused
    where nobody would be left to (unless `even_the_last`)."""
    if account.invited_at is None and account.membership is None:
        return
    staff = await load_staff_list(work)
    administers = Role.ADMINISTRATOR in account.roles and not account.shut
    staff.enlist(account.id, administers, now)
    if not administers:
        staff.stand_down(account.id, now, even_the_last)
