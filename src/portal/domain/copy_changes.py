"""What changed from one version of a referral to the next: answer by answer, in the words of the form, and in an answer
word by word."""

import re
from collections import Counter
from collections.abc import Iterator
from difflib import SequenceMatcher
from enum import StrEnum

import msgspec

from portal.domain.copy import Copy
from portal.domain.forms.telling import NOT_GIVEN, Told

MOST_WORDS = 3000  # of two answers together; longer ones are shown whole, since comparing them takes seconds
WORDS = re.compile(r"\s+|\S+")
Place = tuple[str, ...]


class Kind(StrEnum):
    """What became of a stretch of text."""

    SAME = "same"
    REMOVED = "removed"
    ADDED = "added"


class Stretch(msgspec.Struct, frozen=True):
    """Some words of an answer that shared a fate."""

    kind: Kind
    text: str


class Changed(msgspec.Struct, frozen=True):
    """An answer that changed. `part`: the heading that it stands under; `kind`: whether all of it is new or gone."""

    part: str
    title: str
    kind: Kind
    stretches: tuple[Stretch, ...]


def changes(before: Copy | None, after: Copy | None) -> tuple[Changed, ...]:
    """What is different in `after`, in its order, then what is gone from it. An answer of "not provided" is none."""
    was, now = _answers(before), _answers(after)
    places = [*now, *(place for place in was if place not in now)]
    return tuple(_changed(was.get(place), now.get(place)) for place in places if _text(was, place) != _text(now, place))


class _Answer(msgspec.Struct, frozen=True):
    part: str
    title: str
    text: str


def _answers(copy: Copy | None) -> dict[Place, _Answer]:
    found: dict[Place, _Answer] = {}
    same_name: Counter[str] = Counter()
    for part in copy.parts if copy else ():
        same_name[part.name] += 1  # what was added later has no name of its own
        at = (part.name, str(same_name[part.name]))
        found |= {place: _Answer(part.title, title, text) for place, title, text in _flat(part.told, at)}
    return found


def _flat(told: tuple[Told, ...], at: Place) -> Iterator[tuple[Place, str, str]]:
    for each in told:
        place = (*at, each.name)
        if each.answer and each.answer != NOT_GIVEN:
            yield place, each.title, each.answer
        for number, item in enumerate(each.group, 1):
            for below, title, text in _flat(item, (*place, str(number))):
                yield below, f"{each.title} {number}: {title}", text


def _text(answers: dict[Place, _Answer], place: Place) -> str:
    return answers[place].text if place in answers else ""


def _changed(was: _Answer | None, now: _Answer | None) -> Changed:
    one = now or was
    assert one is not None  # noqa: S101 - one of the two has the place
    kind = Kind.ADDED if was is None else Kind.REMOVED if now is None else Kind.SAME
    return Changed(one.part, one.title, kind, stretches(was.text if was else "", now.text if now else ""))


def stretches(was: str, now: str) -> tuple[Stretch, ...]:
    """The words that stayed, went and came, in order."""
    old, new = WORDS.findall(was), WORDS.findall(now)
    if len(old) + len(new) > MOST_WORDS or not old or not new:
        whole = (Stretch(Kind.REMOVED, was), Stretch(Kind.ADDED, now))
        return tuple(each for each in whole if each.text)
    found: list[Stretch] = []
    gone = come = ""
    for how, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was_text, now_text = "".join(old[i:j]), "".join(new[k:m])
        if how == "equal" and not ((gone or come) and was_text.isspace() and j < len(old)):
            found += [*_both(gone, come), Stretch(Kind.SAME, was_text)]
            gone = come = ""
        else:  # a space between two words that changed changes with them, so that they are read in one go
            gone, come = gone + was_text, come + now_text
    return (*found, *_both(gone, come))


def _both(gone: str, come: str) -> list[Stretch]:
    return [each for each in (Stretch(Kind.REMOVED, gone), Stretch(Kind.ADDED, come)) if each.text]
