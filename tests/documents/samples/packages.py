"""DOCX, XLSX and what else is a ZIP."""

import io
import stat
import struct
import warnings
import zipfile

from tests.documents.samples import texts

_TYPES = "application/vnd.openxmlformats-officedocument."
_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
WORD = _TYPES + "wordprocessingml.document.main+xml"
SHEET = _TYPES + "spreadsheetml.sheet.main+xml"
MACRO_WORD = "application/vnd.ms-word.document.macroEnabled.main+xml"
MACRO_SHEET = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
TEXT = "<w:p><w:r><w:t>Tom has not been at school since Monday.</w:t></w:r></w:p>"
_ELSEWHERE = ' TargetMode="External"'
Parts = dict[str, bytes]


def archive(parts: Parts, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", method) as file:
        for name, content in parts.items():
            file.writestr(name, content)
    return written.getvalue()


def relationships(*each: tuple[str, str, bool]) -> bytes:
    """What a part refers to: the last word of the type, the target, whether it is elsewhere."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{_RELATIONSHIPS}/{kind}" Target="{target}"{_ELSEWHERE * elsewhere}/>'
        for number, (kind, target, elsewhere) in enumerate(each)
    )
    space = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{_XML}<Relationships xmlns="{space}">{lines}</Relationships>'.encode()


def content_types(main: str, part: str, *further: str) -> bytes:
    """The list of what each part is."""
    lines = "".join(
        f'<Override PartName="/extra{number}.xml" ContentType="{type_}"/>' for number, type_ in enumerate(further)
    )
    return (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/><Override PartName="{part}" ContentType="{main}"/>'
        f"{lines}</Types>"
    ).encode()


def word_text(body: str = TEXT, before: str = "") -> bytes:
    """word/document.xml."""
    return f"{_XML}{before}<w:document {_W}><w:body>{body}</w:body></w:document>".encode()


def docx_parts(main: str = WORD) -> Parts:
    """What the smallest DOCX is made of."""
    return {
        "[Content_Types].xml": content_types(main, "/word/document.xml"),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
        "word/document.xml": word_text(),
    }


def docx(further: Parts | None = None, main: str = WORD) -> bytes:
    """A report of a school."""
    return archive({**docx_parts(main), **(further or {})})


def docx_that_says(body: str, before: str = "") -> bytes:
    """With this in its text."""
    return docx({"word/document.xml": word_text(body, before)})


def docx_referring(kind: str, target: str, elsewhere: bool = True) -> bytes:
    """One relationship of its text."""
    return docx({"word/_rels/document.xml.rels": relationships((kind, target, elsewhere))})


def xlsx(further: Parts | None = None, main: str = SHEET) -> bytes:
    """An attendance list."""
    sheet = (
        f'{_XML}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>Monday: absent</t></is></c></row></sheetData></worksheet>'
    )
    book = (
        f'{_XML}<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{_RELATIONSHIPS}">'
        '<sheets><sheet name="Attendance" sheetId="1" r:id="r0"/></sheets></workbook>'
    )
    return archive(
        {
            "[Content_Types].xml": content_types(main, "/xl/workbook.xml"),
            "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml", False)),
            "xl/workbook.xml": book.encode(),
            "xl/_rels/workbook.xml.rels": relationships(("worksheet", "worksheets/sheet1.xml", False)),
            "xl/worksheets/sheet1.xml": sheet.encode(),
            **(further or {}),
        }
    )


def docx_of_a_web_office() -> bytes:
    """Written as a stream, as web offices do: sizes stand behind each entry."""

    class Stream(io.BytesIO):
        def seekable(self) -> bool:
            return False

    written = Stream()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in docx_parts().items():
            file.writestr(name, content)
    return written.getvalue()


def docx_with_a_field(instruction: str) -> bytes:
    """The instruction is split in two, as Word does."""
    half = len(instruction) // 2
    runs = "".join(f"<w:r><w:instrText>{each}</w:instrText></w:r>" for each in (instruction[:half], instruction[half:]))
    return docx_that_says(f'<w:p><w:r><w:fldChar w:fldCharType="begin"/></w:r>{runs}</w:p>')


def laughing_docx() -> bytes:
    """Entities that grow tenfold, eight times."""
    grown = "".join(f'<!ENTITY a{n} "' + f"&a{n - 1};" * 10 + '">' for n in range(1, 9))
    return docx_that_says("<w:p>&a8;</w:p>", f'<!DOCTYPE w [<!ENTITY a0 "ha">{grown}]>')


def reaching_docx() -> bytes:
    """An entity that reads a file of the machine."""
    return docx_that_says("<w:p>&a;</w:p>", '<!DOCTYPE w [<!ENTITY a SYSTEM "file:///etc/passwd">]>')


def bomb_in_docx() -> bytes:
    """19 MB of zeros in 20 KB."""
    return docx({"word/media/image1.bmp": bytes(19_000_000)})


def heavy_docx() -> bytes:
    """Four entries that together are larger than is allowed."""
    return archive({**docx_parts(), **{f"word/media/image{n}.bmp": bytes(18_000_000) for n in range(3)}})


def crowded_docx() -> bytes:
    """3,000 entries."""
    return archive({**docx_parts(), **{f"word/media/image{n}.png": b"" for n in range(3_000)}}, zipfile.ZIP_STORED)


def overlapping_docx() -> bytes:
    """Two names for the same bytes, as in bombs that grow with the square of their entries."""
    content = bytearray(docx({"word/media/a.bmp": bytes(10), "word/media/b.bmp": bytes(10)}))
    first, second = (content.index(name) - 30 for name in (b"word/media/a.bmp", b"word/media/b.bmp"))
    at = content.rindex(b"word/media/b.bmp") - 46
    struct.pack_into("<I", content, at + 42, first)
    assert first < second
    return bytes(content)


def lying_docx() -> bytes:
    """The list at the end says 10 bytes where a megabyte is packed."""
    content = bytearray(docx({"word/media/a.bmp": bytes(1_000_000)}))
    at = content.rindex(b"word/media/a.bmp") - 46
    struct.pack_into("<I", content, at + 24, 10)
    return bytes(content)


def docx_that_lies_twice() -> bytes:
    """Both lists say 10 bytes where a megabyte is packed."""
    content = bytearray(lying_docx())
    at = content.index(b"word/media/a.bmp") - 30
    struct.pack_into("<I", content, at + 22, 10)
    return bytes(content)


def docx_behind(before: bytes) -> bytes:
    """Something stands in front of it, and the ZIP is in order."""
    written = io.BytesIO()
    written.write(before)
    with zipfile.ZipFile(written, "a", zipfile.ZIP_DEFLATED) as file:
        for name, content in docx_parts().items():
            file.writestr(name, content)
    return written.getvalue()


def docx_with_a_gap() -> bytes:
    """A program between two entries."""
    content = bytearray(docx({"word/media/a.bmp": b"1"}))
    start = content.index(b"word/media/a.bmp") - 30
    gap = texts.elf()
    listed = content.rindex(b"word/media/a.bmp") - 46
    struct.pack_into("<I", content, listed + 42, start + len(gap))
    end = content.rindex(b"PK\x05\x06")
    struct.pack_into("<I", content, end + 16, struct.unpack_from("<I", content, end + 16)[0] + len(gap))
    return bytes(content[:start]) + gap + bytes(content[start:])


def docx_with_a_link_of_the_file_system() -> bytes:
    """An entry that is a symbolic link."""
    written = io.BytesIO(docx())
    with zipfile.ZipFile(written, "a") as file:
        link = zipfile.ZipInfo("word/media/a.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        file.writestr(link, "/etc/passwd")
    return written.getvalue()


def docx_with_a_name_twice() -> bytes:
    """Which of the two is read depends on the reader."""
    written = io.BytesIO(docx())
    with warnings.catch_warnings(), zipfile.ZipFile(written, "a") as file:
        warnings.simplefilter("ignore")
        file.writestr("word/document.xml", word_text())
    return written.getvalue()


def locked_docx() -> bytes:
    """Each entry says that it is encrypted."""
    content = bytearray(docx())
    position = 0
    while (position := content.find(b"PK\x03\x04", position)) >= 0:
        content[position + 6] |= 1
        position += 4
    position = 0
    while (position := content.find(b"PK\x01\x02", position)) >= 0:
        content[position + 8] |= 1
        position += 4
    return bytes(content)


def old_office(*streams: str) -> bytes:
    """The container of Word before 2007, in which a DOCX with a password comes too: its head and its streams' names."""
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0")
    return head + b"".join(name.encode("utf-16-le").ljust(128, b"\0") for name in ("Root Entry", *streams))


def odt() -> bytes:
    """A text of LibreOffice."""
    return archive({"mimetype": b"application/vnd.oasis.opendocument.text", "content.xml": b"<a/>"})


def jar() -> bytes:
    """A program in Java."""
    return archive({"META-INF/MANIFEST.MF": b"Manifest-Version: 1.0\n", "Evil.class": b"\xca\xfe\xba\xbe"})
