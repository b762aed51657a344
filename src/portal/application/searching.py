"""Looking for a person whom a referral is about: by name, date of birth, UPN or NHS number, without reading any."""

from collections.abc import Iterator
from datetime import date
from typing import Annotated

import msgspec
from msgspec import Meta

from portal.application.opening import is_kept_from
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.visitors import Visitor, services_of
from portal.domain.child_numbers import NhsNumber, Upn, faults_of_numbers, put_in_one_form
from portal.domain.facts import Facts, line
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, refuse_if
from portal.domain.working_days import day_of
from portal.eventstore.envelope import CannotRead, Erased
from portal.projections.people_index import facts_of, find_people
from portal.projections.staff_inbox import InboxRow

MOST = 50  # referrals shown; then it is time to say more about the person


class Sought(Facts, frozen=True, kw_only=True):
    """What is known of the person: at least one of these, and all that are given must be right. Names are found however
    they are written: O'Brien is OBRIEN, Zoë is Zoe."""

    family_name: Annotated[str, line("Last name", "Okafor")] = ""
    given_name: Annotated[str, line("First name", "Amara")] = ""
    born: Annotated[date, Meta(title="Date of birth", examples=["2017-03-27"])] | None = None
    upn: Upn = ""
    nhs_number: NhsNumber = ""

    def __post_init__(self) -> None:
        super().__post_init__()
        put_in_one_form(self)

    def faults(self, today: date) -> Iterator[Fault]:
        known = facts_of(self)
        for name, title in (("family_name", "last name"), ("given_name", "first name")):
            if getattr(self, name) and name not in known:
                yield Fault(f"/{name}", f"Enter a {title} with letters in it.")
        if self.born and self.born > today:
            yield Fault("/born", "The date of birth must be today or in the past.")
        yield from faults_of_numbers(self.upn, self.nhs_number)


class Found(msgspec.Struct, frozen=True):
    """The newest referrals about such a person; whether there are `more`."""

    rows: list[InboxRow]
    more: bool


async def search(portal: Portal, who: Visitor, sought: Sought) -> Found:
    """The referrals about such a person, among those that were sent to services this member of staff sees. Refused
    where nothing is asked for, or what cannot be."""
    services = sorted(services_of(who, Act.SEARCH))
    refuse_if(sought.faults(day_of(await portal.store.now())))
    if not facts_of(sought):
        refuse_if([Fault("", "Enter a name, a date of birth, a UPN or an NHS number.")])
    size, shown, seen = MOST + 1, list[InboxRow](), 0
    while True:  # once, but for somebody whom many of them name: what they may not see makes no `more`
        async with portal.pool.acquire() as connection:
            key, keyring = portal.secrets.blind_index, portal.store.keyring
            rows = await find_people(connection, keyring, key, services, sought, size)
        shown += [row for row in rows[seen:] if not await _is_kept_from(portal, who, row)]
        if len(shown) > MOST or len(rows) < size:
            return Found(shown[:MOST], len(shown) > MOST)
        seen, size = len(rows), size + MOST


async def _is_kept_from(portal: Portal, who: Visitor, row: InboxRow) -> bool:
    """Nobody searches for what names themselves. Of one that cannot be read the row shows nothing either."""
    try:
        referral = (await portal.store.load(Referral, row.id)).aggregate
    except (CannotRead, Erased):
        return False
    return referral is not None and await is_kept_from(portal, who, referral)
