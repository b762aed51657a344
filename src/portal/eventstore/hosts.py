"""Connecting to whichever of several hosts takes writes: after a fail-over that is another one.

asyncpg goes to the next host when one refuses, but waits for one that does not answer (its power is gone, it hangs) for
as long as all of them together may take. Here each host has a time of its own.
"""

from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
from asyncpg.connect_utils import SessionAttribute

OF_SEVERAL = 2.0  # seconds for each but the last
NOT_THIS_ONE = (
    OSError,  # refused, unreachable, or TimeoutError
    asyncpg.CannotConnectNowError,
    asyncpg.ConnectionDoesNotExistError,
    asyncpg.TargetServerAttributeNotMatched,
)


async def connect_to_primary(dsn: str, **connecting: Any) -> "asyncpg.Connection[Any]":
    """A connection to the first host that answers and takes writes; `connecting` is asyncpg's, its `timeout` for the
    last host. Raises what the last host raised."""
    *several, last = each_host(dsn)
    connecting["target_session_attrs"] = SessionAttribute.read_write
    for one in several:
        try:
            return await _connect(one, {**connecting, "timeout": OF_SEVERAL})
        except NOT_THIS_ONE:
            continue
    return await _connect(last, connecting)


def each_host(dsn: str) -> list[str]:
    """The same address for each of its hosts alone."""
    parts = urlsplit(dsn)
    user, at, hosts = parts.netloc.rpartition("@")
    if "," not in hosts:
        return [dsn]
    return [urlunsplit(parts._replace(netloc=f"{user}{at}{host}")) for host in hosts.split(",")]


async def _connect(dsn: str, connecting: dict[str, Any]) -> "asyncpg.Connection[Any]":
    connection: asyncpg.Connection[Any] = await asyncpg.connect(dsn, **connecting)
    return connection
