"""PDF."""

import io
from collections.abc import Callable
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from tests.documents.samples import texts
from tests.documents.samples.packages import archive
from tests.documents.samples.packing import packed

FLAT = pikepdf.ObjectStreamMode.disable
PACKED = pikepdf.ObjectStreamMode.generate


def pdf(
    change: Callable[[Pdf], object] = lambda document: None,
    pages: int = 1,
    encryption: pikepdf.Encryption | None = None,
    objects: pikepdf.ObjectStreamMode = FLAT,
) -> bytes:
    """A letter, changed."""
    document = pikepdf.new()
    for _ in range(pages):
        document.add_blank_page(page_size=(595, 842))
    if pages:
        document.pages[0].Contents = document.make_stream(
            b"BT /F1 12 Tf 72 700 Td (Dear Ms Osei) Tj ET 0 0 200 90 re f"
        )
    change(document)
    written = io.BytesIO()
    document.save(written, encryption=encryption or False, object_stream_mode=objects)
    return written.getvalue()


def on_opening(**action: Any) -> Callable[[Pdf], object]:
    """It does this as soon as it is opened."""

    def change(document: Pdf) -> None:
        document.Root.OpenAction = Dictionary(**action)

    return change


def touched(**annotation: Any) -> Callable[[Pdf], object]:
    """There is something on the page, to be clicked."""

    def change(document: Pdf) -> None:
        one = Dictionary(Type=Name.Annot, Rect=[0, 0, 100, 100], **annotation)
        document.pages[0].Annots = Array([document.make_indirect(one)])

    return change


def script(document: Pdf) -> None:
    """A script, beside the pages."""
    document.Root.Names = Dictionary(
        JavaScript=Dictionary(
            Names=[pikepdf.String("a"), Dictionary(S=Name.JavaScript, JS=pikepdf.String("app.alert(1)"))]
        )
    )


def disguised_script() -> bytes:
    """The names are spelled in numbers."""
    plain = pdf(on_opening(S=Name("/JavaScriptXX"), JSXX=pikepdf.String("app.alert(1)")))
    return plain.replace(b"/JavaScriptXX", b"/JavaScrip#74").replace(b"/JSXX", b"/#4aS ")


def orphaned_script(document: Pdf) -> None:
    """No page leads to it, but a reader of older versions of the file does."""
    document.Root.PieceInfo = Dictionary(A=document.make_indirect(Dictionary(B=[Dictionary(JS=pikepdf.String("x"))])))


def attached(document: Pdf) -> None:
    """A program inside."""
    document.attachments["evil.exe"] = pikepdf.AttachedFileSpec(document, texts.pe(), filename="evil.exe")


def form(document: Pdf) -> None:
    """A field to be filled in, which does nothing."""
    field = Dictionary(
        Type=Name.Annot,
        Subtype=Name.Widget,
        FT=Name.Tx,
        T=pikepdf.String("name"),
        Rect=[0, 0, 99, 20],
        V=pikepdf.String("x"),
    )
    document.pages[0].Annots = Array([document.make_indirect(field)])
    document.Root.AcroForm = Dictionary(Fields=document.pages[0].Annots)


def xfa(document: Pdf) -> None:
    """A form in XML."""
    document.Root.AcroForm = Dictionary(Fields=[], XFA=document.make_stream(b"<xdp/>"))


def calculating(document: Pdf) -> None:
    """A form that calculates."""
    form(document)
    document.pages[0].Annots[0].AA = Dictionary(K=Dictionary(S=Name.JavaScript, JS=pikepdf.String("event.value = 1")))


def elsewhere(document: Pdf) -> None:
    """A stream whose content is in another file."""
    stream = document.make_stream(b"")
    stream.F = pikepdf.String("//evil.example/share")
    document.Root.Stuff = document.make_indirect(stream)


def flooded(document: Pdf) -> None:
    """More objects than we look at."""
    document.Root.Stuff = Array([document.make_indirect(Dictionary(A=number)) for number in range(100_001)])


def crowded() -> bytes:
    """One object with millions of others within it."""
    nested = b"[" + b"[[1]]" * 1_200_000 + b"]"
    content, places = b"%PDF-1.7\n", []
    for each in (b"<</Type/Catalog/Pages 2 0 R/Stuff 3 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", nested):
        places.append(len(content))
        content += b"%d 0 obj\n%b\nendobj\n" % (len(places), each)
    table = b"0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size 4/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % len(content)
    return content + b"xref\n0 4\n" + table + end


def endless(document: Pdf) -> None:
    """A page whose drawing unpacks to a gigabyte."""
    stream = pikepdf.Stream(document, packed(b"0 0 m 1 1 l S\n" * 72_000, 1_000))
    stream.Filter = Name.FlateDecode
    document.pages[0].Contents = document.make_indirect(stream)


def locked(owner: str = "a", user: str = "") -> bytes:
    """With a password: to open it, or only to change it."""
    return pdf(encryption=pikepdf.Encryption(owner=owner, user=user))


def page_and_pdf() -> bytes:
    """A web page in front."""
    return texts.html() + pdf()


def pdf_with_a_page() -> bytes:
    """A web page between the first line and the first object."""
    content = pdf()
    first, rest = content.split(b"\n", 1)
    return first + b"\n%<html><script>alert(1)</script>\n" + rest


def pdf_and_zip() -> bytes:
    """Opens as a PDF and as a ZIP."""
    return pdf() + archive({"evil.exe": b"MZ"})


def pdf_and_zip_and_end() -> bytes:
    """The same, with the end of a PDF behind the ZIP."""
    return pdf() + archive({"evil.exe": b"MZ"}) + b"\n%%EOF\n"


def pdf_and_page() -> bytes:
    """A web page behind."""
    return pdf() + texts.html()


def without_a_table() -> bytes:
    """The list of objects is gone: readers would have to guess."""
    content = pdf()
    return content[: content.index(b"startxref")] + b"%%EOF\n"
