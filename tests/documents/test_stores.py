"""Both stores, by the same sentences: what is written is read back whole, and what is not whole does not open."""

import socket
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from portal.documents.port import DocumentStore, NoSuchDocument, StoreUnavailable
from portal.documents.postgres import PostgresStore
from portal.documents.s3 import S3DocumentStore
from portal.documents.sealing import PART, SEALED_PART, opened, sealed
from portal.eventstore.keyring import Key, Keyring, KeyUnusable
from portal.settings import S3Access
from tests.portals import SECRETS, Playground

ACCESS = S3Access(bucket="documents", endpoint="", region="eu-west-2", key="made-up", secret="made-up")
SIZES = (0, 1, PART - 1, PART, PART + 1, 3 * PART, 4 * PART, 8 * PART, 8 * 1024 * 1024 + 17)


class Bucket:
    """The bucket behind an S3 store, seen without the portal."""

    def __init__(self, endpoint: str) -> None:
        self.access = S3Access("documents", endpoint, "eu-west-2", "made-up", "made-up")
        self.s3: Any = boto3.client(
            "s3",
            endpoint_url=endpoint,
            region_name="eu-west-2",
            aws_access_key_id="made-up",
            aws_secret_access_key="made-up",
        )
        self.s3.create_bucket(Bucket="documents", CreateBucketConfiguration={"LocationConstraint": "eu-west-2"})

    def get(self, document: UUID) -> bytes:
        found = [name for name in self.names() if str(document) in name]
        objects = [self.s3.get_object(Bucket="documents", Key=name)["Body"].read() for name in sorted(found)]
        return b"".join(objects)

    def put(self, document: UUID, content: bytes) -> None:
        """In place of its first object."""
        self.s3.put_object(Bucket="documents", Key=f"documents/{document}/0", Body=content)

    def names(self) -> list[str]:
        return [each["Key"] for each in self.s3.list_objects_v2(Bucket="documents").get("Contents", [])]


