"""Staff see what a document looks like, and nothing else of it."""

import io

import pytest
from PIL import Image

from portal.documents.checking.kinds import Kind, NoSuchPage, Unsound, Why
from portal.documents.preview import NotShown, preview
from tests.documents.samples import pdfs, pictures
from tests.documents.streams import parts


async def shown(kind: Kind, content: bytes, page: int = 1) -> Image.Image:
    """The preview, which is a JPEG."""
    return Image.open(io.BytesIO(await preview(kind, parts(content), page)), formats=["JPEG"])


async def test_a_photo_is_upright_and_says_neither_where_nor_with_what_it_was_taken() -> None:
    original = pictures.jpeg(comment=b"Tom's bedroom") + bytes(8)
    made = await preview(Kind.JPEG, parts(original))
    picture = Image.open(io.BytesIO(made))
    assert picture.size == (48, 64)  # taken lying, 64 x 48
    assert not picture.getexif()
    assert picture.info.keys() <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for part in (b"Severn Cameras", b"Tom's bedroom", b"Exif"):
        assert part in original
        assert part not in made


async def test_what_is_transparent_is_white() -> None:
    written = io.BytesIO()
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(written, "PNG")
    picture = await shown(Kind.PNG, written.getvalue())
    assert picture.getpixel((20, 20)) == (255, 255, 255)


async def test_sixteen_bits_of_grey_are_not_cut_off() -> None:
    written = io.BytesIO()
    Image.new("I;16", (40, 40), 0x8000).save(written, "PNG")
    picture = await shown(Kind.PNG, written.getvalue())
    colour = picture.getpixel((20, 20))
    assert isinstance(colour, tuple)
    assert abs(colour[0] - 128) <= 1


async def test_a_large_picture_becomes_smaller() -> None:
    written = io.BytesIO()
    pictures.picture(4000, 1000).save(written, "JPEG")
    assert (await shown(Kind.JPEG, written.getvalue())).size == (1600, 400)


async def test_a_broken_colour_profile_is_no_obstacle() -> None:
    assert (await shown(Kind.JPEG, pictures.jpeg(icc_profile=b"none"))).size == (48, 64)


async def test_an_iphones_photo_is_shown() -> None:
    assert (await shown(Kind.HEIC, pictures.HEIC)).size == (64, 64)


async def test_each_page_of_a_pdf_is_shown() -> None:
    content = pdfs.pdf(pages=2)
    first, second = await shown(Kind.PDF, content, 1), await shown(Kind.PDF, content, 2)
    assert first.size == second.size
    assert max(first.size) in (1600, 1601)
    assert first.getpixel((20, first.height - 20)) == (0, 0, 0)  # something is drawn on it
    assert second.getpixel((20, first.height - 20)) == (255, 255, 255)  # and nothing on the other


@pytest.mark.parametrize("page", [0, -1, 2, 10**6])
async def test_a_page_that_is_not_there_is_said_to_be_missing(page: int) -> None:
    with pytest.raises(NoSuchPage):
        await preview(Kind.PDF, parts(pdfs.pdf()), page)


@pytest.mark.parametrize("kind", [Kind.DOCX, Kind.XLSX, Kind.TXT])
async def test_other_documents_have_no_preview(kind: Kind) -> None:
    with pytest.raises(NotShown):
        await preview(kind, parts(b"Notes"))


async def test_a_page_instead_of_a_picture_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    taken_over = "import sys; sys.stdin.buffer.read(); print('{\"picture\": 8}'); print('<script>', end='')"
    monkeypatch.setattr("portal.documents.checking.children._CHILD", ("-c", taken_over))
    with pytest.raises(Unsound):
        await preview(Kind.JPEG, parts(pictures.jpeg()))


@pytest.mark.parametrize(
    ("kind", "content", "why"),
    [
        (Kind.PDF, b"%PDF-1.7\n", Why.DAMAGED),
        (Kind.PDF, pictures.jpeg(), Why.DAMAGED),
        (Kind.JPEG, pictures.jpeg()[:-300], Why.DAMAGED),
        (Kind.PNG, pictures.huge_png(), Why.TOO_MANY_PIXELS),
    ],
    ids=["a cut PDF", "a JPEG as a PDF", "a cut JPEG", "30,000 x 30,000"],
)
async def test_what_cannot_be_drawn_is_refused(kind: Kind, content: bytes, why: Why) -> None:
    with pytest.raises(Unsound) as refused:
        await preview(kind, parts(content))
    assert refused.value.why is why


async def test_a_page_of_a_gigabyte_ends_its_process_and_nothing_else() -> None:
    with pytest.raises(Unsound) as refused:  # it runs out of memory or of time
        await preview(Kind.PDF, parts(pdfs.pdf(pdfs.endless)))
    assert refused.value.why in (Why.DAMAGED, Why.TOO_COMPLEX)
