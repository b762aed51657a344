"""What a service accepts: settings, shown to people before they choose a file."""

from collections.abc import Iterable

import msgspec

from portal.documents.checking.kinds import FORMATS, MIB, Bounds, Kind


class CheckLimits(msgspec.Struct, frozen=True, kw_only=True):
    """`kinds`: the formats that are accepted; `largest`: bytes of one file; `bounds`: what it may hold."""

    kinds: frozenset[Kind] = frozenset(Kind)
    largest: int = 10 * MIB
    bounds: Bounds = Bounds()


def labels(kinds: Iterable[Kind]) -> str:
    """The formats as people call them: "PDF, DOCX or JPG"."""
    *first, last = [FORMATS[kind].label for kind in Kind if kind in frozenset(kinds)]
    return f"{', '.join(first)} or {last}" if first else last


def size(limit: int) -> str:
    """A number of bytes as people say it: "10MB"."""
    return f"{limit / MIB:.3g}MB" if limit >= MIB else f"{limit // 1024}KB"


def asked_for(kinds: Iterable[Kind]) -> str:
    """For the `accept` of a file input. HEIC is not named beside JPEG, so that iPhones hand over a JPEG instead."""
    allowed = frozenset(kinds)
    named = [kind for kind in Kind if kind in allowed and not (kind is Kind.HEIC and Kind.JPEG in allowed)]
    suffixes = [f".{extension}" for kind in named for extension in FORMATS[kind].extensions]
    return ",".join([*suffixes, *(FORMATS[kind].media_types[0] for kind in named)])
