"""The worker: projections, reactions and jobs; and helping a new projection along before anybody reads it."""

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial

from portal.application.document_sweeping import keep_sweeping_documents
from portal.application.erasing import complete_own_ledger, keep_erased
from portal.application.portal import Portal
from portal.application.reactions import LAPSING, handlers
from portal.application.scanning_documents import keep_rescanning
from portal.application.staying import keep_asking
from portal.application.sweeping import keep_sweeping
from portal.domain.catalogue import CATALOGUE
from portal.eventstore.following import POLL
from portal.eventstore.standing import Standing, standings
from portal.eventstore.subscription import Subscription
from portal.eventstore.waking import be_told, tell_others
from portal.jobs.queue import Queue
from portal.projections.parked import retry_parked
from portal.settings import Settings
from portal.wiring import connect, opened

log = logging.getLogger(__name__)
STUCK = 10.0  # seconds without progress


async def work(settings: Settings) -> None:
    """`portal worker`: projections, reactions and jobs, until cancelled."""
    async with opened(settings) as running, asyncio.TaskGroup() as tasks:
        await keep_erased(running.portal)
        await complete_own_ledger(running.portal)
        portal, subscriptions = running.portal, (running.portal.projector, running.reactions)
        woken = {subscription.name: asyncio.Event() for subscription in subscriptions}
        jobs = asyncio.Event()
        for subscription in subscriptions:
            tasks.create_task(subscription.run(woken[subscription.name]))
        tasks.create_task(Queue(portal.pool, handlers(portal), LAPSING).run(jobs))
        tasks.create_task(be_told(partial(connect, settings), woken.values()))
        tasks.create_task(tell_others(partial(connect, settings), portal.store.committed, woken.values()))
        tasks.create_task(_jobs_after(running.reactions, jobs))
        if portal.directory:
            tasks.create_task(keep_asking(portal))
        tasks.create_task(keep_sweeping(portal.pool))
        tasks.create_task(keep_sweeping_documents(portal))
        tasks.create_task(keep_rescanning(portal))
        tasks.create_task(_retry_parked(portal))


async def caught_up(settings: Settings, tell: Callable[[Standing], None]) -> bool:
    """Help until every projection has passed what is in the log now: a new one has nothing to show before. Gives up
    (False) where one makes no progress: what is broken must not keep the rest from being served."""
    async with opened(settings) as running:
        await keep_erased(running.portal)
        portal, tables = running.portal, running.portal.projector.projections
        head, moved_at = await portal.store.head(), time.monotonic()
        before: dict[str, int] = {}
        while behind := [s for s in await standings(portal.pool) if s.name in tables and s.position < head]:
            now = {each.name: each.position for each in behind}
            if now != before:
                before, moved_at = now, time.monotonic()
            elif time.monotonic() - moved_at > STUCK:
                return False
            tell(min(behind, key=lambda standing: standing.position))
            if not await portal.projector.step():
                await asyncio.sleep(POLL)
    return True


async def _retry_parked(portal: Portal) -> None:
    """What could not be read may be readable by now: by this version, or with the keys that it has."""
    for projection in portal.projector.projections.values():
        try:
            tried, still = await retry_parked(portal.pool, portal.store.keyring, CATALOGUE, projection)
        except Exception as fault:  # they stay parked, and are on show
            log.warning("%s: parked streams were not read again: %s", projection.table, type(fault).__name__)
            continue
        if tried:
            log.warning("%s: %d streams were parked, %d still are", projection.table, tried, still)


async def _jobs_after(reactions: Subscription, jobs: asyncio.Event) -> None:
    """Wake the queue when reactions have moved on."""
    while True:
        await reactions.moved.wait()
        reactions.moved.clear()
        jobs.set()
