"""Only what the scanner has seen whole and called clean is clean."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from portal.documents.checking.kinds import MIB, Bounds
from portal.documents.checking.limits import CheckLimits
from portal.documents.scanning import Clamd, Scanned, ScannerAway
from tests.documents.clamav import EICAR, SETTINGS, Daemon, clamd
from tests.documents.streams import parts

LARGE = bytes(11_000_000)  # more than any socket holds

# What a daemon might say of a document, and what becomes of it. None: it is tried again.
ANSWERS = {
    b"stream: OK\0": Scanned.CLEAN,
    b"stream: Win.Test.EICAR_HDB-1 FOUND\0": Scanned.INFECTED,
    b"stream: Heuristics.OLE2.ContainsMacros FOUND\0": Scanned.INFECTED,
    b"stream: Heuristics.Limits.Exceeded.MaxFiles FOUND\0": Scanned.UNSCANNABLE,
    b"stream: Heuristics.Encrypted.PDF FOUND\0": Scanned.UNSCANNABLE,
    b"INSTREAM size limit exceeded. ERROR\0": Scanned.UNSCANNABLE,
    b"stream: Bytecode run timed out ERROR\0": Scanned.UNSCANNABLE,
    b"stream: Can't allocate memory ERROR\0": None,
    b"stream: Can't create temporary file ERROR\0": None,
    b"COMMAND READ TIMED OUT\0": None,
    b"stream: OK": None,  # cut off
    b"stream: O\0": None,
    b"stream: OK ERROR\0": Scanned.UNSCANNABLE,
    b"stream: ok\0": None,
    b"xstream: OK\0": None,
    b"OK\0": None,
    b"\0": None,
    b"": None,
    b"x" * 100_000 + b"\0": None,
}


@asynccontextmanager
async def daemon(folder: Path, answer: bytes, at_once: bool = False) -> AsyncIterator[Clamd]:
    """A daemon that says this, when it has read all or `at_once`, and hangs up."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await reader.readexactly(len(b"zINSTREAM\0"))
            while not at_once and (length := int.from_bytes(await reader.readexactly(4), "big")):
                await reader.readexactly(length)
            writer.write(answer)
            await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_unix_server(serve, folder / "said.sock")
    async with server:
        yield Clamd(str(folder / "said.sock"))


@pytest.mark.parametrize(
    "answer", ANSWERS, ids=lambda answer: answer[:40].decode("ascii", "replace").replace("\0", ".")
)
async def test_an_answer_means(answer: bytes, folder: Path) -> None:
    async with daemon(folder, answer) as scanner:
        if expected := ANSWERS[answer]:
            assert await scanner.scan(parts(b"Notes")) == expected
        else:
            with pytest.raises(ScannerAway):
                await scanner.scan(parts(b"Notes"))


async def test_an_ok_before_everything_was_sent_is_none(folder: Path) -> None:
    async with daemon(folder, b"stream: OK\0", at_once=True) as scanner:
        with pytest.raises(ScannerAway):
            await scanner.scan(parts(LARGE))


async def test_a_daemon_that_is_not_there_is_away(folder: Path) -> None:
    for address in (str(folder / "nobody.sock"), "127.0.0.1:1"):
        with pytest.raises(ScannerAway):
            await Clamd(address).scan(parts(b"Notes"))
        with pytest.raises(ScannerAway):
            await Clamd(address).version()


@pytest.mark.parametrize("address", ["", "clamd", "scanner.example:", ":3310", "scanner.example:clamd"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        Clamd(address)


async def test_the_version_is_told(scanner: Daemon) -> None:
    assert (await Clamd(scanner.address).version()).startswith("ClamAV ")


async def test_a_clean_document_is_clean_however_it_arrives(scanner: Daemon) -> None:
    for size in (1, 7, 64 * 1024):
        assert await Clamd(scanner.address).scan(parts(b"Notes of a visit", size)) is Scanned.CLEAN
    assert await Clamd(scanner.address).scan(parts(b"")) is Scanned.CLEAN


async def test_an_empty_part_is_not_the_end(scanner: Daemon) -> None:
    async def arriving() -> AsyncIterator[bytes]:
        for part in (b"", EICAR[:30], b"", EICAR[30:], b""):
            yield part

    assert await Clamd(scanner.address).scan(arriving()) is Scanned.INFECTED


async def test_twenty_documents_at_once_get_an_answer_each(scanner: Daemon) -> None:
    contents = [EICAR if number % 3 == 0 else LARGE[:1_000_000] for number in range(20)]
    found = await asyncio.gather(*(Clamd(scanner.address).scan(parts(content)) for content in contents))
    assert [each is Scanned.INFECTED for each in found] == [content is EICAR for content in contents]


async def test_a_document_that_is_too_long_for_the_daemon_is_unscannable(scanner: Daemon) -> None:
    assert await Clamd(scanner.address).scan(parts(bytes(13 * MIB))) is Scanned.UNSCANNABLE


async def test_it_listens_on_a_port_too(folder: Path, unused_tcp_port: int) -> None:
    with clamd(folder, TCPSocket=str(unused_tcp_port), TCPAddr="127.0.0.1"):
        assert await Clamd(f"127.0.0.1:{unused_tcp_port}").scan(parts(EICAR)) is Scanned.INFECTED


async def test_killed_in_the_middle_of_a_document_it_is_away(folder: Path) -> None:
    with clamd(folder) as running:

        async def arriving() -> AsyncIterator[bytes]:
            yield LARGE[:100_000]
            running.kill()
            yield LARGE[:100_000]

        with pytest.raises(ScannerAway):
            await Clamd(running.address).scan(arriving())


async def test_a_frozen_daemon_is_away_whether_it_is_sent_little_or_much(folder: Path) -> None:
    with clamd(folder) as running:
        running.freeze()
        hasty = Clamd(running.address, write=0.3, answer=0.3)
        with pytest.raises(ScannerAway, match="answer"):
            await hasty.scan(parts(b"Notes"))
        with pytest.raises(ScannerAway, match="read"):
            await hasty.scan(parts(LARGE))


async def test_a_store_that_fails_in_the_middle_is_heard(scanner: Daemon) -> None:
    async def failing() -> AsyncIterator[bytes]:
        yield b"Notes"
        raise TimeoutError("the store")

    with pytest.raises(TimeoutError, match="the store"):
        await Clamd(scanner.address).scan(failing())
    assert await Clamd(scanner.address).scan(parts(EICAR)) is Scanned.INFECTED


def test_what_is_accepted_stays_below_what_the_daemon_looks_at() -> None:
    megabytes = {name: int(value[:-1]) * MIB for name, value in SETTINGS.items() if value.endswith("M")}
    bounds = Bounds()
    assert bounds.unpacked_entry < megabytes["MaxFileSize"]
    assert bounds.unpacked < megabytes["MaxFileSize"]
    assert bounds.unpacked + CheckLimits().largest < megabytes["MaxScanSize"]
    assert CheckLimits().largest < megabytes["StreamMaxLength"]
    assert bounds.entries < int(SETTINGS["MaxFiles"])
