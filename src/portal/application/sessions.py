"""Sessions of people who are signed in: rows, revocable; a stolen copy of the table opens no door."""

import hashlib
from datetime import timedelta
from uuid import UUID

from portal.eventstore.connection import Pool

BEGIN = """
insert into sessions (key, account, challenge) values ($1, $2, $3) on conflict (challenge) do nothing
returning id
"""
# An ended session keeps its row: a sign-in that is sent once more must not begin it again.
END = "update sessions set started_at = '-infinity' where id = $1"
END_ALL = "update sessions set started_at = '-infinity' where account = $1"
END_OTHERS = "update sessions set started_at = '-infinity' where account = $1 and id <> $2"
# Being seen may be forgotten in a fail-over, so it does not wait for the standby: reading goes on while that is away.
FIND = """
with alive as (
  select id, account, seen_at from sessions
  where key = $1 and seen_at > now() - $2::interval and started_at > now() - $3::interval
), touched as (
  update sessions set seen_at = now() from alive
  where sessions.id = alive.id and alive.seen_at < now() - interval '1 minute'
)
select id, account, set_config('synchronous_commit', 'local', true) from alive
"""


async def begin_session(pool: Pool, token: str, account: UUID, challenge: UUID) -> bool:
    """The session of whoever passed the challenge: one, however often the answer is sent again. Whether it is new."""
    return await pool.fetchval(BEGIN, _key(token), account, challenge) is not None


async def find_session(pool: Pool, token: str, idle: timedelta, longest: timedelta) -> tuple[UUID, UUID] | None:
    """Session id and account behind a token that is still good; looking keeps it alive (written once a minute)."""
    found = await pool.fetchrow(FIND, _key(token), idle, longest)
    return (found["id"], found["account"]) if found else None


async def end_session(pool: Pool, session: UUID) -> None:
    """Signed out."""
    await pool.execute(END, session)


async def end_sessions_of(pool: Pool, account: UUID) -> None:
    """Signed out everywhere: after a new password."""
    await pool.execute(END_ALL, account)


async def end_other_sessions(pool: Pool, account: UUID, this: UUID) -> None:
    """Signed out everywhere but here: after the owner has proved the account anew."""
    await pool.execute(END_OTHERS, account, this)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
