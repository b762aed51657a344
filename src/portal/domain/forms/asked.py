"""The form as plain data, read from its Structs: what is asked of whom, in which words, with which answers.

Everything that shows a form works on this data and not on the Structs, so it shows a form of former times as well as
today's (versions.py keeps them).
"""

import types
from collections.abc import Mapping
from datetime import date
from enum import Enum, StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from portal.domain.codes.code_sets import code_set
from portal.domain.forms.question import EVERYONE, LINE, PART_OF_DATE, QUESTION, Data, Question, When, Words
from portal.domain.options import Option
from portal.domain.services import Capacity, Service

CODES_SHOWN = date(2026, 11, 25)
"""The day whose codes today's forms offer, in the words of that day. A version keeps them; whoever gives FORM_VERSION
the next number (form.py) moves it. An answer is checked against the codes of the day on which it is given."""


class Kind(StrEnum):
    """How a question is answered."""

    LINE = "line"
    STORY = "story"
    YES_NO = "yes_no"
    CHOICE = "choice"
    CHOICES = "choices"
    CODE = "code"
    CODES = "codes"
    DATE = "date"
    PART_OF_DATE = "part_of_date"  # "2017-03", or "2017"
    NUMBER = "number"
    LINES = "lines"
    GROUP = "group"
    REFERENCE = "reference"  # an id, which is not shown


class Choice(msgspec.Struct, frozen=True, omit_defaults=True):
    """An answer to choose: what is stored, and its words. `alone`: it is not chosen together with others."""

    value: str
    text: str
    alone: bool = False


