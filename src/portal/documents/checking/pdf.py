"""PDF: whole without mending, not encrypted, and nothing in it that acts, carries files or loads from elsewhere.

qpdf reads it (strictly: what it would have to mend is refused) and every object is looked at, whether a page leads to
it or not. Links that a reader has to follow are fine; what happens by itself on opening or turning a page is not.
"""

import io
import re
from collections.abc import Iterator
from typing import Final

import pikepdf

from portal.documents.checking.kinds import Bounds, Kind, Unsound, Why
from portal.documents.checking.polyglots import refuse_strangers

_HEADER: Final = re.compile(rb"%PDF-[12]\.\d")
_END: Final = re.compile(rb"%%EOF[\s\x00]*\Z")
_LAST: Final = 1024  # bytes in which the end must stand
_HARMLESS: Final = "reported number of objects"  # a sum that many programs get wrong by one
# By the key of a dictionary, and by what its /S, /Type or /Subtype says.
_KEYS: Final = {
    "/JS": Why.ACTIVE_CONTENT,
    "/JavaScript": Why.ACTIVE_CONTENT,
    "/XFA": Why.ACTIVE_CONTENT,
    "/RichMediaContent": Why.ACTIVE_CONTENT,
    "/EF": Why.EMBEDDED,
    "/EmbeddedFiles": Why.EMBEDDED,
    "/Collection": Why.EMBEDDED,
}
_SAYS: Final = ("/S", "/Type", "/Subtype")
_SAID: Final = {
    **dict.fromkeys(
        (
            "/JavaScript",
            "/Launch",
            "/SubmitForm",
            "/ImportData",
            "/Rendition",
            "/RichMedia",
            "/RichMediaExecute",
            "/Movie",
            "/Sound",
            "/Screen",
            "/3D",
            "/GoTo3DView",
        ),
        Why.ACTIVE_CONTENT,
    ),
    **dict.fromkeys(("/EmbeddedFile", "/FileAttachment", "/GoToE"), Why.EMBEDDED),
    "/GoToR": Why.EXTERNAL,
}
_BY_ITSELF: Final = ("/OpenAction", "/AA")
_WITHIN: Final = frozenset({"/GoTo", "/Named", "/Hide", "/SetOCGState", "/Trans"})  # actions that stay in the document


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """How many pages there are. Raises Unsound."""
    _refuse_by_its_ends(content)
    try:
        with pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True) as document:
            if "/Encrypt" in document.trailer:
                raise Unsound(Why.ENCRYPTED)
            if len(document.objects) > bounds.objects:
                raise Unsound(Why.TOO_COMPLEX)
            _refuse_objects(document)
            if len(document.pages) > bounds.pages:
                raise Unsound(Why.TOO_COMPLEX)
            if not document.pages or any(_HARMLESS not in each for each in document.get_warnings()):
                raise Unsound(Why.DAMAGED)
            return {"pages": len(document.pages)}
    except (pikepdf.PasswordError, pikepdf.PdfError, RuntimeError):
        # Where it opens without a password, qpdf wants random numbers, for which it finds no device here.
        raise Unsound(Why.ENCRYPTED if b"/Encrypt" in content else Why.DAMAGED) from None


def _refuse_by_its_ends(content: bytes) -> None:
    header = _HEADER.match(content)
    if not header:
        raise Unsound(Why.DISAGREES)
    refuse_strangers(content, header.end())
    end = content.rfind(b"%%EOF")
    if end < 0:
        raise Unsound(Why.DAMAGED)
    if not _END.search(content, max(0, len(content) - _LAST)):
        # One that is made for the web has an end near its beginning too, which is the last one where it was cut off.
        raise Unsound(Why.DAMAGED if b"/Linearized" in content[:_LAST] else Why.HIDDEN)


def _refuse_objects(document: pikepdf.Pdf) -> None:
    for dictionary in _dictionaries([document.trailer, *document.objects]):
        for key, value in dictionary.items():
            if key in _KEYS:
                raise Unsound(_KEYS[key])
            if key in _BY_ITSELF:
                _refuse_acting(value)
        for key in _SAYS:
            said = dictionary.get(key)
            if isinstance(said, pikepdf.Name) and str(said) in _SAID:
                raise Unsound(_SAID[str(said)])


def _dictionaries(objects: list[pikepdf.Object]) -> Iterator[pikepdf.Object]:
    """All dictionaries, those of streams and those within others too. Objects of their own are met once, as such."""
    waiting = objects
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Stream):
            if "/F" in each.stream_dict:  # its content is in another file
                raise Unsound(Why.EXTERNAL)
            each = each.stream_dict
        if isinstance(each, pikepdf.Dictionary):
            yield each
            inside = [value for _, value in each.items()]
        elif isinstance(each, pikepdf.Array):
            inside = list(each)
        else:
            continue
        waiting.extend(value for value in inside if isinstance(value, pikepdf.Object) and not value.is_indirect)


def _refuse_acting(action: pikepdf.Object) -> None:
    """What happens on opening the document or a page, or on touching a field: only moves within the document."""
    if not isinstance(action, pikepdf.Dictionary):
        return  # a destination
    actions = [action] if "/S" in action else [value for _, value in action.items()]
    for each in actions:
        if isinstance(each, pikepdf.Dictionary) and str(each.get("/S")) not in _WITHIN:
            raise Unsound(Why.ACTIVE_CONTENT)
        if isinstance(each, pikepdf.Dictionary) and "/Next" in each:
            raise Unsound(Why.ACTIVE_CONTENT)
