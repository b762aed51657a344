"""Reading documents: its owner those of a draft, the desk those of what was sent, once they are clean. Each opening at
the desk is on record before the first byte leaves."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from uuid import UUID

from portal.application.opening import look_up
from portal.application.own_referral import read_own_referral
from portal.application.policy import Act
from portal.application.portal import Portal
from portal.application.visitors import NotFound, Visitor, allow
from portal.documents.checking.kinds import SHOWN, Kind
from portal.documents.preview import preview
from portal.domain.access import Looked, Opened, access_stream
from portal.domain.documents import Attached, Document, Verdict
from portal.domain.referral import Referral
from portal.domain.refusals import Refused
from portal.eventstore.work import Command

NOT_OFFERED = {
    Verdict.PENDING: "This file is waiting to be checked for viruses. Try again later.",
    Verdict.INFECTED: "This file contains a virus, so nobody can open it. Ask its sender for another copy.",
    Verdict.UNSCANNABLE: "This file could not be checked for viruses, so nobody can open it. Ask for another copy.",
}


class NoPreview(Exception):
    """There is no picture of this kind of file: it is downloaded instead."""


@dataclass(frozen=True)
class Readable:
    """A document and its bytes, the first of which are there already: so what is wrong with them is known by now."""

    document: Document
    content: AsyncIterator[bytes]


async def read_own_document(portal: Portal, who: Visitor, referral_id: UUID, document: UUID) -> Readable:
    """A file of one's own draft. Refused once it was sent, and where it is infected."""
    allow(who, Act.ATTACH)
    referral = await read_own_referral(portal, who, referral_id)
    attached = _on(referral, document)
    if referral.submission:
        raise Refused("This form has been sent. Its files are with the council and cannot be downloaded here.")
    if attached.verdict is Verdict.INFECTED:
        raise Refused("The selected file contains a virus. Remove it from the form.")
    return await _readable(portal, attached.document)


async def open_document(portal: Portal, who: Visitor, command: Command, referral_id: UUID, document: UUID) -> Readable:
    """A clean document of what was sent, for the staff of its service; on record."""
    return await _readable(portal, await _opened(portal, who, command, referral_id, document))


async def preview_document(
    portal: Portal, who: Visitor, command: Command, referral_id: UUID, document: UUID, page: int
) -> bytes:
    """A picture of one page of it, made anew; on record. Raises NoPreview, NoSuchPage, Unsound, CheckUnavailable."""
    opened = await _opened(portal, who, command, referral_id, document)
    if (kind := Kind(opened.kind)) not in SHOWN:
        raise NoPreview
    return await preview(kind, portal.documents.content(document), page)


async def _opened(portal: Portal, who: Visitor, command: Command, referral_id: UUID, document: UUID) -> Document:
    attached = _on(await look_up(portal, who, command, Act.OPEN_DOCUMENT, referral_id), document)
    if attached.verdict is not Verdict.CLEAN:
        raise Refused(NOT_OFFERED[attached.verdict])
    stream = access_stream(referral_id)
    await portal.note(command, Opened, stream, looked_at=Looked.DOCUMENT, document=document)
    return attached.document


def _on(referral: Referral, document: UUID) -> Attached:
    if document not in referral.documents:
        raise NotFound
    return referral.documents[document]


async def _readable(portal: Portal, document: Document) -> Readable:
    pieces = portal.documents.content(document.id)
    first = await anext(pieces)

    async def all_of_it() -> AsyncIterator[bytes]:
        yield first
        async for piece in pieces:
            yield piece

    return Readable(document, all_of_it())
