"""Erasing reaches old copies of the database: once the version that wrapped their keys is retired, none is readable."""

import asyncio
from pathlib import Path
from uuid import UUID

import asyncpg
import msgspec
import pytest
from click.testing import CliRunner

from portal.cli import main
from portal.database.embedded import Server
from portal.domain.catalogue import CATALOGUE
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.eventstore.drilling import prove
from portal.eventstore.envelope import Damaged
from portal.eventstore.keyring import Keyring
from portal.eventstore.rows import COLUMNS, KEY_COLUMNS, to_envelopes
from portal.keys.secrets import parsed
from portal.projections.projection import WITH_KEYS, read_rows
from portal.projections.staff_inbox import STAFF_INBOX
from portal.settings import DEMONSTRATION
from tests.canary.searching import marks_in
from tests.conftest import fresh_database
from tests.journey import marked
from tests.portals import ADDRESS, SECRETS, Playground, filled_in
from tests.restoring.test_restoring import dump, run

EVENTS = f"select {COLUMNS}, {KEY_COLUMNS} from events e join keys k on k.id = e.key_id order by e.position"  # noqa: S608
ROWS = f"select p.*, {WITH_KEYS} from staff_inbox p left join keys k on k.stream_id = p.id"  # noqa: S608
AMARA = {"given_name": marked("Given"), "family_name": marked("Family"), "estimated_age": 6}


@pytest.fixture
def secrets(tmp_path: Path) -> Path:
    """The file that a running portal has its keys from."""
    file = tmp_path / "secrets.json"
    file.write_bytes(msgspec.json.encode(SECRETS))
    return file


async def portal(play: Playground, secrets: Path, *arguments: str) -> str:
    """`portal ...` as an operator types it."""
    environment = {
        "DATABASE_URL": play.database.application,
        "DATABASE_OWNER_URL": play.database.owner,
        "PORTAL_SECRETS": str(secrets),
        "PORTAL_ADDRESS": ADDRESS,
        "PORTAL_LEDGER": str(secrets.with_name("ledger.jsonl")),
        DEMONSTRATION: "yes",
    }
    result = await asyncio.to_thread(CliRunner().invoke, main, list(arguments), env=environment)
    assert result.exit_code == 0, result.output
    return result.output


async def names_in(copy: str, secrets: Path) -> tuple[set[str], set[str]]:
    """What can be read of children in a copy, with the keys there are now: in its events, and on its inbox."""
    keyring = Keyring(parsed(secrets.read_bytes(), "").keks)
    connection = await asyncpg.connect(copy)
    try:
        events = [each.event for each in to_envelopes(CATALOGUE, keyring, await connection.fetch(EVENTS))]
        rows = await read_rows(connection, keyring, STAFF_INBOX, ROWS)
        children: list[Child] = [event.child for event in events if hasattr(event, "child")]
        listed = {each.initials for row in rows if row.content for each in row.content.children.values()}
        assert listed or all(isinstance(event, Damaged) for event in events)
        return {child.given_name for child in children}, listed
    finally:
        await connection.close()


async def test_an_old_copy_opens_until_the_old_version_is_retired_and_never_afterwards(
    play: Playground, cluster: Server, secrets: Path, tmp_path: Path
) -> None:
    priya = play.person()
    await play.registered(priya)
    erased, kept = [await filled_in(priya, children=(AMARA,)) for _ in range(2)]
    for referral in (erased, kept):
        await priya.do("POST", f"/referrals/{referral}/submission", {"declaration": True})
    await play.drain()
    backup = tmp_path / "backup"
    dump(play.database, backup)
    async with fresh_database(cluster) as copy:
        await asyncio.to_thread(run, "pg_restore", "--no-owner", "--no-privileges", f"--dbname={copy}", str(backup))
        await portal(play, secrets, "retention", "erase", str(erased), "--rule", "retention_over", "--yes")
        await portal(play, secrets, "keys", "rotate")
        assert (await names_in(copy, secrets))[0] == {AMARA["given_name"]}, "the old version still opens the copy"

        await play.as_owner("update keks set began_at = began_at - interval '10 minutes'")
        assert "Version 1 is retired" in await portal(play, secrets, "keys", "retire", "1", "--yes")
        assert await names_in(copy, secrets) == (set(), set())
        assert await drilled(copy, secrets) == ["3 keys: key-encryption key version 1 is missing"]
        assert not marks_in(backup.read_bytes())
    assert await still_read(play, secrets, kept)


async def drilled(copy: str, secrets: Path) -> list[str]:
    """What a drill with today's keys finds wrong with the copy."""
    connection = await asyncpg.connect(copy)
    try:
        proofs = prove(connection, Keyring(parsed(secrets.read_bytes(), "").keks), CATALOGUE)
        return [fault async for proof in proofs for fault in proof.faults]
    finally:
        await connection.close()


async def still_read(play: Playground, secrets: Path, referral: UUID) -> bool:
    """What was not erased is read with today's keys."""
    store = play.portal.store
    store.keyring = Keyring(parsed(secrets.read_bytes(), "").keks)
    loaded = await store.load(Referral, referral)
    return loaded.aggregate is not None and loaded.aggregate.submission is not None
