"""Whether those who came by the council's directory still belong to it: asked every few minutes while they are signed
in. A session of which the directory has not said so for a quarter of an hour opens nothing.

The asking is a worker's (`keep_asking`), so that no request waits for the directory; where directory or workers are
away, its members stay for a quarter of an hour, and no longer.
"""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from portal.application.membership import admits, directory_of, follow, leave
from portal.application.portal import Portal
from portal.application.sessions import end_session, end_sessions_of
from portal.application.visitors import found
from portal.directory.port import Arrival, DirectoryUnavailable, NoMember
from portal.domain.account import Account
from portal.domain.refusals import Refused
from portal.eventstore.keyring import Key, KeyUnusable
from portal.eventstore.work import fresh_command

log = logging.getLogger(__name__)
LONGEST = timedelta(minutes=15)  # a removed member is out within them
EVERY = timedelta(minutes=5)
LEASE = timedelta(seconds=60)  # for one question; then another worker may ask
AT_ONCE = 20
LOOK = 20.0  # seconds between looks for those who are due

SESSION_OF = "select id from sessions where challenge = $1"
NOTE = (
    "insert into directory_sessions (session, account, strong, sealed) values ($1, $2, $3, $4) on conflict do nothing"
)
PROVED = "insert into proofs (session, proved_at) values ($1, least($2::timestamptz, now())) on conflict do nothing"
RENEW = "update directory_sessions set sealed = $2, checked_at = now(), asking_until = '-infinity' where session = $1"
STILL = "select strong from directory_sessions where session = $1 and checked_at > now() - $2::interval"
DUE = """
update directory_sessions set asking_until = now() + $2::interval where session in (
  select session from directory_sessions where checked_at < now() - $1::interval and asking_until < now()
  order by checked_at limit $3 for update skip locked
) returning session, account, strong, sealed
"""
FORGET = """
delete from directory_sessions d where not exists (
  select from sessions s where s.id = d.session and s.started_at > now() - $1::interval
    and s.seen_at > now() - $2::interval
)
"""


async def note_arrival(portal: Portal, attempt: UUID, account: UUID, arrival: Arrival) -> None:
    """Somebody has signed in: from when on, and with what, the directory is asked about them."""
    session: UUID = await portal.pool.fetchval(SESSION_OF, attempt)
    await portal.pool.execute(NOTE, session, account, arrival.strong, _sealed(portal, session, arrival.renewal))
    if arrival.strong and arrival.entered:
        await portal.pool.execute(PROVED, session, arrival.entered)


async def still_member(portal: Portal, session: UUID) -> bool | None:
    """None where the directory has not said so within the last quarter of an hour; otherwise whether this session was
    begun with a second factor."""
    still: bool | None = await portal.pool.fetchval(STILL, session, LONGEST)
    return still


async def keep_asking(portal: Portal) -> None:
    """Ask about everybody who is due, until cancelled."""
    while True:
        try:
            while await ask_about_some(portal):
                pass
        except Exception as fault:  # the database is away, say; who is not asked about is out in time
            log.warning("the directory is not asked: %s", type(fault).__name__)
        await asyncio.sleep(LOOK)


async def ask_about_some(portal: Portal) -> int:
    """Ask about those who are due, some at a time; how many there were."""
    limits = portal.council.limits
    await portal.pool.execute(FORGET, limits.session, limits.idle)
    due = await portal.pool.fetch(DUE, EVERY, LEASE, AT_ONCE)
    await asyncio.gather(*(_ask_about(portal, record) for record in due))
    return len(due)


async def _ask_about(portal: Portal, record: Mapping[str, Any]) -> None:
    session, account_id = record["session"], record["account"]
    try:
        arrival = await _asked(portal, session, account_id, record["sealed"])
        if not admits(portal.council, arrival.member):
            raise NoMember("in no group that is let in")
        arrival = msgspec.structs.replace(arrival, strong=record["strong"])
        await follow(portal, fresh_command("directory"), arrival)
        await portal.pool.execute(RENEW, session, _sealed(portal, session, arrival.renewal))
    except NoMember as why:
        log.info("account %s is not in the directory any more: %s", account_id, why)
        await end_sessions_of(portal.pool, account_id, "not in the directory any more")
        await leave(portal, fresh_command("directory"), account_id)
    except Refused:  # disabled here, or without a second factor there
        await end_session(portal.pool, session)
    except (DirectoryUnavailable, KeyUnusable) as why:
        log.warning("the directory was not asked about account %s: %s", account_id, why)


async def _asked(portal: Portal, session: UUID, account_id: UUID, sealed: bytes) -> Arrival:
    """What the directory says now."""
    account = found((await portal.store.load(Account, account_id)).aggregate)
    renewal = _key(portal, session).unseal(sealed, _place(session)).decode()
    if not renewal or account.membership is None:
        raise DirectoryUnavailable("it gave nothing to ask with")
    return await directory_of(portal).still(account.membership.subject, renewal)


def _sealed(portal: Portal, session: UUID, renewal: str) -> bytes:
    return _key(portal, session).seal(renewal.encode(), _place(session))


def _key(portal: Portal, session: UUID) -> Key:
    return Key(session, portal.keyed_hash("directory-renewal", str(session), portal.secrets.links))


def _place(session: UUID) -> str:
    return f"directory|{session}"
