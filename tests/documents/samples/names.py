"""Names of files and what browsers say of them, on sound files."""

from collections.abc import Callable

import msgspec

from portal.documents.checking.kinds import FORMATS, Kind, Why
from tests.documents.samples import packages, pdfs, pictures, texts

DOCX_TYPE = FORMATS[Kind.DOCX].media_types[0]


class Named(msgspec.Struct, frozen=True):
    """`name` and `declared` as the browser sends them; `shown`: how the documentation writes the name."""

    shown: str
    name: str
    declared: str
    make: Callable[[], bytes]
    why: Why | None = None


NAMES = (
    Named("Report.PDF", "Report.PDF", "application/pdf", pdfs.pdf),
    Named("J. Smith v2.final.docx", "J. Smith v2.final.docx", DOCX_TYPE, packages.docx),
    Named("Адреса 家 🏠.jpeg", "Адреса 家 🏠.jpeg", "image/jpeg", pictures.jpeg),
    Named("تقرير.pdf, with marks for writing from right to left", "\u200fتقرير\u200e.pdf", "application/pdf", pdfs.pdf),
    Named("notes.txt", "notes.txt", "Text/Plain; charset=UTF-8", texts.text),
    Named("report.docx, on a computer without Word", "report.docx", "application/octet-stream", packages.docx),
    Named("report.docx, nothing declared", "report.docx", "", packages.docx),
    Named("invoice.exe.pdf, a sound PDF", "invoice.exe.pdf", "application/pdf", pdfs.pdf),
    Named("report.pdf, declared a web page", "report.pdf", "text/html", pdfs.pdf, Why.DISAGREES),
    Named("photo.jpg, declared an SVG", "photo.jpg", "image/svg+xml", pictures.jpeg, Why.DISAGREES),
    Named("photo.png, a JPEG and declared as one", "photo.png", "image/jpeg", pictures.jpeg, Why.DISAGREES),
    Named("invoice.pdf.exe", "invoice.pdf.exe", "application/pdf", pdfs.pdf, Why.NOT_LISTED),
    Named("report.docm", "report.docm", "", packages.docx, Why.NOT_LISTED),
    Named("report (no extension)", "report", "application/pdf", pdfs.pdf, Why.NOT_LISTED),
    Named("report.pdf. (a dot behind)", "report.pdf.", "application/pdf", pdfs.pdf, Why.NOT_LISTED),
    Named("report.pdf and a blank behind", "report.pdf ", "application/pdf", pdfs.pdf, Why.NOT_LISTED),
    Named("fdp.exe, turned round to read exe.pdf", "\u202efdp.exe", "", pdfs.pdf, Why.NAME),
    Named("a PDF, turned round to read as an .exe", "letter\u202eexe.pdf", "application/pdf", pdfs.pdf, Why.NAME),
    Named("../../etc/passwd.pdf", "../../etc/passwd.pdf", "application/pdf", pdfs.pdf, Why.NAME),
    Named("report.exe, NUL, .pdf", "report.exe\0.pdf", "application/pdf", pdfs.pdf, Why.NAME),
    Named("with a line end inside", "report\r\nSet-Cookie: a.pdf", "application/pdf", pdfs.pdf, Why.NAME),
    Named("report.pdf:stream.txt", "report.pdf:stream.txt", "text/plain", texts.text, Why.NAME),
    Named("5,000 characters", "a" * 4996 + ".pdf", "application/pdf", pdfs.pdf, Why.NAME),
)
