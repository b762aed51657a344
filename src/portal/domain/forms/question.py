"""What a question carries besides its type: its words, why it is asked, what kind of data the answer is.

`ask` is the only way to make one, and refuses to make one without the reason and the kind of data: a question that
nobody can justify to the people it is about is not asked (UK GDPR, Articles 5(1)(c) and 13).
"""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Any

import msgspec
from msgspec import Meta

from portal.domain.services import Capacity, Service

QUESTION = "question"  # under which `Meta.extra` holds it
Audience = Capacity | Service
EVERYONE = tuple(Capacity)
AT_WORK = (Capacity.PROFESSIONAL,)
NOT_AT_WORK = (Capacity.SELF, Capacity.PERSONAL)
NOT_ABOUT_ME = (Capacity.PERSONAL, Capacity.PROFESSIONAL)
LINE, STORY = 100, 10_000  # characters
PART_OF_DATE = r"^(19|20)\d\d(-(0[1-9]|1[0-2]))?$"
"""A month and its year, or a year alone: what is not known of a date is left out, not made up (domain.md 7.7)."""


class Data(StrEnum):
    """What kind of personal data an answer is; the kind decides on what basis a council may hold it."""

    PERSONAL = "personal"
    SPECIAL = "special_category"
    CRIMINAL = "criminal_offence"
    ABOUT_FORM = "about_the_form"
    ENQUIRY = "enquiry"
    ENQUIRY_SPECIAL = "enquiry_special_category"


BASIS: Mapping[Data, str] = {
    Data.PERSONAL: "UK GDPR Article 6(1)(e), public task: Children Act 1989 sections 17 and 47, Children Act 2004 "
    "sections 10 and 11",
    Data.SPECIAL: "UK GDPR Article 6(1)(e), and Article 9(2)(g): Data Protection Act 2018 Schedule 1 paragraph 18, "
    "safeguarding of children and of individuals at risk",
    Data.CRIMINAL: "UK GDPR Article 6(1)(e), and Article 10: Data Protection Act 2018 section 10(5) and Schedule 1 "
    "paragraph 18",
    Data.ABOUT_FORM: "UK GDPR Article 6(1)(e), public task: handling the referral itself",
    Data.ENQUIRY: "UK GDPR Article 6(1)(e), public task: for feedback, Local Government Act 1999 section 3, improving "
    "services; for fostering, Children Act 1989 section 22G, enough homes for children who are looked after",
    Data.ENQUIRY_SPECIAL: "UK GDPR Article 6(1)(e), as for an enquiry, and Article 9(2)(h): Data Protection Act 2018 "
    "Schedule 1 paragraph 2(2)(f), the management of social care services",
}


class When(msgspec.Struct, frozen=True):
    """A question is asked only if another one of its section has one of these answers."""

    name: str
    values: tuple[str | bool, ...]


class Words(msgspec.Struct, frozen=True, omit_defaults=True):
    """How a question is put to somebody, where that differs."""

    title: str
    hint: str = ""


class Question(msgspec.Struct, frozen=True, kw_only=True):
    """All that `ask` was told. `of`: whom it is asked; `required`: who must answer before the form can be sent;
    `services`: whose forms ask it; `words`: other words for a capacity or a service; `codes`: the code set its answers
    are from, but for those `not_offered`; `instead_of`: the question of the section that it is asked in place of;
    `past`: the answer is a day that is not still to come."""

    title: str
    why: str
    data: Data
    hint: str = ""
    missing: str = ""
    of: tuple[Capacity, ...] = EVERYONE
    services: tuple[Service, ...] = tuple(Service)
    required: tuple[Capacity, ...] = ()
    when: When | None = None
    words: Mapping[Audience, Words] = {}
    codes: str = ""
    not_offered: tuple[str, ...] = ()
    instead_of: str = ""
    past: bool = False


def ask(
    title: str,
    *,
    why: str,
    data: Data,
    hint: str = "",
    example: Any = None,
    longest: int | None = None,
    most: int | None = None,
    of: Collection[Capacity] = EVERYONE,
    services: Collection[Service] = tuple(Service),
    required: bool | Collection[Capacity] = False,
    missing: str = "",
    when: tuple[str, object] | None = None,
    words: Mapping[Audience, Words | str] | None = None,
    codes: str = "",
    not_offered: Collection[str] = (),
    instead_of: str = "",
    past: bool = False,
    **rules: Any,
) -> Meta:
    """A question. `longest`: characters of a text; `most`: items of a list; `when`: the name of another question of the
    section and its answer, or a tuple of answers; `rules` are msgspec's own, such as `ge`.

    Raises ValueError where the reason is missing, or where those who must answer are not asked."""
    who = tuple(of) if required is True else tuple(required or ())
    if not why or not title:
        raise ValueError(f"a question needs a title, and a reason why it is asked: {title!r}")
    if not set(who) <= set(of):
        raise ValueError(f"asked of some, required of others: {title!r}")
    asked = Question(
        title=title,
        why=why,
        data=data,
        hint=hint,
        missing=missing,
        of=tuple(of),
        services=tuple(services),
        required=who,
        when=_when(when),
        words={key: Words(each) if isinstance(each, str) else each for key, each in (words or {}).items()},
        codes=codes,
        not_offered=tuple(not_offered),
        instead_of=instead_of,
        past=past,
    )
    return Meta(
        title=title,
        description=_described(asked),
        examples=None if example is None else [example],
        max_length=longest or most,
        extra={QUESTION: asked},
        **rules,
    )


def ask_line(title: str, *, longest: int = LINE, **how: Any) -> Meta:
    """A question that a line answers."""
    return ask(title, longest=longest, **how)


def ask_story(title: str, **how: Any) -> Meta:
    """A question that is answered at length, in somebody's own words."""
    return ask(title, longest=STORY, **how)


def _when(when: tuple[str, object] | None) -> When | None:
    if when is None:
        return None
    name, wanted = when
    return When(name, wanted if isinstance(wanted, tuple) else (wanted,))


def _described(asked: Question) -> str | None:
    """What a program that fills in the form is told, beside the title."""
    if not asked.required:
        needed = ""
    elif asked.required == EVERYONE:
        needed = "Needed before sending" + (f" if {asked.when.name} is given so." if asked.when else ".")
    else:
        needed = f"Needed before sending as: {', '.join(asked.required)}."
    return " ".join(filter(None, (asked.hint, needed))) or None
