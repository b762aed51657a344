"""An outside judge: the library's own test cases for recorders, on our store.

Order within a stream and by position is what we promise, so its case against interleaving is not ours; its cases for
tracking and processing judge tables that we do not have.
"""

from collections.abc import Iterator

import pytest
from eventsourcing.tests import persistence as judge

from tests.databases import Database
from tests.eventstore.recorder_bridge import OurAggregateRecorder, OurApplicationRecorder, StoreInAThread


class OnAFreshDatabase:
    """Hands the library's test cases, which know no fixtures, a store."""

    store: StoreInAThread

    @pytest.fixture(autouse=True)
    def on_a_fresh_database(self, database: Database) -> Iterator[None]:
        self.store = StoreInAThread(database)
        yield
        self.store.close()


class TestOurStoreAsAnAggregateRecorder(OnAFreshDatabase, judge.AggregateRecorderTestCase):
    def create_recorder(self) -> OurAggregateRecorder:
        return OurAggregateRecorder(self.store)


class TestOurStoreAsAnApplicationRecorder(OnAFreshDatabase, judge.ApplicationRecorderTestCase[OurApplicationRecorder]):
    def create_recorder(self) -> OurApplicationRecorder:
        return OurApplicationRecorder(self.store)
