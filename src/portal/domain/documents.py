"""The documents of a referral: what is known of each, whether it was checked, and how many there may be."""

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import msgspec

MEGABYTE = 1024 * 1024  # bytes: as the checks of files count them
MOST_EVER = 100  # files of one referral, with those that were removed or infected: its stream does not grow for ever


class Verdict(StrEnum):
    """What the virus scan said of a document. Only a clean one is ever shown to anybody but who sent it."""

    PENDING = "pending"
    CLEAN = "clean"
    INFECTED = "infected"
    UNSCANNABLE = "unscannable"


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A file as it was taken in. `kind` and `media_type`: what its content is, whatever it was called; `size` in bytes;
    `sha256` of its content, in hexadecimal."""

    id: UUID
    name: str
    description: str = ""
    kind: str
    media_type: str
    size: int
    sha256: str


class Attached(msgspec.Struct, frozen=True, kw_only=True):
    """A document on a referral. `checked_at`: when a scanner last looked at it, `scanner` which one, with its version;
    `after_sending`: it was added to what had been sent; `refused_at`: since when no scan has found it clean."""

    document: Document
    at: datetime
    after_sending: bool
    verdict: Verdict = Verdict.PENDING
    checked_at: datetime | None = None
    scanner: str = ""
    refused_at: datetime | None = None


class DocumentLimits(msgspec.Struct, frozen=True):
    """How many documents one referral may have, how large each and all together may be (bytes), of which kinds."""

    count: int
    size: int
    total: int
    kinds: tuple[str, ...]


SAYS = {
    Verdict.PENDING: "Waiting to be checked for viruses",
    Verdict.CLEAN: "No virus was found",
    Verdict.INFECTED: "The selected file contains a virus",
    Verdict.UNSCANNABLE: "The selected file could not be checked for viruses",
}


def taken_up(attached: Collection[Attached]) -> tuple[int, int]:
    """How many documents count towards the limits, and their bytes: an infected one is nobody's any more."""
    counted = [each.document.size for each in attached if each.verdict is not Verdict.INFECTED]
    return len(counted), sum(counted)


def in_megabytes(size: int) -> str:
    """A size as GOV.UK writes it: 10MB; below a tenth of one in KB."""
    if size < MEGABYTE // 10:
        return f"{max(1, round(size / 1024))}KB"
    return f"{size / MEGABYTE:.1f}".removesuffix(".0") + "MB"


def in_words(kinds: Collection[str]) -> str:
    """Kinds of files as GOV.UK lists them: a PDF, DOCX or JPG."""
    *most, last = ("JPG" if kind == "jpeg" else kind.upper() for kind in kinds)
    return f"{', '.join(most)} or {last}" if most else last


def why_not_another(attached: Collection[Attached], limits: DocumentLimits) -> str:
    """Why no further file, whatever it is, can be attached beside these; empty where one can."""
    count, total = taken_up(attached)
    if count >= limits.count:
        return f"You can only attach up to {limits.count} files to one form."
    if total >= limits.total:
        return f"All files of one form together must be smaller than {in_megabytes(limits.total)}."
    return ""


def why_not(document: Document, attached: Collection[Attached], limits: DocumentLimits) -> str:
    """Why a file cannot be attached beside these, in GOV.UK's words; empty where it can."""
    if full := why_not_another(attached, limits):
        return full
    if document.kind not in limits.kinds:
        return f"The selected file must be a {in_words(limits.kinds)}"
    if document.size > limits.size:
        return f"The selected file must be smaller than {in_megabytes(limits.size)}"
    if taken_up(attached)[1] + document.size > limits.total:
        return f"All files of one form together must be smaller than {in_megabytes(limits.total)}."
    return ""
