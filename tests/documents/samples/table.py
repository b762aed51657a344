"""Every sample, and what becomes of it under each extension."""

from collections.abc import Callable
from functools import partial

import msgspec
from pikepdf import Dictionary, Name

from portal.documents.checking.kinds import Kind, Why
from tests.documents.samples import packages, pdfs, pictures, texts
from tests.documents.samples.packages import docx, docx_referring, docx_with_a_field, xlsx
from tests.documents.samples.pdfs import on_opening, pdf, touched


class Sample(msgspec.Struct, frozen=True):
    """`own`: the format that it is or comes nearest to; `why`: what is wrong with it as such (None: it is accepted);
    `alike`: further formats as which it fares the same; as all others it is found to disagree."""

    says: str
    make: Callable[[], bytes]
    own: Kind
    why: Why | None = None
    alike: tuple[Kind, ...] = ()

    def outcome(self, kind: Kind) -> Why | None:
        """What becomes of it under the extension of this kind."""
        return self.why if kind in (self.own, *self.alike) else Why.DISAGREES


P, J, G, H, D, X, T = Kind.PDF, Kind.JPEG, Kind.PNG, Kind.HEIC, Kind.DOCX, Kind.XLSX, Kind.TXT
OFFICE = (D, X)  # most that is wrong with a package is found before it matters which it is

