"""A section of a form: one page of questions, whose answers are kept together."""

from typing import ClassVar

from portal.domain.facts import Facts
from portal.domain.forms.question import EVERYONE, Words
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
