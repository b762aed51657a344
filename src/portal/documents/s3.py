"""Documents in an object store that speaks S3: one object each, its sealed parts one after the other."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from obstore.exceptions import BaseError
from obstore.store import S3Store

from portal.documents.port import NoSuchDocument, StoreUnavailable
from portal.documents.sealing import SEALED_PART
from portal.settings import S3Access

FOLDER = "documents/"
PIECE = 5 * 1024 * 1024  # bytes of a request: the least that S3 takes where there are several
TIMEOUT = timedelta(seconds=20)  # of one request
CONNECT = timedelta(seconds=5)
TRIES = 2  # again after the first
PATIENCE = timedelta(seconds=30)  # with all tries


class S3DocumentStore:
    """An object appears whole or not at all; S3 has it on several disks before it answers."""

    def __init__(self, access: S3Access) -> None:
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
        told: list[BaseException] = []
        try:
            with _told():
                await self._store.put_async(
                    _name(document), _noting(parts, told), use_multipart=True, chunk_size=PIECE, max_concurrency=1
                )
        except StoreUnavailable:
            if told:  # what is wrong is what was to be written, not the store
                raise told[0] from None
            raise

    async def read(self, document: UUID) -> AsyncIterator[bytes]:
        waiting = bytearray()
        with _told():
            try:
                found = await self._store.get_async(_name(document))
            except FileNotFoundError:
                raise NoSuchDocument from None
            stream = found.stream(min_chunk_size=SEALED_PART).__aiter__()
        while True:
            with _told():
                chunk = await anext(stream, None)
            if chunk is None:
                break
            waiting += chunk
            while len(waiting) > SEALED_PART:
                yield bytes(waiting[:SEALED_PART])
                del waiting[:SEALED_PART]
        yield bytes(waiting)

    async def delete(self, document: UUID) -> None:
        with _told():
            try:
                await self._store.delete_async(_name(document))
            except FileNotFoundError:
                return

    async def written_before(self, instant: datetime) -> AsyncIterator[UUID]:
        pages = self._store.list(prefix=FOLDER.rstrip("/")).__aiter__()
        while True:
            with _told():
                page = await anext(pages, None)
            if page is None:
                return
            for found in page:
                document = _id(found["path"])
                if document and found["last_modified"] < instant:
                    yield document

    async def close(self) -> None:
        """Its connections close by themselves."""


def _name(document: UUID) -> str:
    return f"{FOLDER}{document}"


def _id(path: str) -> UUID | None:
    """The document of an object; None for what is not ours."""
    try:
        return UUID(path.removeprefix(FOLDER))
    except ValueError:
        return None


async def _noting(parts: AsyncIterator[bytes], told: list[BaseException]) -> AsyncIterator[bytes]:
    """The parts; what they raise passes through a library that may make something else of it."""
    try:
        async for part in parts:
            yield part
    except BaseException as fault:
        told.append(fault)
        raise


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except (NoSuchDocument, FileNotFoundError):
        raise
    except (OSError, TimeoutError, BaseError) as away:
        raise StoreUnavailable(type(away).__name__) from away
