"""`portal keys escrow` and `drill`: what was lost with the secrets file comes back with two holders and a backup."""

import asyncio
import json
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from portal.database.embedded import Server
from portal.database.programs import programs
from portal.keys.holder_codes import new_code, on_paper, written
from tests.commands.command_lines import Desk
from tests.conftest import fresh_database
from tests.eventstore.logbook import a_child
from tests.eventstore.rotations import a_connection, readable

HOLDERS = ("Head of service", "Head of IT", "Monitoring officer")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "escrow"


@pytest.fixture
def papers(folder: Path) -> list[Path]:
    return [folder / f"holder-{n}-{name.lower().replace(' ', '-')}.txt" for n, name in enumerate(HOLDERS, 1)]


async def made(desk: Desk, folder: Path) -> str:
    return await desk.told("keys", "escrow", str(folder), *(part for name in HOLDERS for part in ("--holder", name)))


@pytest_asyncio.fixture
async def backup(desk: Desk, cluster: Server, tmp_path: Path) -> AsyncIterator[str]:
    """Two referrals under version 1, one under version 2, dumped, and restored into another database."""
    for name in ("Amara", "Jonah"):
        await desk.log.child_added(await desk.log.started(), a_child(name))
    await desk.told("keys", "rotate")
    await desk.log.started()  # under version 1 still: so the backup has both
    async with fresh_database(cluster) as url:
        dump = tmp_path / "backup.dump"
        await asyncio.to_thread(run, "pg_dump", "--format=custom", f"--file={dump}", desk.log.database.owner)
        await asyncio.to_thread(run, "pg_restore", f"--dbname={url}", str(dump))
        yield url


