"""ZIP, as far as a DOCX or XLSX needs it: entries one behind the other from the first byte to the last, each as large
as it says, and unpacked in memory only.

Readers of ZIP disagree where its two lists of entries do, where entries overlap or where bytes stand between them; a
file in which they could is refused.
"""

import encodings.cp437  # noqa: F401 - codecs are files too, and none can be opened later
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final, NamedTuple

from portal.documents.checking.kinds import MIB, Bounds, Unsound, Why

_ENCRYPTED: Final = 0x1
_DESCRIPTOR: Final = 0x8  # sizes stand behind the content
_UNSAID: Final = frozenset({0, 0xFFFFFFFF})
_DESCRIPTOR_SIZES: Final = frozenset({12, 16, 20, 24})
_LOCAL: Final = struct.Struct("<4sHHHHHIIIHH")
_END_SIZE: Final = 22
_METHODS: Final = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_PART: Final = 256 * 1024
_LONGEST_NAME: Final = 255


class _Local(NamedTuple):
    """What stands before an entry, and should be what the list at the end says of it."""

    flags: int
    method: int
    sizes: tuple[int, int, int]  # checksum, packed, unpacked
    name: bytes
    content_at: int

    @classmethod
    def read(cls, content: bytes, position: int) -> "_Local":
        """Raises Unsound where there is none."""
        head = content[position : position + _LOCAL.size]
        if len(head) < _LOCAL.size:
            raise Unsound(Why.DAMAGED)
        signature, _, flags, method, _, _, checksum, packed, unpacked, name_size, extra_size = _LOCAL.unpack(head)
        if signature != b"PK\x03\x04":
            raise Unsound(Why.DAMAGED)
        start = position + _LOCAL.size
        name = content[start : start + name_size]
        return cls(flags, method, (checksum, packed, unpacked), name, start + name_size + extra_size)

    def agrees_with(self, entry: zipfile.ZipInfo) -> bool:
        """Where its sizes follow the content it need not name them."""
        listed = (entry.CRC, entry.compress_size, entry.file_size)
        unsaid = _UNSAID if self.flags & _DESCRIPTOR else frozenset[int]()
        sizes = all(said == size or said in unsaid for said, size in zip(self.sizes, listed, strict=True))
        same = (self.name, self.method) == (_raw_name(entry), entry.compress_type)
        return same and sizes and not self.flags & _ENCRYPTED


class Archive:
    """The entries of a sound ZIP. Raises Unsound when made and when read."""

    def __init__(self, content: bytes, bounds: Bounds) -> None:
        self._content, self._bounds, self._left = content, bounds, bounds.unpacked
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(content))
        except zipfile.BadZipFile:
            raise Unsound(Why.DAMAGED) from None
        self._entries = sorted(self._zip.infolist(), key=lambda entry: entry.header_offset)
        self._refuse_by_lists()
        self.names = frozenset(entry.filename for entry in self._entries)

    def _refuse_by_lists(self) -> None:
        if len(self._entries) > self._bounds.entries or sum(e.file_size for e in self._entries) > self._bounds.unpacked:
            raise Unsound(Why.BOMB)
        if len({entry.filename.casefold() for entry in self._entries}) != len(self._entries):
            raise Unsound(Why.DAMAGED)
        position = 0
        for entry in self._entries:
            _refuse_entry(entry, self._bounds)
            position = self._end_of(entry, position)
        if position != self._zip.start_dir or self._content[-_END_SIZE:][:4] != b"PK\x05\x06":
            raise Unsound(Why.HIDDEN)

    def _end_of(self, entry: zipfile.ZipInfo, position: int) -> int:
        """Where the next entry starts, if this one starts where the one before ended and both lists agree on it."""
        if entry.header_offset != position:
            raise Unsound(Why.BOMB if entry.header_offset < position else Why.HIDDEN)
        local = _Local.read(self._content, position)
        if not local.agrees_with(entry):
            raise Unsound(Why.DAMAGED)
        end = local.content_at + entry.compress_size
        if not local.flags & _DESCRIPTOR:
            return end
        later = (each.header_offset for each in self._entries if each.header_offset > position)
        following = min(later, default=self._zip.start_dir)
        if following - end not in _DESCRIPTOR_SIZES:
            raise Unsound(Why.HIDDEN if following > end else Why.BOMB)
        return following

    def parts(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        """The content of an entry, unpacked, in parts. Counts what comes out, not what was said."""
        try:
            with self._zip.open(entry) as file:
                size = 0
                while part := file.read(_PART):
                    size += len(part)
                    self._left -= len(part)
                    if size > entry.file_size or self._left < 0:
                        raise Unsound(Why.BOMB)
                    yield part
        except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError):
            raise Unsound(Why.DAMAGED) from None
        if size != entry.file_size:
            raise Unsound(Why.DAMAGED)

    def __iter__(self) -> Iterator[zipfile.ZipInfo]:
        return iter(self._entries)


def _refuse_entry(entry: zipfile.ZipInfo, bounds: Bounds) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise Unsound(Why.ENCRYPTED)
    if entry.file_size > bounds.unpacked_entry:
        raise Unsound(Why.BOMB)
    if entry.file_size > MIB and entry.file_size > bounds.ratio * max(1, entry.compress_size):
        raise Unsound(Why.BOMB)
    name = entry.orig_filename
    strange = "\\" in name or "\x00" in name or name.startswith("/") or ".." in name.split("/") or ":" in name
    if strange or not 0 < len(name) <= _LONGEST_NAME or entry.compress_type not in _METHODS:
        raise Unsound(Why.DAMAGED)
    if stat.S_IFMT(entry.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise Unsound(Why.DAMAGED)


def _raw_name(entry: zipfile.ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")
