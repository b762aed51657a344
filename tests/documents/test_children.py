"""Files are looked at by processes that end with them, whatever happens."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from portal.documents.checking.checker import Accepted, CheckUnavailable, Rejected, check
from portal.documents.checking.children import Children
from portal.documents.checking.kinds import MIB, Bounds, Why
from portal.documents.checking.limits import CheckLimits
from portal.wiring import _try_a_check
from tests.documents.samples import pdfs, pictures
from tests.documents.samples.packing import packed
from tests.documents.streams import parts, until

LIMITS = CheckLimits()
SHUT = """
import json
from portal.documents.checking.confinement import confine
print(json.dumps(sorted(confine(5, 1 << 30))))
"""
ROOT = Path(__file__).parents[2]
BLOCK = b"\xff\xd8\xff" + bytes(64 * 1024 - 3)  # of something that is no picture: refused at once


def children() -> list[int]:
    """The processes that look at files for this one."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if parent == os.getpid() and b"checking.child" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue  # it has just ended
    return found


class Upload:
    """A file of which the second half waits until it is let go."""

    def __init__(self, content: bytes) -> None:
        self._content, self.halfway, self.go = content, asyncio.Event(), asyncio.Event()

    async def parts(self) -> AsyncIterator[bytes]:
        """The two halves."""
        middle = len(self._content) // 2
        yield self._content[:middle]
        self.halfway.set()
        await self.go.wait()
        yield self._content[middle:]


async def begun(upload: Upload, room: Children) -> "tuple[asyncio.Task[Accepted | Rejected], int]":
    """A check in the middle of its file, and the process that does it."""
    checking = asyncio.create_task(check("letter.pdf", "", upload.parts(), LIMITS, room))
    await upload.halfway.wait()
    (child,) = children()
    return checking, child


async def test_a_process_that_is_killed_in_the_middle_says_nothing_of_the_file() -> None:
    upload = Upload(pdfs.pdf())
    checking, child = await begun(upload, Children())
    os.kill(child, signal.SIGKILL)
    upload.go.set()
    with pytest.raises(CheckUnavailable):
        await checking
    assert not children()


async def test_a_process_that_hangs_is_given_up_and_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    hangs = ("-c", "import time; time.sleep(3600)  # in place of checking.child")
    monkeypatch.setattr("portal.documents.checking.children._CHILD", hangs)
    with pytest.raises(CheckUnavailable, match="too long"):
        await check("letter.pdf", "", parts(pdfs.pdf()), LIMITS, Children(seconds=0.5))
    await until(lambda: not children())


async def test_whoever_goes_away_leaves_no_process_behind() -> None:
    checking, _ = await begun(Upload(pdfs.pdf()), Children())
    checking.cancel()
    with pytest.raises(asyncio.CancelledError):
        await checking
    assert not children()


async def test_a_portal_that_is_killed_leaves_no_process_behind() -> None:
    program = (
        "import asyncio, tests.documents.test_children as t\n"
        "async def main():\n"
        "    _, child = await t.begun(t.Upload(t.pdfs.pdf()), t.Children())\n"
        "    print(child, flush=True)\n"
        "    await asyncio.sleep(3600)\n"
        "asyncio.run(main())"
    )
    portal = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert portal.stdout
    child = int(await portal.stdout.readline())
    assert Path(f"/proc/{child}").exists()
    portal.kill()
    await portal.wait()
    await until(lambda: not Path(f"/proc/{child}").exists())


async def test_a_store_that_fails_in_the_middle_is_heard_and_leaves_no_process_behind() -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"%PDF-1.7"
        raise TimeoutError("the store")

    with pytest.raises(TimeoutError, match="the store"):
        await check("letter.pdf", "", failing(), LIMITS)
    assert not children()


async def test_a_file_that_is_too_large_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += len(BLOCK)
            yield BLOCK

    found = await check("photo.jpg", "", endless(), LIMITS)
    assert isinstance(found, Rejected)
    assert found.why is Why.TOO_LARGE
    assert read <= LIMITS.largest + len(BLOCK)


async def test_a_file_that_needs_too_much_memory_is_too_complex() -> None:
    tight = CheckLimits(bounds=Bounds(memory=64 * MIB))
    content = pictures.png_of(7_000, 7_000, packed(bytes(7_001), 7_000))
    found = await check("photo.png", "", parts(content), tight)
    assert isinstance(found, Rejected)
    assert found.why is Why.TOO_COMPLEX


async def test_a_file_that_needs_too_much_time_is_too_complex() -> None:
    hasty = CheckLimits(bounds=Bounds(cpu_seconds=1))
    found = await check("letter.pdf", "", parts(pdfs.crowded()), hasty)
    assert isinstance(found, Rejected)
    assert found.why is Why.TOO_COMPLEX


@pytest.mark.parametrize(
    ("says", "why"),
    [
        ("while True: print('x' * 65536)", Why.DAMAGED),
        ('print(\'{"why": "no reason"}\')', None),
        ("print('{\"facts\": {}}', end='')", None),
        ("print('{\"facts\": {}}'); sys.exit(1)", None),
        ("print('{\"facts\": {}}'); print('more')", None),
        ("pass", None),
    ],
    ids=["without end", "an unknown reason", "half a line", "and fails", "more than a line", "nothing"],
)
async def test_what_a_process_that_was_taken_over_says_is_not_believed(
    says: str, why: Why | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "portal.documents.checking.children._CHILD", ("-c", f"import sys; sys.stdin.read()  # checking.child\n{says}")
    )
    try:
        found = await check("letter.pdf", "", parts(b"%PDF-1.7"), LIMITS)
    except CheckUnavailable:
        assert why is None
    else:
        assert isinstance(found, Rejected)
        assert found.why is why
    assert not children()


async def test_no_more_processes_run_at_once_than_there_are_places() -> None:
    room, uploads = Children(at_once=2), [Upload(pdfs.pdf()) for _ in range(3)]
    checking = [asyncio.create_task(check("letter.pdf", "", each.parts(), LIMITS, room)) for each in uploads]
    await uploads[0].halfway.wait()
    await uploads[1].halfway.wait()
    assert len(children()) == 2
    assert not uploads[2].halfway.is_set()
    for each in uploads:
        each.go.set()
    assert all(isinstance(found, Accepted) for found in await asyncio.gather(*checking))


async def test_whoever_waits_too_long_for_a_place_is_told_so() -> None:
    upload, room = Upload(pdfs.pdf()), Children(at_once=1, wait=0.05)
    checking, _ = await begun(upload, room)
    with pytest.raises(CheckUnavailable, match="waiting"):
        await check("letter.pdf", "", parts(pdfs.pdf()), LIMITS, room)
    upload.go.set()
    assert isinstance(await checking, Accepted)


async def test_a_machine_that_starts_no_process_says_nothing_of_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with pytest.raises(CheckUnavailable):
        await check("letter.pdf", "", parts(pdfs.pdf()), LIMITS)


async def test_a_process_says_what_it_has_given_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", logger="portal.wiring")
    await _try_a_check()
    said = json.loads(subprocess.run([sys.executable, "-c", SHUT], capture_output=True, check=True, timeout=60).stdout)
    shut = ", ".join(said) or "nothing but the limits"
    assert caplog.messages == [f"files are looked at by processes without: {shut}"]


async def test_nothing_of_a_file_is_written_anywhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    for name, content in (("a.pdf", pdfs.pdf()), ("a.jpg", pictures.jpeg()), ("a.heic", pictures.HEIC)):
        assert isinstance(await check(name, "", parts(content), LIMITS), Accepted)
    assert not list(tmp_path.iterdir())
