"""`python -m tests.torture.writer OWNER APPLICATION SEED SECONDS STREAM...`: write, and say what was acknowledged.

Several at once decide on the same referrals through the real store. Whatever is answered with "unknown" is asked again
under the same key, as a browser would. Each line of the output is the id of an event that was acknowledged.
"""

import asyncio
import random
import sys
from collections.abc import Awaitable, Callable
from uuid import UUID, uuid4

from portal.domain.forms.danger import Danger
from portal.domain.referral import Referral
from portal.domain.services import Service
from portal.eventstore.envelope import Metadata
from portal.eventstore.work import Command, Work, perform
from tests.databases import Database
from tests.eventstore.logbook import NOON, Log, a_log

AT_ONCE = 4  # commands of one process
PATIENCE = 60.0  # seconds until a command that is answered with "unknown" again and again is a failure


def declaring(referral: UUID, number: str) -> Callable[[Work], Awaitable[Referral]]:
    """The command "this is how dangerous it is", which can be given any number of times."""

    async def decide(work: Work) -> Referral:
        loaded, now = await work.load(Referral, referral)
        assert loaded is not None
        loaded.declare_danger(Danger(in_danger=True, police_log_number=number), now)
        return loaded

    return decide


def starting(referral: UUID) -> Callable[[Work], Awaitable[Referral]]:
    """The command "begin a referral"."""

    async def decide(work: Work) -> Referral:
        made = Referral.start(referral, Service.SOCIAL_CARE, uuid4(), "", NOON)
        work.add(made)
        return made

    return decide


async def insist(log: Log, command: Command, decide: Callable[[Work], Awaitable[Referral]]) -> None:
    """Give a command again and again until it is answered."""
    async with asyncio.timeout(PATIENCE):
        while True:
            try:
                await perform(log.store, command, decide)
                return
            except Exception:  # unknown, or the reading before it was cut off
                await asyncio.sleep(0.02)


async def write(log: Log, drawn: random.Random, shared: list[UUID], until: float) -> None:
    """One caller: half of what it writes goes to streams that others write to as well."""
    streams = list(shared)
    while asyncio.get_running_loop().time() < until:
        key = f"{drawn.getrandbits(128):x}"
        command = Command("account:tortured", key, Metadata(actor="account:tortured"))
        if drawn.random() < 0.2:
            streams.append(command.id_for("referral"))
            decide = starting(streams[-1])
        else:
            decide = declaring(drawn.choice(drawn.choice((shared, streams))), key[:8])
        await insist(log, command, decide)
        print(command.event_ids[0], flush=True)


async def main(owner: str, application: str, seed: str, seconds: str, *shared: str) -> None:
    """Write for so many seconds."""
    async with a_log(Database(owner, application), f"torture-writer-{seed}") as log:
        drawn, until = random.Random(int(seed)), asyncio.get_running_loop().time() + float(seconds)
        callers = [random.Random(drawn.getrandbits(64)) for _ in range(AT_ONCE)]
        await asyncio.gather(*(write(log, caller, [UUID(stream) for stream in shared], until) for caller in callers))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
