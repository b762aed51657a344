"""The reference a referrer is given: short, readable over a bad phone line, and checked as it is read back.

Eight characters in two groups, like `4H7K-PX2M`. No vowels, so no words; no two characters that look
alike (2 and Z, 5 and S, 8 and B); and a check character that catches every single wrong one.
"""

import secrets

from stdnum import luhn

ALPHABET = "234679CDFHJKMNPRTVWX"  # an even number: only then does Luhn's rule catch every single mistake
LENGTH = 8


def new_reference() -> str:
    """A fresh reference. 1.28 thousand million of them exist; the store's claim makes sure that none is given twice."""
    drawn = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return _grouped(drawn + luhn.calc_check_digit(drawn, ALPHABET))


def canonical_reference(typed: str) -> str | None:
    """The reference somebody typed or read out, in its one form; None where it cannot be one."""
    letters = "".join(ch for ch in typed.upper() if ch.isalnum())
    right = len(letters) == LENGTH and set(letters) <= set(ALPHABET) and luhn.is_valid(letters, ALPHABET)
    return _grouped(letters) if right else None


def _grouped(letters: str) -> str:
    return f"{letters[: LENGTH // 2]}-{letters[LENGTH // 2 :]}"
