"""Questions as GOV.UK Frontend's components, with what was typed and what is wrong with it.

A question that depends on one choice of another stands below that choice: with scripts it shows when the choice is
made, without them always. One with a fault, or above one, is never folded away. A list of people is not written here:
it has cards, and a page for each of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from types import MappingProxyType
from typing import Any

from markupsafe import Markup

from portal.domain.forms.asked import Asked, Choice, Kind
from portal.domain.services import Capacity
from portal.http.components import choices, fields
from portal.http.faults import Faults
from portal.http.forms import Form
from portal.http.questions.naming import ELSEWHERE, PARTS

NO_NOTES: Mapping[tuple[str, str], str] = MappingProxyType({})
MOST_RADIOS = 10  # beyond, a list to choose from is shorter
NOTHING: Mapping[str, str] = {}
SHORT = 2000  # characters of a text for which a few lines are enough
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
SPELT = {True: "yes", False: "no"}  # how a yes or no is posted


class Showing:
    """One page's questions for one capacity. `notes`: what this council adds below a choice of a question."""

    def __init__(
        self,
        capacity: Capacity,
        form: Form,
        faults: Faults,
        about: Mapping[str, str] = NOTHING,
        notes: Mapping[tuple[str, str], str] = NO_NOTES,
    ) -> None:
        """`about`: what browsers may fill in for their user, by question (HTML's autocomplete)."""
        self.notes = notes
        self.capacity = capacity
        self.form = form
        self.faults = faults
        self.about = about

    def questions(self, asked: Sequence[Asked]) -> Markup:
        """All of them, in order."""
        own = [each for each in asked if self.capacity in each.of and each.kind not in ELSEWHERE]
        return Markup("").join(self._question(each, own) for each in own if not _leading(each, own))

    def _question(self, asked: Asked, beside: Sequence[Asked]) -> Markup:
        """A question, and right after it those that depend on several of its choices."""
        written = CONTROLS[asked.kind](self, asked, self._below(asked, beside))
        after = (each for each in beside if _leading(each, beside) is asked and not self._parent(each, beside))
        return written + Markup("").join(self._question(each, beside) for each in after)

    def _below(self, asked: Asked, beside: Sequence[Asked]) -> dict[str, Markup]:
        """What stands below each choice of a question: the questions that depend on it."""
        found: dict[str, Markup] = {}
        for each in beside:
            if each.when and self._parent(each, beside) is asked:
                value = each.when.values[0]
                key = SPELT[value] if isinstance(value, bool) else value
                found[key] = found.get(key, Markup("")) + self._question(each, beside)
        return found

    def _parent(self, asked: Asked, beside: Sequence[Asked]) -> Asked | None:
        """The question below whose choice this one stands, unless it would be out of sight there with its fault."""
        parent = _parent(asked, beside)
        return None if parent and self._hidden(asked, parent) and self._at_fault(asked, beside) else parent

    def _hidden(self, asked: Asked, parent: Asked) -> bool:
        values = asked.when.values if asked.when else ()
        chosen = self.form.get(parent.name, [])
        return not any((SPELT[each] if isinstance(each, bool) else each) in chosen for each in values)

    def _at_fault(self, asked: Asked, beside: Sequence[Asked]) -> bool:
        below = (each for each in beside if _leading(each, beside) is asked)
        return bool(self.faults.of(asked.name)) or any(self._at_fault(each, beside) for each in below)

    # --- the controls ----------------------------------------------------------------------------------------------

    def line(self, asked: Asked, _: dict[str, Markup]) -> Markup:
        """One line of text, or a number."""
        number = asked.kind is Kind.NUMBER
        width = "govuk-input--width-4" if number else "govuk-input--width-20" if (asked.longest or 100) <= 40 else ""
        known = self.about.get(asked.name, "")
        options = {"value": self._typed(asked.name), "classes": width, "inputmode": "numeric" if number else ""}
        options |= {"autocomplete": known, "type": known if known in ("email", "tel") else "text"}
        return fields.text_input({**self._labelled(asked), **options})

    def story(self, asked: Asked, _: dict[str, Markup]) -> Markup:
        """Several lines of text; how much is left is said near the end."""
        options = {"value": self._typed(asked.name), "rows": 4 if (asked.longest or 0) <= SHORT else 8}
        return fields.character_count(
            {**self._labelled(asked), **options, "maxlength": asked.longest, "threshold": asked.longest and 75}
        )

    def lines(self, asked: Asked, _: dict[str, Markup]) -> Markup:
        """Several short answers, one on each line."""
        hint = " ".join(filter(None, (asked.hint_for(self.capacity), "Put each on a line of its own.")))
        options = {"hint": {"text": hint}, "value": self._typed(asked.name), "rows": 3}
        return fields.textarea({**self._labelled(asked), **options})

    def yes_no(self, asked: Asked, below: dict[str, Markup]) -> Markup:
        """Yes or no where it has to be answered; else one box to tick."""
        if asked.required:
            options = {**self._in_fieldset(asked), "value": self._typed(asked.name)}
            return choices.radios({**options, "items": _items(YES_NO, below)})
        box: dict[str, Any] = {"value": "yes", "text": asked.title_for(self.capacity)}
        if hint := asked.hint_for(self.capacity):
            box["hint"] = {"text": hint}
        if "yes" in below:
            box["conditional"] = {"html": below["yes"]}
        box["checked"] = self._typed(asked.name) == "yes"
        own = {"idPrefix": asked.name, "name": asked.name, "errorMessage": self.faults.of(asked.name)}
        return choices.checkboxes({**own, "items": [box]})

    def choice(self, asked: Asked, below: dict[str, Markup]) -> Markup:
        """One of a few as radios, one of many as a list."""
        typed = self._typed(asked.name)
        if len(asked.choices) <= MOST_RADIOS:
            options, items = {**self._in_fieldset(asked), "value": typed}, _items(asked.choices, below)
            return choices.radios({**options, "items": list(map(partial(self._noted, asked), items))})
        listed = [Choice("", "Choose one"), *asked.choices]
        items = [{"value": one.value, "text": one.text} for one in listed]
        chosen = fields.select({**self._labelled(asked), "items": items, "value": typed})
        return chosen + Markup("").join(below.values())

    def several(self, asked: Asked, below: dict[str, Markup]) -> Markup:
        """Any of a few."""
        options = {**self._in_fieldset(asked), "values": self.form.get(asked.name, [])}
        return choices.checkboxes({**options, "items": _items(asked.choices, below)})

    def date(self, asked: Asked, _: dict[str, Markup]) -> Markup:
        """A date in three boxes."""
        wrong = "govuk-input--error" if self.faults.of(asked.name) else ""
        items = [
            {
                "name": part,
                "value": self._typed(f"{asked.name}-{part}"),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2} {wrong}".strip(),
            }
            for part in PARTS
        ]
        own = {"id": asked.name, "namePrefix": asked.name, "items": items}
        return fields.date_input({**self._in_fieldset(asked), **own})

    def _noted(self, asked: Asked, item: dict[str, Any]) -> dict[str, Any]:
        note = self.notes.get((asked.name, item["value"]))
        return {**item, "hint": {"text": note}} if note else item

    # --- what stands around a control ------------------------------------------------------------------------------

    def _typed(self, name: str) -> str:
        return next(iter(self.form.get(name, [])), "")

    def _labelled(self, asked: Asked) -> dict[str, Any]:
        label = {"text": self._title(asked), "classes": "govuk-label--s"}
        return {"id": asked.name, "name": asked.name, "label": label, **self._said(asked)}

    def _in_fieldset(self, asked: Asked) -> dict[str, Any]:
        legend = {"text": self._title(asked), "classes": "govuk-fieldset__legend--s"}
        return {"idPrefix": asked.name, "name": asked.name, "fieldset": {"legend": legend}, **self._said(asked)}

    def _said(self, asked: Asked) -> dict[str, Any]:
        hint = asked.hint_for(self.capacity)
        return {"hint": {"text": hint} if hint else None, "errorMessage": self.faults.of(asked.name)}

    def _title(self, asked: Asked) -> str:
        """What need not be answered says so, in words."""
        return asked.title_for(self.capacity) + ("" if self.capacity in asked.required else " (optional)")


