"""After a whole journey on real processes no marked text is in any file of theirs, nor in a dump (design, section 4).

Every look is taken once more after something was put there in clear: so each of them can find.
"""

import asyncio
import shutil
import tempfile
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from portal.database.embedded import discard
from portal.domain.account_details import Role
from tests.canary.living import Living, Mail, living, staff
from tests.canary.searching import files_with_marks, marks_in
from tests.journey import TAIL, marked, mistakes, whole_journey

MEMORY = Path("/dev/shm")  # noqa: S108 - only mkdtemp in it
FAILING = 3.0  # seconds in which no letter leaves
TABLES = ("events", "parked", "document_parts")
KEPT = "select count(distinct document) from document_parts"
COMPRESSED = "select pg_column_compression(why) from parked where subscription = 'canary'"


@pytest.fixture
def folder() -> Iterator[Path]:
    """Where everything of these processes is."""
    parent = Path(tempfile.mkdtemp(prefix="portal-canary-", dir=MEMORY if MEMORY.is_dir() else None))
    yield parent
    discard(parent / "home")
    shutil.rmtree(parent)


async def play(alive: Living) -> None:
    """The journey, with letters that fail at first, and requests that are refused."""
    mail = Mail(alive)
    people = await staff(alive, mail)
    await alive.as_owner("revoke insert on mailbox from portal_application")
    playing = asyncio.create_task(
        whole_journey(mail, alive.person(), people[Role.WORKER], people[Role.LADO_MANAGER], people[Role.AUDITOR])
    )
    await asyncio.sleep(FAILING)
    await alive.as_owner("grant insert on mailbox to portal_application")
    await playing
    await mistakes(alive.person())
    await mail.drain()
    assert await alive.as_owner("select max(attempts) from jobs") > 1, "every letter left at once"
    await alive.as_owner("checkpoint")


def test_after_a_whole_journey_no_file_and_no_dump_holds_a_marked_text(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with living(folder, monkeypatch) as alive:
        asyncio.run(play(alive))
        assert not files_with_marks(*alive.places)
        dump = alive.dumped()
        assert not marks_in(dump)
        assert b"referral.submitted" in dump and b"referral.feedback_issued" in dump
        assert asyncio.run(alive.as_owner(KEPT)) >= 3 * 2, "documents are among what was looked through"
        said = (folder / "home" / "postgresql.log").read_bytes()
        assert b"insert into events" in said and b"parameters" in said.lower(), "the log was told everything"
    assert (folder / "home" / "portal.log").stat().st_size > 0
    assert not files_with_marks(*alive.places), "nor after all was stopped in order"


async def put_in_clear(alive: Living) -> None:
    """What a fault of ours might do, in every place that is looked at."""
    insert = "insert into events (id, stream_id, version, topic, state, metadata) values ($1, $1, 1, 'x', $2, '{}')"
    await alive.as_owner(insert, "0" * 32, f'{{"given_name": "{marked("Given")}"}}'.encode())
    long = " ".join(f"{number} children are at risk" for number in range(400)) + marked("Long")
    await alive.as_owner("insert into parked values ('canary', gen_random_uuid(), 1, $1)", long)
    assert await alive.as_owner(COMPRESSED) == "pglz"
    part = "insert into document_parts (document, number, sealed) values (gen_random_uuid(), 0, $1)"
    await alive.as_owner(part, marked("Document").encode())
    await alive.as_owner("checkpoint")
    (alive.temporary / "upload.tmp").write_text(marked("Upload"), encoding="utf-16")


def test_each_of_these_looks_finds_what_was_put_there_in_clear(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with living(folder, monkeypatch) as alive:
        application = alive.running.environment["DATABASE_URL"]
        assert not files_with_marks(*alive.places)
        asyncio.run(put_in_clear(alive))
        assert marks_in(alive.dumped())
        asyncio.run(mention(application))
        found = {path.relative_to(folder) for path in files_with_marks(*alive.places)}
        kinds = {path.parts[2] if path.parts[:2] == ("home", "pg") else path.name for path in found}
        assert kinds >= {"base", "pg_wal", "postgresql.log", "upload.tmp"}, kinds
        tables = {path.name.partition(".")[0] for path in found if "base" in path.parts}
        assert asyncio.run(files_of(alive)) <= tables


async def files_of(alive: Living) -> set[str]:
    """The names of the files in which the tables of this control stand."""
    return {await alive.as_owner("select pg_relation_filenode($1::text::regclass)::text", name) for name in TABLES}


async def mention(application: str) -> None:
    """A statement of the application whose parameter is in clear."""
    connection = await asyncpg.connect(application)
    await connection.fetchval("select length($1)", marked("Parameter"))
    await connection.close()


@pytest.mark.parametrize("how", ["utf-8", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_a_text_is_found_in_every_encoding_and_place(how: str, before: str) -> None:
    text = (before + TAIL + "and more").encode(how)
    assert marks_in(b"\0\1" + text)
    if how == "utf-8":
        assert all(marks_in(written) for written in (text.hex().encode(), b64encode(text), text.upper()))
    assert not marks_in(text.replace(TAIL[6:9].encode(how), b"---"))
