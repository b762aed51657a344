"""One line of JSON for each thing worth knowing: time (UTC), level, place, words, and the request it belongs to with
whoever asks, by opaque ids. Never personal data, codes or tokens."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

import msgspec

_REQUEST: ContextVar[dict[str, str] | None] = ContextVar("request", default=None)


class Lines(logging.Formatter):
    """JSON lines: whatever is in a message cannot begin a new one. Tracebacks are left out: their text may be
    personal."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one line."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC),
            "level": record.levelname.lower(),
            "from": record.name,
            "says": record.getMessage(),
            **(_REQUEST.get() or {}),
            **getattr(record, "facts", {}),
        }
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return msgspec.json.encode(line).decode()


def facts(**known: object) -> dict[str, Any]:
    """Beside the words of a line, for programs: `log.info("...", extra=facts(outcome=200))`."""
    return {"facts": known}


@contextmanager
def about_request(request: str) -> Iterator[None]:
    """Every line in here says which request it belongs to."""
    token = _REQUEST.set({"request": request})
    try:
        yield
    finally:
        _REQUEST.reset(token)


def asked_by(actor: str) -> None:
    """From here on every line of this request says who asks: the account's id."""
    if (known := _REQUEST.get()) is not None:
        known["actor"] = actor


def log_in_lines() -> None:
    """Set up logging for this process: to standard error, from the level in PORTAL_LOG (info if it is not set)."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=os.environ.get("PORTAL_LOG", "INFO").upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
