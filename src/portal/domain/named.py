"""Whether a referral names somebody: nobody at the council may open one about themselves, or one that they sent.

It errs on the side of yes. A colleague who only has the same name is let in by a LADO manager, which takes a minute; an
adult of concern who reads the referral about them cannot be made to forget it.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from portal.domain.account_details import OwnerDetails
from portal.domain.people import Adult
from portal.domain.referral_state import ReferralState

TITLES = frozenset({"mr", "mrs", "ms", "miss", "mx", "dr", "prof", "professor", "rev", "reverend", "sir", "dame"})
NAMES = ("name", "also_known_as", "manager", "case_manager", "hr_contact", "lead_professional", "told_by", "by_whom")
"""Answers that name somebody. Not `spoken_with`: whoever took the call at the front door is no party to it, and reads
what they were told."""
LEAST_DIGITS = 7  # of a phone number that belongs to one person


def is_named(referral: ReferralState, account: UUID, *known_as: OwnerDetails) -> bool:
    """Whether the owner of the account began the referral, or is somebody on it: by any name, e-mail address or phone
    that they ever had."""
    return referral.owner == account or any(_is_on_it(referral, details) for details in known_as)


def same_name(one: str, other: str) -> bool:
    """Whether all words of the shorter name stand in the longer one, whatever the order, accents, titles and middle
    names. One word alone is nobody's name."""
    fewer, more = sorted((_words(one), _words(other)), key=len)
    return len(fewer) > 1 and fewer <= more


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
        yield from (str(named[key]) for key in NAMES if named.get(key))


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
    """The answers of each section, and each person in a list of people."""
    for answers in referral.answers.values():
        yield answers
        for several in answers.values():
            if isinstance(several, list):
                yield from (each for each in several if isinstance(each, dict))


def _words(name: str) -> frozenset[str]:
    plain = "".join(each for each in unicodedata.normalize("NFKD", name) if not unicodedata.combining(each))
    words = re.findall(r"\w+", re.sub(r"['\u2019`]", "", plain.casefold()))
    return frozenset(words) - TITLES


def _typed(email: str) -> str:
    return unicodedata.normalize("NFKC", email).strip().casefold()


def _digits(phone: str) -> str:
    return re.sub(r"^(0044|44)0?|^0", "", re.sub(r"\D", "", phone.replace("(0)", "")))
