"""A yardstick: the `eventsourcing` library on the same server, with its fastest safe settings.

Safe: its recorder locks the table (its "database functions" do not, and lose events to readers: tried). Fastest:
psycopg compiled, statements prepared, pipelines where they save a round trip, a pool as large as served best.
"""

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from eventsourcing.application import Application
from eventsourcing.cipher import AESCipher
from eventsourcing.domain import AggregateEvent
from eventsourcing.persistence import StoredEvent, Tracking
from eventsourcing.postgres import PostgresApplicationRecorder, PostgresDatastore, PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner
from eventsourcing.utils import Environment

from benchmarks.made_up import EVENTS_A_REFERRAL, NOON, OPEN_AT_ONCE, WORRIES

POOL = 2  # connections: served best of 1, 2, 4, 8 and 32, since all wait for one lock
CIPHER_KEY = AESCipher.create_key(32)
UPSERT = """
insert into library_inbox values (%s, %s, %s) on conflict (id) do update set version = excluded.version,
content = excluded.content
"""
PATIENCE = 600.0  # seconds


def append_for(url: str, seconds: float, callers: int, state: bytes) -> int:
    """How many commands of three events so many threads got done. The state is ready to be stored."""
    with _datastore(url, POOL) as datastore:
        recorder = PostgresApplicationRecorder(datastore)
        recorder.create_table()
        deadline = time.monotonic() + seconds
        with ThreadPoolExecutor(callers) as threads:
            return sum(threads.map(lambda _: _call(recorder, deadline, state), range(callers)))


def _call(recorder: PostgresApplicationRecorder, deadline: float, state: bytes) -> int:
    done = 0
    while time.monotonic() < deadline:
        stream = uuid4()
        recorder.insert_events([StoredEvent(stream, version, "referral.answers_given", state) for version in (1, 2, 3)])
        done += 1
    return done


class Told(AggregateEvent):
    """An event of about 300 bytes, as the library has them."""

    section: str
    answers: dict[str, str]


class Referrals(Application[UUID]):
    """The library's application: its log is what the projection reads."""


class InboxView(PostgresTrackingRecorder):
    """One row a referral, and how far the projection has read, committed together."""

    def __init__(self, datastore: PostgresDatastore, **kwargs: Any) -> None:
        super().__init__(datastore, **kwargs)
        self._cipher = AESCipher(Environment(env={"CIPHER_KEY": CIPHER_KEY}))

    def put(self, event: Told, tracking: Tracking) -> None:
        """The row after an event. It is not read first: to the library's advantage."""
        content = self._cipher.encrypt(event.section.encode())
        with self.datastore.get_connection() as connection, connection.pipeline(), connection.transaction():
            cursor = connection.cursor()
            cursor.execute(UPSERT, (event.originator_id, event.originator_version, content), prepare=True)
            self._insert_tracking(cursor, tracking)


class Inbox(Projection[InboxView]):
    """The library's projection: one transaction an event."""

    def process_event(self, domain_event: Any, tracking: Tracking) -> None:
        self.view.put(domain_event, tracking)


def fill(url: str, events: int) -> int:
    """A log of so many encrypted events, as many open at once as in ours; the last event's number."""
    with _datastore(url, 1) as datastore, datastore.get_connection() as connection:
        connection.execute("create table library_inbox (id uuid primary key, version bigint, content bytea)")
    with Referrals(_environment(url)) as application:
        streams = [uuid4() for _ in range(min(OPEN_AT_ONCE, max(1, events // EVENTS_A_REFERRAL)))]
        told = [_told(streams[n % len(streams)], n // len(streams) + 1) for n in range(events)]
        stored = [application.mapper.to_stored_event(event) for event in told]
        numbers: Sequence[int] = application.recorder.insert_events(stored) or ()
        return numbers[-1]


def rebuild(url: str, last: int) -> float:
    """Seconds in which the library's runner projects its log from the beginning."""
    with _datastore(url, 1) as datastore, datastore.get_connection() as connection:
        connection.execute("truncate library_inbox")
        connection.execute("drop table if exists inbox_tracking")
    began = time.perf_counter()
    with ProjectionRunner(
        application_class=Referrals, projection_class=Inbox, view_class=InboxView, env=_environment(url)
    ) as runner:
        runner.wait(last, timeout=PATIENCE)
        return time.perf_counter() - began


def _told(stream_id: UUID, version: int) -> Told:
    return Told(stream_id, version, NOON, section="worries", answers=WORRIES)  # type: ignore[call-arg]


@contextmanager
def _datastore(url: str, pool: int) -> Iterator[PostgresDatastore]:
    at = urlsplit(url)
    with PostgresDatastore(
        dbname=at.path.lstrip("/"),
        host=at.hostname or "",
        port=at.port or 5432,
        user=at.username or "",
        password=unquote(at.password or ""),
        pool_size=pool,
        connect_timeout=PATIENCE,  # how long a caller waits for a connection of the pool
    ) as datastore:
        yield datastore


def _environment(url: str) -> dict[str, str]:
    at = urlsplit(url)
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": at.path.lstrip("/"),
        "POSTGRES_HOST": at.hostname or "",
        "POSTGRES_PORT": str(at.port),
        "POSTGRES_USER": at.username or "",
        "POSTGRES_PASSWORD": unquote(at.password or ""),
        "CIPHER_TOPIC": "eventsourcing.cipher:AESCipher",
        "CIPHER_KEY": CIPHER_KEY,
    }
