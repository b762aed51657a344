"""Each form is filled in for each capacity from its definition alone, with the least and the most that is allowed: it
can be sent, and is told back as it was typed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from uuid import UUID

import msgspec
import pytest

from portal.domain.codes.code_sets import code_set
from portal.domain.forms.asked import Asked, AskedSection, Kind
from portal.domain.forms.consent import Consent
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import ADULT, CHILD, CONSENT, DANGER, FORMS, form_of
from portal.domain.forms.telling import Told, told
from portal.domain.people import Adult, Child
from portal.domain.referral import Referral
from portal.domain.referral_parts import CapacityOf, Referrer
from portal.domain.refusals import Refused
from portal.domain.services import Capacity, Channel, Service
from tests.domain.filling import TEXTS, Answers, given, least, long_text, most
from tests.domain.made_up import AT_WORK, MOTHER, MYSELF, PARENT, TANNERY_ROW, TEACHER
from tests.domain.policy import NOW, STREAM, read_back, replayed

Fill = Callable[[AskedSection, Capacity], Answers]
AS: dict[Capacity, tuple[CapacityOf, Referrer]] = {
    Capacity.SELF: (MYSELF, PARENT),
    Capacity.PERSONAL: (MOTHER, PARENT),
    Capacity.PROFESSIONAL: (AT_WORK, TEACHER),
}
NAMED = {"given_name": "Amara"}  # what a person must have in any case, and no single question is
NOT_TOGETHER = ("description", "was_child_then")  # with a name, and with an age under 18
EARLY_HELP_TOO = {
    "giver": "parent",
    "responsibility": "yes",
    "protects": "no",
}  # its rules, which are no question's own


def code_text(name: str, code: str) -> str:
    return code_set(name).text(code)


def test_a_long_text_is_just_as_long_as_it_may_be_and_needs_no_tidying() -> None:
    for longest in (40, 100, 10_000):
        assert len(long_text(longest)) == longest and long_text(longest).strip() == long_text(longest)
    assert all(text in long_text(10_000) for text in TEXTS)


@pytest.mark.parametrize("fill", [least, most])
@pytest.mark.parametrize("capacity", Capacity)
@pytest.mark.parametrize("service", Service)
def test_each_form_is_filled_in_by_its_definition_and_sent(service: Service, capacity: Capacity, fill: Fill) -> None:
    referral = filled_in(service, capacity, fill)
    referral.submit("4H7K-PX2M", AS[capacity][1], Channel.PORTAL, NOW, NOW)
    events: list[Any] = list(referral.collect_events())
    assert replayed([read_back(each) for each in events]) == referral
    for section, answers in answered(referral):
        typed = typed_in(section, capacity, fill, service)
        assert given(answers) == given(typed), section.name
        shown = told(section, answers, capacity, code_text)
        assert given(answers).keys() <= {each.name for each in shown}, section.name
        assert_told_as_typed(section.questions, answers, shown)


@pytest.mark.parametrize("service", Service)
def test_the_least_is_little(service: Service) -> None:
    for capacity in Capacity:
        required = [
            each for section in form_of(service).sections for each in section.asked_of(capacity) if each.required
        ]
        assert len(required) <= 8, [each.name for each in required]


@pytest.mark.parametrize("service", Service)
def test_the_least_is_not_less_than_what_may_be_sent(service: Service) -> None:
    for section in form_of(service).sections:
        if section.name not in (CHILD, ADULT, "capacity") and (needed := least(section, Capacity.PROFESSIONAL)):
            referral = filled_in(service, Capacity.PROFESSIONAL, least, without=section.name)
            with pytest.raises(Refused) as refused:
                referral.submit("4H7K-PX2M", TEACHER, Channel.PORTAL, NOW, NOW)
            said = " ".join(fault.at for fault in refused.value.faults)
            assert section.name in said, needed


def test_a_statement_is_told_as_it_was_typed_and_new_lines_count_once() -> None:
    statement = "\r\n".join((*TEXTS, "", "last line")).ljust(10_000, "…")
    [worries, *_] = FORMS[Service.SOCIAL_CARE]
    section = msgspec.convert({"worried_about": statement}, worries)
    asked = form_of(Service.SOCIAL_CARE).section("worries")
    assert asked and len(statement) == 10_000
    stored = msgspec.json.decode(msgspec.json.encode(section))
    [shown, *_] = told(asked, stored, Capacity.PERSONAL, code_text)
    assert shown.answer == statement.replace("\r\n", "\n") and "\r" not in shown.answer
    again = msgspec.json.decode(msgspec.json.encode(msgspec.convert(stored, worries)))
    assert again == stored, "tidying twice changes nothing"


# --- filling in ----------------------------------------------------------------------------------------------------


def filled_in(service: Service, capacity: Capacity, fill: Fill, without: str = "") -> Referral:
    """A draft with all of its form filled in, but for the section `without`."""
    form = form_of(service)
    referral = Referral.start(STREAM, service, UUID(int=0x11), "", NOW)

    def typed(name: str) -> Answers:
        section = form.section(name)
        assert section, name
        return typed_in(section, capacity, fill, service)

    if service is Service.LADO:
        referral.name_adult(msgspec.convert({**typed(ADULT), "id": UUID(int=0xE)}, Adult), NOW)
    referral.add_child(msgspec.convert({**typed(CHILD), "id": UUID(int=0xA)}, Child), NOW)
    referral.confirm_children(NOW)
    for person in referral.people:
        own = AS[capacity][0] if person == UUID(int=0xA) or capacity is not Capacity.SELF else MOTHER
        referral.declare_capacity([person], own, NOW)
        referral.confirm_address([person], TANNERY_ROW, NOW)
    if without != DANGER:
        referral.declare_danger(msgspec.convert(typed(DANGER), Danger), NOW)
    if service is not Service.LADO and without != CONSENT:
        referral.record_consent(msgspec.convert(typed(CONSENT), Consent), NOW)
    for section in FORMS[service]:
        if without != section.NAME and (answers := typed(section.NAME)):
            referral.give_answers(msgspec.convert(answers, section), NOW)
    return referral


def typed_in(section: AskedSection, capacity: Capacity, fill: Fill, service: Service) -> Answers:
    """What somebody answers, with what no single question says."""
    answers = fill(section, capacity)
    if section.name in (CHILD, ADULT):
        answers = {**NAMED, **({"estimated_age": 6} if section.name == CHILD and fill is least else {}), **answers}
        answers = {name: answer for name, answer in answers.items() if name not in NOT_TOGETHER}
        if "nhs_number" in answers:
            answers["nhs_number"] = answers["nhs_number"].replace(" ", "")  # as it is kept, however it is typed
    elif section.name == CONSENT and service is Service.EARLY_HELP and capacity is not Capacity.SELF:
        answers = {**answers, **EARLY_HELP_TOO}
    elif section.name == DANGER and fill is least:
        answers = {"in_danger": False}  # so that nothing else is let off
    return answers


def answered(referral: Referral) -> Iterator[tuple[AskedSection, Mapping[str, Any]]]:
    """Every section with what is stored of it."""
    form = form_of(referral.service)
    [child] = referral.children.values()
    beside = {CHILD: child, ADULT: referral.adult, CONSENT: referral.consent, DANGER: referral.danger}
    kept = {name: msgspec.json.encode(answers) for name, answers in beside.items() if answers}
    stored = {name: msgspec.json.decode(answers) for name, answers in kept.items()} | referral.answers
    for name, answers in stored.items():
        section = form.section(name)
        assert section, name
        yield section, {key: value for key, value in answers.items() if key != "id"}


def assert_told_as_typed(questions: tuple[Asked, ...], answers: Mapping[str, Any], shown: tuple[Told, ...]) -> None:
    """Every text that was typed stands in what is told, to the letter."""
    asked = {each.name: each for each in questions}
    for each in shown:
        typed = answers.get(each.name)
        if asked[each.name].kind in (Kind.LINE, Kind.STORY) and typed:
            assert each.answer == typed
        elif asked[each.name].kind is Kind.GROUP:
            for item, group in zip(typed or (), each.group, strict=True):
                assert_told_as_typed(asked[each.name].group, item, group)
        elif asked[each.name].choices and typed:
            texts = {choice.value: choice.text for choice in asked[each.name].choices}
            several = typed if isinstance(typed, list) else [typed]
            assert each.answer.split("\n") == [texts[value] for value in several]
