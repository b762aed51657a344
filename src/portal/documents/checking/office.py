"""DOCX and XLSX: a sound archive (`archive.py`) of the parts that a document has, none of which acts, carries another
file or loads something from elsewhere. Links that a reader has to follow are fine."""

import re
from typing import Final

from portal.documents.checking.archive import Archive
from portal.documents.checking.kinds import FORMATS, Bounds, Kind, Unsound, Why
from portal.documents.checking.markup import Attributes, elements, read, refuse_declarations
from portal.documents.checking.word_fields import refuse_fields

_CONTENT_TYPES: Final = "[Content_Types].xml"
_ALWAYS: Final = frozenset({_CONTENT_TYPES, "_rels/.rels"})
_MAIN: Final = {kind: FORMATS[kind].media_types[0] + ".main+xml" for kind in (Kind.DOCX, Kind.XLSX)}
_OLD_OFFICE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_LOCKED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
# What parts may be, by the end of their names: text, pictures, fonts, printers' settings. Not programs, not documents.
_PARTS: Final = re.compile(
    r"\.(xml|rels|vml|png|jpe?g|gif|bmp|tiff?|emf|wmf|wdp|svg|ico|odttf|ttf|otf)$"
    r"|/(printerSettings|customProperty)\d*\.bin$|/$",
    re.IGNORECASE,
)
# What a type of a part or of a relationship says of it, in the order in which it is named to people.
_TYPES: Final = (
    (re.compile(r"macroenabled|vbaproject|vbadata|macrosheet", re.IGNORECASE), Why.MACROS),
    (
        re.compile(r"activex|webextension|control(\.|\+|$)|attachedtoolbars|keymapcustomizations", re.IGNORECASE),
        Why.ACTIVE_CONTENT,
    ),
    (re.compile(r"oleobject|/package$|afchunk|/embeddings?$", re.IGNORECASE), Why.EMBEDDED),
    (re.compile(r"externallink|connections|querytable|/subdocument$", re.IGNORECASE), Why.EXTERNAL),
)
_NAMES: Final = (
    (re.compile(r"vbaproject|vbadata|macrosheets/", re.IGNORECASE), Why.MACROS),
    (re.compile(r"(^|/)activex/", re.IGNORECASE), Why.ACTIVE_CONTENT),
    (re.compile(r"(^|/)embeddings/", re.IGNORECASE), Why.EMBEDDED),
    (re.compile(r"(^|/)(externallinks|querytables)/|(^|/)connections\.xml$", re.IGNORECASE), Why.EXTERNAL),
)
_LINK: Final = re.compile(r"/hyperlink$", re.IGNORECASE)
# Written into every letter that is made from a template. One on the reader's own disk was not sent by anybody.
_TEMPLATE: Final = re.compile(r"/attachedtemplate$", re.IGNORECASE)
_OWN_DISK: Final = re.compile(r"(file:///)?[a-z]:[\\/](?![\\/])", re.IGNORECASE)
_SCHEME: Final = re.compile(r"\s*([a-z][a-z0-9+.-]+):", re.IGNORECASE)
_SCHEMES: Final = frozenset({"http", "https", "ftp", "mailto", "tel", "file", "onenote"})


def facts(kind: Kind, content: bytes, bounds: Bounds) -> dict[str, int]:
    """Nothing is known of it but that it is one. Raises Unsound."""
    if content.startswith(_OLD_OFFICE):
        raise Unsound(Why.ENCRYPTED if _LOCKED_PACKAGE in content else Why.DISAGREES)
    if not content.startswith(b"PK\x03\x04"):
        raise Unsound(Why.DISAGREES)
    archive = Archive(content, bounds)
    if not archive.names >= _ALWAYS:
        raise Unsound(Why.DISAGREES)
    _refuse_by(_NAMES, *sorted(archive.names))
    for entry in archive:
        name = entry.filename
        if not _PARTS.search(name):
            raise Unsound(Why.EMBEDDED)
        _refuse_part(kind, name, b"".join(archive.parts(entry)))
    return {}


def _refuse_part(kind: Kind, name: str, part: bytes) -> None:
    if name == _CONTENT_TYPES:
        _refuse_content_types(kind, part)
    elif name.endswith(".rels"):
        for element, attributes in elements(part):
            if element == "Relationship":
                _refuse_relationship(attributes)
    elif name.endswith(".xml"):
        refuse_fields(part) if name.startswith("word/") else read(part)
    elif name.endswith((".vml", ".svg")):
        refuse_declarations(part)


def _refuse_content_types(kind: Kind, part: bytes) -> None:
    found = [attributes.get("ContentType", "") for _, attributes in elements(part)]
    _refuse_by(_TYPES, *found)
    if _MAIN[kind] not in found:
        raise Unsound(Why.DISAGREES)


def _refuse_relationship(attributes: Attributes) -> None:
    kind, target = attributes.get("Type", ""), attributes.get("Target", "")
    _refuse_by(_TYPES, kind)
    if attributes.get("TargetMode", "").strip().lower() != "external":
        return
    if _TEMPLATE.search(kind) and _OWN_DISK.match(target):
        return
    scheme = _SCHEME.match(target)
    if not _LINK.search(kind) or (scheme and scheme[1].lower() not in _SCHEMES):
        raise Unsound(Why.EXTERNAL)


def _refuse_by(patterns: tuple[tuple[re.Pattern[str], Why], ...], *texts: str) -> None:
    for pattern, why in patterns:
        if any(pattern.search(text) for text in texts):
            raise Unsound(why)
