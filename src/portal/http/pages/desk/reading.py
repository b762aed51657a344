"""A referral on the desk: opening it on record, and all of it in the order in which staff need it."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Stream

from portal.application import casework
from portal.application.reading_documents import open_document
from portal.documents.checking.kinds import SHOWN, Kind
from portal.domain.copy import DOCUMENTS, Copy, copy_of
from portal.domain.documents import Attached, Verdict, in_megabytes
from portal.domain.forms.contact import Contact
from portal.domain.forms.form import CONSENT, DANGER
from portal.domain.forms.household import Household
from portal.domain.forms.telling import NOT_GIVEN
from portal.domain.forms.who_knows import WhoKnows
from portal.domain.referral import Referral
from portal.domain.working_days import after_working_days, time_in_words
from portal.http.api.documents import as_download
from portal.http.depending import TheLook, provide_look
from portal.http.pages.desk.door import door, opened, stands_open
from portal.http.pages.desk.words import CHANNEL, CHECKED, STATUS, waited
from portal.http.pages.journey.words import service_called
from portal.http.views import TheView, View

ONE = "/desk/{referral_id:uuid}"
CLOSED = "Open a referral"
FIRST = (DANGER, CONSENT, WhoKnows.NAME, Contact.NAME)  # what staff must know before they ring anybody


class Done(NamedTuple):
    """Something that happened to the referral since it was sent."""

    at: datetime
    what: str
    says: str = ""


def at_desk(referral_id: UUID, path: str = "") -> str:
    """Where a referral's pages are on the desk."""
    return f"/desk/{referral_id}{path}"


@get(ONE, include_in_schema=False)
async def show_referral(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """All of it. Each time it is shown, also by loading the page again, that is on record."""
    referral = await read_on_record(view, referral_id)
    return _page(view, referral) if referral else await closed(view, referral_id)


@post(ONE + "/opening", status_code=303, include_in_schema=False)
async def open_referral(view: TheView, referral_id: FromPath[UUID]) -> Response[str]:
    """Opens the door; the page behind it puts it on record."""
    await casework.find_unopened(view.portal, view.who, referral_id)
    return await opened(view, referral_id, at_desk(referral_id))


@get(ONE + "/documents/{document_id:uuid}", include_in_schema=False)
async def download_document(
    view: TheView, look: TheLook, referral_id: FromPath[UUID], document_id: FromPath[UUID]
) -> Response[str] | Stream:
    """A file of a referral that is open here, to be saved; on record too."""
    if not stands_open(view, referral_id):
        return await closed(view, referral_id)
    return as_download(await open_document(view.portal, view.who, look, referral_id, document_id))


async def read_on_record(view: View, referral_id: UUID) -> Referral | None:
    """The referral, on record; None while it has not been opened in this session."""
    if not stands_open(view, referral_id):
        return None
    look = provide_look(view.request, view.who)
    return await casework.open_referral(view.portal, view.who, look, referral_id)


async def closed(view: View, referral_id: UUID) -> Response[str]:
    """The door, for those who may open it."""
    await casework.find_unopened(view.portal, view.who, referral_id)
    return door(view, referral_id, at_desk(referral_id), CLOSED)


def _page(view: View, referral: Referral) -> Response[str]:
    sent = referral.submission
    assert sent is not None  # noqa: S101 - the desk only has what was sent
    now, copy = datetime.now(UTC), copy_of(referral)
    return view.page(
        "desk/referral.html",
        "Referral",
        referral=referral,
        sent=sent,
        called=service_called(view.portal, referral.service),
        channel=CHANNEL[sent.channel],
        stands=STATUS.get(casework.InboxStatus(referral.status.value), ""),
        waited=waited(sent.received_at, now),
        late=referral.acknowledged_at is None and after_working_days(sent.received_at) < now,
        due=after_working_days(sent.received_at) - timedelta(minutes=1),
        looked_at=now,
        risks=list(_risks(copy)),
        secret=[person.called for id, person in referral.people.items() if _is_secret(referral, id)],
        first=[part for part in copy.parts if part.name in FIRST],
        rest=[part for part in copy.parts if part.name not in (*FIRST, "referrer", DOCUMENTS)],
        documents=[_document(referral, each) for each in referral.documents.values()],
        done=sorted(_history(referral), key=lambda each: each.at),
    )


class Listed(NamedTuple):
    """A document as the page lists it. `href`: only where it may be opened; `look`: where there is a picture of it."""

    name: str
    facts: str
    stands: str
    href: str
    look: str


def _document(referral: Referral, attached: Attached) -> Listed:
    document, clean = attached.document, attached.verdict is Verdict.CLEAN
    added = f", added on {time_in_words(attached.at)}" if attached.after_sending else ""
    facts = f"{document.kind.upper()}, {in_megabytes(document.size)}{added}"
    described = f"{document.description} ({facts})" if document.description else facts
    href = at_desk(referral.id, f"/documents/{document.id}") if clean else ""
    look = f"{href}/look" if clean and Kind(document.kind) in SHOWN else ""
    return Listed(document.name, described, CHECKED[attached.verdict], href, look)


def _risks(copy: Copy) -> Iterator[tuple[str, str]]:
    """Whom a visit may be unsafe because of, and why."""
    people = [
        person for part in copy.parts if part.name == Household.NAME for told in part.told for person in told.group
    ]
    for person in people:
        said = {told.name: told.answer for told in person if told.answer != NOT_GIVEN}
        if risk := said.get("risk_to_visitors"):
            names = (said.get(name, "") for name in ("given_name", "family_name"))
            yield " ".join(filter(None, names)) or "Somebody in the family", risk


def _is_secret(referral: Referral, person: UUID) -> bool:
    address = referral.addresses.get(person)
    return address is not None and address.secret


def _history(referral: Referral) -> Iterator[Done]:
    assert referral.submission is not None  # noqa: S101 - see above
    yield Done(referral.submission.received_at, "Received")
    if referral.acknowledged_at:
        yield Done(referral.acknowledged_at, "Acknowledged")
    for amended in referral.amendments:
        yield Done(amended.at, "The referrer added to it", "See what was added, below.")
    for issued in referral.feedback:
        child = referral.children.get(issued.feedback.child_id) if issued.feedback.child_id else None
        yield Done(issued.at, f"Feedback about {child.called}" if child else "Feedback", issued.feedback.outcome)
    for withdrawn, what in (
        (referral.withdrawn, "The referrer withdrew it"),
        (referral.consent_withdrawn, "The family took back its agreement"),
    ):
        if withdrawn:
            yield Done(withdrawn.at, what, withdrawn.why)


HANDLERS = [show_referral, open_referral, download_document]
