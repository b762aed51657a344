"""The staff inbox as it stands in its table, for tests that change what it is made of."""

from uuid import UUID

from portal.projections.projection import WITH_KEYS, read_rows
from portal.projections.staff_inbox import STAFF_INBOX, InboxRow
from tests.eventstore.logbook import KEYRING, Log

FLIP = """
update events set state = set_byte(state, 20, get_byte(state, 20) # 1) where stream_id = $1 and version = $2
"""


async def rows(log: Log) -> dict[UUID, InboxRow]:
    """Every row, decrypted."""
    async with log.pool.acquire() as connection:
        query = f"select p.*, {WITH_KEYS} from staff_inbox p left join keys k on k.stream_id = p.id"  # noqa: S608
        return {row.id: row for row in await read_rows(connection, KEYRING, STAFF_INBOX, query)}
