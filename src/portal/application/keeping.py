"""What somebody posted after their session had run out: kept, sealed, until they have signed in again, so that half an
hour's writing is not lost to a clock.

Only a session that ran out by itself keeps anything: one that was ended belongs to nobody any more. What is kept is
shown to the same account alone, on the same page, and is saved only when they send it again.
"""

import hashlib
import secrets
from uuid import UUID

import msgspec
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from portal.application.portal import Portal

MOST = 20  # forms of one account
MOST_BYTES = 200_000
NONCE = 12  # bytes
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
    nonce = secrets.token_bytes(NONCE)
    sealed = nonce + _cipher(portal).encrypt(nonce, plain, _place(account, path))
    return str(await portal.pool.execute(KEEP, account, path, sealed, MOST)).endswith(" 1")


async def kept_form(portal: Portal, account: UUID, path: str) -> Fields | None:
    """What was kept for this page, if anything was."""
    sealed = await portal.pool.fetchval(FIND, account, path)
    if sealed is None:
        return None
    try:
        plain = _cipher(portal).decrypt(sealed[:NONCE], sealed[NONCE:], _place(account, path))
    except (InvalidTag, ValueError):  # of another key, or tampered with: there is nothing to show
        return None
    return msgspec.json.decode(plain, type=Fields)


async def let_go(portal: Portal, account: UUID, path: str) -> None:
    """It was sent again."""
    await portal.pool.execute(LET_GO, account, path)


def _cipher(portal: Portal) -> AESGCM:
    return AESGCM(portal.keyed_hash("kept forms", "", portal.secrets.tokens))


def _place(account: UUID, path: str) -> bytes:
    """Binds what is kept to its row: moved to another it does not open."""
    return f"{account} {path}".encode()
