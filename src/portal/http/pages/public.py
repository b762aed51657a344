"""The pages that any public service owes, and the first one: what this is for, and where to turn."""

from typing import Any, NamedTuple

from litestar import Response, Router, get

from portal.http.pages.short_forms import FORMS
from portal.http.pages.ways_in import SERVICES
from portal.http.views import PAGE_DEPENDENCIES, SERVICE, TheView

COOKIES = (
    ("session", "Keeps you signed in", "when you sign out, or some time after you last opened a page"),
    ("attempt", "Knows this browser between your password and your code", "when you close your browser"),
    ("typed", "Keeps the address that you typed, encrypted, to show where your code was sent", "after an hour"),
    ("draft", "Keeps a form that you have begun before signing in", "when you close your browser"),
    (
        "device",
        "Knows that you have signed in here before, so that others who guess do not lock you out",
        "after a year",
    ),
    ("directory", "For council staff: leads back from the council's own sign-in", "when you close your browser"),
    ("opened", "For council staff: knows what they have opened on purpose", "When you sign out or close your browser"),
    ("back", "For council staff: the page to come back to from there", "when you have signed in"),
    ("receipt", "Shows the reference of feedback or an enquiry that you have sent", "when you close your browser"),
    ("notice", "Says on the next page that something was saved", "when that page has been shown"),
)


ROWS = [{"key": {"text": name}, "value": {"text": f"{what}. It ends {when}."}} for name, what, when in COOKIES]


class Page(NamedTuple):
    """A page that is the same for everybody."""

    template: str
    title: str
    values: dict[str, Any] = {}  # noqa: RUF012 - read only


PAGES = {
    "/": Page("start", SERVICE, {"services": SERVICES, "others": FORMS}),
    "/before-you-refer": Page("before", "Before you refer"),
    "/emergency": Page("emergency", "What to do in an emergency, and when we read what you send"),
    "/accessibility": Page("accessibility", "Accessibility statement"),
    "/privacy": Page("privacy", "Privacy notice"),
    "/privacy/children": Page("privacy_children", "Privacy for children and young people"),
    "/cookies": Page("cookies", "Cookies", {"rows": ROWS}),
    "/help": Page("help", "Help with this service"),
    "/contact": Page("contact", "Contact us"),
}


@get([*PAGES], include_in_schema=False)
async def page(view: TheView) -> Response[str]:
    """Any of them."""
    found = PAGES[view.request.scope["path"].rstrip("/") or "/"]
    return view.page(f"public/{found.template}.html", found.title, **found.values)


PUBLIC = Router("/", route_handlers=[page], dependencies=PAGE_DEPENDENCIES)