@pytest.fixture(scope="module")
def s3_server() -> Iterator[str]:
    """Something that speaks S3, in this process."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str) -> Iterator[Bucket]:
    """An empty bucket."""
    made = Bucket(s3_server)
    yield made
    for name in made.names():
        made.s3.delete_object(Bucket="documents", Key=name)
    made.s3.delete_bucket(Bucket="documents")


@pytest.fixture(params=["postgres", "s3"])
def store(request: pytest.FixtureRequest, play: Playground) -> DocumentStore:
    if request.param == "postgres":
        return PostgresStore(play.portal.pool)
    return S3DocumentStore(request.getfixturevalue("bucket").access)


@pytest.fixture
def key() -> Key:
    return Keyring(SECRETS.keks).mint(uuid4())[0]


def made_up(size: int) -> bytes:
    return (b"0123456789abcdef" * (size // 16 + 1))[:size]


async def pieces(content: bytes, size: int = 100_000) -> AsyncIterator[bytes]:
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def whole(parts: AsyncIterator[bytes]) -> bytes:
    return b"".join([part async for part in parts])


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_written_is_read_back_whole(store: DocumentStore, key: Key, size: int) -> None:
    document, content = uuid4(), made_up(size)
    await store.write(document, sealed(key, document, pieces(content)))
    assert await whole(opened(key, document, store.read(document))) == content
    stored = [part async for part in store.read(document)]
    assert all(len(part) == SEALED_PART for part in stored[:-1])
    assert not any(made_up(64) in part for part in stored)


async def test_what_was_deleted_or_never_written_is_not_there(store: DocumentStore, key: Key) -> None:
    document = uuid4()
    with pytest.raises(NoSuchDocument):
        await whole(store.read(document))
    await store.delete(document)
    await store.write(document, sealed(key, document, pieces(made_up(2 * PART))))
    await store.delete(document)
    with pytest.raises(NoSuchDocument):
        await whole(store.read(document))


async def test_an_id_is_used_once(play: Playground, key: Key) -> None:
    store, document = PostgresStore(play.portal.pool), uuid4()
    await store.write(document, sealed(key, document, pieces(b"first")))
    with pytest.raises(StoreUnavailable):
        await store.write(document, sealed(key, document, pieces(b"second")))
    assert await whole(opened(key, document, store.read(document))) == b"first"


async def test_what_the_content_raises_is_raised(store: DocumentStore, key: Key) -> None:
    async def broken_off() -> AsyncIterator[bytes]:
        yield made_up(6 * 1024 * 1024)
        raise LookupError("gone")

    document = uuid4()
    with pytest.raises(LookupError):
        await store.write(document, sealed(key, document, broken_off()))
    await store.delete(document)
    with pytest.raises(NoSuchDocument):
        await whole(store.read(document))


async def test_it_names_what_is_old(store: DocumentStore, key: Key) -> None:
    written = {uuid4() for _ in range(3)}
    for document in written:
        await store.write(document, sealed(key, document, pieces(made_up(2 * PART))))
    later = datetime.now(UTC) + timedelta(hours=1)
    assert {each async for each in store.written_before(later)} == written
    assert [each async for each in store.written_before(later - timedelta(hours=3))] == []


async def test_many_old_ones_are_named_page_by_page(
    play: Playground, monkeypatch: pytest.MonkeyPatch, key: Key
) -> None:
    monkeypatch.setattr("portal.documents.postgres.PAGE", 2)
    store, written = PostgresStore(play.portal.pool), {uuid4() for _ in range(5)}
    for document in written:
        await store.write(document, sealed(key, document, pieces(b"x")))
    assert {each async for each in store.written_before(datetime.now(UTC) + timedelta(hours=1))} == written


async def test_an_object_that_is_not_ours_is_left_alone(bucket: Bucket) -> None:
    bucket.s3.put_object(Bucket="documents", Key="documents/readme.txt", Body=b"x")
    bucket.s3.put_object(Bucket="documents", Key=f"documents/{uuid4()}/readme", Body=b"x")
    store = S3DocumentStore(bucket.access)
    assert [each async for each in store.written_before(datetime.now(UTC) + timedelta(hours=1))] == []


@pytest.mark.parametrize("cut", [1, SEALED_PART, SEALED_PART + 1, 2 * SEALED_PART - 1])
async def test_half_an_object_does_not_open(bucket: Bucket, key: Key, cut: int) -> None:
    store, document = S3DocumentStore(bucket.access), uuid4()
    await store.write(document, sealed(key, document, pieces(made_up(3 * PART))))
    bucket.put(document, bucket.get(document)[:-cut])
    with pytest.raises(KeyUnusable):
        await whole(opened(key, document, store.read(document)))


async def test_objects_that_are_missing_moved_or_taken_from_elsewhere_do_not_open(bucket: Bucket, key: Key) -> None:
    store, (document, other), content = S3DocumentStore(bucket.access), (uuid4(), uuid4()), made_up(10 * PART)
    at = {each: f"documents/{document}/{each}" for each in (0, 1, 2)}
    for name, source in ((at[2], ""), (at[1], ""), (at[0], ""), (at[0], at[1]), (at[2], f"documents/{other}/2")):
        for each in (document, other):
            await store.write(each, sealed(key, each, pieces(content)))
        assert len(bucket.names()) == 6
        if source:
            bucket.s3.copy_object(Bucket="documents", Key=name, CopySource=f"documents/{source}")
        else:
            bucket.s3.delete_object(Bucket="documents", Key=name)
        with pytest.raises((KeyUnusable, NoSuchDocument)):
            await whole(opened(key, document, store.read(document)))
        assert await whole(opened(key, other, store.read(other))) == content
    await store.delete(document)
    assert len(bucket.names()) == 3, "nothing of it is left, and all of the other"


async def test_parts_that_were_left_out_moved_or_taken_from_elsewhere_do_not_open(play: Playground, key: Key) -> None:
    store = PostgresStore(play.portal.pool)
    for change in (
        "delete from document_parts where document = $1 and number = 2",
        "delete from document_parts where document = $1 and number = 1",
        "update document_parts set number = 1 - number + 100 where document = $1 and number < 2;",
        "update document_parts set sealed = set_byte(sealed, 40, get_byte(sealed, 40) # 1) where document = $1",
        "update document_parts d set sealed = o.sealed from document_parts o where d.document = $1 and d.number = 0 "
        "and o.document <> d.document and o.number = 0",
    ):
        document, other = uuid4(), uuid4()
        for each in (document, other):
            await store.write(each, sealed(key, each, pieces(made_up(3 * PART))))
        await play.as_owner(change, document)
        with pytest.raises((KeyUnusable, NoSuchDocument)):
            await whole(opened(key, document, store.read(document)))
        assert len(await whole(opened(key, other, store.read(other)))) == 3 * PART


async def test_a_store_that_is_away_says_so(key: Key) -> None:
    with socket.create_server(("127.0.0.1", 0)) as bound:
        port = bound.getsockname()[1]
    access = S3Access("documents", f"http://127.0.0.1:{port}", "eu-west-2", "made-up", "made-up")
    store, document = S3DocumentStore(access), uuid4()
    with pytest.raises(StoreUnavailable):
        await store.write(document, sealed(key, document, pieces(b"x")))
    with pytest.raises(StoreUnavailable):
        await whole(store.read(document))
    with pytest.raises(StoreUnavailable):
        await store.delete(document)
    with pytest.raises(StoreUnavailable):
        _ = [each async for each in store.written_before(datetime.now(UTC))]


def test_what_opens_the_bucket_is_not_printed() -> None:
    assert "secret" not in repr(ACCESS) and "key" not in repr(ACCESS)
