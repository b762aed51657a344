"""A section of a form: one page of questions, whose answers are kept together."""

from collections.abc import Iterator
from datetime import date
from typing import ClassVar

from portal.domain.facts import Facts
from portal.domain.forms.answering import answer_faults
from portal.domain.forms.question import EVERYONE, Words
from portal.domain.refusals import Fault
from portal.domain.services import Capacity


class Section(Facts, frozen=True, kw_only=True):
    """One page of questions. `NAME` is its place in addresses and in the stored answers; `TITLE` its heading, `WORDS`
    other headings for a capacity; `INTRO` stands below; `OF` says whom it is shown.

    Every question may be left open while the form is a draft: what is missing is said before sending (gaps.py)."""

    NAME: ClassVar[str] = ""
    TITLE: ClassVar[str] = ""
    INTRO: ClassVar[str] = ""
    WORDS: ClassVar[dict[Capacity, Words]] = {}
    OF: ClassVar[tuple[Capacity, ...]] = EVERYONE

    def faults(self, today: date) -> Iterator[Fault]:
        yield from answer_faults(self, today)
        for name in self.__struct_fields__:
            given = getattr(self, name)
            for index, each in enumerate(given if isinstance(given, tuple) else ()):
                if isinstance(each, Facts):
                    yield from (Fault(f"/{name}/{index}{fault.at}", fault.says) for fault in each.faults(today))
