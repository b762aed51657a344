"""Unique property reference numbers, which all registers of addresses share."""

from typing import Final

LONGEST: Final = 12  # digits


def is_uprn(text: str) -> bool:
    """Whether it can be one; nothing else is asked of any register."""
    return text.isascii() and text.isdecimal() and len(text) <= LONGEST
