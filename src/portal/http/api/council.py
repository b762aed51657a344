"""The council in short, for whoever has a page to fill: its names, numbers and hours."""

from datetime import UTC, datetime

import msgspec
from litestar import Router, get

from portal.application.urgent_help import ring_at
from portal.council.services import LevelOfNeed, Services
from portal.domain.front_door import WhomToRing
from portal.http.depending import DEPENDENCIES, ThePortal


class CouncilView(msgspec.Struct, frozen=True, kw_only=True):
    """Names, numbers and hours. `ring_now`: which number is answered at this moment, and when what is sent is read."""

    name: str
    front_door_phone: str
    out_of_hours_phone: str
    help_phone: str
    hours: str
    ring_now: WhomToRing
    services: Services
    levels_of_need: list[LevelOfNeed]


@get("/council", summary="The council")
async def about_council(portal: ThePortal) -> CouncilView:
    """Whom to ring, when the front door is open, what the services and the levels of need are called."""
    council = portal.council
    return CouncilView(
        name=council.name,
        front_door_phone=council.front_door_phone,
        out_of_hours_phone=council.out_of_hours_phone,
        help_phone=council.help_phone,
        hours=council.hours.front_door.in_words,
        ring_now=ring_at(portal, datetime.now(UTC)),
        services=council.services,
        levels_of_need=list(council.levels_of_need),
    )


COUNCIL = Router("/", route_handlers=[about_council], dependencies=DEPENDENCIES, tags=["The council"])
