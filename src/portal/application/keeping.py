"""What somebody posted after their session had run out: kept, sealed, until they have signed in again, so that half an
hour's writing is not lost to a clock.

Only a session that ran out by itself keeps anything: one that was ended belongs to nobody any more. What is kept is
shown to the same account alone, on the same page, and is saved only when they send it again.
"""

import hashlib
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.sealing import seal, unsealed

MOST = 20  # forms of one account
MOST_BYTES = 200_000
KIND = "kept forms"
Fields = dict[str, list[str]]
WHOSE = """
select account from sessions where key = $1 and ended_at is null and started_at > now() - interval '2 days'
"""
KEEP = """
insert into kept_forms (account, path, sealed)
select $1, $2, $3 where (select count(*) from kept_forms where account = $1 and path <> $2) < $4
on conflict (account, path) do update set sealed = excluded.sealed, kept_at = now()
"""
FIND = "select sealed from kept_forms where account = $1 and path = $2"
LET_GO = "delete from kept_forms where account = $1 and path = $2"


async def keep_form(portal: Portal, session_token: str, path: str, fields: Fields) -> bool:
    """Keep what was posted to a page under a session that has run out. Whether it was."""
    plain = msgspec.json.encode(fields)
    account = await portal.pool.fetchval(WHOSE, hashlib.sha256(session_token.encode()).digest())
    if account is None or len(plain) > MOST_BYTES:
        return False
    sealed = seal(portal, KIND, _place(account, path), plain)
    return str(await portal.pool.execute(KEEP, account, path, sealed, MOST)).endswith(" 1")


async def kept_form(portal: Portal, account: UUID, path: str) -> Fields | None:
    """What was kept for this page, if anything was."""
    sealed = await portal.pool.fetchval(FIND, account, path)
    plain = sealed and unsealed(portal, KIND, _place(account, path), sealed)
    return msgspec.json.decode(plain, type=Fields) if plain else None


async def let_go(portal: Portal, account: UUID, path: str) -> None:
    """It was sent again."""
    await portal.pool.execute(LET_GO, account, path)


def _place(account: UUID, path: str) -> str:
    """Binds what is kept to its row: moved to another it does not open."""
    return f"{account} {path}"
