"""How often something may happen to one account within an hour, counted exactly over all processes.

One statement, the generic cell rate algorithm (security.md 2.7): a row holds the instant until which the account has
used its share. Only ever by account, never by network address: a school or a hospital shares one.
"""

from datetime import timedelta

from portal.application.portal import Portal

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TAKE = """
insert into limits as l (key, used_until) values ($1, clock_timestamp() + $2::interval)
on conflict (key) do update set used_until = greatest(l.used_until, clock_timestamp()) + $2::interval
  where greatest(l.used_until, clock_timestamp()) + $2::interval - clock_timestamp() <= $3::interval
returning used_until
"""


class TooOften(Exception):
    """Too many within the hour. Try again later."""


async def within_limit(portal: Portal, what: str, whose: str, times: int, within: timedelta = HOUR) -> bool:
    """Whether this may happen once more, so many times an hour (or another time); if so it is counted."""
    taken = await portal.pool.fetchval(TAKE, portal.keyed_hash(what, whose), within / times, within)
    return taken is not None


async def refuse_beyond(portal: Portal, what: str, whose: str, times: int, within: timedelta = HOUR) -> None:
    """Count it, or raise TooOften."""
    if not await within_limit(portal, what, whose, times, within):
        raise TooOften
