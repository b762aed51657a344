"""Our components against the fixtures that GOV.UK Frontend ships: always the same markup for the same options."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from markupsafe import Markup

from portal.http.components.catalogue import COMPONENTS
from tests.http.markup import pieces

SHIPPED = Path(__file__).parents[2] / "frontend/node_modules/govuk-frontend/dist/govuk/components"
MARKUP = ("html", "Html")  # names of options that hold markup end like this


def fixtures(component: str) -> list[dict[str, Any]]:
    """All that the package ships for a component, those of its own tests too."""
    found: list[dict[str, Any]] = json.loads((SHIPPED / component / "fixtures.json").read_text())["fixtures"]
    return found


def trusted(options: Any, name: str = "") -> Any:
    """Options whose markup says that it is markup, as whoever writes a page has to say."""
    if isinstance(options, dict):
        slots = name == "slots"
        return {key: trusted(value, "html" if slots else key) for key, value in options.items()}
    if isinstance(options, list):
        return [trusted(each) for each in options]
    markup = isinstance(options, str) and (name.endswith(MARKUP) or name == "attributes")
    return Markup(options) if markup else options  # noqa: S704 - of the npm package's own


@pytest.mark.parametrize("component", COMPONENTS)
def test_a_component_is_written_as_gov_uk_frontend_writes_it(component: str) -> None:
    cases = fixtures(component)
    assert cases
    for case in cases:
        ours = COMPONENTS[component](trusted(case["options"]))
        assert pieces(ours) == pieces(case["html"]), case["name"]


HOSTILE = '"><script>alert(1)</script>'


def hostile(options: Any) -> Any:
    """The same options with something added to every text that could break out of where it stands."""
    if isinstance(options, dict):
        return {key: hostile(value) for key, value in options.items()}
    if isinstance(options, list):
        return [hostile(each) for each in options]
    return options + HOSTILE if isinstance(options, str) and options else options


def texts() -> Iterator[tuple[str, dict[str, Any]]]:
    for component in COMPONENTS:
        for case in fixtures(component):
            yield component, case


def test_nothing_that_does_not_say_so_is_taken_for_markup() -> None:
    for component, case in texts():
        written = str(COMPONENTS[component](hostile(case["options"])))
        assert "<script" not in written, (component, case["name"])
