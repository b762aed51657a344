"""Telling other processes that something was appended, and being told.

A hint only, never the guarantee: every reader also polls. The NOTIFY has a transaction of its own and is debounced,
because inside an append it would make all commits queue for one lock (tried: 1,550 appends/s became 620).
"""

import asyncio
import logging
from collections.abc import Iterable
from typing import Any

import asyncpg

from portal.eventstore.append import Connect

log = logging.getLogger(__name__)
CHANNEL = "portal_events"
DEBOUNCE = 0.005  # seconds
KEEP_ALIVE = 30.0  # seconds
PAUSE = 1.0  # seconds until a lost connection is replaced


async def tell_others(connect: Connect, committed: asyncio.Event, here: Iterable[asyncio.Event]) -> None:
    """For ever: after commits of this process, wake its own readers at once and the others by NOTIFY."""
    connection: asyncpg.Connection[Any] | None = None
    while True:
        await committed.wait()
        committed.clear()
        for woken in here:
            woken.set()
        try:
            if connection is None or connection.is_closed():
                connection = await connect()
                await connection.execute("set synchronous_commit = off")  # a hint need not outlive a crash
            await connection.execute(f"notify {CHANNEL}")
        except Exception as lost:
            log.warning("cannot notify: %s", type(lost).__name__)
            connection = None
        await asyncio.sleep(DEBOUNCE)


async def be_told(connect: Connect, here: Iterable[asyncio.Event]) -> None:
    """For ever: wake the readers of this process when another one has appended; once unprompted after each connect."""
    readers = list(here)

    def wake(*_: object) -> None:
        for woken in readers:
            woken.set()

    while True:
        try:
            connection = await connect()
            await connection.add_listener(CHANNEL, wake)
            wake()
            while not connection.is_closed():
                await asyncio.sleep(KEEP_ALIVE)
                await connection.execute("select 1")
        except Exception as lost:
            log.warning("cannot listen: %s", type(lost).__name__)
        await asyncio.sleep(PAUSE)
