"""Scanners for tests, and putting one in place."""

from collections.abc import AsyncIterator

from portal.documents.scanning import Scanned, ScannerAway
from tests.portals import Playground

VIRUS = b"made-up virus"


class Scanner:
    """Finds one made-up virus; may be away; says which version it is."""

    def __init__(self) -> None:
        self.away = False
        self.knows = VIRUS
        self.named = "ClamAV 1.4.6/27500"
        self.scans = 0

    async def scan(self, parts: AsyncIterator[bytes]) -> Scanned:
        if self.away:
            raise ScannerAway("made up")
        self.scans += 1
        content = b"".join([part async for part in parts])
        if content.startswith(b"unscannable"):
            return Scanned.UNSCANNABLE
        return Scanned.INFECTED if self.knows in content else Scanned.CLEAN

    async def version(self) -> str:
        if self.away:
            raise ScannerAway("made up")
        return self.named


def with_scanner(play: Playground) -> Scanner:
    """The portal asks this one from now on."""
    scanner = Scanner()
    object.__setattr__(play.portal, "scanner", scanner)
    return scanner