PDFS = (
    Sample("a letter", pdf, P),
    Sample("packed into object streams", partial(pdf, objects=pdfs.PACKED), P),
    Sample(
        "with a link to a website",
        partial(pdf, touched(Subtype=Name.Link, A=Dictionary(S=Name.URI, URI="https://a.example"))),
        P,
    ),
    Sample("with a form that does nothing", partial(pdf, pdfs.form), P),
    Sample("a page that unpacks to a gigabyte (its preview is refused)", partial(pdf, pdfs.endless), P),
    Sample("with a password", partial(pdfs.locked, user="b"), P, Why.ENCRYPTED),
    Sample("with a password only for changing it", pdfs.locked, P, Why.ENCRYPTED),
    Sample("with a script", partial(pdf, pdfs.script), P, Why.ACTIVE_CONTENT),
    Sample("with a script, spelled in numbers", pdfs.disguised_script, P, Why.ACTIVE_CONTENT),
    Sample("with a script in an object stream", partial(pdf, pdfs.script, objects=pdfs.PACKED), P, Why.ACTIVE_CONTENT),
    Sample("with a script that no page leads to", partial(pdf, pdfs.orphaned_script), P, Why.ACTIVE_CONTENT),
    Sample("with a form that calculates", partial(pdf, pdfs.calculating), P, Why.ACTIVE_CONTENT),
    Sample("with a form in XML (XFA)", partial(pdf, pdfs.xfa), P, Why.ACTIVE_CONTENT),
    Sample("starts a program when opened", partial(pdf, on_opening(S=Name.Launch, F="cmd.exe")), P, Why.ACTIVE_CONTENT),
    Sample(
        "fetches a page when opened",
        partial(pdf, on_opening(S=Name.URI, URI="http://evil.example")),
        P,
        Why.ACTIVE_CONTENT,
    ),
    Sample(
        "with a button that sends the form",
        partial(pdf, touched(Subtype=Name.Link, A=Dictionary(S=Name.SubmitForm))),
        P,
        Why.ACTIVE_CONTENT,
    ),
    Sample("with a video", partial(pdf, touched(Subtype=Name.RichMedia)), P, Why.ACTIVE_CONTENT),
    Sample("with a program attached", partial(pdf, pdfs.attached), P, Why.EMBEDDED),
    Sample(
        "with a link to a file of another computer",
        partial(pdf, touched(Subtype=Name.Link, A=Dictionary(S=Name.GoToR, F="//evil.example/a"))),
        P,
        Why.EXTERNAL,
    ),
    Sample("with a stream in another file", partial(pdf, pdfs.elsewhere), P, Why.EXTERNAL),
    Sample("web page in front", pdfs.page_and_pdf, P, Why.DISAGREES),
    Sample("web page in the first kilobyte", pdfs.pdf_with_a_page, P, Why.HIDDEN),
    Sample("web page behind", pdfs.pdf_and_page, P, Why.HIDDEN),
    Sample("ZIP behind", pdfs.pdf_and_zip, P, Why.HIDDEN),
    Sample("ZIP behind, and the end of a PDF", pdfs.pdf_and_zip_and_end, P, Why.HIDDEN),
    Sample("cut off", lambda: pdf()[:-200], P, Why.DAMAGED),
    Sample("without its table of objects", pdfs.without_a_table, P, Why.DAMAGED),
    Sample("without a page", partial(pdf, pages=0), P, Why.DAMAGED),
    Sample("1,001 pages", partial(pdf, pages=1001), P, Why.TOO_COMPLEX),
    Sample("100,001 objects", partial(pdf, pdfs.flooded, objects=pdfs.PACKED), P, Why.TOO_COMPLEX),
)
PICTURES = (
    Sample("a photo, with camera and place", pictures.jpeg, J),
    Sample("a progressive photo", partial(pictures.jpeg, progressive=True), J),
    Sample("a photo with further pictures behind it", pictures.with_further_pictures, J),
    Sample("a photo with a Samsung telephone's notes", pictures.with_samsungs_notes, J),
    Sample("a photo with a video behind it", pictures.with_a_video, J, Why.HIDDEN),
    Sample("a photo with a ZIP behind it", pictures.jpeg_and_zip, J, Why.HIDDEN),
    Sample("a photo with a ZIP in its comment", pictures.jpeg_around_zip, J, Why.HIDDEN),
    Sample("a photo with a web page in its comment", pictures.jpeg_with_a_page, J, Why.HIDDEN),
    Sample("a photo that begins as a GIF", pictures.gif_and_jpeg, J, Why.DISAGREES),
    Sample("a photo that says 30,000 x 30,000", pictures.huge_jpeg, J, Why.TOO_MANY_PIXELS),
    Sample("a photo, cut off", lambda: pictures.jpeg()[:-300], J, Why.DAMAGED),
    Sample("a screenshot", pictures.png, G),
    Sample("an interlaced PNG", pictures.interlaced_png, G),
    Sample("a PNG of 30,000 x 30,000", pictures.huge_png, G, Why.TOO_MANY_PIXELS),
    Sample("a PNG that has fewer rows than it says", pictures.png_that_lies, G, Why.DAMAGED),
    Sample("a PNG with a wrong checksum", pictures.png_with_a_bad_checksum, G, Why.DAMAGED),
    Sample("a PNG with a note that unpacks to 100 MB", pictures.png_with_a_text_bomb, G, Why.DAMAGED),
    Sample("a PNG that moves", pictures.animated_png, G, Why.ACTIVE_CONTENT),
    Sample("a PNG with a ZIP behind it", lambda: pictures.png() + packages.jar(), G, Why.HIDDEN),
    Sample("a PNG, cut off", lambda: pictures.png()[:-9], G, Why.DAMAGED),
    Sample("an iPhone's photo", lambda: pictures.HEIC, H),
    Sample("a HEIC with an unknown box", pictures.heic_with_a_stranger, H, Why.HIDDEN),
    Sample("a HEIC, cut off", lambda: pictures.HEIC[:-5], H, Why.DAMAGED),
    Sample("a GIF", pictures.gif, G, Why.DISAGREES),
    Sample("a GIF with a ZIP behind it", pictures.gif_and_zip, G, Why.DISAGREES),
)
PACKAGES = (
    Sample("a report", docx, D),
    Sample("as web offices write it", packages.docx_of_a_web_office, D),
    Sample("with a picture", lambda: docx({"word/media/image1.png": pictures.png()}), D),
    Sample(
        "with links to websites and addresses",
        partial(docx_referring, "hyperlink", "mailto:dana.osei@severnshire.example"),
        D,
    ),
    Sample("with macros", lambda: docx({"word/vbaProject.bin": b"x"}, packages.MACRO_WORD), D, Why.MACROS, OFFICE),
    Sample("with macros, by its list of parts alone", partial(docx, main=packages.MACRO_WORD), D, Why.MACROS, OFFICE),
    Sample("with macros, by its names alone", lambda: docx({"word/vbaProject.bin": b"x"}), D, Why.MACROS, OFFICE),
    Sample(
        "with an ActiveX control", lambda: docx({"word/activeX/activeX1.xml": b"<a/>"}), D, Why.ACTIVE_CONTENT, OFFICE
    ),
    Sample(
        "with a field that starts a program (DDE)",
        partial(docx_with_a_field, 'DDEAUTO c:\\windows\\system32\\cmd.exe "/k"'),
        D,
        Why.ACTIVE_CONTENT,
    ),
    Sample(
        "with a field that fetches a picture",
        partial(docx_with_a_field, 'INCLUDEPICTURE "https://evil.example/a.png"'),
        D,
        Why.EXTERNAL,
    ),
    Sample(
        "with a template from elsewhere",
        partial(docx_referring, "attachedTemplate", "https://evil.example/a.dotm"),
        D,
        Why.EXTERNAL,
    ),
    Sample(
        "with a template on the writer's own disk",
        partial(docx_referring, "attachedTemplate", "file:///C:\\Templates\\Letter.dotx"),
        D,
    ),
    Sample(
        "with a template on a computer of the network",
        partial(docx_referring, "attachedTemplate", "file:///\\\\evil.example\\share\\Letter.dotm"),
        D,
        Why.EXTERNAL,
    ),
    Sample(
        "with a picture from elsewhere", partial(docx_referring, "image", "https://evil.example/a.png"), D, Why.EXTERNAL
    ),
    Sample(
        "with an OLE link to elsewhere",
        partial(docx_referring, "oleObject", "mhtml:https://evil.example/a"),
        D,
        Why.EMBEDDED,
    ),
    Sample("with a link that starts a program", partial(docx_referring, "hyperlink", "ms-msdt:/id"), D, Why.EXTERNAL),
    Sample("with an OLE object", lambda: docx({"word/embeddings/oleObject1.bin": b"x"}), D, Why.EMBEDDED, OFFICE),
    Sample("with a spreadsheet inside", lambda: docx({"word/embeddings/sheet.xlsx": xlsx()}), D, Why.EMBEDDED, OFFICE),
    Sample("with a web page inside (altChunk)", partial(docx_referring, "aFChunk", "a.html", False), D, Why.EMBEDDED),
    Sample("with a program inside", lambda: docx({"word/media/evil.exe": texts.pe()}), D, Why.EMBEDDED),
    Sample("entities that grow", packages.laughing_docx, D, Why.BOMB),
    Sample("entities that read files", packages.reaching_docx, D, Why.BOMB),
    Sample("19 MB in 20 KB", packages.bomb_in_docx, D, Why.BOMB, OFFICE),
    Sample("unpacks to 54 MB", packages.heavy_docx, D, Why.BOMB, OFFICE),
    Sample("3,000 entries", packages.crowded_docx, D, Why.BOMB, OFFICE),
    Sample("entries that overlap", packages.overlapping_docx, D, Why.BOMB, OFFICE),
    Sample("one list says 10 bytes for a megabyte", packages.lying_docx, D, Why.DAMAGED, OFFICE),
    Sample("both lists say 10 bytes for a megabyte", packages.docx_that_lies_twice, D, Why.DAMAGED),
    Sample("with a name twice", packages.docx_with_a_name_twice, D, Why.DAMAGED, OFFICE),
    Sample("a name that leaves the folder", lambda: docx({"../../etc/cron.d/a.xml": b"<a/>"}), D, Why.DAMAGED, OFFICE),
    Sample("an entry that is a symbolic link", packages.docx_with_a_link_of_the_file_system, D, Why.DAMAGED, OFFICE),
    Sample("a program between two entries", packages.docx_with_a_gap, D, Why.HIDDEN, OFFICE),
    Sample("a GIF in front", lambda: packages.docx_behind(pictures.gif()), D, Why.DISAGREES),
    Sample("a program behind", lambda: docx() + texts.elf(), D, Why.HIDDEN, OFFICE),
    Sample("cut off", lambda: docx()[:-40], D, Why.DAMAGED, OFFICE),
    Sample(
        "with a password", lambda: packages.old_office("EncryptionInfo", "EncryptedPackage"), D, Why.ENCRYPTED, OFFICE
    ),
    Sample("a ZIP with a password", packages.locked_docx, D, Why.ENCRYPTED, OFFICE),
    Sample("a DOC of Word before 2007", lambda: packages.old_office("WordDocument"), D, Why.DISAGREES),
    Sample("a text of LibreOffice", packages.odt, D, Why.DISAGREES),
    Sample("a Java program", packages.jar, D, Why.DISAGREES),
    Sample("an attendance list", xlsx, X),
    Sample("a sheet with macros", partial(xlsx, main=packages.MACRO_SHEET), X, Why.MACROS, OFFICE),
    Sample(
        "a sheet with macros of Excel 4", lambda: xlsx({"xl/macrosheets/sheet1.xml": b"<a/>"}), X, Why.MACROS, OFFICE
    ),
    Sample(
        "a sheet with a link to another (or DDE)",
        lambda: xlsx({"xl/externalLinks/externalLink1.xml": b"<a/>"}),
        X,
        Why.EXTERNAL,
        OFFICE,
    ),
    Sample(
        "a sheet with a database connection", lambda: xlsx({"xl/connections.xml": b"<a/>"}), X, Why.EXTERNAL, OFFICE
    ),
)
TEXTS = (
    Sample("notes", texts.text, T),
    Sample("notes in UTF-16", lambda: texts.text().decode().encode("utf-16"), T),
    Sample("notes of an old Windows", lambda: texts.text().decode().encode("cp1252"), T),
    Sample("a web page", texts.html, T, Why.ACTIVE_CONTENT),
    Sample("words, then a script", texts.late_html, T, Why.ACTIVE_CONTENT),
    Sample("an SVG", texts.svg, T, Why.ACTIVE_CONTENT),
    Sample("XML with entities", texts.xml, T, Why.ACTIVE_CONTENT),
    Sample("a shell script", texts.script, T, Why.ACTIVE_CONTENT),
    Sample("a PHP script", texts.php, T, Why.ACTIVE_CONTENT),
    Sample("a batch file", texts.batch, T, Why.ACTIVE_CONTENT),
    Sample("a program for Linux (ELF)", texts.elf, T, Why.DISAGREES),
    Sample("a program for Windows (PE)", texts.pe, T, Why.DISAGREES),
    Sample("an RTF", texts.rtf, T, Why.DISAGREES),
    Sample("an email", texts.email, T, Why.DISAGREES),
    Sample("nothing", bytes, T, Why.EMPTY, tuple(Kind)),
    Sample("10 MB and one byte", lambda: b"a" * (10 * 1024 * 1024 + 1), T, Why.TOO_LARGE, tuple(Kind)),
)
SAMPLES = {"PDF": PDFS, "Pictures": PICTURES, "DOCX and XLSX": PACKAGES, "Text and programs": TEXTS}
