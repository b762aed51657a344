"""The sections of questions of a form, and the pages of those who are listed in them."""

from collections.abc import Callable
from typing import Any, cast
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath

from portal.application import filling_in
from portal.application.own_referral import OwnReferral, read_own_referral
from portal.application.visitors import NotFound
from portal.domain.facts import Facts
from portal.domain.forms.asked import Asked, AskedSection, Kind
from portal.domain.forms.form import FORMS, form_of
from portal.domain.forms.section import Section
from portal.domain.referral import Referral
from portal.domain.refusals import Fault, Refused
from portal.http.pages.journey.asking import (
    CHANGED,
    Page,
    changed_meanwhile,
    gaps_on,
    opened,
    refused_here,
    show,
    show_again,
    take,
)
from portal.http.pages.journey.steps import address, onward
from portal.http.questions.naming import on_page
from portal.http.reading import bare_type
from portal.http.views import TheView, View

AT = "/referrals/{referral_id:uuid}/answers/{section:str}"
ONE = AT + "/{group:str}/{number:int}"
MOST = 50  # of a list


@get(AT, include_in_schema=False)
async def show_section(view: TheView, referral_id: FromPath[UUID], section: FromPath[str]) -> Response[str]:
    """A section with what was answered so far."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    return await opened(view, _page(referral, _asked(referral, section)))


@post(AT, status_code=303, include_in_schema=False)
async def answer_section(view: TheView, referral_id: FromPath[UUID], section: FromPath[str]) -> Response[str]:
    """Saves all that can be saved, and goes on where nothing is missing or wrong."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    asked = _asked(referral, section)
    page = _page(referral, asked)
    typed = await take(view, page)
    kept = {each.name: page.answers.get(each.name, []) for each in asked.questions if each.kind is Kind.GROUP}
    answers = {**typed.sound, **{name: given for name, given in kept.items() if given}}
    try:
        outcome = await filling_in.give_answers(typed.own, msgspec.convert(answers, page.kind))
    except CHANGED as fault:
        return changed_meanwhile(view, page, typed, fault)
    except Refused as refused:
        return show_again(view, page, typed, [*typed.faults, *refused_here(refused)])
    saved = outcome.answer
    if typed.faults:
        return show(view, _page(saved, asked), typed.form, on_page(typed.faults, asked.questions))
    if typed.later:
        return view.to(address(saved), notice="saved")
    if lacking := gaps_on(asked, answers, saved):
        return show(view, _page(saved, asked), typed.form, on_page(lacking, asked.questions))
    return view.to(onward(view, saved, f"/answers/{section}"))


