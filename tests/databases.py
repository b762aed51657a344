"""Which database a test runs on."""

from typing import NamedTuple


class Database(NamedTuple):
    """The addresses of one database, for its owner and for the application."""

    owner: str
    application: str
