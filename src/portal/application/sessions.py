"""Sessions of people who are signed in: rows, revocable; a stolen copy of the table opens no door."""

import hashlib
import secrets
from datetime import timedelta
from uuid import UUID

from portal.eventstore.connection import Pool

BEGIN = """
insert into sessions (key, account, challenge) values ($1, $2, $3)
on conflict (challenge) do update set key = excluded.key where sessions.account = excluded.account
"""
FIND = """
with alive as (
  select id, account, seen_at from sessions where key = $1 and seen_at > now() - $2::interval and started_at > now() - $3::interval
), touched as (
  update sessions set seen_at = now() from alive where sessions.id = alive.id and alive.seen_at < now() - interval '1 minute'
)
select id, account from alive
"""


async def begin_session(pool: Pool, account: UUID, challenge: UUID) -> str:
    """A fresh token for whoever passed the challenge; sent again, the answer replaces the token it gave before."""
    token = secrets.token_urlsafe(32)
    await pool.execute(BEGIN, _key(token), account, challenge)
    return token


async def find_session(pool: Pool, token: str, idle: timedelta, longest: timedelta) -> tuple[UUID, UUID] | None:
    """Session id and account behind a token that is still good; looking keeps it alive (written once a minute)."""
    found = await pool.fetchrow(FIND, _key(token), idle, longest)
    return (found["id"], found["account"]) if found else None


async def end_session(pool: Pool, session: UUID) -> None:
    """Signed out."""
    await pool.execute("delete from sessions where id = $1", session)


async def end_sessions_of(pool: Pool, account: UUID) -> None:
    """Signed out everywhere: after a new password."""
    await pool.execute("delete from sessions where account = $1", account)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
