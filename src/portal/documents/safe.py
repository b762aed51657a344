"""The safe: documents sealed with a key each. Keys stand in the database beside those of streams, so that rotating,
sealed copies and the drill cover them; bytes stand in a store.

What is put in is durable before anybody is told of it. A document's key goes with its referral's (destroying.py), or
alone, where the document is taken away; without it the bytes are noise wherever a copy of them may be.
"""

import logging
from collections.abc import AsyncIterator, Collection
from uuid import UUID

from portal.documents.port import DocumentStore, NoSuchDocument
from portal.documents.sealing import opened, sealed
from portal.eventstore.connection import Pool
from portal.eventstore.keyring import Key, Keyring

log = logging.getLogger(__name__)
MINT = "insert into keys (id, stream_id, kek_version, wrapped, referral) values ($1, $2, $3, $4, $5)"
KEY = "select id, kek_version, wrapped from keys where stream_id = $1 and referral is not null"
DESTROY = """
update keys set wrapped = null, destroyed_at = clock_timestamp()
where stream_id = any($1::uuid[]) and referral is not null and wrapped is not null
"""
OF_REFERRAL = "select stream_id from keys where referral = $1"


class Safe:
    """Puts documents in, hands them out, and takes them away."""

    def __init__(self, pool: Pool, keyring: Keyring, store: DocumentStore) -> None:
        self._pool = pool
        self._keyring = keyring
        self.store = store

    async def put(self, referral: UUID, document: UUID, content: AsyncIterator[bytes]) -> None:
        """Seal it, with a fresh key; durable once this returns. Raises StoreUnavailable, what the database raises, and
        what `content` raises: then `take_away` what there is of it."""
        key, wrapped = self._keyring.mint(document)
        await self._pool.execute(MINT, key.id, document, wrapped.kek_version, wrapped.wrapped, referral)
        await self.store.write(document, sealed(key, document, content))

    async def content(self, document: UUID) -> AsyncIterator[bytes]:
        """What was put in. Raises NoSuchDocument where it is not there or its key is destroyed, KeyUnusable where it is
        not what was put in, StoreUnavailable."""
        key = await self._key(document)
        async for piece in opened(key, document, self.store.read(document)):
            yield piece

    async def take_away(self, documents: Collection[UUID]) -> None:
        """Destroy their keys, then delete their bytes; a second time changes nothing. Raises StoreUnavailable where
        bytes without a key are left over, which the sweep finds."""
        if documents:
            await self._pool.execute(DESTROY, list(documents))
        for document in documents:
            await self.store.delete(document)

    async def try_to_take_away(self, document: UUID) -> None:
        """The same, where a sweep may do it as well and the caller has something else to say."""
        try:
            await self.take_away([document])
        except Exception as fault:
            log.warning("document %s is left for the sweep: %s", document, type(fault).__name__)

    async def of(self, referral: UUID) -> list[UUID]:
        """Every document that was ever put in for a referral."""
        return [record["stream_id"] for record in await self._pool.fetch(OF_REFERRAL, referral)]

    async def _key(self, document: UUID) -> Key:
        record = await self._pool.fetchrow(KEY, document)
        if record is None or record["wrapped"] is None:
            raise NoSuchDocument
        return self._keyring.unwrap(record["id"], record["kek_version"], record["wrapped"])
