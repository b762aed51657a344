"""What somebody posted after their session had run out: kept, sealed, until they have signed in again, so that half an
hour's writing is not lost to a clock.

Only a session that ran out by itself keeps anything, and only for a referral of its account, or for what staff write
about one on the desk: a session that was ended belongs to nobody any more. What is kept is shown to the same account
alone, on the same page, and is saved only when they send it again; it goes with its referral and with its account.
"""

import hashlib
import re
from collections.abc import Collection
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.sealing import seal, unsealed
from portal.domain.account import Account
from portal.domain.referral import Referral
from portal.eventstore.envelope import CannotRead

MOST = 20  # forms of one account; the oldest give way
# whose forms are kept: an applicant's, and what staff write at length
PAGE = re.compile(r"/(referrals|desk)/([0-9a-f-]{36})/[A-Za-z0-9_/-]{1,150}")
ON_DESK = ("feedback", "case-record", "confirmation")
MOST_BYTES = 200_000
KIND = "kept forms"
Fields = dict[str, list[str]]
WHOSE = """
select account from sessions where key = $1 and ended_at is null and started_at > now() - interval '2 days'
"""
KEEP = """
with oldest as (
  delete from kept_forms where account = $1 and path in (
    select path from kept_forms where account = $1 and path <> $2 order by kept_at desc, path offset $4)
)
insert into kept_forms (account, path, sealed) values ($1, $2, $3)
on conflict (account, path) do update set sealed = excluded.sealed, kept_at = now()
"""
FIND = "select sealed from kept_forms where account = $1 and path = $2"
LET_GO = "delete from kept_forms where account = $1 and path = $2"
OF_REFERRALS = "delete from kept_forms where split_part(path, '/', 3) = any($1::text[])"
OF_ACCOUNT = "delete from kept_forms where account = $1"


async def keep_form(portal: Portal, session_token: str, path: str, fields: Fields) -> bool:
    """Keep what was posted to a page under a session that has run out. Whether it was."""
    plain = msgspec.json.encode(fields)
    account = await portal.pool.fetchval(WHOSE, hashlib.sha256(session_token.encode()).digest())
    if account is None or len(plain) > MOST_BYTES or not await _owns(portal, account, path):
        return False
    sealed = seal(portal, KIND, _place(account, path), plain)
    await portal.pool.execute(KEEP, account, path, sealed, MOST - 1)
    return True


async def kept_form(portal: Portal, account: UUID, path: str) -> Fields | None:
    """What was kept for this page, if anything was."""
    if not is_kept(path):
        return None
    sealed = await portal.pool.fetchval(FIND, account, path)
    plain = sealed and unsealed(portal, KIND, _place(account, path), sealed)
    return msgspec.json.decode(plain, type=Fields) if plain else None


async def let_go(portal: Portal, account: UUID, path: str) -> None:
    """It was sent again."""
    if is_kept(path):
        await portal.pool.execute(LET_GO, account, path)


async def forget_forms_of(portal: Portal, referrals: Collection[UUID]) -> None:
    """These referrals are no more, or never will be."""
    await portal.pool.execute(OF_REFERRALS, [str(each) for each in referrals])


async def forget_forms_of_account(portal: Portal, account: UUID) -> None:
    """The account is closed."""
    await portal.pool.execute(OF_ACCOUNT, account)


def is_kept(path: str) -> bool:
    """Whether it is a page whose forms are kept: where people write at length."""
    page = PAGE.fullmatch(path)
    return page is not None and (page[1] == "referrals" or path.endswith(ON_DESK))


async def begun_here(portal: Portal, draft_key: str, path: str) -> bool:
    """Whether the page is of a draft that belongs to this browser rather than to an account."""
    draft = await _referral(portal, path) if draft_key else None
    return draft is not None and draft.owner is None and draft.draft_key == draft_key


async def _owns(portal: Portal, account: UUID, path: str) -> bool:
    referral = await _referral(portal, path)
    if referral is None or referral.ended:
        return False
    if path.startswith("/desk/"):
        staff = (await portal.store.load(Account, account)).aggregate
        return referral.submission is not None and staff is not None and bool(staff.roles)
    return referral.owner == account


async def _referral(portal: Portal, path: str) -> Referral | None:
    page = PAGE.fullmatch(path)
    try:
        return (await portal.store.load(Referral, UUID(page[2]))).aggregate if page else None
    except (CannotRead, ValueError):
        return None


def _place(account: UUID, path: str) -> str:
    """Binds what is kept to its row: moved to another it does not open."""
    return f"{account} {path}"
