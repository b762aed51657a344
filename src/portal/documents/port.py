"""Where the sealed bytes of documents are kept: what every store can do, and the ways in which it cannot."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Protocol
from uuid import UUID


class NoSuchDocument(Exception):
    """The store holds nothing under this id."""


class StoreUnavailable(Exception):
    """The store cannot be reached, is full, or does not do what it is asked. Its cause is for the log."""


class DocumentStore(Protocol):
    """Keeps sealed parts under an id that is used once. Raises StoreUnavailable from each of these."""

    async def write(self, document: UUID, parts: AsyncIterator[bytes]) -> None:
        """All parts, in order; durable once this returns. What `parts` raises is raised, and what had been written by
        then may stay: delete it."""

    def read(self, document: UUID) -> AsyncIterator[bytes]:
        """The parts, as they were written. Raises NoSuchDocument before the first one."""

    async def delete(self, document: UUID) -> None:
        """Take all of it away; what is not there is not missed."""

    def written_before(self, instant: datetime) -> AsyncIterator[UUID]:
        """The ids of what was begun before an instant, whole or not."""

    async def close(self) -> None:
        """Let go of what it holds."""
