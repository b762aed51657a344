"""Other processes of ours: modules of this folder, started with the same Python and the same paths."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@asynccontextmanager
async def a_process(module: str, *arguments: str) -> AsyncIterator[Process]:
    """A module at work; stopped on the way out if it has not ended by itself."""
    paths = os.pathsep.join(filter(None, sys.path))
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, cwd=ROOT, stdin=PIPE, stdout=PIPE,
        env={**os.environ, "PYTHONPATH": paths}
    )  # fmt: skip
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


async def in_a_process(module: str, *arguments: str) -> bytes:
    """What a module says. RuntimeError where it failed."""
    async with a_process(module, *arguments) as process:
        told, _ = await process.communicate()
    if process.returncode:
        raise RuntimeError(f"{module} failed")
    return told
