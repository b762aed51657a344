"""Plain text: characters that can be read, and no page, picture or script in the clothes of one."""

import codecs
import encodings.cp1252
import encodings.utf_8_sig
import encodings.utf_16  # noqa: F401 - codecs are files too, and none can be opened later
import re
from typing import Final

from portal.documents.checking.kinds import Bounds, Kind, Unsound, Why

_UTF_16_MARKS: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f]")  # all but tab, line feed, form feed, carriage return
_OTHERS: Final = re.compile(r"\s*(%!ps|%pdf-|\{\\rtf|mime-version:)", re.IGNORECASE)  # formats that are text too
# What browsers take a file for by its beginning (WHATWG's sniffing), and what shells and servers run.
_BEGINNINGS: Final = re.compile(
    r"\s*(<(!doctype|html|head|body|script|style|title|iframe|table|div|font|svg|math|h1|br|a|b|p|\?xml|\?php)\b"
    r"|<!--|#!|@echo\b)",
    re.IGNORECASE,
)
_ANYWHERE: Final = re.compile(r"<(script|iframe|svg|object|embed)\b[^<]*>|<\?php\b", re.IGNORECASE)


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Nothing is known of a text but that it is one. Raises Unsound."""
    text = _decoded(content)
    if _CONTROL.search(text) or _OTHERS.match(text):
        raise Unsound(Why.DISAGREES)
    if _BEGINNINGS.match(text) or _ANYWHERE.search(text):
        raise Unsound(Why.ACTIVE_CONTENT)
    return {}


def _decoded(content: bytes) -> str:
    """UTF-8, UTF-16 with its mark, or what Windows in England writes otherwise."""
    tried = ("utf-16",) if content.startswith(_UTF_16_MARKS) else ("utf-8-sig", "cp1252")
    for encoding in tried:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise Unsound(Why.DISAGREES)
