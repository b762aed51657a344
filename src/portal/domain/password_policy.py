"""What makes a password a good one: long, and not made of names that others know (ASVS 5.0 6.2, security.md 2.1).

No rules of composition and no expiry: three random words are a good password. Whether one is easily guessed, or known
to attackers, is a question to lists (application/password_checks.py).
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator

import msgspec

from portal.domain.account_details import OwnerDetails
from portal.domain.refusals import Fault

LEAST_PUBLIC = 12  # characters
LEAST_STAFF = 15  # characters
MOST = 128  # characters
LEAST_WORD = 4  # letters: shorter names are in too many words
THREE_WORDS = "Three random words are a good way."
TOO_EASY = Fault("/password", f"This password is too easy to guess. {THREE_WORDS}")
KNOWN = Fault("/password", "This password is on a list of passwords that attackers know. Choose another.")
OWN = Fault("/password", "Do not use your name or e-mail address in the password.")
OURS = Fault("/password", "Do not use the name of the council or of this service in the password.")


class PasswordPolicy(msgspec.Struct, frozen=True):
    """What holds for one group of people: how long at least, and the words of the council that must not be in it."""

    least: int
    words: frozenset[str]

    def guidance(self) -> list[str]:
        """What stands beside the field, before anything is typed."""
        return [
            f"Use {self.least} characters or more. Spaces and any other characters are fine.",
            THREE_WORDS,
            "Do not use your name, your e-mail address, or the name of the council or this service.",
            "Do not use a password that you use anywhere else.",
        ]

    def faults(self, password: str, own: Iterable[str]) -> Iterator[Fault]:
        """All that is wrong with a password, but for what only lists know. `own`: words of its owner."""
        length = len(composed(password))
        if length < self.least:
            yield Fault("/password", f"Use {self.least} characters or more. {THREE_WORDS}")
        if length > MOST:
            yield Fault("/password", f"Use {MOST} characters or fewer.")
        if _holds(password, own):
            yield OWN
        if _holds(password, self.words):
            yield OURS


def faults_anywhere(password: str, details: OwnerDetails) -> Iterator[Fault]:
    """What is wrong with a password whatever the council has set: for those who have other faults to mend first."""
    if len(composed(password)) < LEAST_PUBLIC:
        yield Fault("/password", f"Use a longer password. {THREE_WORDS}")
    if len(composed(password)) > MOST:
        yield Fault("/password", f"Use {MOST} characters or fewer.")
    if _holds(password, words_of(details.name, details.email)):
        yield OWN


def composed(password: str) -> str:
    """The password as it is counted and hashed (NFKC): the same keys typed on another machine give the same."""
    return unicodedata.normalize("NFKC", password)


def words_of(name: str, email: str) -> frozenset[str]:
    """The words by which others know somebody: parts of their name and of their e-mail address."""
    mailbox, _, domain = email.partition("@")
    above = domain.split(".")[:-1]  # the last label is nobody's own
    return _long_enough([*name.split(), mailbox, *re.split(r"[._+\-\d]+", mailbox), *above])


def words_in(texts: Iterable[str], but: frozenset[str] = frozenset()) -> frozenset[str]:
    """The words of some names, such as a council's and its portal's, without those that are in every such name."""
    return _long_enough(word for text in texts for word in re.findall(r"\w+", text)) - but


def _long_enough(words: Iterable[str]) -> frozenset[str]:
    return frozenset(word for word in map(_folded, words) if len(word) >= LEAST_WORD)


def _holds(password: str, words: Iterable[str]) -> bool:
    return any(word in _folded(password) for word in words)


def _folded(text: str) -> str:
    return composed(text).casefold()