def reasons(asked: Sequence[Asked], capacity: Capacity) -> Iterator[tuple[str, str]]:
    """Why each question is asked, for those who want to know."""
    for each in asked:
        if capacity in each.of:
            yield each.title_for(capacity), each.why


def _leading(asked: Asked, beside: Sequence[Asked]) -> Asked | None:
    """The question on whose answer this one depends."""
    return next((each for each in beside if asked.when and each.name == asked.when.name), None)


def _parent(asked: Asked, beside: Sequence[Asked]) -> Asked | None:
    """The question below whose choice this one stands: where it depends on a single one, and can be shown there."""
    parent = _leading(asked, beside)
    if asked.when is None or len(asked.when.values) != 1 or parent is None or parent.kind not in OPENING:
        return None
    only_box = parent.kind is Kind.YES_NO and not parent.required
    return None if only_box and asked.when.values != (True,) else parent


def _items(options: Sequence[Choice], below: dict[str, Markup]) -> list[dict[str, Any]]:
    return [
        {
            "value": one.value,
            "text": one.text,
            **({"conditional": {"html": below[one.value]}} if one.value in below else {}),
        }
        for one in options
    ]


OPENING = (Kind.YES_NO, Kind.CHOICE, Kind.CHOICES, Kind.CODE, Kind.CODES)
CONTROLS = {
    Kind.LINE: Showing.line,
    Kind.NUMBER: Showing.line,
    Kind.STORY: Showing.story,
    Kind.LINES: Showing.lines,
    Kind.YES_NO: Showing.yes_no,
    Kind.CHOICE: Showing.choice,
    Kind.CODE: Showing.choice,
    Kind.CHOICES: Showing.several,
    Kind.CODES: Showing.several,
    Kind.DATE: Showing.date,
}
