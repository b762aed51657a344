"""Every key of council.toml is documented, and the page says what the code does."""

from pathlib import Path
from typing import Annotated

import msgspec

import portal
from portal.council.council import Council
from portal.council.documenting import document
from portal.council.keys import key
from portal.council.shape import Section, sections

PAGE = Path(portal.__file__).parents[2] / "docs" / "council.md"


def test_every_key_has_its_sentence_and_every_section_says_what_it_is_about() -> None:
    assert silent(list(sections(Council))) == []


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text().rstrip() == document().rstrip(), "python -m portal.council.documenting > docs/council.md"


def test_a_key_without_a_sentence_is_noticed() -> None:
    class Careless(msgspec.Struct):
        """Made up."""

        said: Annotated[int, key("A number.")]
        unsaid: int = 1

    class NotAWord(msgspec.Struct):
        number: int

    class Whole(msgspec.Struct):
        """Made up."""

        careless: Careless
        value: NotAWord

    assert silent(list(sections(Whole))) == ["value", "careless.unsaid"]


def silent(found: list[Section]) -> list[str]:
    """The sections and keys that say nothing of themselves."""
    keys = [each.at for section in found for each in section.keys if not each.sentence.endswith(".")]
    return [*keys, *(section.at for section in found if not section.about.endswith("."))]
