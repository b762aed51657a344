"""Bytes as they arrive: in parts. And waiting for what follows from them."""

import asyncio
from collections.abc import AsyncIterator, Callable

PATIENCE = 60.0  # seconds: for busy machines, and never needed otherwise


async def parts(content: bytes, size: int = 64 * 1024) -> AsyncIterator[bytes]:
    """The content, part by part."""
    for start in range(0, len(content), size):
        yield content[start : start + size]


async def until(true: Callable[[], object]) -> None:
    """Wait for it."""
    async with asyncio.timeout(PATIENCE):
        while not true():  # noqa: ASYNC110 - what is waited for happens in another process
            await asyncio.sleep(0.01)
