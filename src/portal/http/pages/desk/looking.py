"""Looking at a document on the desk without saving it: a picture made anew, page by page (docs/documents.md)."""

from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter

from portal.application.reading_documents import preview_document
from portal.application.visitors import NotFound
from portal.documents.checking.kinds import SHOWN, Kind
from portal.documents.preview import MEDIA_TYPE
from portal.domain.documents import Verdict
from portal.http.api.documents import SANDBOX
from portal.http.depending import TheLook
from portal.http.pages.desk.door import stands_open
from portal.http.pages.desk.reading import ONE, at_desk, closed, read_on_record
from portal.http.views import TheView

LOOK = ONE + "/documents/{document_id:uuid}/look"
PAGES = Annotated[int, QueryParameter(ge=1, le=1000)]


@get(LOOK, include_in_schema=False)
async def show_document(
    view: TheView, referral_id: FromPath[UUID], document_id: FromPath[UUID], page: PAGES = 1
) -> Response[str]:
    """The page around one picture. That the referral was open, and the picture, are each on record."""
    referral = await read_on_record(view, referral_id)
    if referral is None:
        return await closed(view, referral_id)
    attached = referral.documents.get(document_id)
    if attached is None or attached.verdict is not Verdict.CLEAN or Kind(attached.document.kind) not in SHOWN:
        raise NotFound
    here = at_desk(referral_id, f"/documents/{document_id}")
    return view.page(
        "desk/look.html",
        "Look at a document",
        document=attached.document,
        here=here,
        number=page,
        pages=attached.document.kind == Kind.PDF,
        back=at_desk(referral_id),
    )


@get(LOOK + "/picture", include_in_schema=False)
async def show_picture(
    view: TheView, look: TheLook, referral_id: FromPath[UUID], document_id: FromPath[UUID], page: PAGES = 1
) -> Response[bytes] | Response[str]:
    """The picture itself, on record like a download."""
    if not stands_open(view, referral_id):
        return await closed(view, referral_id)
    picture = await preview_document(view.portal, view.who, look, referral_id, document_id, page)
    return Response(picture, media_type=MEDIA_TYPE, headers={"Content-Security-Policy": SANDBOX})


HANDLERS = [show_document, show_picture]
