"""A scanner for the tests: it starts in a second, when the first test asks for it."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import MEMORY, roomy
from tests.documents.clamav import Daemon, clamd


@pytest.fixture
def folder() -> Iterator[Path]:
    """A short path, as sockets need, in memory where there is any."""
    made = Path(tempfile.mkdtemp(prefix="portal-clamd-", dir=MEMORY if roomy(MEMORY) else None))
    made.chmod(0o700)
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def scanner() -> Iterator[Daemon]:
    """A daemon that all tests share which do not break it."""
    made = Path(tempfile.mkdtemp(prefix="portal-clamd-", dir=MEMORY if roomy(MEMORY) else None))
    try:
        with clamd(made) as daemon:
            yield daemon
    finally:
        shutil.rmtree(made)
