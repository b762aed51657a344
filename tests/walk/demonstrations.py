"""A demonstration for tests, whose processes can be killed and are looked after as `portal demo` does."""

import asyncio
import io
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from portal.cli import new_stories
from portal.demonstration import Demonstration, demonstration
from portal.settings import read_settings
from portal.walkthrough.story import Story
from portal.walkthrough.telling import tell


class Looked:
    """A running demonstration and the thread that looks after it."""

    def __init__(self, running: Demonstration) -> None:
        self.running = running
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)
        self._thread.start()

    def kill(self, what: str) -> None:
        """Pull the plug, kill -9: of the web, the worker, or the database. It is started again by itself."""
        pid = self.running.pids().get(what, 0)
        if pid > 1:  # 0 while it is being started, and would mean ourselves
            with suppress(ProcessLookupError):
                os.killpg(pid, signal.SIGKILL)  # each has a process group of its own

    def end(self) -> None:
        """Stop looking."""
        self._over.set()
        self._thread.join()

    def stories(self, count: int) -> list[Story]:
        """So many stories, each with staff of its own."""
        return asyncio.run(new_stories(read_settings(self.running.environment), count))

    def stories_patiently(self) -> list[Story]:
        """One story, invited while plugs are being pulled."""
        for _ in range(100):
            with suppress(Exception):  # whatever a database that goes away makes of an invitation
                return self.stories(1)
            time.sleep(0.2)
        raise AssertionError("nobody could be invited")

    def _look(self) -> None:
        while not self._over.is_set():
            self.running.look_after()
            time.sleep(0.05)


@contextmanager
def looked_after(home: Path | None = None) -> Iterator[Looked]:
    """A demonstration that is looked after."""
    with demonstration(home) as running:
        looked = Looked(running)
        try:
            yield looked
        finally:
            looked.end()


def told(story: Story, after_each: Callable[[str], None] = lambda step: None) -> str:
    """Play a story; what it told. Fails the test where a step went wrong."""
    out = io.StringIO()
    went_well = tell(story, after_each, out)
    assert went_well, out.getvalue()
    return out.getvalue()
