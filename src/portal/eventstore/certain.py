"""Taking the database at its word, unless it warns in the same breath.

Where somebody cancels the wait for the standby, PostgreSQL reports success, and says only in a warning that the commit
may not have been replicated. A referral that we then call sent could be lost in a fail-over.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

from portal.eventstore.append import Unknown
from portal.eventstore.connection import Connection

log = logging.getLogger(__name__)


@contextmanager
def certain(connection: Connection) -> Iterator[None]:
    """For the statements within: Unknown where the database warns of anything."""
    warnings: list[str] = []

    def hear(_: object, message: asyncpg.PostgresLogMessage) -> None:
        if message.severity_en == "WARNING":
            warnings.append(message.sqlstate)

    connection.add_log_listener(hear)
    try:
        yield
    finally:
        if not connection.is_closed():
            connection.remove_log_listener(hear)
    if warnings:
        log.error("the database warns beside success: %s", ", ".join(warnings))
        raise Unknown("the database warns that this may not be safe")
