"""A portal that starts on a restored backup erases again what was erased since, before anybody reads or is served."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest

from portal.application.erasing import erase
from portal.domain.referral_parts import EraseRule
from portal.eventstore.work import fresh_command
from portal.keys.ledger import Ledger
from portal.settings import DEMONSTRATION, Settings
from portal.wiring import web_app
from portal.working import work
from tests.eventstore.logbook import until
from tests.eventstore.test_reapplying import BACKUP, RESTORE
from tests.portals import ADDRESS, SECRETS, Playground, filled_in

ALIVE = "select wrapped is not null as alive from keys where stream_id = $1"


async def as_owner(play: Playground, script: str) -> None:
    owner = await asyncpg.connect(play.database.owner)
    await owner.execute(script)
    await owner.close()


@pytest.fixture
async def brought_back(play: Playground) -> UUID:
    """A referral that was erased after the backup which this database was restored from."""
    priya = play.person()
    await play.registered(priya)
    referral = await filled_in(priya)
    await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    await as_owner(play, BACKUP)
    await erase(play.portal, fresh_command("erase"), referral, EraseRule.RETENTION_OVER)
    await as_owner(play, RESTORE)
    assert (await play.as_owner(ALIVE, referral))[0]["alive"]
    return referral


@asynccontextmanager
async def a_worker(play: Playground, ledger: Path) -> AsyncIterator[None]:
    """`portal worker`, on this ledger, until the test is through."""
    worker = asyncio.create_task(
        work(
            Settings(
                database_url=play.database.application,
                secrets=SECRETS,
                address=ADDRESS,
                ledger=ledger,
                demonstration=True,
            )
        )
    )
    yield
    worker.cancel()
    await asyncio.gather(worker, return_exceptions=True)
    assert worker.cancelled()


async def test_a_worker_erases_again_before_it_reads(play: Playground, brought_back: UUID) -> None:
    async with a_worker(play, play.portal.ledger.path):
        await until(play.database, "select wrapped is null from keys where stream_id = $1", brought_back)


async def test_a_workers_own_ledger_has_all_that_was_erased_once_it_has_started(
    play: Playground, brought_back: UUID, tmp_path: Path
) -> None:
    """A second machine starts: what the first has erased is in its ledger too."""
    await erase(play.portal, fresh_command("erase"), brought_back, EraseRule.RETENTION_OVER)
    second = Ledger(tmp_path / "second.jsonl")
    async with a_worker(play, second.path), asyncio.timeout(10):
        while not second.read().entries:  # noqa: ASYNC110 - a file has no events to wait for
            await asyncio.sleep(0.05)
    assert [entry.stream_id for entry in second.read().entries] == [brought_back]


async def test_the_web_erases_again_before_it_serves(
    play: Playground, brought_back: UUID, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "secrets.json").write_bytes(msgspec.json.encode(SECRETS))
    (tmp_path / "secrets.json").chmod(0o600)
    for name, value in {
        "DATABASE_URL": play.database.application,
        "PORTAL_SECRETS": str(tmp_path / "secrets.json"),
        "PORTAL_ADDRESS": ADDRESS,
        "PORTAL_LEDGER": str(play.portal.ledger.path),
        DEMONSTRATION: "yes",
    }.items():
        monkeypatch.setenv(name, value)
    app = web_app()
    async with app.lifespan():
        assert not (await play.as_owner(ALIVE, brought_back))[0]["alive"]
