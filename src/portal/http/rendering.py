"""Templates, with every component under the name that GOV.UK's own documentation gives it."""

from jinja2 import Environment, PackageLoader, StrictUndefined

from portal.domain.working_days import in_words, time_in_words
from portal.http.components.catalogue import COMPONENTS, macro_name

TEMPLATES = Environment(
    loader=PackageLoader("portal.http"),
    autoescape=True,
    auto_reload=False,
    trim_blocks=True,
    lstrip_blocks=True,
    undefined=StrictUndefined,  # a name that is misspelt is a fault, not an empty place on a page
)
TEMPLATES.filters |= {
    "day": in_words,
    "moment": time_in_words,
    "phone": lambda number: number.replace(" ", "\N{NO-BREAK SPACE}"),  # on one line
}
TEMPLATES.globals |= {macro_name(name): component for name, component in COMPONENTS.items()}


def rendered(template: str, **values: object) -> str:
    """A page's HTML."""
    return TEMPLATES.get_template(template).render(values)
