"""The inbox: tabs with counts, filtered by service, urgent first; and the search for a person."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from litestar import Response, get, post

from portal.application import casework, searching
from portal.application.casework import ASKABLE, InboxRow, InboxStatus, Tab
from portal.application.policy import Act, services_seen
from portal.application.searching import Sought
from portal.application.visitors import allow
from portal.domain.refusals import Refused
from portal.domain.services import Service
from portal.domain.working_days import after_working_days
from portal.http.answers import answers_in
from portal.http.api.casework import read_cursor, written_cursor
from portal.http.faults import Faults, of_refusal
from portal.http.pages.desk.words import STATUS, documents_listed, people_listed, referrer_listed, waited
from portal.http.pages.journey.words import titles
from portal.http.views import TheView, View

INBOX = "/desk"
SAYS = {"born": "Enter a real date, like 27 3 2016"}


class Line(NamedTuple):
    """A referral in a list: until it is opened, only initials, ages and who referred in general."""

    row: InboxRow
    about: str
    referrer: str
    waited: str
    late: bool
    documents: str


@get(INBOX, include_in_schema=False)
async def show_inbox(view: TheView) -> Response[str]:
    """One page of it. What is shown stands in the address, so that a link can be sent to a colleague."""
    asked = view.request.query_params
    service = Service(asked["service"]) if asked.get("service") in [*Service] else None
    status = InboxStatus(asked["status"]) if asked.get("status") in ASKABLE else InboxStatus.NEW
    after = read_cursor(asked["after"]) if asked.get("after") else None
    page = await casework.inbox(view.portal, view.who, service, (status,), after)
    called = titles(view.portal)
    seen = [each for each in Service if each in services_seen(view.who.roles)]
    return view.page(
        "desk/inbox.html",
        "Inbox",
        lines=_lines(page.rows),
        tabs=[_tab(tab, status, service) for tab in page.tabs],
        stands=status,
        words=STATUS,
        called=called,
        services=[{"value": "", "text": "All that I see"}, *({"value": each, "text": called[each]} for each in seen)],
        service=service or "",
        first=_address(status, service) if after else "",
        next=_address(status, service, written_cursor(page.next)) if page.next else "",
    )


@get(INBOX + "/search", include_in_schema=False)
async def show_search(view: TheView) -> Response[str]:
    """Asks what is known of the person."""
    allow(view.who, Act.SEARCH)
    return _search_page(view, {})


@post(INBOX + "/search", status_code=200, include_in_schema=False)
async def search_desk(view: TheView) -> Response[str]:
    """What is found, below the form. Names stand in no address and in no log."""
    allow(view.who, Act.SEARCH)
    form, _ = await view.form("search")
    answers = answers_in(form, Sought, SAYS)
    if answers.faults:
        return _search_page(view, answers.typed, answers.faults)
    try:
        found = await searching.search(view.portal, view.who, answers.value)
    except Refused as refused:
        return _search_page(view, answers.typed, of_refusal(refused))
    return _search_page(view, answers.typed, lines=_lines(found.rows), more=found.more)


def _search_page(
    view: View, typed: dict[str, Any], faults: Faults | None = None, lines: list[Line] | None = None, more: bool = False
) -> Response[str]:
    return view.page(
        "desk/search.html",
        "Search for a person" if lines is None else f"{len(lines)} found: search for a person",
        faults=faults,
        typed=typed,
        lines=lines,
        more=more,
        most=searching.MOST,
        words=STATUS,
        called=titles(view.portal),
    )


def _lines(rows: Sequence[InboxRow]) -> list[Line]:
    now = datetime.now(UTC)
    return [_line(row, now) for row in rows]


def _line(row: InboxRow, now: datetime) -> Line:
    since = row.received_at or now
    late = row.status is InboxStatus.NEW and after_working_days(since) < now
    return Line(row, people_listed(row), referrer_listed(row), waited(since, now), late, documents_listed(row))


def _tab(tab: Tab, shown: InboxStatus, service: Service | None) -> dict[str, Any]:
    return {
        "text": STATUS[tab.status],
        "count": f"{tab.referrals}+" if tab.more else str(tab.referrals),
        "href": _address(tab.status, service),
        "current": tab.status is shown,
    }


def _address(status: InboxStatus, service: Service | None, after: str = "") -> str:
    asked = {"status": status.value, "service": service or "", "after": after}
    return f"{INBOX}?{urlencode({name: value for name, value in asked.items() if value})}"


HANDLERS = [show_inbox, show_search, search_desk]
