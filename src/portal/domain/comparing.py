"""Names as they are compared with each other: people write the same name in many ways."""

import unicodedata
from collections.abc import Iterator

MARKS = 10  # combining class: accents, and the vowel signs of Arabic and Hebrew; what makes other letters is below it
NO_LETTERS = "\u0640\u02b9\u02bb\u02bc\u02bd"  # apostrophes and a stretch that Unicode calls letters
OTHER_LETTERS = str.maketrans(
    {"ł": "l", "ø": "o", "đ": "d", "ð": "d", "ħ": "h", "\u0131": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def compared(text: str) -> str:
    """Letters and digits only, small and without accents: O'Brien is OBRIEN, Zoë is Zoe, in any script."""
    return "".join(_letters(text)).translate(OTHER_LETTERS)


def _letters(text: str) -> Iterator[str]:
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    for character in apart:
        kind = unicodedata.category(character)
        letter = kind[0] in "LN" and character not in NO_LETTERS
        if letter or (kind[0] == "M" and unicodedata.combining(character) < MARKS):
            yield character
