"""Documents: attaching, reading and removing one's own; opening them at the desk."""

from contextlib import aclosing
from http import HTTPStatus
from typing import Annotated
from urllib.parse import quote
from uuid import UUID

import msgspec
from litestar import Response, Router, delete, get, post, put
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import Stream

from portal.application import attaching, reading_documents
from portal.application.reading_documents import Readable
from portal.application.visitors import account_of
from portal.documents.preview import MEDIA_TYPE
from portal.domain.refusals import Fault
from portal.http.api.referral_view import ReferralView, shown
from portal.http.depending import (
    DEPENDENCIES,
    AnyRequest,
    Asking,
    TheLook,
    ThePortal,
    TheReferral,
    TheUpload,
)
from portal.http.problems import Problem, answer
from portal.http.uploads import LONGEST_DESCRIPTION, files, refuse_too_long

NONE_ATTACHED = "None of the files was attached."
SANDBOX = "sandbox; default-src 'none'; frame-ancestors 'none'"


class AttachedDocuments(msgspec.Struct, frozen=True):
    """The referral with what was attached; `faults` names each file that was not, by its place in the request."""

    referral: ReferralView
    faults: list[Fault]


class Description(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a document shows; empty to say nothing."""

    description: Annotated[str, msgspec.Meta(max_length=LONGEST_DESCRIPTION)]


@post(
    "/referrals/{referral_id:uuid}/documents", status_code=201, summary="Attach documents", request_max_body_size=None
)
async def attach_documents(request: AnyRequest, upload: TheUpload) -> Response[AttachedDocuments] | Response[Problem]:
    """Only professionals can. Send multipart/form-data: each file as a part named `document`, and before it, if you
    like, what it shows as a part named `description`. The good files are kept, `faults` says what is wrong with others.
    Works for a draft and for what was sent. Each file then waits to be checked for viruses, which stops nothing."""
    limits = await attaching.may_attach(upload)
    most = refuse_too_long(request, limits)
    with upload.portal.doorman.place(account_of(upload.who)):
        async with aclosing(files(request, most)) as arriving:
            batch = await attaching.attach_all(upload, arriving, limits)
    batch.refuse_nothing()
    if batch.outcome is None:
        status = HTTPStatus.SERVICE_UNAVAILABLE if batch.ours else HTTPStatus.UNPROCESSABLE_ENTITY
        return answer(request, status, NONE_ATTACHED, tuple(batch.faults))
    view = await shown(upload.portal, batch.outcome, "submitted_forms", "staff_inbox", who=upload.who)
    return Response(AttachedDocuments(view, batch.faults))


@put(
    "/referrals/{referral_id:uuid}/documents/{document_id:uuid}/description",
    summary="Say what a document shows",
)
async def describe_document(own: TheReferral, document_id: FromPath[UUID], data: JSONBody[Description]) -> ReferralView:
    """Of what was sent only where nothing was said yet."""
    outcome = await attaching.describe(own, document_id, data.description)
    return await shown(own.portal, outcome, "submitted_forms", who=own.who)


@delete("/referrals/{referral_id:uuid}/documents/{document_id:uuid}", status_code=200, summary="Remove a document")
async def remove_document(own: TheReferral, document_id: FromPath[UUID]) -> ReferralView:
    """From a draft. Nobody can read it any more."""
    return await shown(own.portal, await attaching.remove(own, document_id), "submitted_forms", who=own.who)


@get("/referrals/{referral_id:uuid}/documents/{document_id:uuid}", summary="Download a document of your own draft")
async def download_own_document(
    portal: ThePortal, who: Asking, referral_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Stream:
    """As it was attached."""
    return as_download(await reading_documents.read_own_document(portal, who, referral_id, document_id))


@get("/inbox/{referral_id:uuid}/documents/{document_id:uuid}", summary="Download a document")
async def download_document(
    portal: ThePortal, who: Asking, look: TheLook, referral_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Stream:
    """As it was sent, once no virus was found in it. That it was opened, when and by whom is on record for ever."""
    return as_download(await reading_documents.open_document(portal, who, look, referral_id, document_id))


@get("/inbox/{referral_id:uuid}/documents/{document_id:uuid}/preview", summary="Look at a document")
async def preview_document(
    portal: ThePortal,
    who: Asking,
    look: TheLook,
    referral_id: FromPath[UUID],
    document_id: FromPath[UUID],
    page: Annotated[int, QueryParameter(description="Of a PDF, the first is 1", ge=1, le=1000)] = 1,
) -> Response[bytes]:
    """A JPEG of a picture, or of one page of a PDF, made anew. On record like a download."""
    picture = await reading_documents.preview_document(portal, who, look, referral_id, document_id, page)
    return Response(picture, media_type=MEDIA_TYPE, headers={"Content-Security-Policy": SANDBOX})


def as_download(readable: Readable) -> Stream:
    """A document as it was attached, to be saved and not shown."""
    document = readable.document
    headers = {
        "Content-Disposition": _attachment(document.name),
        "Content-Length": str(document.size),
        "Content-Security-Policy": SANDBOX,
    }
    return Stream(readable.content, media_type=document.media_type, headers=headers)


def _attachment(name: str) -> str:
    """To be saved under its name (RFC 6266): in plain letters for old programs, whole for all others (RFC 8187)."""
    plain = "".join(each if each.isascii() and (each.isalnum() or each in " ._-") else "_" for each in name)
    return f"attachment; filename=\"{plain.strip()}\"; filename*=UTF-8''{quote(name, safe='')}"


DOCUMENTS = Router(
    "/",
    route_handlers=[
        attach_documents,
        describe_document,
        remove_document,
        download_own_document,
        download_document,
        preview_document,
    ],
    dependencies=DEPENDENCIES,
    tags=["Documents"],
)
