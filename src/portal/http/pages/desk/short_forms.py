"""The desk of the teams for feedback and fostering: what the short forms brought, reading it, noting the answer."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import enquiries
from portal.application.enquiries import EnquiryStatus
from portal.domain.enquiry import Answer, Enquiry
from portal.domain.enquiry_forms import EnquiryKind, asked, told
from portal.domain.forms.telling import told as in_words
from portal.domain.refusals import Refused
from portal.domain.services import Capacity
from portal.http.answers import answers_in
from portal.http.api.enquiries import read_cursor, written_cursor
from portal.http.depending import provide_look
from portal.http.faults import Faults, of_refusal
from portal.http.pages.desk.door import door, opened, stands_open
from portal.http.pages.desk.words import waited
from portal.http.views import TheView, View

ONE = "/enquiries/{enquiry_id:uuid}"
STATUS = {EnquiryStatus.NEW: "To be answered", EnquiryStatus.ANSWERED: "Answered"}
KINDS = {EnquiryKind.SERVICE_FEEDBACK: "Feedback about a service", EnquiryKind.FOSTER_ENQUIRY: "Fostering enquiry"}


@get("/enquiries", include_in_schema=False)
async def show_enquiries(view: TheView) -> Response[str]:
    """The longest waiting first."""
    query = view.request.query_params
    status = EnquiryStatus(query["status"]) if query.get("status") in [*EnquiryStatus] else EnquiryStatus.NEW
    after = read_cursor(query["after"]) if query.get("after") else None
    rows, following = await enquiries.list_enquiries(view.portal, view.who, None, (status,), after)
    now = datetime.now(UTC)
    return view.page(
        "enquiries/list.html",
        "Feedback and fostering enquiries",
        rows=[(row, KINDS[row.kind], waited(row.sent_at, now)) for row in rows],
        tabs=[{"text": STATUS[each], "href": _address(each), "current": each is status} for each in STATUS],
        stands=status,
        first=_address(status) if after else "",
        next=_address(status, written_cursor(following)) if following else "",
    )


@get(ONE, include_in_schema=False)
async def show_enquiry(view: TheView, enquiry_id: FromPath[UUID]) -> Response[str]:
    """One in full. Each time it is shown is on record."""
    return await _page(view, enquiry_id)


@post(ONE + "/opening", status_code=303, include_in_schema=False)
async def open_enquiry(view: TheView, enquiry_id: FromPath[UUID]) -> Response[str]:
    """Opens the door; the page behind it puts it on record."""
    await enquiries.find_unopened(view.portal, view.who, enquiry_id)
    return await opened(view, enquiry_id, f"/enquiries/{enquiry_id}")


@post(ONE + "/answer", status_code=303, include_in_schema=False)
async def answer_enquiry(view: TheView, enquiry_id: FromPath[UUID]) -> Response[str]:
    """Notes how it was answered."""
    form, command = await view.form("answer")
    answers = answers_in(form, Answer, {"how": "Say how it was answered, or that nothing is to be answered"})
    if answers.faults:
        return await _page(view, enquiry_id, answers.typed, answers.faults)
    try:
        outcome = await enquiries.answer_enquiry(view.portal, view.who, command, enquiry_id, answers.value)
    except Refused as refused:
        return await _page(view, enquiry_id, answers.typed, of_refusal(refused))
    await view.portal.settle(outcome, "enquiries")
    return view.to("/enquiries", notice="enquiry-answered")


async def _page(
    view: View, enquiry_id: UUID, typed: dict[str, Any] | None = None, faults: Faults | None = None
) -> Response[str]:
    at = f"/enquiries/{enquiry_id}"
    if not stands_open(view, enquiry_id):
        await enquiries.find_unopened(view.portal, view.who, enquiry_id)
        return door(view, enquiry_id, at, "Open what was sent")
    look = provide_look(view.request, view.who)
    enquiry = await enquiries.open_enquiry(view.portal, view.who, look, enquiry_id)
    return view.page(
        "enquiries/one.html",
        KINDS[enquiry.kind],
        faults=faults,
        typed=typed or {},
        enquiry=enquiry,
        answers=in_words(asked(type(enquiry.form)), told(enquiry.form), _capacity(enquiry), lambda _, code: code),
        looked_at=datetime.now(UTC),
    )


def _capacity(enquiry: Enquiry) -> Capacity:
    """In which capacity the form was filled in; that of fostering asks everybody the same."""
    return getattr(enquiry.form, "capacity", None) or Capacity.PERSONAL


def _address(status: EnquiryStatus, after: str = "") -> str:
    return "/enquiries?" + urlencode({"status": status.value, **({"after": after} if after else {})})


HANDLERS = [show_enquiries, show_enquiry, open_enquiry, answer_enquiry]
