"""The two short forms (guide G24): feedback about a service, and asking about becoming a foster carer. Each is one
page, with or without an account, and then one that says it has arrived."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from litestar import Response, Router, get, post

from portal.application.enquiring import read_sent, send_enquiry, what_happens_next
from portal.application.own_account import read_own_account
from portal.application.visitors import NotFound
from portal.domain.enquiry_forms import EnquiryForm, FosterEnquiry, ServiceFeedback, asked
from portal.domain.forms.asked import Asked, Choice, Kind
from portal.domain.forms.question import EVERYONE, When
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Capacity
from portal.domain.working_days import day_of
from portal.http import cookies
from portal.http.depending import sent_cookie
from portal.http.faults import Faults
from portal.http.forms import TOKEN, ForgedForm, Form, require_form
from portal.http.questions.naming import dates, known_fields, on_page
from portal.http.questions.showing import YES_NO, Showing, reasons
from portal.http.questions.taking import answers_in, several
from portal.http.reading import faults_in
from portal.http.views import KEY, PAGE_DEPENDENCIES, TheView, View

PURPOSE = "short form"
RECEIPT = "receipt"  # purpose of the token in the browser that sent one
ABOUT = {"name": "name", "email": "email", "phone": "tel", "postcode": "postal-code"}
CONTACT = ("name", "email", "phone")
ANSWER = "wants_answer"
WITHOUT = {"capacity": Capacity.SELF}  # what the rules across questions do without
WHO = (
    Choice(Capacity.SELF, "Child, young person or adult who had the service"),
    Choice(Capacity.PERSONAL, "Parent or carer of a child who had it, or a relative, friend or neighbour"),
    Choice(Capacity.PROFESSIONAL, "Professional, as part of my work"),
)
SAYS = {
    "capacity": "Choose as whom you are completing this form",
    ANSWER: "Choose whether you would like an answer",
}
# One of two is enough, so neither is optional; which words say so.
EITHER: Mapping[str, Mapping[str, str]] = {
    "email": {"title": "Email address", "hint": "Give us this or a phone number, so that we can answer you."},
    "phone": {},
    "went_well": {"hint": "Answer this question, the next one, or both."},
    "could_be_better": {},
}
OUT_OF_DATE = (
    "This page was out of date, perhaps because you signed in or out. What you typed is still here and has not been "
    "sent. Check it, and send it again."
)


class ShortForm(msgspec.Struct, frozen=True, kw_only=True):
    """One of the two. `kind`: the definition that gives its questions."""

    path: str
    title: str
    about: str
    says: tuple[str, ...]
    kind: type[EnquiryForm]


FORMS = (
    ShortForm(
        path="/service-feedback",
        title="Tell us about a service that you or your child had from us",
        about="Tell us what was good about the help you had from children's services, and what was not.",
        says=("We use it to do better. It does not change the help that you get.", "You need not say who you are."),
        kind=ServiceFeedback,
    ),
    ShortForm(
        path="/foster-enquiry",
        title="Ask about becoming a foster carer",
        about="Ask us what fostering is like, and whether it could be for you.",
        says=(
            "You need a spare room and time for a child. You can be single or a couple, own your home or rent.",
            "You need no account. An email address or a phone number is enough.",
        ),
        kind=FosterEnquiry,
    ),
)
BY_PATH = {form.path: form for form in FORMS}


@get([*BY_PATH], include_in_schema=False)
async def show_short_form(view: TheView) -> Response[str]:
    """What it is for, and its questions; how to reach whoever is signed in is filled in."""
    return _page(view, _form(view), await _known(view))


@post([*BY_PATH], status_code=303, include_in_schema=False)
async def send_short_form(view: TheView) -> Response[str]:
    """Sends it, once: whoever presses twice comes to the same page."""
    form = _form(view)
    questions = asked(form.kind).questions
    try:
        sent, command = await view.form(PURPOSE, several(questions))
    except ForgedForm:
        typed = known_fields(await require_form(view.request), questions)
        return _page(view, form, typed, [Fault("", OUT_OF_DATE)])
    answers = answers_in(_without_hidden(sent), questions)
    if faults := [*_faults(answers, form.kind)]:
        return _page(view, form, sent, faults)
    try:
        outcome = await send_enquiry(view.portal, view.who, command, msgspec.convert(answers, form.kind))
    except Refused as refused:
        return _page(view, form, sent, refused.faults or [Fault("", refused.says)])
    enquiry = await view.portal.settle(outcome, "enquiries")
    given = cookies.cookie(cookies.RECEIPT, view.portal.sign(RECEIPT, enquiry.id), view.address)
    return view.to(f"{form.path}/sent", cookies=[given])


@get([f"{path}/sent" for path in BY_PATH], include_in_schema=False)
async def show_receipt(view: TheView) -> Response[str]:
    """It has arrived: the reference, what happens next and when. Loading it again does nothing again."""
    form = BY_PATH[view.request.scope["path"].rstrip("/").removesuffix("/sent")]
    enquiry_id = view.portal.signed(RECEIPT, sent_cookie(view.request, view.portal, cookies.RECEIPT))
    try:
        if enquiry_id is None:
            raise NotFound
        enquiry = await read_sent(view.portal, enquiry_id)
    except NotFound:
        return view.to(form.path)
    if not isinstance(enquiry.form, form.kind):
        return view.to(form.path)
    after = what_happens_next(view.portal, enquiry)
    return view.page("short_forms/sent.html", "We have received it", sent=enquiry, after=after)


def _form(view: View) -> ShortForm:
    return BY_PATH[view.request.scope["path"].rstrip("/")]


async def _known(view: View) -> Form:
    """How to reach whoever is signed in, as they said in their account."""
    if view.who.account is None:
        return {}
    details = (await read_own_account(view.portal, view.who)).details
    return {name: [value] for name in CONTACT if (value := getattr(details, name))}


def _without_hidden(sent: Form) -> Form:
    """Who wants no answer has not to say who they are; what stands in those fields, which are hidden then, is not
    sent."""
    unnamed = sent.get(ANSWER) == ["no"]
    return {name: values for name, values in sent.items() if not (unnamed and name in CONTACT)}


def _faults(answers: dict[str, Any], kind: type[EnquiryForm]) -> Iterator[Fault]:
    """All that is wrong, also by the rules across questions, in the page's words."""
    of_fields = [Fault(fault.at, SAYS.get(fault.at.strip("/"), fault.says)) for fault in faults_in(answers, kind)]
    if any(each.name == ANSWER for each in asked(kind).questions) and ANSWER not in answers:
        of_fields.append(Fault(f"/{ANSWER}", SAYS[ANSWER]))
    wrong = {fault.at for fault in of_fields}
    yield from of_fields
    sound = {name: given for name, given in answers.items() if f"/{name}" not in wrong}
    judged = msgspec.convert({**_missing(kind), **sound}, kind)
    yield from (fault for fault in judged.faults(day_of(datetime.now(UTC))) if fault.at not in wrong)


