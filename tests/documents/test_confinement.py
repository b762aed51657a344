"""What a process that looks at files cannot do, even if a file takes it over."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

# Each is tried in a process that has given up everything, by what the kernel shuts for it.
TRIES = {
    "read a file": ("files", "open('/etc/passwd')"),
    "list a folder": ("files", "os.listdir('/')"),
    "make a file": ("files", "os.open('{folder}/new', os.O_CREAT | os.O_WRONLY)"),
    "remove a file": ("files", "os.unlink('{folder}/old')"),
    "open a socket": ("calls", "_socket.socket(2, 1)"),
    "open a local socket": ("calls", "_socket.socket(1, 1)"),
    "start a process": ("calls", "os.fork()"),
    "become another program": ("calls", "os.execv('/bin/true', ['true'])"),
    "end another process": ("calls", "os.kill(os.getppid(), 0)"),
}
PARENTS = {"portal", "portal.documents", "portal.documents.checking"}
PROGRAM = """
import json, os, sys, _socket, resource
from portal.documents.checking.confinement import confine
shut = confine(5, 512 * 1024 * 1024)
try:
    {tried}
    failed = ""
except OSError as failure:
    failed = type(failure).__name__
limits = [resource.getrlimit(each)[0] for each in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_AS)]
sys.stdout.write(json.dumps(dict(shut=sorted(shut), failed=failed, limits=limits)))
"""


def answer(tried: str) -> dict[str, object]:
    """What came of it."""
    command = [sys.executable, "-I", "-B", "-c", PROGRAM.format(tried=tried)]
    found: dict[str, object] = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=60).stdout)
    return found


@pytest.mark.parametrize("does", TRIES)
def test_it_cannot(does: str, tmp_path: Path) -> None:
    (tmp_path / "old").touch()
    shut_by, tried = TRIES[does]
    found = answer(tried.format(folder=tmp_path))
    shut = found["shut"]
    assert isinstance(shut, list)
    if shut_by in shut:  # kernels before Landlock, and machines without seccomp, have the limits alone
        assert found["failed"] == "PermissionError"


def test_it_writes_no_file_leaves_no_core_and_has_so_much_memory() -> None:
    assert answer("pass")["limits"] == [0, 0, 512 * 1024 * 1024]


def test_threads_are_left_to_it() -> None:
    assert answer("import _thread; _thread.start_new_thread(int, ())")["failed"] == ""


def test_it_is_started_with_nothing_of_the_portal_but_how_to_look_at_files() -> None:
    loads = (
        "import sys; from portal.documents.checking import child; from portal.documents.checking.kinds import Kind; "
    )
    loads += "[child.module_for('check', kind) for kind in Kind]; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-I", "-c", loads], capture_output=True, check=True, text=True
    ).stdout.split()
    ours = {name for name in loaded if name.startswith("portal")}
    assert "portal.documents.checking.pdf" in ours
    assert all(name.startswith("portal.documents.checking.") or name in PARENTS for name in ours)
    assert not {"msgspec", "asyncpg", "asyncio", "cryptography"} & set(loaded)  # they would only take time
