"""Files as they arrive: multipart/form-data, read piece by piece and never put down anywhere.

`document` parts are files; a `description` part describes the `document` part after it. An empty file input, which
browsers send too, is passed over.
"""

import unicodedata
from collections.abc import AsyncGenerator, AsyncIterator
from http import HTTPStatus
from typing import TypeAlias

from litestar.exceptions import HTTPException
from multipart import MultipartError, MultipartSegment, PushMultipartParser

from portal.application.attaching import Incoming
from portal.domain.documents import DocumentLimits
from portal.http.depending import AnyRequest
from portal.http.reading import UNPRINTABLE, BadBody, require_type

FILE, DESCRIPTION = "document", "description"
LONGEST_DESCRIPTION = 500  # characters
AROUND = 16 * 1024  # bytes of a file's headers and description, which its size does not count
MOST_PARTS = 200  # of one request, with those that are refused
NOT_MULTIPART = "Send files: Content-Type: multipart/form-data."
BROKEN = "The files could not be read. Send them again as multipart/form-data."
OTHER = (
    "Send each file as a part named document, and before it, if you like, what it shows as a part named description."
)
Event: TypeAlias = MultipartSegment | bytes | bytearray | None


def most_bytes(limits: DocumentLimits) -> int:
    """The most bytes that a request with files may have."""
    return limits.total + (limits.count + 1) * AROUND


def is_too_long(request: AnyRequest, limits: DocumentLimits) -> bool:
    """Whether it says itself that it has more."""
    length = request.content_length
    return length is not None and length > most_bytes(limits)


def refuse_too_long(request: AnyRequest, limits: DocumentLimits) -> int:
    """The most bytes that this request may have; 413 where it says that it has more."""
    if is_too_long(request, limits):
        raise HTTPException(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    return most_bytes(limits)


async def files(request: AnyRequest, most: int) -> AsyncGenerator[Incoming, None]:
    """The files of a request, each with its bytes, which are read before the next file is asked for. BadBody where
    this is no multipart/form-data of ours; 413 where it is longer than `most` bytes."""
    require_type(request, "multipart/form-data", NOT_MULTIPART)
    boundary = request.content_type[1].get("boundary", "")
    events = _events(request, boundary, most)
    number, description, wrong = 0, "", ""
    async for event in events:
        if not isinstance(event, MultipartSegment):
            raise BadBody(BROKEN)
        if event.filename is None and event.name == DESCRIPTION:
            description, wrong = await _description(events)
        elif event.filename is not None and event.name == FILE:
            content = _content(events)
            if event.filename:
                name = _name(event.filename)
                yield Incoming(number, name, event.content_type or "", description, content, wrong)
            number, description, wrong = number + bool(event.filename), "", ""
            async for _ in content:  # what nobody wanted of it; an input without a file has nothing
                pass
        else:
            raise BadBody(OTHER)


class FilesOfPage:
    """A page's form with files, as it arrives: `fields` fills while it is read. What the page puts before its files is
    there once `opened` returns, so that nothing of a file is read for whoever may not send it."""

    def __init__(self, request: AnyRequest, most: int) -> None:
        self.fields: dict[str, str] = {}
        require_type(request, "multipart/form-data", NOT_MULTIPART)
        self._events = _events(request, request.content_type[1].get("boundary", ""), most)
        self._next: MultipartSegment | None = None  # a file that has begun

    async def opened(self) -> None:
        """Read up to the first file. Raises what `files` raises."""
        async for event in self._events:
            if not isinstance(event, MultipartSegment):
                raise BadBody(BROKEN)
            if event.filename is not None:
                self._next = event
                return
            if event.name in self.fields:
                raise BadBody(BROKEN)
            self.fields[event.name] = await _text(self._events)

    async def files(self) -> AsyncGenerator[Incoming, None]:
        """The files, as `files` gives them, and the fields between and after them."""
        number = 0
        while (event := self._next) is not None:
            content = _content(self._events)
            if event.filename:
                name, declared = _name(event.filename), event.content_type or ""
                yield Incoming(number, name, declared, "", content, by_content=True)
                number += 1
            async for _ in content:  # what nobody wanted of it
                pass
            self._next = None
            await self.opened()


async def _events(request: AnyRequest, boundary: str, most: int) -> AsyncIterator[Event]:
    arrived = 0
    try:
        with PushMultipartParser(boundary, max_header_size=4096, max_segment_count=MOST_PARTS, strict=True) as parser:
            async for chunk in request.stream():
                arrived += len(chunk)
                if arrived > most:
                    raise HTTPException(status_code=HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
                for event in parser.parse(chunk) if chunk else ():
                    yield event
    except MultipartError:
        raise BadBody(BROKEN) from None


async def _content(events: AsyncIterator[Event]) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        if isinstance(event, MultipartSegment):
            raise BadBody(BROKEN)
        yield bytes(event)


async def _text(events: AsyncIterator[Event]) -> str:
    """A field of a page. BadBody where it is none that could be kept."""
    text, wrong = await _description(events)
    if wrong:
        raise BadBody(wrong)
    return text


async def _description(events: AsyncIterator[Event]) -> tuple[str, str]:
    """A description, or nothing and what is wrong with it: that is the next file's and no other's."""
    text = bytearray()
    async for piece in _content(events):
        if len(text) <= 4 * LONGEST_DESCRIPTION:  # of what is too long anyway no more is kept
            text += piece
    description = unicodedata.normalize("NFC", text[: 4 * LONGEST_DESCRIPTION + 1].decode(errors="replace")).strip()
    if len(text) > 4 * LONGEST_DESCRIPTION or len(description) > LONGEST_DESCRIPTION:
        return "", f"The description must be {LONGEST_DESCRIPTION} characters or fewer"
    if "\ufffd" in description or UNPRINTABLE.search(description):
        return "", "The description holds characters that cannot be shown. Remove them."
    return description, ""


def _name(filename: str) -> str:
    """Without the folders that some programs send; what else is strange about it, the check says."""
    return unicodedata.normalize("NFC", filename.replace("\\", "/").rpartition("/")[2]).strip()
