"""Migrations are applied once, in order, and never changed; the application's role has no rights of its own."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
import pytest_asyncio

from portal.database.embedded import Server
from portal.database.migrating import MigrationRefused, ensure_application_role, migrate
from portal.database.roles import RoleRefused
from tests.conftest import fresh_database
from tests.databases import Database

ROLE = 'the "other" role'
PASSWORD = 'it\'s a % \\ p/a:s@s ? "word" $$'


@pytest_asyncio.fixture
async def empty(cluster: Server) -> AsyncIterator[str]:
    """The owner's address of a database without anything in it."""
    async with fresh_database(cluster) as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two migrations and the grants."""
    (tmp_path / "001_words.sql").write_text("create table words (word text); insert into words values ('first');")
    (tmp_path / "002_more.sql").write_text("insert into words values ('second');")
    (tmp_path / "grants.sql").write_text("grant select on words to {application};")
    return tmp_path


async def ask(url: str, query: str) -> list[object]:
    connection = await asyncpg.connect(url)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def test_migrations_are_applied_in_order_and_named(empty: str, folder: Path) -> None:
    await ensure_application_role(empty, ROLE, PASSWORD)
    assert await migrate(empty, ROLE, folder) == ["001_words.sql", "002_more.sql"]
    assert await ask(empty, "select word from words") == ["first", "second"]
    assert await ask(empty, "select name from migrations order by applied_at") == ["001_words.sql", "002_more.sql"]


async def test_a_second_time_applies_only_what_is_new(empty: str, folder: Path) -> None:
    await ensure_application_role(empty, ROLE, PASSWORD)
    await migrate(empty, ROLE, folder)
    (folder / "003_third.sql").write_text("insert into words values ('third');")
    assert await migrate(empty, ROLE, folder) == ["003_third.sql"]
    assert await migrate(empty, ROLE, folder) == []
    assert await ask(empty, "select word from words") == ["first", "second", "third"]


async def test_eight_at_once_apply_each_file_once(empty: str, folder: Path) -> None:
    await ensure_application_role(empty, ROLE, PASSWORD)
    applied = await asyncio.gather(*(migrate(empty, ROLE, folder) for _ in range(8)))
    assert sorted(name for names in applied for name in names) == ["001_words.sql", "002_more.sql"]
    assert await ask(empty, "select word from words") == ["first", "second"]


async def test_a_changed_file_is_refused_and_nothing_is_done(empty: str, folder: Path) -> None:
    await ensure_application_role(empty, ROLE, PASSWORD)
    await migrate(empty, ROLE, folder)
    (folder / "002_more.sql").write_text("insert into words values ('other');")
    (folder / "003_third.sql").write_text("insert into words values ('third');")
    with pytest.raises(MigrationRefused, match=r"002_more\.sql: changed since it was applied"):
        await migrate(empty, ROLE, folder)
    assert await ask(empty, "select word from words") == ["first", "second"]


async def test_other_line_ends_are_no_change(empty: str, folder: Path) -> None:
    await ensure_application_role(empty, ROLE, PASSWORD)
    (folder / "003_lines.sql").write_bytes(b"select 1;\nselect 2;\n")
    await migrate(empty, ROLE, folder)
    (folder / "003_lines.sql").write_bytes(b"select 1;\r\nselect 2;\r\n")
    assert await migrate(empty, ROLE, folder) == []


async def test_a_failing_file_is_named_and_undone_and_those_before_it_stay(empty: str, folder: Path) -> None:
    (folder / "002_more.sql").write_text("insert into words values ('second'); select 1/0;")
    with pytest.raises(MigrationRefused, match=r"002_more\.sql: division by zero"):
        await migrate(empty, ROLE, folder)
    assert await ask(empty, "select word from words") == ["first"]
    assert await ask(empty, "select name from migrations") == ["001_words.sql"]


@pytest.mark.parametrize("name", ["3_third.sql", "003-third.sql", "003_Third.sql", "002_again.sql"])
async def test_a_misnamed_file_is_refused(empty: str, folder: Path, name: str) -> None:
    (folder / name).write_text("select 1;")
    with pytest.raises(MigrationRefused):
        await migrate(empty, ROLE, folder)


async def test_a_folder_without_files_is_no_work(empty: str, tmp_path: Path) -> None:
    assert await migrate(empty, ROLE, tmp_path) == []


async def test_the_role_signs_in_and_may_only_what_is_granted(empty: str, folder: Path) -> None:
    url = await ensure_application_role(empty, ROLE, PASSWORD)
    await migrate(empty, ROLE, folder)
    assert urlsplit(url).path == urlsplit(empty).path
    assert await ask(url, "select current_user") == [ROLE]
    assert await ask(url, "select word from words") == ["first", "second"]
    for statement in (
        "insert into words values ('third')",
        "create table mine (id int)",
        "create schema mine",
        "create database mine",
        "create role mine",
        "drop table words",
        "select * from migrations",
        "copy words to program 'true'",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await ask(url, statement)


async def test_the_role_is_given_its_new_password_and_loses_what_rights_it_had(empty: str) -> None:
    old = await ensure_application_role(empty, ROLE, "before")
    await ask(empty, f"""alter role "{ROLE.replace('"', '""')}" createdb createrole""")
    new = await ensure_application_role(empty, ROLE, "after")
    assert await ask(new, "select rolcreatedb or rolcreaterole from pg_roles where rolname = current_user") == [False]
    with pytest.raises(asyncpg.InvalidPasswordError):
        await ask(old, "select 1")


async def test_the_owner_is_not_made_the_application(empty: str) -> None:
    with pytest.raises(RoleRefused, match="superuser"):
        await ensure_application_role(empty, "portal", PASSWORD)


async def test_an_owner_who_is_no_superuser_can_make_the_role(empty: str) -> None:
    await ask(empty, "create role steward login createrole password 'steward'")
    parts = urlsplit(empty)
    steward = parts._replace(netloc=f"steward:steward@{parts.hostname}:{parts.port}").geturl()
    for password in ("before", "after"):
        url = await ensure_application_role(steward, "stewards_own", password)
    assert await ask(url, "select 1") == [1]


async def test_the_role_can_be_made_from_many_databases_at_once(cluster: Server, empty: str) -> None:
    urls = [empty, cluster.url] * 8
    made = await asyncio.gather(*(ensure_application_role(url, "raced", "same") for url in urls))
    assert await ask(made[0], "select current_user") == ["raced"]


async def test_each_test_has_a_migrated_database_of_its_own(database: Database) -> None:
    assert await ask(database.owner, "select count(*) > 0 from pg_class where relname = 'migrations'") == [True]
    assert await ask(database.application, "select current_user") == ["portal_application"]
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await ask(database.application, "create table mine (id int)")
