"""Questions as GOV.UK Frontend's components, with what was typed and what is wrong with it.

A question that depends on one choice of another stands below that choice: with scripts it shows when the choice is made,
without them always.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from markupsafe import Markup

from portal.domain.forms.asked import Asked, Choice, Kind
from portal.domain.services import Capacity
from portal.http.components import choices, fields, labelling
from portal.http.components.moving import button
from portal.http.faults import Faults
from portal.http.forms import Form
from portal.http.questions.naming import PARTS, rows

MOST_RADIOS = 10  # beyond, a list to choose from is shorter
YES_NO = (Choice("yes", "Yes"), Choice("no", "No"))
SPELT = {True: "yes", False: "no"}  # how a yes or no is posted


class Showing:
    """One page's questions for one capacity."""

    def __init__(self, capacity: Capacity, form: Form, faults: Faults) -> None:
        self.capacity = capacity
        self.form = form
        self.faults = faults

    def questions(self, asked: Sequence[Asked], prefix: str = "") -> Markup:
        """All of them, in order."""
        own = [each for each in asked if self.capacity in each.of]
        below = {each.name for each in own if _parent(each, own)}
        return Markup("").join(self._question(each, own, prefix) for each in own if each.name not in below)

    def _question(self, asked: Asked, beside: Sequence[Asked], prefix: str) -> Markup:
        if asked.kind is Kind.GROUP:
            return self._group(asked, prefix)
        return CONTROLS[asked.kind](self, asked, f"{prefix}{asked.name}", self._below(asked, beside, prefix))

    def _below(self, asked: Asked, beside: Sequence[Asked], prefix: str) -> dict[str, Markup]:
        """What stands below each choice of a question: the questions that depend on it."""
        found: dict[str, Markup] = {}
        for each in beside:
            if each.when and each.when.name == asked.name and _parent(each, beside):
                value = each.when.values[0]
                key = SPELT[value] if isinstance(value, bool) else value
                found[key] = found.get(key, Markup("")) + self._question(each, beside, prefix)
        return found

    # --- the controls ----------------------------------------------------------------------------------------------

    def line(self, asked: Asked, name: str, _: dict[str, Markup]) -> Markup:
        """One line of text, or a number."""
        number = asked.kind is Kind.NUMBER
        width = "govuk-input--width-4" if number else "govuk-input--width-20" if (asked.longest or 100) <= 40 else ""
        options = {"value": self._typed(name), "classes": width, "inputmode": "numeric" if number else ""}
        return fields.text_input({**self._labelled(asked, name), **options})

    def story(self, asked: Asked, name: str, _: dict[str, Markup]) -> Markup:
        """Several lines of text; how much is left is said near the end."""
        options = {"value": self._typed(name), "rows": 4 if (asked.longest or 0) <= 2000 else 8}
        counted = {"maxlength": asked.longest, "threshold": 75} if asked.longest else {}
        return fields.character_count({**self._labelled(asked, name), **options, **counted})

    def lines(self, asked: Asked, name: str, _: dict[str, Markup]) -> Markup:
        """Several short answers, one on each line."""
        options = self._labelled(asked, name)
        hint = " ".join(filter(None, (asked.hint_for(self.capacity), "Put each on a line of its own.")))
        return fields.textarea({**options, "hint": {"text": hint}, "value": self._typed(name), "rows": 3})

    def yes_no(self, asked: Asked, name: str, below: dict[str, Markup]) -> Markup:
        """Yes or no where it has to be answered; else one box to tick."""
        if asked.required:
            options = {**self._in_fieldset(asked, name), "value": self._typed(name), "classes": "govuk-radios--small"}
            return choices.radios({**options, "items": _items(YES_NO, below)})
        box = {"value": "yes", "text": asked.title_for(self.capacity), "checked": self._typed(name) == "yes"}
        hint = {"hint": {"text": hint}} if (hint := asked.hint_for(self.capacity)) else {}
        shown = {"conditional": {"html": below["yes"]}} if "yes" in below else {}
        return choices.checkboxes(
            {"idPrefix": name, "name": name, "errorMessage": self.faults.of(name), "items": [{**box, **hint, **shown}]}
        )

    def choice(self, asked: Asked, name: str, below: dict[str, Markup]) -> Markup:
        """One of a few as radios, one of many as a list."""
        typed = self._typed(name)
        if len(asked.choices) <= MOST_RADIOS:
            options = {**self._in_fieldset(asked, name), "value": typed}
            return choices.radios({**options, "items": _items(asked.choices, below)})
        items = [{"value": "", "text": "Choose one"}, *({"value": one.value, "text": one.text} for one in asked.choices)]
        chosen = fields.select({**self._labelled(asked, name), "items": items, "value": typed})
        return chosen + Markup("").join(below.values())

    def several(self, asked: Asked, name: str, below: dict[str, Markup]) -> Markup:
        """Any of a few."""
        options = {**self._in_fieldset(asked, name), "values": self.form.get(name, [])}
        return choices.checkboxes({**options, "items": _items(asked.choices, below)})

    def date(self, asked: Asked, name: str, _: dict[str, Markup]) -> Markup:
        """A date in three boxes."""
        wrong = "govuk-input--error" if self.faults.of(name) else ""
        items = [
            {
                "name": part,
                "value": self._typed(f"{name}-{part}"),
                "classes": f"govuk-input--width-{4 if part == 'year' else 2} {wrong}".strip(),
            }
            for part in PARTS
        ]
        return fields.date_input({**self._in_fieldset(asked, name), "id": name, "namePrefix": name, "items": items})

    # --- lists of people -------------------------------------------------------------------------------------------

    def _group(self, asked: Asked, prefix: str) -> Markup:
        name = f"{prefix}{asked.name}"
        title = asked.title_for(self.capacity)
        said = labelling.hint({"text": hint, "id": f"{name}-hint"}) if (hint := asked.hint_for(self.capacity)) else ""
        wrong = self.faults.of(name)
        error = labelling.error_message({**wrong, "id": f"{name}-error"}) if wrong else ""
        items = "".join(self._item(asked, name, row, number) for number, row in enumerate(rows(self.form, name), 1))
        more = button(
            {
                "text": "Add another" if items else "Add",
                "classes": "govuk-button--secondary",
                "name": "add",
                "value": name,
                "attributes": {"aria-label": f"{'Add another' if items else 'Add'}: {title}"},
            }
        )
        heading = Markup('<h2 class="govuk-heading-m" id="{}">{}</h2>').format(name, title)
        wrapped = Markup('<div class="govuk-form-group{}">').format(" govuk-form-group--error" if wrong else "")
        return wrapped + heading + said + error + Markup(items) + more + Markup("</div>")

    def _item(self, asked: Asked, name: str, row: int, number: int) -> Markup:
        inside = self.questions(asked.group, f"{name}-{row}-")
        marker = Markup('<input type="hidden" name="{0}-{1}-" value="">').format(name, row)
        away = button(
            {
                "text": "Remove",
                "classes": "govuk-button--secondary",
                "name": "remove",
                "value": f"{name}-{row}",
                "attributes": {"aria-label": f"Remove {asked.title_for(self.capacity)} {number}"},
            }
        )
        legend = {"text": f"{asked.title_for(self.capacity)} {number}", "classes": "govuk-fieldset__legend--s"}
        return labelling.fieldset({"legend": legend, "html": marker + inside + away, "classes": "portal-item"})

    # --- what stands around a control ------------------------------------------------------------------------------

    def _typed(self, name: str) -> str:
        return next(iter(self.form.get(name, [])), "")

    def _labelled(self, asked: Asked, name: str) -> dict[str, Any]:
        label = {"text": self._title(asked), "classes": "govuk-label--s"}
        return {"id": name, "name": name, "label": label, **self._said(asked, name)}

    def _in_fieldset(self, asked: Asked, name: str) -> dict[str, Any]:
        legend = {"text": self._title(asked), "classes": "govuk-fieldset__legend--s"}
        return {"idPrefix": name, "name": name, "fieldset": {"legend": legend}, **self._said(asked, name)}

    def _said(self, asked: Asked, name: str) -> dict[str, Any]:
        hint = asked.hint_for(self.capacity)
        return {"hint": {"text": hint} if hint else None, "errorMessage": self.faults.of(name)}

    def _title(self, asked: Asked) -> str:
        """What need not be answered says so, in words."""
        return asked.title_for(self.capacity) + ("" if self.capacity in asked.required else " (optional)")


def reasons(asked: Sequence[Asked], capacity: Capacity) -> Iterator[tuple[str, str]]:
    """Why each question is asked, for those who want to know."""
    for each in asked:
        if capacity in each.of:
            yield each.title_for(capacity), each.why
            yield from reasons(each.group, capacity)


def _parent(asked: Asked, beside: Sequence[Asked]) -> Asked | None:
    """The question below whose choice this one stands: where it depends on a single one, and can be shown there."""
    if asked.when is None or len(asked.when.values) != 1 or asked.kind is Kind.GROUP:
        return None
    return next((each for each in beside if each.name == asked.when.name and each.kind in OPENING), None)


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
