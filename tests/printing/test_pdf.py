"""The printed copy: tagged for screen readers, and true to every letter that was typed."""

import io
from typing import Any

import msgspec
import pypdf
import pytest

from portal.printing.pdf import CannotPrint, Heading, Printer, Row, Sheet

TYPED = "#strong[x] $x$ <b>bold</b> {{ 7*7 }} %s ' or 1=1; --\nAmélie O'Brien"
SHEET = Sheet(
    title="Referral to children's social care: 4H7K-PX2M",
    council="Severnshire County Council",
    footer="Reference 4H7K-PX2M",
    urgent=True,
    facts=(Row("Reference", "4H7K-PX2M"),),
    parts=(
        Heading("What you are worried about", (Row("What are you worried about?", TYPED),)),
        Heading("Family", (Row("Aunts", "", ((Row("Name", "Efua"),), (Row("Name", "Abena"),))),)),
    ),
    declaration="What I have written is true.",
)


async def opened(sheet: Sheet) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(await Printer().pdf(sheet)))


def text(pdf: pypdf.PdfReader) -> str:
    return "\n".join(page.extract_text() for page in pdf.pages)


async def test_it_says_what_it_is_in_a_language_and_under_tags() -> None:
    pdf = await opened(SHEET)
    root: Any = pdf.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"] and root["/Lang"].startswith("en")
    assert pdf.metadata and pdf.metadata.title == SHEET.title
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data()
    tags = _tags(root["/StructTreeRoot"])
    assert {"/H1", "/H2", "/H3", "/Table", "/TH", "/TD"} <= tags, tags


async def test_what_was_typed_is_text_and_never_markup() -> None:
    shown = text(await opened(SHEET))
    for line in TYPED.split("\n"):
        assert line.replace(" ", "") in shown.replace(" ", "").replace("\n", "")
    assert "Urgent" in shown and "Aunts 2" in shown


@pytest.mark.parametrize("name", ["Zoë Ó Súilleabháin", "Łukasz Świątek", "أمينة", "আমিনা", "ਅਮੀਨਾ", "🙂"])
async def test_names_of_all_the_families_of_a_county_can_be_printed(name: str) -> None:
    pdf = await opened(msgspec.structs.replace(SHEET, facts=(Row("Name", name),)))
    root: Any = pdf.trailer["/Root"]
    assert b"pdfuaid" in root["/Metadata"].get_object().get_data(), "a letter has no font"


async def test_a_letter_that_no_font_has_is_a_box_and_stops_nothing() -> None:
    shown = text(await opened(msgspec.structs.replace(SHEET, facts=(Row("Name", "\U00012000 Efua"),))))
    assert "Efua" in shown


async def test_a_letter_that_the_standard_forbids_stops_nothing() -> None:
    """U+FEFF comes with text that is pasted from a spreadsheet."""
    for typed in ("\ufeffEfua", "\U0001f642\ufeff Efua", "أم\ufeffينة Efua"):
        shown = text(await opened(msgspec.structs.replace(SHEET, facts=(Row("Name", typed),))))
        assert "Efua" in shown, typed.encode()


async def test_a_long_run_without_a_space_is_all_on_the_paper() -> None:
    shown = text(await opened(msgspec.structs.replace(SHEET, facts=(Row("Name", "A" * 5000),))))
    assert shown.count("A") >= 5000
    mail = "a.very.long.name.of.somebody.at.some.very.long.place@department.of.something.example"
    shown = text(await opened(msgspec.structs.replace(SHEET, facts=(Row("E-mail address", mail),))))
    assert mail in "".join(shown.replace("\u200b", "").split())


async def test_ten_thousand_letters_go_on_over_the_pages() -> None:
    story = "All of it, to the end. " * 434
    pdf = await opened(msgspec.structs.replace(SHEET, parts=(Heading("Story", (Row("What happened?", story),)),)))
    assert len(pdf.pages) > 2
    assert text(pdf).split().count("end.") == 434


async def test_what_cannot_be_printed_says_nothing_of_what_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.printing.pdf._template", lambda: b"#panic(sys.inputs.data)")
    with pytest.raises(CannotPrint) as fault:
        await Printer().pdf(SHEET)
    assert "Brien" not in str(fault.value) and fault.value.__cause__ is None


def _tags(element: Any) -> set[str]:
    found = {element["/S"]} if "/S" in element else set()
    kids = element.get("/K", [])
    for kid in kids if isinstance(kids, list) else [kids]:
        inner = kid.get_object() if hasattr(kid, "get_object") else kid
        if isinstance(inner, dict):
            found |= _tags(inner)
    return found
