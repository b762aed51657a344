"""What the form asks besides people: danger, the service's own questions, and whether the family agreed."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from portal.domain.forms.consent import Consent, HowAgreed, WhyNotAgreed, consent_gap
from portal.domain.forms.danger import Danger
from portal.domain.forms.form import FORMS
from portal.domain.forms.section import Section
from portal.domain.referral import Referral
from portal.domain.referral_events import ConsentRecorded, DangerDeclared
from portal.domain.services import Service
from tests.domain.made_up import (
    AGREED,
    ALLEGATION,
    IN_DANGER,
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
NOT_ASKED = Consent(agreed=False, why_not_agreed=WhyNotAgreed.RISK_TO_CHILD)
REFUSED = Consent(agreed=False)


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
    sections = [section for form in FORMS.values() for section in form]
    assert FORMS.keys() == set(Service)
    assert len({section.NAME for section in sections}) == len(sections)
    assert all(section.NAME and section.TITLE for section in sections)


@pytest.mark.parametrize("consent", [AGREED, NOT_ASKED, REFUSED], ids=["agreed", "not asked", "refused"])
@pytest.mark.parametrize("service", Service)
def test_whether_the_family_agreed_is_recorded_whatever_the_answer(service: Service, consent: Consent) -> None:
    Given(started(service)).when(lambda referral: referral.record_consent(consent, NOW)).then(
        told(ConsentRecorded, consent=consent)
    )


def test_the_same_consent_again_changes_nothing() -> None:
    given = Given(STARTED, told(ConsentRecorded, consent=AGREED))
    given.when(lambda referral: referral.record_consent(AGREED, NOW)).then_nothing()
    given.when(lambda referral: referral.record_consent(NOT_ASKED, NOW)).then(told(ConsentRecorded, consent=NOT_ASKED))


def test_a_consent_that_contradicts_itself_is_refused_with_every_contradiction() -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    wrong = Consent(agreed=True, how=HowAgreed.SPOKEN, on=tomorrow, why_not_agreed=WhyNotAgreed.DELAY)
    Given(STARTED).when(lambda referral: referral.record_consent(wrong, NOW)).refused_at(
        "/agreed_by", "/on", "/why_not_agreed"
    )


def test_a_family_that_agreed_today_in_england_has_agreed() -> None:
    half_past_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    consent = replace(AGREED, on=date(2026, 7, 1))
    Given(STARTED).when(lambda referral: referral.record_consent(consent, half_past_midnight)).then(
        told(ConsentRecorded, half_past_midnight, consent=consent)
    )


@pytest.mark.parametrize(
    ("service", "consent", "says"),
    [  # domain.md 6.4
        (Service.EARLY_HELP, None, "Say whether the family has agreed."),
        (Service.EARLY_HELP, AGREED, ""),
        (Service.EARLY_HELP, NOT_ASKED, "Early help can only be given with the family's agreement."),
        (Service.EARLY_HELP, REFUSED, "Early help can only be given with the family's agreement."),
        (Service.SOCIAL_CARE, None, "Say whether the family has agreed."),
        (Service.SOCIAL_CARE, AGREED, ""),
        (Service.SOCIAL_CARE, NOT_ASKED, ""),
        (Service.SOCIAL_CARE, REFUSED, "Say why the family has not agreed or was not asked."),
        (Service.LADO, None, ""),
        (Service.LADO, AGREED, ""),
        (Service.LADO, NOT_ASKED, ""),
        (Service.LADO, REFUSED, ""),
    ],
)
def test_what_each_service_needs_to_know_about_consent(service: Service, consent: Consent | None, says: str) -> None:
    gap = consent_gap(service, consent)
    assert gap.startswith(says) and bool(gap) == bool(says)


def test_whoever_cannot_have_early_help_is_shown_the_way_to_social_care() -> None:
    assert "refer to children's social care instead" in consent_gap(Service.EARLY_HELP, REFUSED)
