"""Writing a long form page: our components beside the untouched macros of govuk-frontend-jinja, on the same template
with the same questions, in the same round. Milliseconds of processor time, which nobody else is served in meanwhile.

The form is as long as a page may be: some 40 KB, with a hint on each question and an error on every third.
"""

import time
from collections.abc import Callable, Mapping
from importlib.resources import files
from statistics import median
from typing import Any

from jinja2 import DictLoader, Environment, PackageLoader, PrefixLoader

from benchmarks.ground import Ground
from benchmarks.rounds import Result, Rounds
from benchmarks.sizes import Sizes
from portal.http.components.catalogue import COMPONENTS, macro_name

Options = dict[str, Any]
TEMPLATE = """{% for name, options in questions %}
{{ components[name](options) }}
{% endfor %}"""


def questions() -> list[tuple[str, Options]]:
    """Questions of every kind, as a form asks them."""
    found = [("input", _line(f"line-{n}", n)) for n in range(12)]
    found += [("character-count", {**_line(f"story-{n}", n), "maxlength": 5000}) for n in range(6)]
    found += [("date-input", _date(f"date-{n}", n)) for n in range(3)]
    found += [("radios", _choice(f"choice-{n}", n, 4)) for n in range(8)]
    found += [("checkboxes", _choice(f"several-{n}", n, 8)) for n in range(2)]
    found += [("select", {**_line(f"list-{n}", n), "items": _items(18)}) for n in range(2)]
    return [*found, ("button", {"text": "Save and continue", "preventDoubleClick": True})]


def _words(number: int) -> Options:
    fault = {"errorMessage": {"text": "Enter an answer, or say that you do not know"}} if number % 3 == 0 else {}
    return {"hint": {"text": "What did you see or hear? Use the child's own words & name"}, **fault}


def _line(name: str, number: int) -> Options:
    typed = "She said <nothing> about it.\n" * (5 if name.startswith("story") else 1)
    label = {"text": f"What are you worried about? {number}", "classes": "govuk-label--s"}
    return {"id": name, "name": name, "label": label, "value": typed, **_words(number)}


def _choice(name: str, number: int, most: int) -> Options:
    legend = {"legend": {"text": f"Has the family agreed? {number}", "classes": "govuk-fieldset__legend--s"}}
    return {"idPrefix": name, "name": name, "fieldset": legend, "items": _items(most), "value": "1", **_words(number)}


def _date(name: str, number: int) -> Options:
    parts = (("day", "27", 2), ("month", "3", 2), ("year", "2015", 4))
    boxes = [{"name": part, "value": value, "classes": f"govuk-input--width-{width}"} for part, value, width in parts]
    legend = {"legend": {"text": f"Date of birth {number}"}}
    return {"id": name, "namePrefix": name, "fieldset": legend, "items": boxes, **_words(number)}


def _items(most: int) -> list[Options]:
    return [{"value": str(n), "text": f"One of the answers, number {n}"} for n in range(most)]


def writers() -> dict[str, Callable[[], str]]:
    """The two ways to write the page."""
    return {"ours": _writer({name: COMPONENTS[name] for name, _ in questions()}), "macros": _writer(_macros())}


def _macros() -> Mapping[str, Any]:
    """The library's macros as they come, without looking at their files again each time."""
    library = "govuk_frontend_jinja"
    loader = PrefixLoader({library: PackageLoader(library, files(library).joinpath("templates").name)})
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True, auto_reload=False)
    modules = {name: f"{library}/components/{name}/macro.html" for name, _ in questions()}
    return {name: getattr(environment.get_template(path).module, macro_name(name)) for name, path in modules.items()}


def _writer(components: Mapping[str, Any]) -> Callable[[], str]:
    environment = Environment(loader=DictLoader({"page": TEMPLATE}), autoescape=True, auto_reload=False)
    template, asked = environment.get_template("page"), questions()
    return lambda: template.render(components=components, questions=asked)


async def measure(ground: Ground, sizes: Sizes) -> Result:
    """All of it."""
    rounds, ways = Rounds(), writers()
    for _ in range(sizes.rounds):
        for name, write in ways.items():
            rounds.add(**{name: _milliseconds(write, sizes.pages)})
    weights = {f"{name}_bytes": len(write().encode()) for name, write in ways.items()}
    return rounds.result({"pages": sizes.pages, **weights}, ratio_macros=rounds.ratio("ours", "macros"))


def _milliseconds(write: Callable[[], str], pages: int) -> float:
    """Processor time of one page, in the middle of so many."""
    taken = []
    for _ in range(pages):
        began = time.process_time()
        write()
        taken.append(time.process_time() - began)
    return median(taken) * 1000
