"""Files that are two things at once: sound as a picture or a document, and something else to another program."""

import encodings.cp437  # noqa: F401 - codecs are files too, and none can be opened later
import io
import re
import zipfile
from typing import Final

from portal.documents.checking.kinds import Unsound, Why

_BEGINNING: Final = 1024  # bytes in which readers of PDF and browsers look for a signature
_STRANGERS: Final = re.compile(rb"%PDF-|<script|<html|<!doctype|<svg|<iframe|<\?php|^#!|^MZ", re.IGNORECASE)


def refuse_strangers(content: bytes, after: int) -> None:
    """`after`: where the file's own signature ends. Raises Unsound where a page, script or PDF follows, or where it can
    be opened as a ZIP."""
    if _STRANGERS.search(content, after, _BEGINNING):
        raise Unsound(Why.HIDDEN)
    try:
        with zipfile.ZipFile(io.BytesIO(content)):
            raise Unsound(Why.HIDDEN)
    except zipfile.BadZipFile:
        return
