"""All pages of staff."""

from litestar import Router

from portal.http.pages.audit import replaying
from portal.http.pages.desk import answering, dashboard, home, inbox, looking, reading, short_forms
from portal.http.pages.staff import letting_in, staffing
from portal.http.views import PAGE_DEPENDENCIES

STAFF_PAGES = Router(
    "/",
    route_handlers=[
        *(*home.HANDLERS, *inbox.HANDLERS, *reading.HANDLERS, *looking.HANDLERS, *answering.HANDLERS),
        *(*dashboard.HANDLERS, *short_forms.HANDLERS, *replaying.HANDLERS),
        *(*staffing.HANDLERS, *letting_in.HANDLERS),
    ],
    dependencies=PAGE_DEPENDENCIES,
)
