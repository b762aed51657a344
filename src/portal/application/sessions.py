"""Sessions of people who are signed in: rows, revocable; a stolen copy of the table opens no door.

All times are the database's. That somebody was seen is written once a minute at most, and without waiting for a
standby: a session may so end up to a minute early, never late, and goes on while the standby is away.
"""

import hashlib
from datetime import datetime
from uuid import UUID

import msgspec

from portal.application.portal import Portal
from portal.application.visitors import NotFound, NotSignedIn, Visitor, account_of
from portal.council.limits import Limits
from portal.eventstore.connection import Pool

SESSION_AGAIN = "session-again"  # purpose of the token that a session has after a proof or a change of what proves
MOST = 5  # sessions of one account; the oldest ends
COLUMNS = "id, account, begun_by, started_at, seen_at, least(seen_at + $1::interval, started_at + $2::interval) as ends"
NOT_OVER = "seen_at > now() - $1::interval and started_at > now() - $2::interval"
ALIVE = f"ended_at is null and {NOT_OVER}"
ALONE = "select pg_advisory_xact_lock(hashtextextended('session ' || $1::text, 0))"
BEGIN = """
insert into sessions (key, account, challenge, begun_by, started_at) values ($1, $2, $3, $4, $5)
on conflict (challenge) do nothing
returning id
"""
END_OLDEST = """
update sessions set ended_at = now(), why_ended = 'there were newer ones' where id in (
  select id from sessions where account = $1 and ended_at is null order by started_at desc, id offset $2)
"""
FIND = f"""
with alive as (select {COLUMNS} from sessions where key = $3 and {ALIVE}),
touched as (
  update sessions set seen_at = now() from alive
  where sessions.id = alive.id and $4 and alive.seen_at < now() - interval '1 minute'
  returning set_config('synchronous_commit', 'local', true)
)
select * from alive
"""  # noqa: S608 - put together from constants
OWN = f"select {COLUMNS} from sessions where account = $3 and {ALIVE} order by started_at desc"  # noqa: S608
RENEW = "update sessions set key = $2 where id = $1 and ended_at is null"
# An ended session keeps its row: a sign-in that is sent once more must not begin it again.
END = "update sessions set ended_at = now(), why_ended = $2 where id = $1 and ended_at is null"
END_ALL = "update sessions set ended_at = now(), why_ended = $2 where account = $1 and ended_at is null"
# also those that ran out by themselves: from then on they keep nothing either (keeping.py)
END_OWN = f"""
update sessions set ended_at = now(), why_ended = 'signed out from another place'
where account = $3 and ($4::uuid is null or id = $4) and id is distinct from $5 and ended_at is null
returning {NOT_OVER} as alive
"""  # noqa: S608


class Session(msgspec.Struct, frozen=True):
    """One session: how it was begun, when it was last seen to be used, and when it ends if it is not."""

    id: UUID
    account: UUID
    begun_by: str
    started_at: datetime
    seen_at: datetime
    ends_at: datetime


async def begin_session(
    pool: Pool, token: str, account: UUID, challenge: UUID, begun_by: str, started_at: datetime
) -> bool:
    """The session of whoever passed the challenge at `started_at`: one, however often the answer is sent again. Whether
    it is new. It begins when the challenge was passed, so that an answer sent again after days begins nothing."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(ALONE, str(account))
        begun = await connection.fetchval(BEGIN, _key(token), account, challenge, begun_by, started_at)
        await connection.execute(END_OLDEST, account, MOST)
    return begun is not None


async def find_session(pool: Pool, token: str, limits: Limits, active: bool = True) -> Session | None:
    """The session behind a token that is still good. Looking keeps it alive, unless nobody is `active`."""
    found = await pool.fetchrow(FIND, limits.idle, limits.session, _key(token), active)
    return Session(*found.values()) if found else None


async def renew_session(pool: Pool, session: UUID, token: str) -> None:
    """A fresh token for a session that has stepped up; from now on the one before opens nothing."""
    await pool.execute(RENEW, session, _key(token))


async def end_session(pool: Pool, session: UUID, why: str = "signed out") -> None:
    """Signed out."""
    await pool.execute(END, session, why)


async def end_sessions_of(pool: Pool, account: UUID, why: str = "a new password") -> None:
    """Signed out everywhere: after a new password."""
    await pool.execute(END_ALL, account, why)


async def own_sessions(portal: Portal, who: Visitor) -> list[Session]:
    """Where somebody is signed in, newest first."""
    limits = portal.council.limits
    rows = await portal.pool.fetch(OWN, limits.idle, limits.session, account_of(who))
    return [Session(*row.values()) for row in rows]


async def own_session(portal: Portal, who: Visitor) -> Session:
    """The session that is asking."""
    for each in await own_sessions(portal, who):
        if each.id == who.session:
            return each
    raise NotSignedIn


async def end_own_session(portal: Portal, who: Visitor, session: UUID) -> None:
    """Sign out in one other place, or here."""
    if not await _end_own(portal, who, session, None):
        raise NotFound


async def end_other_sessions(portal: Portal, who: Visitor) -> int:
    """Sign out everywhere but here; in how many places that was."""
    return await _end_own(portal, who, None, who.session)


async def _end_own(portal: Portal, who: Visitor, session: UUID | None, but: UUID | None) -> int:
    limits = portal.council.limits
    ended = await portal.pool.fetch(END_OWN, limits.idle, limits.session, account_of(who), session, but)
    return sum(row["alive"] for row in ended)


def _key(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
