"""Whether a referral names somebody: nobody at the council may open one about themselves, or one that they sent.

It errs on the side of yes. A colleague who only has the same name is let in by a LADO manager, which takes a minute; an
adult of concern who reads the referral about them cannot be made to forget it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any
from uuid import UUID

import msgspec

from portal.domain.account_details import OwnerDetails
from portal.domain.comparing import compared
from portal.domain.people import Adult
from portal.domain.referral_state import ReferralState

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "reverend", "sir", "dame"})
APOSTROPHES = "'\u2018\u2019\u02b9\u02bb\u02bc\u02bd\u2032`\u00b4"
BEFORE_A_NAME = r"\b(o|d|mc|mac|fitz)[\s-]+(?=\w)"  # O Brien is O'Brien, Mac Donald is MacDonald
NAMES = (
    "name",
    "also_known_as",
    "manager",
    "case_manager",
    "hr_contact",
    "lead_professional",
    "told_by",
    "adult_told_by",
    "parents_told_by",
    "by_whom",
    "on_behalf_of",
    "spoke_to",
)
"""Answers that name somebody, and often say how to reach them in the same line. Not `spoken_with`: whoever took the
call at the front door is no party to it, and reads what they were told."""
LEAST_DIGITS = 7  # of a phone number that belongs to one person


def is_named(referral: ReferralState, account: UUID, *known_as: OwnerDetails) -> bool:
    """Whether the owner of the account began the referral, or is somebody on it: by any name, e-mail address or phone
    that they ever had."""
    return referral.owner == account or any(_is_on_it(referral, details) for details in known_as)


def same_name(one: str, other: str) -> bool:
    """Whether all words of the shorter name stand in the longer one, whatever the order, accents, apostrophes, titles
    and middle names. One word alone is nobody's name."""
    pairs = (sorted(pair, key=len) for pair in product(_spellings(one), _spellings(other)))
    return any(len(fewer) > 1 and fewer <= more for fewer, more in pairs)


def same_email(one: str, other: str) -> bool:
    """Whether two e-mail addresses are one, however they are typed."""
    return bool(one.strip()) and _typed(one) == _typed(other)


def same_phone(one: str, other: str) -> bool:
    """Whether two phone numbers are one, with or without the country's code, spaces and brackets."""
    return len(_digits(one)) >= LEAST_DIGITS and _digits(one) == _digits(other)


def _is_on_it(referral: ReferralState, details: OwnerDetails) -> bool:
    return (
        any(same_name(details.name, name) for name in _names(referral))
        or any(same_phone(details.phone, phone) for phone in _phones(referral))
        or any(same_email(details.email, email) for email in _emails(referral))
        or any(_reaches(line, details) for line in _lines(referral))
    )


def _names(referral: ReferralState) -> Iterator[str]:
    for person in referral.people.values():
        yield f"{person.given_name} {person.family_name}"
        yield person.also_known_as
    if referral.submission:
        yield referral.submission.referrer.name
    if referral.consent:
        yield referral.consent.agreed_by
    for named in _said(referral):
        yield f"{named.get('given_name', '')} {named.get('family_name', '')}"
    yield from _lines(referral)


def _lines(referral: ReferralState) -> Iterator[str]:
    for named in _said(referral):
        yield from (str(named[key]) for key in NAMES if named.get(key))


def _reaches(line: str, details: OwnerDetails) -> bool:
    """Whether the line has the telephone or the e-mail address in it: "Siân Powell, 01632 960 171"."""
    digits = _digits(details.phone)
    return (len(digits) >= LEAST_DIGITS and digits in re.sub(r"\D", "", line)) or any(
        same_email(details.email, word) for word in re.findall(r"[^\s,;:<>()]+@[^\s,;:<>()]*[^\s,;:<>().]", line)
    )


def _phones(referral: ReferralState) -> Iterator[str]:
    yield from (person.phone for person in referral.people.values())
    yield from (str(named["phone"]) for named in _said(referral) if named.get("phone"))
    if referral.submission:
        yield referral.submission.referrer.phone


def _emails(referral: ReferralState) -> Iterator[str]:
    yield from (person.email for person in referral.people.values() if isinstance(person, Adult))
    yield from (str(named["email"]) for named in _said(referral) if named.get("email"))
    if referral.submission:
        yield referral.submission.referrer.email


def _said(referral: ReferralState) -> Iterator[Mapping[str, Any]]:
    """What is said of danger, the answers of each section, and each person in a list of people."""
    if referral.danger:
        yield msgspec.structs.asdict(referral.danger)
    for answers in referral.answers.values():
        yield answers
        for several in answers.values():
            if isinstance(several, list):
                yield from (each for each in several if isinstance(each, dict))


def _spellings(name: str) -> Iterator[frozenset[str]]:
    """Its words as they were typed, and with what stands before a family name joined to it."""
    yield _words(name)
    if (joined := re.sub(BEFORE_A_NAME, r"\1", name, flags=re.IGNORECASE)) != name:
        yield _words(joined)


def _words(name: str) -> frozenset[str]:
    words = (compared(word) for word in "".join(map(_or_a_gap, name)).split())
    return frozenset(filter(None, words)) - TITLES


def _or_a_gap(character: str) -> str:
    between = unicodedata.category(character)[0] in "PSZ" and character not in APOSTROPHES
    return " " if between else character


def _typed(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _digits(phone: str) -> str:
    return re.sub(r"^(0044|44)0?|^0", "", re.sub(r"\D", "", phone.replace("(0)", "")))
