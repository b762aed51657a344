"""The code that one holder of an escrow keeps: 32 random bytes, written so that a slip of the pen is noticed."""

import base64
import hashlib
import re
import secrets

CODE = 32  # bytes
CHECK = 3  # bytes; with them it is 56 letters and digits, 14 groups of 4
GROUP = 4
PRINTED = re.compile(r"\b[A-Z2-7]{4}(?:-[A-Z2-7]{4}){13}\b")


class BadCode(Exception):
    """What was typed is no such code; says what to look for."""


def new_code() -> bytes:
    """A code that nobody can guess."""
    return secrets.token_bytes(CODE)


def written(code: bytes) -> str:
    """As it is printed: base32, so that no letter is taken for a digit, in groups."""
    text = base64.b32encode(code + _check(code)).decode()
    return "-".join(text[start : start + GROUP] for start in range(0, len(text), GROUP))


def on_paper(text: str) -> bytes:
    """The code that is printed somewhere in a text, such as a holder's paper. BadCode where there is none, or more."""
    codes = set(PRINTED.findall(text))
    if len(codes) != 1:
        raise BadCode("there must be one code in it, as it was printed")
    return read(codes.pop())


def read(text: str) -> bytes:
    """The code that was typed, with any spaces, dashes and capitals. BadCode."""
    bare = re.sub(r"[\s-]", "", text).upper().translate(str.maketrans("018", "OIB"))
    wanted = (CODE + CHECK) * 8 // 5
    if len(bare) != wanted:
        raise BadCode(f"a code has {wanted} letters and digits, this has {len(bare)}")
    try:
        code, check = (whole := base64.b32decode(bare))[:CODE], whole[CODE:]
    except ValueError:
        raise BadCode("a code has the letters A to Z and the digits 2 to 7 only") from None
    if check != _check(code):
        raise BadCode("there is a mistake in it: compare it with the paper, group by group")
    return code


def _check(code: bytes) -> bytes:
    return hashlib.sha256(b"portal escrow code\0" + code).digest()[:CHECK]
