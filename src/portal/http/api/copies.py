"""Copies of a referral: in words, as a PDF, and as a bundle for the council's case system."""

from uuid import UUID

from litestar import Response, Router, get, post
from litestar.params import FromPath

from portal.application import copying
from portal.application.case_system import CaseSystemBundle
from portal.domain.copy import Copy
from portal.http.depending import DEPENDENCIES, Asking, TheCommand, ThePortal

PDF = "application/pdf"


@get("/referrals/{referral_id:uuid}/copy", summary="Check your answers")
async def read_copy(portal: ThePortal, who: Asking, referral_id: FromPath[UUID]) -> Copy:
    """All that you have said so far, question by question, in the words in which it was asked; of what was sent, with
    the questions as they were then."""
    return await copying.read_own_copy(portal, who, referral_id)


@get("/referrals/{referral_id:uuid}/copy.pdf", media_type=PDF, summary="A copy of what you sent")
async def print_copy(portal: ThePortal, who: Asking, referral_id: FromPath[UUID]) -> Response[bytes]:
    """As a PDF that a screen reader can read, with the reference and the time at which the council received it."""
    return _file(await copying.print_own(portal, who, referral_id))


@post("/inbox/{referral_id:uuid}/copy", status_code=200, media_type=PDF, summary="Take a copy on paper")
async def take_copy(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]
) -> Response[bytes]:
    """The whole referral as a PDF. That it was taken, when and by whom is on record for ever."""
    return _file(await copying.take_copy(portal, who, command, referral_id))


@post("/inbox/{referral_id:uuid}/bundle", status_code=200, summary="Take a referral into the case system")
async def take_bundle(
    portal: ThePortal, who: Asking, command: TheCommand, referral_id: FromPath[UUID]
) -> CaseSystemBundle:
    """The whole referral for the council's case system, with the codes of the Department for Education and the PDF.
    That it was taken is on record for ever. Then note its number there (case-records)."""
    return await copying.take_bundle(portal, who, command, referral_id)


def _file(pdf: bytes) -> Response[bytes]:
    """To be kept, not shown inside the page; its name says nothing of whom it is about."""
    return Response(pdf, media_type=PDF, headers={"Content-Disposition": 'attachment; filename="referral.pdf"'})


COPIES = Router(
    "/",
    route_handlers=[read_copy, print_copy, take_copy, take_bundle],
    dependencies=DEPENDENCIES,
    tags=["Copies"],
)
