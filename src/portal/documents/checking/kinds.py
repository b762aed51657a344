"""The formats that may be attached, and what can be wrong with a file. Only the standard library: children start with
it, and must start quickly."""

from enum import StrEnum
from typing import Final, NamedTuple

MIB: Final = 1024 * 1024


class Kind(StrEnum):
    """A format that can be checked; which of them a service accepts is a setting."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    HEIC = "heic"
    DOCX = "docx"
    XLSX = "xlsx"
    TXT = "txt"


class Why(StrEnum):
    """What is wrong with a file."""

    NOT_LISTED = "not_listed"  # by its extension
    NAME = "name"  # characters that hide what it is, or too long
    DISAGREES = "disagrees"  # extension, declared type and content do not say the same
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    DAMAGED = "damaged"  # cut off, or not built as the format demands
    ENCRYPTED = "encrypted"
    MACROS = "macros"
    ACTIVE_CONTENT = "active_content"  # scripts, actions, forms that send themselves, multimedia
    EMBEDDED = "embedded"  # other files inside
    EXTERNAL = "external"  # would load something from elsewhere when opened
    HIDDEN = "hidden"  # bytes that belong to another format: a polyglot
    TOO_MANY_PIXELS = "too_many_pixels"
    BOMB = "bomb"  # unpacks to far more than it is
    TOO_COMPLEX = "too_complex"  # too many pages or parts, or needs too much time or memory


class Format(NamedTuple):
    """How a kind is called by people, by file names and by browsers. The first media type is the right one."""

    label: str
    extensions: tuple[str, ...]
    media_types: tuple[str, ...]


_OPENXML: Final = "application/vnd.openxmlformats-officedocument."
FORMATS: Final[dict[Kind, Format]] = {
    Kind.PDF: Format("PDF", ("pdf",), ("application/pdf", "application/x-pdf")),
    Kind.JPEG: Format("JPG", ("jpg", "jpeg"), ("image/jpeg", "image/jpg", "image/pjpeg")),
    Kind.PNG: Format("PNG", ("png",), ("image/png", "image/x-png")),
    Kind.HEIC: Format("HEIC", ("heic", "heif"), ("image/heic", "image/heif")),
    Kind.DOCX: Format("DOCX", ("docx",), (_OPENXML + "wordprocessingml.document",)),
    Kind.XLSX: Format("XLSX", ("xlsx",), (_OPENXML + "spreadsheetml.sheet",)),
    Kind.TXT: Format("TXT", ("txt",), ("text/plain",)),
}
# What browsers say where the computer knows no better: no claim, so nothing to agree with.
NO_CLAIM: Final = frozenset({"", "application/octet-stream"})
# The kinds of which a preview can be made.
SHOWN: Final = frozenset({Kind.PDF, Kind.JPEG, Kind.PNG, Kind.HEIC})


class Bounds(NamedTuple):
    """How much a file may hold, and what looking at it may cost.

    The unpacked sizes must stay below the scanner's (MaxFileSize, MaxScanSize and MaxFiles of clamd, which calls an
    entry that is larger than MaxFileSize clean).
    """

    pages: int = 1_000
    objects: int = 100_000  # of a PDF
    pixels: int = 50_000_000  # before anything is decoded
    entries: int = 1_000  # of a DOCX or XLSX
    unpacked: int = 50 * MIB  # all its entries together
    unpacked_entry: int = 20 * MIB
    ratio: int = 200  # unpacked to packed, for entries above a mebibyte
    cpu_seconds: int = 10
    memory: int = 1024 * MIB  # address space of the child


class Unsound(Exception):
    """A file is not accepted. Names only why: nothing of its content."""

    def __init__(self, why: Why) -> None:
        super().__init__(str(why))
        self.why = why


class NoSuchPage(Exception):
    """The document has no page of this number."""
