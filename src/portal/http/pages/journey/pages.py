"""All pages of the applicant's way."""

from litestar import Router

from portal.http.pages.journey import (
    about,
    addresses,
    afterwards,
    attaching,
    children,
    sections,
    sending,
    whereabouts,
)
from portal.http.views import PAGE_DEPENDENCIES

JOURNEY = Router(
    "/",
    route_handlers=[
        *(*about.HANDLERS, *addresses.HANDLERS, *afterwards.HANDLERS, *attaching.HANDLERS),
        *(*children.HANDLERS, *sections.HANDLERS, *sending.HANDLERS, *whereabouts.HANDLERS),
    ],
    dependencies=PAGE_DEPENDENCIES,
)
