"""What a new form takes over from one that was sent: who the children are, who belongs to them, who helps already. What
happened, what was judged and what was agreed are asked anew, since they were true then."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec.structs import replace

from portal.domain.forms.household import Household
from portal.domain.forms.professionals import Professionals
from portal.domain.forms.section import Section
from portal.domain.people import Child
from portal.domain.referral import Referral
from portal.domain.working_days import day_of

# section -> its list, and what is asked of each person that is a judgement or an agreement of then
TAKEN_OVER: Mapping[type[Section], tuple[str, frozenset[str]]] = {
    Household: ("people", frozenset({"safe_to_contact", "may_cause_harm", "risk_to_visitors"})),
    Professionals: ("involved", frozenset({"family_agrees"})),
}


def take_over(sent: Referral, draft: Referral, ids: Sequence[UUID], now: datetime) -> None:
    """Fill a new draft from what was sent; `ids`: for its children, in their order."""
    for child, new in zip(sent.children.values(), ids, strict=True):
        draft.add_child(_as_today(replace(child, id=new), now), now)
    for kind in TAKEN_OVER:
        if people := _people(kind, sent):
            draft.give_answers(people, now)


def _as_today(child: Child, now: datetime) -> Child:
    """The child; or only its name, where what was said of it can no longer be, such as a birth that was due."""
    if any(child.faults(day_of(now))):
        named = ("id", "given_name", "family_name", "also_known_as", "name_not_known", "description")
        return Child(**{name: getattr(child, name) for name in named}, age_not_known=True)
    return child


def _people(kind: type[Section], sent: Referral) -> Section | None:
    """Those who were listed; None where nobody was, or where a form of an earlier version does not fit today's."""
    group, judged = TAKEN_OVER[kind]
    listed: list[dict[str, Any]] = sent.answers.get(kind.NAME, {}).get(group, [])
    people = [{name: answer for name, answer in each.items() if name not in judged} for each in listed]
    try:
        return msgspec.convert({group: people}, kind) if people else None
    except msgspec.ValidationError:
        return None
