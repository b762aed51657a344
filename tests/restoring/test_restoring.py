"""Dump, restore into a new cluster, go on: nothing is missed, and what was erased stays erased."""

import asyncio
import secrets
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import pytest

from portal.application.erasing import erase, keep_erased
from portal.council.rates import Allowance, Rates
from portal.database.embedded import Server, discard, postgres
from portal.database.migrating import ensure_application_role, migrate
from portal.database.programs import programs
from portal.documents.port import NoSuchDocument
from portal.domain.account_details import Role
from portal.domain.referral import Referral
from portal.domain.referral_parts import EraseRule
from portal.eventstore.envelope import Erased
from portal.eventstore.work import fresh_command
from tests.conftest import APPLICATION, MEMORY, roomy, with_database
from tests.databases import Database
from tests.documents.test_lifecycle import content
from tests.http.files import NOTE, attached
from tests.http.test_limits import council
from tests.portals import PASSWORD, PRIYA, Person, Playground, filled_in, playground

TABLES = ("submitted_forms", "staff_inbox", "dashboard", "document_checks")
NAME = "restored"
ENDLESS = Allowance(1_000_000, 1_000_000)


@pytest.fixture(scope="module")
def new_cluster() -> Iterator[Server]:
    """Another PostgreSQL, with nothing in it."""
    parent = Path(tempfile.mkdtemp(prefix="portal-restored-", dir=MEMORY if roomy(MEMORY) else None))
    parent.chmod(0o711)  # for PostgreSQL, which runs as nobody if we are root
    try:
        with postgres(parent / "home", fsync="off", full_page_writes="off") as server:
            yield server
    finally:
        discard(parent / "home")
        parent.rmdir()


def dump(database: Database, to: Path) -> None:
    run("pg_dump", "--format=custom", f"--file={to}", database.owner)


def run(program: str, *arguments: str) -> None:
    subprocess.run([str(programs() / program), *arguments], check=True, capture_output=True)


@asynccontextmanager
async def restored(cluster: Server, backup: Path) -> AsyncIterator[Database]:
    """The backup in a database of the new cluster, as an operator restores it."""
    owner = with_database(cluster.url, NAME)
    connection = await asyncpg.connect(cluster.url)
    await connection.execute(f"create database {NAME}")
    try:
        application = await ensure_application_role(owner, APPLICATION, secrets.token_urlsafe(18))
        as_it_is = ("--no-owner", "--no-privileges", "--exit-on-error", f"--dbname={owner}")
        await asyncio.to_thread(run, "pg_restore", *as_it_is, str(backup))
        assert await migrate(owner, APPLICATION) == [], "a restored database lacks nothing but rights"
        yield Database(owner, application)
    finally:
        await connection.execute(f"drop database {NAME} with (force)")
        await connection.close()


async def sent(person: Person) -> UUID:
    referral = await filled_in(person)
    await person.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    return referral


async def go_on(person: Person, over: asyncio.Event) -> None:
    """Drafts and changes, one after another: a dump takes a moment in the middle of them."""
    while not over.is_set():
        await filled_in(person)


async def project(play: Playground, over: asyncio.Event) -> None:
    """What a worker does."""
    while not over.is_set():
        await play.drain()
        await asyncio.sleep(0.01)


async def rows(play: Playground) -> dict[str, list[tuple[Any, ...]]]:
    """Every projection with all its columns."""
    found = {}
    for table in TABLES:
        found[table] = [tuple(row) for row in await play.as_owner(f"select * from {table} order by id")]  # noqa: S608
    return found


def without_ciphertext(found: dict[str, list[tuple[Any, ...]]]) -> dict[str, list[tuple[Any, ...]]]:
    """Sealing twice gives other bytes each time."""
    return {
        table: [tuple(bool(value) if isinstance(value, bytes) else value for value in row) for row in each]
        for table, each in found.items()
    }


async def is_erased(play: Playground, referral: UUID) -> bool:
    try:
        return (await play.portal.store.load(Referral, referral)).aggregate is None
    except Erased:
        return True


async def keys_alive(play: Playground, *referrals: UUID) -> int:
    query = "select count(*) as alive from keys where stream_id = any($1::uuid[]) and wrapped is not null"
    found: int = (await play.as_owner(query, list(referrals)))[0]["alive"]
    return found


async def test_a_dump_taken_while_people_write_is_restored_and_goes_on(
    play: Playground, new_cluster: Server, tmp_path: Path
) -> None:
    priya = play.person()
    await play.registered(priya)
    council(play, rates=Rates(drafts=ENDLESS, changes=ENDLESS))  # however long the dump takes
    kept, erased_before, erased_after = [await sent(priya) for _ in range(3)]
    documents = {each: UUID((await attached(priya, each))[0]["id"]) for each in (kept, erased_before, erased_after)}
    await erase(play.portal, fresh_command("erase"), erased_before, EraseRule.RETENTION_OVER)
    await play.drain()
    over = asyncio.Event()
    busy = [asyncio.create_task(go_on(priya, over)) for _ in range(3)]
    busy += [asyncio.create_task(project(play, over)), asyncio.create_task(project(play, over))]
    await asyncio.sleep(0.5)
    await asyncio.to_thread(dump, play.database, backup := tmp_path / "backup")
    over.set()
    await asyncio.gather(*busy)
    await erase(play.portal, fresh_command("erase"), erased_after, EraseRule.RETENTION_OVER)
    written = await play.events()

    async with (
        restored(new_cluster, backup) as database,
        playground(database, ledger=play.portal.ledger.path) as again,
    ):
        head = await again.portal.store.head()
        assert 0 < await again.events() <= written
        assert await is_erased(again, erased_before) and not await is_erased(again, erased_after)
        assert await content(again, documents[erased_after]) == NOTE, "the backup has it"

        assert await keep_erased(again.portal) == 1
        assert await is_erased(again, erased_after) and not await is_erased(again, kept)
        assert await keys_alive(again, erased_before, erased_after) == 0
        assert await keep_erased(again.portal) == 0
        assert await content(again, documents[kept]) == NOTE
        for gone in (erased_before, erased_after):
            with pytest.raises(NoSuchDocument):
                await content(again, documents[gone])

        await again.drain()
        assert await again.as_owner("select distinct document from document_parts") == [(documents[kept],)]
        at = await again.as_owner("select name, position from checkpoints")
        assert {each["position"] for each in at} == {await again.portal.store.head()}, "each reader is at the end"
        live = without_ciphertext(await rows(again))
        for table in TABLES:
            await again.as_owner(f"delete from {table}")  # noqa: S608
        await again.as_owner("update checkpoints set position = 0 where name = any($1::text[])", list(TABLES))
        await again.drain()
        assert without_ciphertext(await rows(again)) == live, "no event was missed or folded twice"

        person, staff = again.person(), await again.staff(Role.WORKER)
        await person.do("POST", "/sign-in", {"email": PRIYA["email"], "password": PASSWORD})
        await person.do("POST", "/challenge/code", {"code": await again.code(PRIYA["email"])})
        newest = await sent(person)
        first = await again.as_owner("select min(position) as first from events where stream_id = $1", newest)
        assert first[0]["first"] > head, "new events come after all that was restored"
        assert str(newest) in {line["id"] for line in (await staff.get("/inbox"))["referrals"]}
        forms = {form["id"]: form["status"] for form in await person.get("/my-submitted-forms")}
        assert (forms[str(kept)], forms[str(erased_before)], forms[str(erased_after)]) == ("sent", "erased", "erased")
