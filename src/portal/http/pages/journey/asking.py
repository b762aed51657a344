"""One page of questions: shown with what is known, read with every fault at once, and shown again as it was typed."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec
from litestar import Response

from portal.application.own_referral import OwnReferral
from portal.application.state_tokens import ChangedSince, MustSayWhatYouSaw, state_token
from portal.domain.facts import Facts
from portal.domain.forms.answering import missing, not_asked, still_asked
from portal.domain.forms.asked import Asked, AskedSection
from portal.domain.forms.at_work import NeedSeen
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.domain.services import Capacity
from portal.domain.working_days import ENGLAND
from portal.http.faults import Faults
from portal.http.forms import Form
from portal.http.pages.journey.steps import address, from_check
from portal.http.pages.journey.words import levels_in_words
from portal.http.questions.naming import as_form, dates, known_fields, on_page
from portal.http.questions.showing import Showing, reasons
from portal.http.questions.taking import answers_in, several
from portal.http.reading import faults_in
from portal.http.views import View

F = TypeVar("F", bound=Facts)
SEEN, LATER, ALSO = "seen", "later", "also"
PURPOSE = "questions"


class Page(msgspec.Struct, Generic[F], frozen=True, kw_only=True):
    """What a page asks. `title` is for the browser and names nobody, `heading` is for the page; `part` names what is
    replaced; `answers` as they are stored; `back`: the page before; `capacity`: towards the person whom it is about,
    where that is not the form's; `others`: of whom the same can be said in one step, and what they are called."""

    referral: Referral
    kind: type[F]
    questions: tuple[Asked, ...]
    title: str
    heading: str = ""
    back: str
    part: str = ""
    answers: Mapping[str, Any] = {}
    intro: str = ""
    capacity: Capacity | None = None
    others: Mapping[UUID, str] = {}
    template: str = "journey/questions.html"
    values: Mapping[str, Any] = {}


class Typed(msgspec.Struct, Generic[F], frozen=True):
    """What was posted. `value` is there where it can be used; `sound`: the answers of which nothing is wrong."""

    own: OwnReferral
    form: Form
    answers: Mapping[str, Any]
    faults: list[Fault]
    sound: Mapping[str, Any]
    later: bool
    also: list[str]


async def opened(view: View, page: Page[Any]) -> Response[str]:
    """The page with what is stored; or with what was typed when the session ran out, to be checked and saved."""
    kept = await view.kept()
    if kept is None:
        return show(view, page)
    values = {**page.values, "was_kept": True}
    return show(view, msgspec.structs.replace(page, values=values), known_fields(kept, page.questions))


def show(view: View, page: Page[Any], form: Form | None = None, faults: Iterable[Fault] = ()) -> Response[str]:
    """The page, with what is stored or with what was typed."""
    referral = page.referral
    found = Faults(faults, dates(page.questions))
    shown = as_form(page.questions, page.answers) if form is None else form
    capacity = page.capacity or referral.capacity
    notes = levels_in_words(view.portal) if page.kind is NeedSeen else {}
    html = Showing(capacity, shown, found, notes=notes).questions(page.questions)
    token = state_token(view.portal, referral, page.part) if page.part else ""
    return view.page(
        page.template,
        page.title,
        faults=found,
        referral=referral,
        heading=page.heading or page.title,
        back=address(referral, "/check") if from_check(view) else page.back,
        intro=page.intro,
        questions=html,
        reasons=list(reasons(page.questions, capacity)),
        seen=token,
        others=[{"value": str(each), "text": called} for each, called in page.others.items()],
        **{"was_kept": False, "also": [], **page.values},
    )


async def take(view: View, page: Page[F]) -> Typed[F]:
    """What was posted to the page, judged by every rule that can be judged before it is saved."""
    form, command = await view.form(PURPOSE, {*several(page.questions), ALSO})
    [seen, *_], later = form.pop(SEEN, [""]), bool(form.pop(LATER, None))
    also = form.pop(ALSO, []) if page.others else []
    answers = still_asked(page.questions, answers_in(form, page.questions))
    own = OwnReferral(view.portal, view.who, command, page.referral.id, seen or None)
    faults = [*faults_in(answers, page.kind), *not_asked(page.questions, answers)]
    wrong = {fault.at.strip("/").partition("/")[0] for fault in faults}
    sound = {name: given for name, given in answers.items() if name not in wrong}
    return Typed(own, form, answers, faults, sound, later, also)


def show_again(view: View, page: Page[Any], typed: Typed[Any], faults: Iterable[Fault]) -> Response[str]:
    """The page as it was typed, with what is wrong."""
    page = msgspec.structs.replace(page, values={**page.values, "also": typed.also})
    return show(view, page, typed.form, on_page(faults, page.questions))


def changed_meanwhile(view: View, page: Page[Any], typed: Typed[Any], fault: Exception) -> Response[str]:
    """Somebody, perhaps in another tab, changed the same answers. Nothing is overwritten and nothing typed is lost:
    sent again, this page replaces what is there."""
    when = f" at {fault.at.astimezone(ENGLAND):%H:%M}" if isinstance(fault, ChangedSince) else ""
    says = (
        f"These answers were changed{when}, after you opened this page, perhaps in another window. What you typed is "
        "still here and has not been saved. Check it, and save it again to replace what is there."
    )
    return show(view, page, typed.form, [Fault("", says)])


CHANGED = (ChangedSince, MustSayWhatYouSaw)


def gaps_on(section: AskedSection, answers: Mapping[str, Any], referral: Referral) -> Sequence[Fault]:
    """What is still missing on a page."""
    return list(missing(section, answers, referral.capacity))


def refused_here(refused: Refused) -> list[Fault]:
    """What the domain refuses, for the page."""
    return list(refused.faults) or [Fault("", refused.says)]
