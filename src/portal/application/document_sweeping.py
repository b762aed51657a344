"""Bytes that belong to no document: of an upload that was broken off, of a document that was removed or erased while
the store was away. They are found by walking the store, a day later at the earliest."""

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from portal.application.attaching import document_claim
from portal.application.portal import Portal
from portal.domain.referral_events import DocumentRemoved
from portal.jobs.queue import Hopeless

log = logging.getLogger(__name__)
EVERY = 3600.0  # seconds
AGE = timedelta(days=1)  # far longer than any upload may take
AT_ONCE = 500  # documents
# Only what this database has a key for: with another portal's bucket nothing is touched.
OURS = "select stream_id from keys where stream_id = any($1::uuid[]) and referral is not null"
# The sweep takes the name of what is no document yet, so that it can never become one afterwards.
TAKE = """
insert into claims (name, stream_id) select name, document from unnest($1::bytea[], $2::uuid[]) as old (name, document)
where not exists (select from claims c where c.name = old.name) on conflict do nothing
"""
# Of these: whose name the sweep has (its stream is the document itself), or whose key is destroyed.
NOBODYS = """
select old.document from unnest($1::bytea[], $2::uuid[]) as old (name, document)
join claims c on c.name = old.name join keys k on k.stream_id = old.document
where c.stream_id = old.document or k.wrapped is null
"""
# A key without bytes: the process died before the first of them.
KEYS = """
select stream_id from keys where referral is not null and wrapped is not null and created_at < $1 and stream_id > $2
order by stream_id limit $3
"""
FIRST = UUID(int=0)


async def sweep_documents(portal: Portal) -> int:
    """Take away what belongs to no document; how much that was."""
    before, swept = await portal.store.now() - AGE, 0
    async for some in _in_batches(portal.documents.store.written_before(before)):
        swept += await _sweep(portal, some)
    async for some in _in_batches(_keys_before(portal, before)):
        swept += await _sweep(portal, some)
    return swept


async def _sweep(portal: Portal, documents: Sequence[UUID]) -> int:
    ours = [record["stream_id"] for record in await portal.pool.fetch(OURS, documents)]
    names = [document_claim(portal, document) for document in ours]
    await portal.pool.execute(TAKE, names, ours)
    nobodys = [record["document"] for record in await portal.pool.fetch(NOBODYS, names, ours)]
    await portal.documents.take_away(nobodys)
    return len(nobodys)


async def _keys_before(portal: Portal, before: datetime) -> AsyncIterator[UUID]:
    last = FIRST
    while found := await portal.pool.fetch(KEYS, before, last, AT_ONCE):
        for record in found:
            yield record["stream_id"]
        last = found[-1]["stream_id"]


async def _in_batches(documents: AsyncIterator[UUID]) -> AsyncIterator[list[UUID]]:
    batch: list[UUID] = []
    async for document in documents:
        batch.append(document)
        if len(batch) == AT_ONCE:
            yield batch
            batch = []
    if batch:
        yield batch


async def keep_sweeping_documents(portal: Portal) -> None:
    """Every hour, for ever; a store that is away is waited for."""
    while True:
        try:
            if swept := await sweep_documents(portal):
                log.info("bytes of %d documents that are none were taken away", swept)
        except Exception as lost:
            log.warning("sweeping documents: %s, trying again in an hour", type(lost).__name__)
        await asyncio.sleep(EVERY)


async def drop_document(portal: Portal, event_id: UUID) -> datetime | None:
    """The job of a document that was removed."""
    envelope = await portal.store.event(event_id)
    if envelope is None:
        raise Hopeless
    if isinstance(envelope.event, DocumentRemoved):
        await portal.documents.take_away([envelope.event.document])
    return None