class Asked(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One question. Where `group` is not empty, the answer is a list of groups of answers. `instead_of`: the question
    that this one is answered in place of, never beside it. `past`: a day that is not still to come."""

    name: str
    kind: Kind
    title: str
    why: str
    data: Data
    hint: str = ""
    missing: str = ""
    example: str = ""
    longest: int | None = None
    most: int | None = None
    of: tuple[Capacity, ...] = EVERYONE
    required: tuple[Capacity, ...] = ()
    when: When | None = None
    words: Mapping[Capacity, Words] = {}
    choices: tuple[Choice, ...] = ()
    codes: str = ""
    instead_of: str = ""
    past: bool = False
    group: tuple["Asked", ...] = ()

    def title_for(self, capacity: Capacity) -> str:
        """The question as it is put in this capacity."""
        return self.words[capacity].title if capacity in self.words else self.title

    def hint_for(self, capacity: Capacity) -> str:
        """The hint below it."""
        return self.words[capacity].hint if capacity in self.words else self.hint

    def applies(self, answers: Mapping[str, Any]) -> bool:
        """Whether it is asked, given the other answers of its section as they are stored."""
        if self.when is None:
            return True
        given = answers.get(self.when.name)
        several = given if isinstance(given, list | tuple) else (given,)
        return any(each in self.when.values for each in several if each is not None)


class AskedSection(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """One page of questions. `name` is its place in addresses and in the stored answers."""

    name: str
    title: str
    intro: str = ""
    words: Mapping[Capacity, Words] = {}
    of: tuple[Capacity, ...] = EVERYONE
    questions: tuple[Asked, ...] = ()

    def title_for(self, capacity: Capacity) -> str:
        """The heading in this capacity."""
        return self.words[capacity].title if capacity in self.words else self.title

    def intro_for(self, capacity: Capacity) -> str:
        """What stands below it."""
        return self.words[capacity].hint if capacity in self.words else self.intro

    def asked_of(self, capacity: Capacity) -> tuple[Asked, ...]:
        """The questions that are put in this capacity."""
        return tuple(each for each in self.questions if capacity in each.of) if capacity in self.of else ()


class AskedForm(msgspec.Struct, frozen=True, kw_only=True):
    """The whole form of a service in one version: what is asked about the people, of danger and of consent, and the
    sections of its own."""

    service: Service
    version: int
    sections: tuple[AskedSection, ...]

    def section(self, name: str) -> AskedSection | None:
        """The section of that name, if this form has it."""
        return next((each for each in self.sections if each.name == name), None)


@cache
def questions_of(kind: type[msgspec.Struct], service: Service | None = None) -> tuple[Asked, ...]:
    """The questions of a Struct, in order; a field without a question is none (an id). TypeError where a question has
    no words."""
    return tuple(asked for field in msgspec.structs.fields(kind) if (asked := _asked(field.name, field.type, service)))


def _asked(name: str, kind: Any, service: Service | None) -> Asked | None:
    metas, bare = unwrapped(kind)
    question = next((meta.extra[QUESTION] for meta in metas if meta.extra and QUESTION in meta.extra), None)
    if question is None:
        return None
    assert isinstance(question, Question)  # noqa: S101 - only `ask` makes them
    if service and service not in question.services:
        return None
    words = question.words.get(service) if service else None
    limit = next((meta.max_length for meta in metas if meta.max_length), None)
    examples = next((meta.examples for meta in metas if meta.examples), None)
    answered = Kind.PART_OF_DATE if _is_part_of_date(metas) else _kind(bare, limit, question.codes)
    is_text = answered in (Kind.LINE, Kind.STORY)
    return Asked(
        name=name,
        kind=answered,
        title=words.title if words else question.title,
        hint=words.hint if words else question.hint,
        why=question.why,
        data=question.data,
        missing=question.missing,
        example=examples[0] if examples and isinstance(examples[0], str) else "",
        longest=limit if is_text else None,
        most=None if is_text else limit,
        of=question.of,
        required=question.required,
        when=question.when,
        words={key: each for key, each in question.words.items() if isinstance(key, Capacity)},
        choices=_codes(question) if question.codes else _choices(bare),
        codes=question.codes,
        instead_of=question.instead_of,
        past=question.past,
        group=_group(bare, service),
    )


def unwrapped(kind: Any) -> tuple[list[Meta], Any]:
    """What was annotated, outermost first, and the type itself without Annotated and None."""
    metas: list[Meta] = []
    while True:
        origin = get_origin(kind)
        if origin is Annotated:
            metas += [each for each in kind.__metadata__ if isinstance(each, Meta)]
            kind = get_args(kind)[0]
        elif origin in (Union, types.UnionType):
            kind = next(each for each in get_args(kind) if each is not type(None))
        else:
            return metas, kind


def _is_part_of_date(metas: list[Meta]) -> bool:
    return any(meta.pattern == PART_OF_DATE for meta in metas)


def _kind(bare: Any, limit: int | None, codes: str) -> Kind:
    several = get_origin(bare) is tuple
    if codes:
        return Kind.CODES if several else Kind.CODE
    if several:
        item = unwrapped(get_args(bare)[0])[1]
        if issubclass(item, msgspec.Struct):
            return Kind.GROUP
        return Kind.CHOICES if issubclass(item, Enum) else Kind.LINES
    if issubclass(bare, Enum):
        return Kind.CHOICE
    if bare is str:
        return Kind.STORY if (limit or LINE) > 500 else Kind.LINE
    return {bool: Kind.YES_NO, date: Kind.DATE, int: Kind.NUMBER}.get(bare, Kind.REFERENCE)


def _codes(question: Question) -> tuple[Choice, ...]:
    offered = (code for code in code_set(question.codes).valid_on(CODES_SHOWN) if code.code not in question.not_offered)
    return tuple(Choice(code.code, code.text, code.alone) for code in offered)


def _choices(bare: Any) -> tuple[Choice, ...]:
    kind = unwrapped(get_args(bare)[0])[1] if get_origin(bare) is tuple else bare
    if not issubclass(kind, Enum):
        return ()
    if not issubclass(kind, Option):
        raise TypeError(f"{kind.__name__} has no words that people can choose from: make it an Option")
    return tuple(Choice(member.value, member.text, member.alone) for member in kind)


def _group(bare: Any, service: Service | None) -> tuple[Asked, ...]:
    kind = unwrapped(get_args(bare)[0])[1] if get_origin(bare) is tuple else bare
    return questions_of(kind, service) if issubclass(kind, msgspec.Struct) else ()