def _missing(kind: type[EnquiryForm]) -> dict[str, Any]:
    return {field.name: WITHOUT[field.name] for field in msgspec.structs.fields(kind) if field.required}


def _page(view: View, form: ShortForm, typed: Form, faults: Iterable[Fault] = ()) -> Response[str]:
    questions = tuple(_in_order(asked(form.kind).questions))
    typed = {name: values for name, values in typed.items() if name not in (TOKEN, KEY)}
    places = {f"/{each.name}": place for place, each in enumerate(questions)}
    in_order = sorted(on_page(faults, questions), key=lambda fault: places.get(fault.at, -1))
    found = Faults(in_order, dates(questions))
    return view.page(
        "short_forms/form.html",
        form.title,
        faults=found,
        short=form,
        questions=Showing(Capacity.SELF, typed, found, ABOUT).questions(questions),
        reasons=list(reasons(questions, Capacity.SELF)),
    )


def _in_order(questions: tuple[Asked, ...]) -> Iterator[Asked]:
    """As the page puts them: who one is comes first, but below the question whether one would like an answer where
    there is one; a yes or no that may stay open can also be answered with no."""
    if not any(each.name == ANSWER for each in questions):
        yield from map(_put, questions)
        return
    yield from (_put(each) for each in questions if each.name not in CONTACT)
    only = When(ANSWER, (True,))
    yield from (msgspec.structs.replace(_put(each), when=only) for each in questions if each.name in CONTACT)


def _put(asked: Asked) -> Asked:
    if asked.kind is Kind.YES_NO:
        required = EVERYONE if asked.name == ANSWER else ()
        return msgspec.structs.replace(asked, kind=Kind.CHOICE, choices=YES_NO, required=required)
    if asked.name == "capacity":
        return msgspec.structs.replace(asked, choices=WHO, required=EVERYONE)
    if asked.name in EITHER:
        return msgspec.structs.replace(asked, required=EVERYONE, **EITHER[asked.name])
    return asked


SHORT_FORMS = Router(
    "/", route_handlers=[show_short_form, send_short_form, show_receipt], dependencies=PAGE_DEPENDENCIES
)
