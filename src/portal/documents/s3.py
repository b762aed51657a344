"""Documents in an object store that speaks S3: sealed parts, four in an object, one object after the other.

S3's own uploads in several pieces take no piece below 5 MiB: twenty at once would hold 200 MB of a process.
"""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.documents.sealing import SEALED_PART
from portal.settings import S3Access

if TYPE_CHECKING:  # it has no name at run time
    from obstore import ObjectMeta

FOLDER = "documents"
PIECE = 4 * SEALED_PART  # bytes of each object but the last
AT_ONCE = 4  # objects on their way to S3: a process holds each twice then
TIMEOUT = timedelta(seconds=20)  # of one request
CONNECT = timedelta(seconds=5)
TRIES = 2  # again after the first
PATIENCE = timedelta(seconds=30)  # with all tries


class S3DocumentStore:
    """An object appears whole or not at all; S3 has it on several disks before it answers. A document whose last object
    is not there does not open (sealing.py)."""

    def __init__(self, access: S3Access) -> None:
        self._writing = asyncio.Semaphore(AT_ONCE)
        self._store = S3Store(
            access.bucket,
            endpoint=access.endpoint or None,
            region=access.region,
            access_key_id=access.key,
            secret_access_key=access.secret,
            virtual_hosted_style_request=not access.endpoint,
            client_options={
                "allow_http": access.endpoint.startswith("http://"),
                "timeout": TIMEOUT,
                "connect_timeout": CONNECT,
            },
            retry_config={"max_retries": TRIES, "retry_timeout": PATIENCE},
        )

    async def write(self, document: UUID, parts: AsyncIterator[bytes]) -> None:
        number, waiting = 0, bytearray()
        async for part in parts:
            waiting += part
            if len(waiting) >= PIECE:
                await self._put(document, number, waiting)
                number, waiting = number + 1, bytearray()
        if waiting:
            await self._put(document, number, waiting)

    async def _put(self, document: UUID, number: int, piece: bytearray) -> None:
        async with self._writing:
            with _told():
                await self._store.put_async(f"{_folder(document)}/{number}", piece, use_multipart=False)

    async def read(self, document: UUID) -> AsyncIterator[bytes]:
        number, length = 0, PIECE
        while length == PIECE:
            piece = await self._get(document, number)
            if piece is None:
                break
            length, number = len(piece), number + 1
            for start in range(0, length, SEALED_PART):
                yield piece[start : start + SEALED_PART]
        if number == 0:
            raise NoSuchDocument

    async def _get(self, document: UUID, number: int) -> bytes | None:
        with _told():
            try:
                found = await self._store.get_async(f"{_folder(document)}/{number}")
            except FileNotFoundError:
                return None
            return bytes(await found.bytes_async())

    async def delete(self, document: UUID) -> None:
        async for page in self._pages(_folder(document)):
            with _told():
                try:
                    await self._store.delete_async([found["path"] for found in page])
                except FileNotFoundError:
                    continue

    async def written_before(self, instant: datetime) -> AsyncIterator[UUID]:
        last = None
        async for page in self._pages(FOLDER):
            for found in page:  # those of one document stand together
                document = _id(found["path"])
                if document and document != last and found["last_modified"] < instant:
                    yield document
                    last = document

    async def _pages(self, folder: str) -> AsyncIterator[Sequence["ObjectMeta"]]:
        pages = self._store.list(prefix=folder).__aiter__()
        while True:
            with _told():
                page = await anext(pages, None)
            if page is None:
                return
            yield page

    async def close(self) -> None:
        """Its connections close by themselves."""


def _folder(document: UUID) -> str:
    return f"{FOLDER}/{document}"


def _id(path: str) -> UUID | None:
    """The document of an object; None for what is not ours."""
    folder, _, number = path.removeprefix(f"{FOLDER}/").partition("/")
    try:
        return UUID(folder) if number.isdecimal() else None
    except ValueError:
        return None


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NoSuchDocument, FileNotFoundError):
        raise
    except (OSError, TimeoutError, BaseError) as away:
        raise StoreUnavailable(type(away).__name__) from away
