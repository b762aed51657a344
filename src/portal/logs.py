"""One line of JSON for each thing worth knowing: time, level, place, words. Never personal data, codes or tokens."""

import logging
import os
from datetime import UTC, datetime

import msgspec


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
        }
        if record.exc_info and record.exc_info[0]:
            line["fault"] = record.exc_info[0].__name__
        return msgspec.json.encode(line).decode()


def log_in_lines() -> None:
    """Set up logging for this process: to standard error, from the level in PORTAL_LOG (info if it is not set)."""
    handler = logging.StreamHandler()
    handler.setFormatter(Lines())
    logging.basicConfig(level=os.environ.get("PORTAL_LOG", "INFO").upper(), handlers=[handler], force=True)
    for chatty in ("httpx", "httpcore", "asyncio"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