def run(program: str, *arguments: str) -> None:
    done = subprocess.run([str(programs() / program), *arguments], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def drilling(folder: Path, url: str, *papers: Path) -> list[str]:
    codes = [part for paper in papers for part in ("--code-file", str(paper))]
    return ["keys", "drill", "--escrow", str(folder / "escrow.json"), "--database-url", url, *codes]


async def test_any_two_holders_read_a_restored_backup_although_the_secrets_file_is_lost(
    desk: Desk, backup: str, folder: Path, papers: list[Path]
) -> None:
    await made(desk, folder)
    desk.file.unlink()
    for one, other in ((0, 1), (2, 0), (1, 2)):
        said = await desk.told(*drilling(folder, backup, papers[one], papers[other]))
        assert "Version 1: 1 keys unwrapped, sealed events from 20" in said
        assert "Version 2: 2 keys unwrapped, sealed events from 20" in said
        assert "All of it can be read" in said
        assert not any(name in said for name in ("Amara", "Jonah", "Okafor"))


async def test_codes_are_typed_without_showing(desk: Desk, backup: str, folder: Path, papers: list[Path]) -> None:
    await made(desk, folder)
    one, other = (written(on_paper(paper.read_text())) for paper in papers[:2])
    slip = ("A" if one[0] != "A" else "B") + one[1:]
    said = await desk.told(*drilling(folder, backup), given=f"{slip}\n{one.lower()}\n{other}\n")
    assert "All of it can be read" in said and "there is a mistake in it" in said
    assert one not in said and one.lower() not in said and other not in said


async def test_one_holder_alone_reads_nothing(desk: Desk, backup: str, folder: Path, papers: list[Path]) -> None:
    await made(desk, folder)
    one = written(on_paper(papers[0].read_text()))
    assert "takes those of two holders" in await desk.refused(*drilling(folder, backup, papers[0], papers[0]))
    said = await desk.refused(*drilling(folder, backup), given=f"{one}\n{written(new_code())}\n")
    assert "do not open it" in said
    said = await desk.refused(*drilling(folder, backup), given="x\n" * 5)
    assert "no code was typed" in said


async def test_a_drill_changes_nothing_and_needs_no_right_to(
    desk: Desk, backup: str, folder: Path, papers: list[Path]
) -> None:
    await made(desk, folder)
    async with a_connection(backup) as owner:
        await owner.execute("create role drilling login password 'drilling'")
        try:
            await owner.execute("grant select on events, keys to drilling")
            host = backup.rpartition("@")[2]
            reading = f"postgresql://drilling:drilling@{host}"
            await desk.told(*drilling(folder, reading, papers[0], papers[1]))
        finally:
            await owner.execute("drop owned by drilling; drop role drilling")


async def test_what_cannot_be_read_is_named_and_the_drill_fails(
    desk: Desk, backup: str, folder: Path, papers: list[Path]
) -> None:
    await made(desk, folder)
    async with a_connection(backup) as owner:
        damage = "update keys set wrapped = sha256('') || '12345678' where kek_version = 1 returning stream_id"
        stream = await owner.fetchval(damage)
        newest = "select max(position) from events e join keys k on k.id = e.key_id where kek_version = 2"
        flip = "update events set state = set_byte(state, 20, 255 - get_byte(state, 20))"
        position = await owner.fetchval(f"{flip} where position = ({newest}) returning position")
    said = await desk.refused(*drilling(folder, backup, papers[0], papers[1]))
    assert f"the key of stream {stream}: key-encryption key version 1 does not fit" in said
    assert f"event {position} of stream" in said and "All of it" not in said


async def test_a_copy_older_than_the_backup_is_said_to_be(
    desk: Desk, backup: str, folder: Path, papers: list[Path]
) -> None:
    await made(desk, folder)
    async with a_connection(backup) as owner:
        await owner.execute("update keys set kek_version = 3 where kek_version = 2")
    said = await desk.refused(*drilling(folder, backup, papers[0], papers[1]))
    assert "2 keys: key-encryption key version 3 is missing" in said


async def test_a_database_without_keys_proves_nothing(desk: Desk, folder: Path, papers: list[Path]) -> None:
    await made(desk, folder)
    said = await desk.refused(*drilling(folder, desk.log.database.owner, papers[0], papers[1]))
    assert "no live key at all" in said


async def test_a_file_that_was_changed_or_is_none_is_refused(
    desk: Desk, backup: str, folder: Path, papers: list[Path]
) -> None:
    await made(desk, folder)
    file = folder / "escrow.json"
    content = json.loads(file.read_bytes())
    content["label"]["holders"][0] = "Somebody else"
    file.write_text(json.dumps(content))
    assert "not as it was written" in await desk.refused(*drilling(folder, backup, papers[0], papers[1]))
    file.write_text("no escrow")
    assert "no escrow file" in await desk.refused(*drilling(folder, backup, papers[0], papers[1]))


async def test_after_a_loss_two_holders_get_the_secrets_back(desk: Desk, folder: Path, papers: list[Path]) -> None:
    stream = await desk.log.started()
    await made(desk, folder)
    lost = desk.file.read_bytes()
    desk.file.unlink()
    opening = ["keys", "open", "--escrow", str(folder / "escrow.json"), str(desk.file)]
    codes = [part for paper in papers[1:] for part in ("--code-file", str(paper))]
    assert "do not open it" in await desk.refused(*opening, given=f"{written(new_code())}\n{written(new_code())}\n")
    assert not desk.file.exists()
    await desk.told(*opening, *codes)
    assert desk.file.read_bytes() == lost and desk.file.stat().st_mode & 0o777 == 0o600
    assert await readable(desk.store(), [stream]) == 1
    assert "there already" in await desk.refused(*opening, *codes)
    assert {path.name for path in desk.file.parent.iterdir()} == {desk.file.name, folder.name}


async def test_secrets_that_do_not_open_the_database_are_not_worth_a_copy(desk: Desk, folder: Path) -> None:
    await desk.log.started()
    holders = ["--holder", "Head of IT", "--holder", "Registrar"]
    kept = desk.file.read_bytes()
    desk.file.write_text(await desk.told("secrets"))
    assert "do not open this database" in await desk.refused("keys", "escrow", str(folder), *holders)
    desk.file.write_text(await desk.told("secrets", "add", given=kept.decode()))
    assert "version 2 waits" in await desk.refused("keys", "escrow", str(folder), *holders)
    assert not folder.exists()


async def test_it_says_who_holds_it_and_holds_all_versions_and_is_noted(
    desk: Desk, folder: Path, papers: list[Path]
) -> None:
    await desk.told("keys", "rotate")
    assert "a paper for each holder" in await made(desk, folder)
    assert {path.name for path in folder.iterdir()} == {"escrow.json", *(paper.name for paper in papers)}
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}
    label = json.loads((folder / "escrow.json").read_bytes())["label"]
    assert label["holders"] == list(HOLDERS) and label["versions"] == [1, 2]
    assert [len(each["escrowed_at"]) for each in (await desk.story()).values()] == [1, 1]
    for path in folder.iterdir():
        assert desk.file.read_text() not in path.read_text()


async def test_an_escrow_is_never_overwritten(desk: Desk, folder: Path) -> None:
    await made(desk, folder)
    before = (folder / "escrow.json").read_bytes()
    holders = ["--holder", "Head of IT", "--holder", "Registrar"]
    assert "never overwritten" in await desk.refused("keys", "escrow", str(folder), *holders)
    assert (folder / "escrow.json").read_bytes() == before


@pytest.mark.parametrize("holders", [["Head of IT"], ["Head of IT", "head of  IT"], ["Head of IT", " "]])
async def test_it_takes_two_different_holders(desk: Desk, folder: Path, holders: list[str]) -> None:
    given = [part for name in holders for part in ("--holder", name)]
    assert "two or more holders" in await desk.refused("keys", "escrow", str(folder), *given)
    assert not folder.exists()


async def test_where_the_database_is_away_nothing_is_written(desk: Desk, folder: Path) -> None:
    nobody = "postgresql://nobody@127.0.0.1:1/nothing"
    holders = ["--holder", "Head of IT", "--holder", "Registrar"]
    assert "cannot be reached" in await desk.refused("keys", "escrow", str(folder), *holders, DATABASE_URL=nobody)
    assert not folder.exists()
