"""A page of a PDF as a picture, drawn by PDFium without its scripting and forms."""

from typing import Final

import pypdfium2

from portal.documents.checking.kinds import Bounds, Kind, NoSuchPage, Unsound, Why
from portal.documents.checking.showing import LONGEST_SIDE, shown

_LARGEST: Final = 3.0  # times 72 dots an inch: a small page is not blown up further


def rendered(kind: Kind, content: bytes, page: int, bounds: Bounds) -> bytes:
    """A JPEG of the page, counted from 1. Raises NoSuchPage and Unsound."""
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError:
        raise Unsound(Why.DAMAGED) from None
    if not 1 <= page <= min(len(document), bounds.pages):
        raise NoSuchPage
    sheet = document[page - 1]
    longest = max(1.0, *sheet.get_size())
    return shown(sheet.render(scale=min(_LARGEST, LONGEST_SIDE / longest), may_draw_forms=False).to_pil())
