"""The keyring of a process: certain at the start to open what the database holds, and kept up with rotations after."""

import asyncio
import logging
from collections.abc import Mapping

import asyncpg

from portal.eventstore.connection import Connection, Pool
from portal.eventstore.kek_versions import NEWEST, newest_in_use, unusable_versions
from portal.eventstore.keyring import Keyring, KeyUnusable, Reload

LEARN = 60.0  # seconds until every process has learnt which version wraps
AWAY = (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, KeyUnusable)
log = logging.getLogger(__name__)


class Unfit(Exception):
    """What the database holds could not be read with these keys; names each version, a line each."""


async def fitting(connection: Connection, keks: Mapping[int, bytes], reload: Reload | None = None) -> Keyring:
    """A keyring that opens a sample of each version that wraps a live key, and has the one that is to wrap.

    Raises Unfit: better not to start than to write what only some can read (security.md, F24).
    """
    unusable = await unusable_versions(connection, Keyring(keks))
    newest = await newest_in_use(connection, max(keks))
    if newest not in keks:
        unusable[newest] = f"key-encryption key version {newest} is missing"
    if unusable:
        raise Unfit("\n".join(why for _, why in sorted(unusable.items())))
    return Keyring(keks, reload, newest)


async def follow_rotations(pool: Pool, keyring: Keyring) -> None:
    """Wrap by the version that `portal keys rotate` has begun, also where no row has named it here yet."""
    while True:
        await asyncio.sleep(LEARN)
        try:
            if (newest := await pool.fetchval(NEWEST)) != keyring.newest:
                await asyncio.to_thread(keyring.use, newest)  # the source of the keys may be slow
        except AWAY as fault:
            log.error("it is not known which key-encryption key wraps: %s", type(fault).__name__)
