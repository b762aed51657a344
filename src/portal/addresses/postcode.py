"""Reading a UK postcode as people type it."""

import re
import unicodedata
from typing import Final

from portal.addresses.port import NotAPostcode

# The grammar of the postcode address file: which letters may stand where. ZZ is no area and never will be (no second
# letter is Z); it is let in so that demonstrations and tests need no address at which somebody lives.
_AREA: Final = "(?:ZZ|[A-PR-UWYZ][A-HK-Y]?)"
_DISTRICT: Final = "(?:[0-9]{1,2})"
_LETTERED_DISTRICT: Final = "(?:[A-PR-UWYZ][0-9][A-HJKPSTUW]|[A-PR-UWYZ][A-HK-Y][0-9][ABEHMNPRVWXY])"
_UNIT: Final = "[0-9][ABD-HJLNP-UW-Z]{2}"
_POSTCODE: Final = re.compile(f"(?:(?:{_AREA}{_DISTRICT}|{_LETTERED_DISTRICT}){_UNIT}|GIR0AA)")
CANONICAL: Final = f"^(?:(?:{_AREA}{_DISTRICT}|{_LETTERED_DISTRICT}) {_UNIT}|GIR 0AA)$"
"""What `canonical` gives, as a pattern that PostgreSQL reads as Python does."""
_OUTWARD_ONLY: Final = re.compile(f"(?:{_AREA}{_DISTRICT}|{_LETTERED_DISTRICT})[0-9]?")

_LONGEST_TYPED: Final = 40
_EMPTY: Final = "Enter a postcode, like AA3 1AB"
_FIRST_HALF: Final = "Enter the whole postcode, like AA3 1AB, not only its first half"
_TOO_LONG: Final = "Enter only the postcode, like AA3 1AB, without the rest of the address"
NO_POSTCODE: Final = "Enter a full UK postcode, like AA3 1AB. Check for the letters O and I where 0 and 1 should be"


def canonical(text: str) -> str:
    """The postcode in its one written form, upper case with one space before the last three characters.

    Any case, spacing and punctuation is taken. GIR 0AA, the one postcode outside the grammar, is taken too. Whether the
    postcode is in use is the register's to say. Raises NotAPostcode with words for the person who typed it.
    """
    if len(text) > _LONGEST_TYPED:
        raise NotAPostcode(_TOO_LONG)
    typed = _letters_and_digits(text)
    if _POSTCODE.fullmatch(typed):
        return f"{typed[:-3]} {typed[-3:]}"
    raise NotAPostcode(_what_is_wrong_with(typed))


def _letters_and_digits(text: str) -> str:
    kept = "".join(c for c in unicodedata.normalize("NFKC", text) if c.isalnum())
    # Only ASCII is put into upper case: "ß" would become two letters, and a wrong postcode right.
    return kept.upper() if kept.isascii() else kept


def _what_is_wrong_with(typed: str) -> str:
    if not typed:
        return _EMPTY
    if _OUTWARD_ONLY.fullmatch(typed):
        return _FIRST_HALF
    return _TOO_LONG if len(typed) > 7 else NO_POSTCODE
