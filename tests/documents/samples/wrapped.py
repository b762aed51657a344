"""The EICAR test file in what it may come in: what the checks say, and what ClamAV says."""

import zlib
from collections.abc import Callable

import msgspec
import pikepdf

from portal.documents.checking.kinds import Kind, Why
from portal.documents.scanning import Scanned
from tests.documents.clamav import EICAR
from tests.documents.samples import packages, pdfs, pictures


class Wrapped(msgspec.Struct, frozen=True):
    """`why`: what the checks find wrong (None: nothing, only the scanner can)."""

    says: str
    kind: Kind
    make: Callable[[], bytes]
    scanned: Scanned = Scanned.INFECTED
    why: Why | None = None


def _in_a_stream(document: pikepdf.Pdf) -> None:
    document.pages[0].Contents = document.make_stream(EICAR)


def _in_a_packed_stream(document: pikepdf.Pdf) -> None:
    stream = pikepdf.Stream(document, zlib.compress(EICAR))
    stream.Filter = pikepdf.Name.FlateDecode
    document.pages[0].Contents = document.make_indirect(stream)


def _in_pictures(levels: int) -> bytes:
    content = EICAR
    for _ in range(levels):
        content = packages.archive({"a.zip": content})
    return packages.docx({"word/media/image1.png": content})


WRAPPED = (
    Wrapped("as it is, named TXT", Kind.TXT, lambda: EICAR),
    Wrapped("as it is, named PDF", Kind.PDF, lambda: EICAR, why=Why.DISAGREES),
    Wrapped("behind 1 KB of notes", Kind.TXT, lambda: b"Notes. " * 150 + EICAR),
    Wrapped("as a picture of a DOCX", Kind.DOCX, lambda: _in_pictures(0)),
    Wrapped("in a ZIP that is called a picture of a DOCX", Kind.DOCX, lambda: _in_pictures(1)),
    Wrapped("as a picture of an XLSX", Kind.XLSX, lambda: packages.xlsx({"xl/media/image1.png": EICAR})),
    Wrapped("behind 13 MB in an entry of a DOCX", Kind.DOCX, lambda: _behind(13_000_000)),
    Wrapped("as the stream of a PDF", Kind.PDF, lambda: pdfs.pdf(_in_a_stream)),
    Wrapped("as a packed stream of a PDF", Kind.PDF, lambda: pdfs.pdf(_in_a_packed_stream)),
    Wrapped("attached to a PDF", Kind.PDF, lambda: pdfs.pdf(_attached), Scanned.CLEAN, Why.EMBEDDED),
    Wrapped("in the comment of a JPEG", Kind.JPEG, lambda: pictures.jpeg(comment=EICAR)),
    Wrapped("in a note of a PNG", Kind.PNG, lambda: pictures.png_with_a_note(EICAR)),
    Wrapped("in 14 ZIPs, in a DOCX", Kind.DOCX, lambda: _in_pictures(14), Scanned.UNSCANNABLE),
    Wrapped("in a DOCX with a password", Kind.DOCX, packages.locked_docx, Scanned.UNSCANNABLE, Why.ENCRYPTED),
)


def _behind(length: int) -> bytes:
    noise = b"".join(zlib.crc32(b"%d" % number).to_bytes(4, "big") * 16 for number in range(length // 64))
    return packages.docx({"word/media/image1.bmp": noise + EICAR})


def _attached(document: pikepdf.Pdf) -> None:
    document.attachments["a.txt"] = pikepdf.AttachedFileSpec(document, EICAR, filename="a.txt")
