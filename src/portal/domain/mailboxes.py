"""E-mail addresses as user names: when two of them are one, and to whom a domain belongs."""

import unicodedata
from collections.abc import Iterable


def normalized(email: str) -> str:
    """The address in the form in which two spellings of one mailbox are equal."""
    return unicodedata.normalize("NFKC", email).strip().casefold()


def is_within(email: str, domains: Iterable[str]) -> bool:
    """Whether the address is of one of these domains, or of a domain below one of them."""
    domain = normalized(email).rpartition("@")[2]
    return any(domain == known or domain.endswith(f".{known}") for known in map(str.casefold, domains))
