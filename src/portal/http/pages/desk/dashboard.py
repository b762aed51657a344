"""The dashboard: what arrived in the last month, how it stands, and whether it is read in time."""

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from litestar import Response, get

from portal.application import casework
from portal.application.casework import Dashboard, InboxStatus
from portal.application.policy import services_seen
from portal.domain.services import Service
from portal.domain.working_days import date_in_words, day_of
from portal.http.components.charts import bars, columns
from portal.http.pages.desk.words import STATUS, waited
from portal.http.pages.journey.words import titles
from portal.http.views import TheView

DAYS = 31  # that the numbers speak of


@get("/dashboard", include_in_schema=False)
async def show_dashboard(view: TheView) -> Response[str]:
    """Charts, and the same numbers in tables."""
    found = await casework.dashboard(view.portal, view.who)
    called, now = titles(view.portal), datetime.now(UTC)
    services = [called[each] for each in Service if each in services_seen(view.who.roles)]
    by_service = dict.fromkeys(services, 0) | _counted(found, lambda each: called[each.service])
    by_status = dict.fromkeys(STATUS.values(), 0) | _counted(found, lambda each: STATUS[InboxStatus(each.status)])
    today = day_of(now)
    days = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    by_day = {date_in_words(day): 0 for day in days} | _counted(found, lambda each: date_in_words(each.day))
    return view.page(
        "desk/dashboard.html",
        "Dashboard",
        days=DAYS,
        found=found,
        total=sum(by_service.values()),
        oldest=waited(found.oldest_not_acknowledged, now) if found.oldest_not_acknowledged else "",
        share=None if found.share_in_time is None else round(found.share_in_time * 100),
        charts=[
            ("By day", "Day", by_day, columns("Referrals by day", by_day)),
            ("By service", "Service", by_service, bars("Referrals by service", by_service)),
            ("By status", "Status now", by_status, bars("Referrals by status", by_status)),
        ],
    )


def _counted(found: Dashboard, name: Callable[[Any], str]) -> Counter[str]:
    counted: Counter[str] = Counter()
    for each in found.counts:
        counted[name(each)] += each.referrals
    return counted


HANDLERS = [show_dashboard]
