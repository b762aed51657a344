"""Our store as the library's recorders see one: raw rows, written by the appender, read back in order by the feed.

The library calls from threads and waits; the store lives on an event loop. So each recorder has a loop in a thread of
its own, and every call is handed over to it.
"""

import asyncio
import threading
from collections.abc import Coroutine, Sequence
from functools import partial
from typing import Any, TypeVar, cast
from uuid import UUID, uuid4

import asyncpg
from eventsourcing.persistence import (
    AggregateRecorder,
    ApplicationRecorder,
    IntegrityError,
    Notification,
    OperationalError,
    StoredEvent,
    Subscription,
)

from portal.eventstore.append import Append, Conflict, Unknown
from portal.eventstore.appender import Appender
from portal.eventstore.connection import Pool
from portal.eventstore.feed import Feed
from portal.eventstore.rows import Row
from tests.databases import Database
from tests.eventstore.logbook import connected

T = TypeVar("T")
FIELDS = "stream_id, version, topic, state"


class StoreInAThread:
    """What both recorders share: the loop, and our store on it."""

    def __init__(self, database: Database) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._pool, self._appender = self._wait(self._open(database))

    def close(self) -> None:
        """Write what is waiting, leave the database and end the thread."""
        self._wait(self._appender.close())
        self._wait(self._pool.close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def append(self, stored_events: Sequence[StoredEvent]) -> list[int]:
        """Write all or none, in clear; the position of each."""
        if not stored_events:
            return []
        rows = tuple(_to_row(event) for event in stored_events)
        try:
            positions = self._wait(self._appender.append(Append(rows)))
        except Conflict as conflict:
            raise IntegrityError from conflict
        except Unknown as unknown:
            raise OperationalError from unknown
        return [positions[row.id] for row in rows]

    def stream(
        self, stream_id: UUID, after: int | None, upto: int | None, backwards: bool, limit: int | None
    ) -> list[StoredEvent]:
        """Events of one stream."""
        query = (
            f"select {FIELDS} from events where stream_id = $1 and ($2::int is null or version > $2) "  # noqa: S608
            f"and ($3::int is null or version <= $3) order by version {'desc' if backwards else 'asc'} limit $4"
        )
        return [StoredEvent(*record) for record in self._wait(self._pool.fetch(query, stream_id, after, upto, limit))]

    def feed(self, after: int, limit: int, upto: int | None, topics: Sequence[str]) -> list[Notification]:
        """Events of all streams, as our feed gives them."""
        return self._wait(self._read(after, limit, upto, topics))

    def highest(self) -> int | None:
        """The position of the newest event."""
        return cast(int | None, self._wait(self._pool.fetchval("select max(position) from events")))

    async def _open(self, database: Database) -> tuple[Pool, Appender]:
        pool = await asyncpg.create_pool(database.application, min_size=1)
        return pool, Appender(partial(connected, database.application))

    async def _read(self, after: int, limit: int, upto: int | None, topics: Sequence[str]) -> list[Notification]:
        feed, wanted = Feed(after), list[Notification]()
        async with self._pool.acquire() as connection:
            while len(wanted) < limit and (records := await feed.batch(connection, limit)):
                wanted += [_to_notification(record) for record in records if not topics or record["topic"] in topics]
        return [found for found in wanted if upto is None or found.id <= upto][:limit]

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout=30)


class OurAggregateRecorder(AggregateRecorder):
    """The log as a store of streams."""

    def __init__(self, store: StoreInAThread) -> None:
        self._store = store

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        self._store.append(stored_events)
        return None

    def select_events(
        self,
        originator_id: UUID | str,
        *,
        gt: int | None = None,
        lte: int | None = None,
        desc: bool = False,
        limit: int | None = None,
    ) -> Sequence[StoredEvent]:
        return self._store.stream(cast(UUID, originator_id), gt, lte, desc, limit)


class OurApplicationRecorder(OurAggregateRecorder, ApplicationRecorder):
    """The log as one sequence besides."""

    def insert_events(self, stored_events: Sequence[StoredEvent], **_: Any) -> Sequence[int] | None:
        return self._store.append(stored_events)

    def select_notifications(
        self,
        start: int | None,
        limit: int,
        stop: int | None = None,
        topics: Sequence[str] = (),
        *,
        inclusive_of_start: bool = True,
    ) -> Sequence[Notification]:
        after = 0 if start is None else start - inclusive_of_start
        return self._store.feed(after, limit, stop, topics)

    def max_notification_id(self) -> int | None:
        return self._store.highest()

    def subscribe(self, gt: int | None = None, topics: Sequence[str] = ()) -> Subscription[ApplicationRecorder]:
        raise NotImplementedError("our subscriptions are our own")


def _to_row(event: StoredEvent) -> Row:
    stream_id = cast(UUID, event.originator_id)
    return Row(uuid4(), stream_id, event.originator_version, event.topic, event.state, None, "{}")


def _to_notification(record: Any) -> Notification:
    return Notification(record["stream_id"], record["version"], record["topic"], record["state"], id=record["position"])
