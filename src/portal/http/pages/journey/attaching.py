"""Documents: attaching several at once, saying what each shows, taking one off again (guide G27, G28). For a draft,
and for what was sent."""

from collections.abc import AsyncIterator
from contextlib import aclosing
from dataclasses import replace
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from portal.application import attaching, reading_documents
from portal.application.attaching import Batch, Incoming
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.policy import Act
from portal.application.state_tokens import ChangedSince, MustSayWhatYouSaw
from portal.application.visitors import NotFound, account_of, allow
from portal.domain.documents import in_megabytes
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.http.api.documents import as_download
from portal.http.depending import command_named
from portal.http.forms import TOKEN, require_token
from portal.http.pages.journey.documents_shown import PURPOSE, SAID, SEEN, Fields, of_file, shown
from portal.http.pages.journey.steps import address, after
from portal.http.uploads import FilesOfPage, is_too_long, most_bytes
from portal.http.views import KEY, TheView, View

DOCUMENTS = "/referrals/{referral_id:uuid}/documents"
ONE = DOCUMENTS + "/{document_id:uuid}"
REMOVAL = "remove a file"
SELECT = "Select a file"
TOGETHER = "The selected files must be smaller than {size} together. Select fewer of them at the same time"
CHANGED = "What this file shows was changed after you opened this page. Check what you typed, and save it again"


@get(DOCUMENTS, include_in_schema=False)
async def show_documents(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """What may be attached; what is attached already, and how each file stands."""
    return await shown(view, await _own(view, referral_id))


@post(DOCUMENTS, status_code=303, include_in_schema=False, request_max_body_size=None)
async def attach_documents(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Keeps the good files, names the others, and saves what was said of those that were there."""
    referral = await _own(view, referral_id)
    limits = attaching.limits_of(view.portal, referral.service)
    if is_too_long(view.request, limits):
        return await shown(view, referral, [Fault("/document", TOGETHER.format(size=in_megabytes(limits.total)))])
    upload = FilesOfPage(view.request, most_bytes(limits))
    await upload.opened()
    require_token(view.portal, view.who, PURPOSE, upload.fields.get(TOKEN, ""))
    command = command_named(view.request, view.who, upload.fields.get(KEY, ""))
    own, names = OwnReferral(view.portal, view.who, command, referral.id), dict[int, str]()
    with view.portal.doorman.place(account_of(view.who)):
        async with aclosing(upload.files()) as arriving:
            batch = await attaching.attach_all(own, _noted(arriving, names), limits)
    if batch.outcome:
        referral = await view.portal.settle(batch.outcome, "submitted_forms", "staff_inbox")
    faults = [Fault("/document", of_file(names, fault)) for fault in batch.faults]
    described, unsaid = await _describe(own, referral, upload.fields)
    if faults or unsaid:
        return await shown(view, described, [*faults, *unsaid], upload.fields)
    return await _onwards(view, described, upload.fields, batch, described is not referral)


@get(ONE, include_in_schema=False)
async def download_own_document(view: TheView, referral_id: FromPath[UUID], document_id: FromPath[UUID]) -> Stream:
    """A file of one's own draft, as it was attached."""
    return as_download(await reading_documents.read_own_document(view.portal, view.who, referral_id, document_id))


@get(ONE + "/removal", include_in_schema=False)
async def show_removal(view: TheView, referral_id: FromPath[UUID], document_id: FromPath[UUID]) -> Response[str]:
    """Asks whether a file is to be taken off the draft."""
    referral = await _own(view, referral_id)
    if document_id not in referral.documents or referral.submission:
        raise NotFound
    return view.page(
        "journey/remove_document.html",
        "Remove a file",
        referral=referral,
        document=referral.documents[document_id].document,
        back=address(referral, "/documents"),
    )


@post(ONE + "/removal", status_code=303, include_in_schema=False)
async def remove_document(view: TheView, referral_id: FromPath[UUID], document_id: FromPath[UUID]) -> Response[str]:
    """Takes a file off the draft; nobody can read it any more."""
    referral = await _own(view, referral_id)
    _, command = await view.form(REMOVAL)
    if document_id in referral.documents:
        outcome = await attaching.remove(OwnReferral(view.portal, view.who, command, referral.id), document_id)
        await view.portal.settle(outcome, "submitted_forms")
    return view.to(address(referral, "/documents"), notice="file-removed")


async def _own(view: View, referral_id: UUID) -> Referral:
    allow(view.who, Act.ATTACH)
    return await read_own_referral(view.portal, view.who, referral_id)


async def _noted(files: AsyncIterator[Incoming], names: dict[int, str]) -> AsyncIterator[Incoming]:
    """The files; what each is called is noted for those that are refused."""
    async for file in files:
        names[file.number] = file.name
        yield file


async def _describe(own: OwnReferral, referral: Referral, fields: Fields) -> tuple[Referral, list[Fault]]:
    """Save what was said of files anew, each by itself: what somebody else has changed meanwhile is a fault."""
    faults = []
    for document, attached in referral.documents.items():
        said = fields.get(f"{SAID}{document}", attached.document.description)
        if said == attached.document.description:
            continue
        saving = replace(own, command=own.command.part(f"{document} {said}"), seen=fields.get(f"{SEEN}{document}"))
        try:
            referral = (await attaching.describe(saving, document, said)).answer
        except (ChangedSince, MustSayWhatYouSaw):
            faults.append(Fault(f"/{SAID}{document}", CHANGED))
        except Refused as refused:
            faults.append(Fault(f"/{SAID}{document}", refused.says))
    return referral, faults


async def _onwards(view: View, referral: Referral, fields: Fields, batch: Batch, described: bool) -> Response[str]:
    """Here again where files came, so that they can be described; otherwise where the button leads."""
    here = address(referral, "/documents")
    if batch.outcome:
        return view.to(here, notice="uploaded")
    if fields.get("go") == "upload":
        return view.to(here, notice="saved") if described else await shown(view, referral, [Fault("/document", SELECT)])
    if referral.submission:
        return view.to(address(referral, "/sent-form"))
    return view.to(address(referral) if fields.get("go") == "later" else after(referral, "/documents"))


HANDLERS = [show_documents, attach_documents, download_own_document, show_removal, remove_document]
