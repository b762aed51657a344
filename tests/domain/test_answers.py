"""What the form asks besides people and consent: danger, and the service's own questions."""

from functools import partial

import pytest
from msgspec.structs import replace

from portal.domain.forms.contact import Contact
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import FORMS
from portal.domain.forms.section import Section
from portal.domain.referral import Referral
from portal.domain.referral_events import DangerDeclared
from portal.domain.services import Service
from tests.domain.made_up import (
    ALLEGATION,
    IN_DANGER,
    LADO,
    SAFE,
    STARTED,
    SUPPORT,
    WORRIES,
    Given,
    answered,
    started,
)
from tests.domain.policy import NOW, told

OWN = {Service.EARLY_HELP: SUPPORT, Service.SOCIAL_CARE: WORRIES, Service.LADO: ALLEGATION}


@pytest.mark.parametrize("danger", [SAFE, IN_DANGER], ids=["nobody", "somebody"])
def test_the_referrer_says_whether_anyone_is_in_danger(danger: Danger) -> None:
    Given(STARTED).when(lambda referral: referral.declare_danger(danger, NOW)).then(told(DangerDeclared, danger=danger))


def test_the_same_danger_again_changes_nothing_and_another_one_does() -> None:
    given = Given(STARTED, told(DangerDeclared, danger=SAFE))
    given.when(lambda referral: referral.declare_danger(SAFE, NOW)).then_nothing()
    given.when(lambda referral: referral.declare_danger(IN_DANGER, NOW)).then(told(DangerDeclared, danger=IN_DANGER))


@pytest.mark.parametrize("service", Service)
def test_each_service_has_its_own_questions_and_takes_no_others(service: Service) -> None:
    for section in OWN.values():
        outcome = Given(started(service)).when(partial(Referral.give_answers, section=section, now=NOW))
        if section is OWN[service]:
            outcome.then(answered(section))
        else:
            outcome.refused("belong to another form")


@pytest.mark.parametrize("section", OWN.values(), ids=OWN)
def test_the_same_answers_again_change_nothing_also_after_reading_them_back(section: Section) -> None:
    service = next(service for service, own in OWN.items() if own is section)
    given = Given(started(service), answered(section))
    given.when(lambda referral: referral.give_answers(section, NOW)).then_nothing()


def test_other_answers_replace_the_earlier_ones() -> None:
    other = replace(WORRIES, injury="A bruise on the left arm.")
    given = Given(STARTED, answered(WORRIES))
    given.when(lambda referral: referral.give_answers(other, NOW)).then(answered(other))


def test_every_form_asks_something_and_no_name_of_a_section_is_taken_twice() -> None:
    sections = {section for form in FORMS.values() for section in form}
    assert FORMS.keys() == set(Service) and all(len(set(form)) == len(form) for form in FORMS.values())
    assert len({section.NAME for section in sections}) == len(sections)
    assert all(section.NAME and section.TITLE for section in sections)


def test_an_answer_to_what_this_services_form_does_not_ask_is_refused_and_an_empty_one_is_not() -> None:
    strange = Contact(needs="An interpreter for Twi.")
    outcome = Given(LADO).when(lambda referral: referral.give_answers(strange, NOW))
    outcome.refused_at("/needs")
    assert outcome.refusal and outcome.refusal.faults[0].says == "This form does not ask this. Leave it out."
    Given(LADO).when(lambda referral: referral.give_answers(Contact(), NOW)).then(answered(Contact()))
    Given(STARTED).when(lambda referral: referral.give_answers(strange, NOW)).then(answered(strange))
