"""What the store runs its statements on: connections, and a pool that does not let anybody wait for ever."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias, cast

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from portal.eventstore.hosts import connect_to_primary

if TYPE_CHECKING:  # asyncpg's classes take type arguments only in its stubs
    Connection: TypeAlias = asyncpg.Connection[Any] | PoolConnectionProxy[Any]
    Pool: TypeAlias = asyncpg.Pool[Any]
else:
    Connection = asyncpg.Connection | PoolConnectionProxy
    Pool = asyncpg.Pool

CONNECTIONS = 10
WAIT = 5.0  # seconds for a free connection; then the request is told to come again


class _ImpatientPool(asyncpg.Pool):  # type: ignore[type-arg, misc, unused-ignore]
    """A pool whose every statement waits for a connection so long and no longer."""

    def acquire(self, *, timeout: float | None = None) -> Any:
        """A connection, or TimeoutError."""
        return super().acquire(timeout=timeout or WAIT)


async def open_pool(connecting: dict[str, Any]) -> Pool:
    """A pool of the store's connections; `connecting` is asyncpg's."""
    pool = _ImpatientPool(
        connecting.pop("dsn"),
        connect=cast("Any", connect_to_primary),
        min_size=1,
        max_size=CONNECTIONS,
        max_queries=50_000,
        max_inactive_connection_lifetime=300.0,
        reset=_leave_as_is,
        loop=None,
        connection_class=asyncpg.Connection,
        record_class=asyncpg.Record,
        **connecting,
    )
    await pool
    return pool


async def _leave_as_is(_: object) -> None:
    """Nothing of ours changes a connection's state, so giving it back to the pool costs no round trip."""
