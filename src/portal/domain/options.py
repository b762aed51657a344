"""Answers to choose from: what is stored, and what people read."""

from enum import StrEnum
from typing import Self


class Option(StrEnum):
    """One of the answers to a question. `text` is what people read; the value is stored and never changes. `alone`: it
    is not chosen together with others."""

    text: str
    alone: bool

    def __new__(cls, value: str, text: str, alone: bool = False) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.text = text
        member.alone = alone
        return member


class Known(Option):
    """Yes, no, or not known: nobody has to guess."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "I do not know"
