"""Whether the portal is well, for whoever watches it. Says numbers, nothing personal."""

import msgspec
from litestar import Response, get
from litestar.datastructures import State

from portal.application.scanning_documents import DocumentsStanding, documents_standing
from portal.eventstore.standing import standings

HELD = "select count(*) from jobs where held_at > now() - interval '1 day'"


class Reader(msgspec.Struct, frozen=True):
    """A projection or the reactions: how many events it is behind, how many streams it could not read on."""

    behind: int
    parked: int


class Health(msgspec.Struct, frozen=True):
    """`well` is false where a stream is parked, a job was given up within a day, addresses cannot be found, or
    documents are not scanned: somebody has to look.
    `addresses`: what is wrong with the register of addresses, if anything is: people type their addresses meanwhile.
    `documents`: how the virus scans stand; `breached_passwords`: how many the list of stolen passwords holds, 0 where
    there is none."""

    well: bool
    readers: dict[str, Reader]
    jobs_given_up: int
    documents: DocumentsStanding
    addresses: str | None
    breached_passwords: int


@get("/health/live", include_in_schema=False)
async def live() -> None:
    """Whether this process answers: for a load balancer, which must not take a portal away because a job failed."""


@get("/health", summary="Health", include_in_schema=False)
async def health(state: State) -> Response[Health]:
    """200 when well, 503 when somebody has to look."""
    pool = state.portal.pool
    readers = {each.name: Reader(each.behind, each.parked) for each in await standings(pool)}
    held = await pool.fetchval(HELD)
    documents, trouble = await documents_standing(state.portal), await state.portal.addresses.trouble()
    parked = any(reader.parked for reader in readers.values())
    well = not held and not trouble and documents.well and not parked
    breached = len(state.portal.breached or ())
    return Response(Health(well, readers, held, documents, trouble, breached), status_code=200 if well else 503)
