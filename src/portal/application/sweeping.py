"""Taking away rows that say nothing any more: sessions that are over for good, shares that were never used up."""

import asyncio
import logging

from portal.eventstore.connection import Pool

log = logging.getLogger(__name__)
EVERY = 3600.0  # seconds
AT_ONCE = 5000  # rows of one statement, so that none holds locks for long
# A session lives for 24 hours at most (council.toml), and one whose beginning lies further back cannot begin again.
SWEEPS = (
    "delete from sessions where id in (select id from sessions where started_at < now() - interval '2 days' limit $1)",
    "delete from kept_forms where (account, path) in "
    "(select account, path from kept_forms where kept_at < now() - interval '1 day' limit $1)",
    "delete from limits where key in (select key from limits where used_until < now() limit $1)",
)


async def sweep(pool: Pool) -> int:
    """Take away what is over; how many rows that was."""
    swept = 0
    for statement in SWEEPS:
        while taken := int((await pool.execute(statement, AT_ONCE)).rpartition(" ")[2]):
            swept += taken
    return swept


async def keep_sweeping(pool: Pool) -> None:
    """Every hour, for ever; a lost database is waited for."""
    while True:
        try:
            await sweep(pool)
        except Exception as lost:
            log.warning("sweeping: %s, trying again in an hour", type(lost).__name__)
        await asyncio.sleep(EVERY)
