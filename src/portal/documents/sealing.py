"""A document as a row of sealed parts: each is bound to the document, its number and whether it is the last, so that
parts that were moved, left out or cut off do not open (security.md 4.2)."""

from collections.abc import AsyncIterator
from uuid import UUID

from portal.eventstore.keyring import FORMAT, NONCE, Key

PART = 256 * 1024  # bytes of a document in each part but the last: what a process holds of it
SEALED_PART = len(FORMAT) + NONCE + PART + 16  # the last 16 are AES-GCM's tag


async def sealed(key: Key, document: UUID, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The content in sealed parts. A document without content is one empty part."""
    number, waiting = 0, bytearray()
    async for chunk in content:
        waiting += chunk
        while len(waiting) > PART:  # never the last one: there is more
            yield key.seal(bytes(waiting[:PART]), _place(document, number, last=False))
            del waiting[:PART]
            number += 1
    yield key.seal(bytes(waiting), _place(document, number, last=True))


async def opened(key: Key, document: UUID, parts: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The content behind sealed parts. KeyUnusable where one is not what was sealed in its place, or the end is
    missing: what came before it is then worth nothing."""
    number, before = 0, b""
    async for part in parts:
        if before:
            yield key.unseal(before, _place(document, number, last=False))
            number += 1
        before = part
    yield key.unseal(before, _place(document, number, last=True))


def _place(document: UUID, number: int, last: bool) -> str:
    return f"document|{document}|{number}|{'last' if last else 'more'}"