@get(ONE, include_in_schema=False)
async def show_one(
    view: TheView, referral_id: FromPath[UUID], section: FromPath[str], group: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """One of a list: the number after the last is a new one."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    return await opened(view, _one(referral, _asked(referral, section), group, number))


@post(ONE, status_code=303, include_in_schema=False)
async def answer_one(
    view: TheView, referral_id: FromPath[UUID], section: FromPath[str], group: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """Saves one of a list."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    asked = _asked(referral, section)
    page = _one(referral, asked, group, number)
    typed = await take(view, page)
    if typed.faults:
        return show_again(view, page, typed, typed.faults)
    if not typed.answers:
        return show_again(view, page, typed, [Fault("", "Answer at least one of these questions, or go back.")])
    rows = [*_stored(referral, section).get(group, ())]
    rows[number - 1 : number] = [typed.answers]
    return await _save_rows(
        view,
        referral,
        asked,
        group,
        rows,
        typed.own,
        lambda faults: show_again(view, page, typed, on_page(faults, page.questions, f"/{group}/{number - 1}")),
    )


@get(ONE + "/removal", include_in_schema=False)
async def show_removal(
    view: TheView, referral_id: FromPath[UUID], section: FromPath[str], group: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """Asks whether one of a list is to be removed."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    page = _one(referral, _asked(referral, section), group, number)
    if not page.answers:
        raise NotFound
    return show(view, msgspec.structs.replace(page, questions=(), template="journey/removal.html", intro=""))


@post(ONE + "/removal", status_code=303, include_in_schema=False)
async def remove_one(
    view: TheView, referral_id: FromPath[UUID], section: FromPath[str], group: FromPath[str], number: FromPath[int]
) -> Response[str]:
    """Removes one of a list."""
    referral = await read_own_referral(view.portal, view.who, referral_id)
    asked = _asked(referral, section)
    page = msgspec.structs.replace(_one(referral, asked, group, number), questions=())
    typed = await take(view, page)
    rows = [*_stored(referral, section).get(group, ())]
    del rows[number - 1 : number]
    return await _save_rows(
        view, referral, asked, group, rows, typed.own, lambda faults: show(view, page, faults=faults)
    )


async def _save_rows(
    view: View,
    referral: Referral,
    asked: AskedSection,
    group: str,
    rows: list[Any],
    own: OwnReferral,
    wrong: Callable[[list[Fault]], Response[str]],
) -> Response[str]:
    answers = {**_stored(referral, asked.name), group: rows}
    try:
        await filling_in.give_answers(own, msgspec.convert(answers, _kind(referral, asked.name)))
    except CHANGED as fault:
        at = getattr(fault, "at", None)
        return wrong([Fault("", f"This list was changed{f' at {at:%H:%M}' if at else ''}. Go back and look at it.")])
    except Refused as refused:
        return wrong(refused_here(refused))
    return view.to(address(referral, f"/answers/{asked.name}"), notice="saved")


def _asked(referral: Referral, name: str) -> AskedSection:
    """A section of this form that is asked in this capacity; NotFound for any other."""
    if name not in {own.NAME for own in FORMS[referral.service]}:
        raise NotFound
    section = form_of(referral.service).section(name)
    if section is None or not section.asked_of(referral.capacity):
        raise NotFound
    return section


def _kind(referral: Referral, name: str) -> type[Section]:
    return next(own for own in FORMS[referral.service] if name == own.NAME)


def _stored(referral: Referral, name: str) -> dict[str, Any]:
    return referral.answers.get(name, {})


def _page(referral: Referral, asked: AskedSection) -> Page[Section]:
    answers = _stored(referral, asked.name)
    lists = [_list(referral, asked, each, answers) for each in asked.asked_of(referral.capacity) if each.group]
    return Page(
        referral=referral,
        kind=_kind(referral, asked.name),
        questions=asked.questions,
        title=asked.title_for(referral.capacity),
        intro=asked.intro_for(referral.capacity),
        back=address(referral),
        part=f"answers:{asked.name}",
        answers=answers,
        values={"lists": lists},
    )


def _list(referral: Referral, asked: AskedSection, group: Asked, answers: dict[str, Any]) -> dict[str, Any]:
    """Those who are listed so far, as cards; each has a page of its own."""
    at = address(referral, f"/answers/{asked.name}/{group.name}")
    rows = answers.get(group.name, ())
    return {
        "title": group.title_for(referral.capacity),
        "hint": group.hint_for(referral.capacity),
        "rows": [{"called": called(group, row, number), "at": f"{at}/{number}"} for number, row in enumerate(rows, 1)],
        "add": f"{at}/{len(rows) + 1}" if len(rows) < min(group.most or MOST, MOST) else "",
    }


def _one(referral: Referral, asked: AskedSection, name: str, number: int) -> Page[Facts]:
    group = next((each for each in asked.asked_of(referral.capacity) if each.name == name and each.group), None)
    rows = _stored(referral, asked.name).get(name, ())
    if group is None or not 1 <= number <= min(len(rows) + 1, MOST):
        raise NotFound
    field = next(each for each in msgspec.structs.fields(_kind(referral, asked.name)) if each.name == name)
    row = rows[number - 1] if number <= len(rows) else {}
    return Page(
        referral=referral,
        kind=cast("type[Facts]", bare_type(bare_type(field.type).__args__[0])),
        questions=group.group,
        title=group.title_for(referral.capacity),
        heading=called(group, row, number) if row else f"Add to: {group.title_for(referral.capacity)}",
        back=address(referral, f"/answers/{asked.name}"),
        part=f"answers:{asked.name}",
        answers=row,
    )


def called(group: Asked, row: dict[str, Any], number: int) -> str:
    """What to call one of a list: the first things that were said of them."""
    said = [str(row[each.name]) for each in group.group if each.kind is Kind.LINE and row.get(each.name)]
    return " ".join(said[:2]) or f"Number {number}"


HANDLERS = [show_section, answer_section, show_one, answer_one, show_removal, remove_one]
