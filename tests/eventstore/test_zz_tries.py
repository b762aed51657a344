import asyncio, random, time
from collections import Counter
import portal.eventstore.work as w
from tests.eventstore.logbook import *
from tests.eventstore.test_work import looking
async def test_it(database):
    async with a_log(database) as log:
        for n in (20, 30, 60):
            worst, took = [], []
            for _ in range(15):
                referral = await log.started()
                counts = Counter()
                async def one_(i):
                    tries = 0
                    base = looking(referral)
                    async def d(work):
                        nonlocal tries
                        tries += 1
                        return await base(work)
                    await perform(log.store, asked("look"), d)
                    return tries
                t=time.perf_counter()
                r = await asyncio.gather(*(one_(i) for i in range(n)), return_exceptions=True)
                took.append(time.perf_counter()-t)
                worst.append(max(x if isinstance(x,int) else 99 for x in r))
            print(n, Counter(worst), max(took))
