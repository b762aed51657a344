"""Consent: a gate for early help, never one where a child must be protected, and nobody's agreement for the LADO
(domain.md 6.4, rule by rule)."""

from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from portal.domain.copy import copy_of
from portal.domain.forms.consent import Consent, Giver, HowAgreed, WhyNotAgreed
from portal.domain.forms.contact import Contact
from portal.domain.forms.form import CONSENT, form_of
from portal.domain.forms.social_care import Worries
from portal.domain.forms.who_knows import WhoKnows
from portal.domain.options import Known
from portal.domain.referral import Referral
from portal.domain.referral_events import ConsentRecorded, ConsentWithdrawn, DangerDeclared, ServiceChanged
from portal.domain.referral_parts import CapacityOf
from portal.domain.services import Capacity, Service
from tests.domain.made_up import (
    AGREED,
    AMARA,
    AT_WORK,
    BUT_FOR_CONSENT,
    COMPLETE,
    IN_DANGER,
    LADO,
    MOTHER,
    MYSELF,
    PARENT,
    SENT,
    STARTED,
    SUPPORT,
    WORRIES,
    Given,
    added,
    answered,
    confirmed,
    declared,
    lives,
    started,
    submit,
    submitted,
)
from tests.domain.policy import NOW, Told, told

BEFORE_CONSENT = (*added(AMARA), confirmed(AMARA), lives(AMARA), BUT_FOR_CONSENT[-1])
REFUSED = Consent(agreed=False)
SAID_NO = Consent(agreed=False, why_not_agreed=WhyNotAgreed.REFUSED)
WITHOUT = "Early help can only be given with the family's agreement."
BY_A_GROWN_UP = replace(AGREED, giver=Giver.OTHER_CARER)


def early_help(consent: Consent | None, capacity: CapacityOf = AT_WORK) -> Given:
    """All of a request for early help, and what was said about consent."""
    return Given(*wanted(consent, capacity))


def wanted(consent: Consent | None, capacity: CapacityOf = AT_WORK) -> tuple[Told, ...]:
    """The history of such a request."""
    begun = started(Service.EARLY_HELP)
    return (begun, *BEFORE_CONSENT, declared(AMARA, capacity), answered(SUPPORT), *of(consent))


def social_care(consent: Consent | None, *more: Told, capacity: CapacityOf = AT_WORK) -> Given:
    """All of a referral to social care, and what was said about consent."""
    return Given(STARTED, *BEFORE_CONSENT, declared(AMARA, capacity), answered(WORRIES), *of(consent), *more)


def of(consent: Consent | None) -> tuple[Told, ...]:
    return (told(ConsentRecorded, consent=consent),) if consent else ()


# --- early help: "yes, from a person with parental responsibility, or a competent young person" --------------------


def test_early_help_is_not_sent_before_somebody_said_whether_the_family_agreed() -> None:
    early_help(None).when(submit).refused_at("/consent")


def test_early_help_without_agreement_is_not_sent_and_the_way_to_social_care_is_named() -> None:
    outcome = early_help(Consent(agreed=False, why_not_agreed=WhyNotAgreed.RISK_TO_CHILD)).when(submit)
    outcome.refused_at("/consent")
    assert outcome.refusal and outcome.refusal.faults[0].says.startswith(WITHOUT)
    assert "refer to children's social care instead" in outcome.refusal.faults[0].says


def test_early_help_is_sent_where_somebody_with_parental_responsibility_agreed() -> None:
    early_help(AGREED).when(submit).then(submitted())
    early_help(BY_A_GROWN_UP).when(submit).then(submitted())


def test_early_help_is_not_sent_on_the_word_of_somebody_without_parental_responsibility() -> None:
    outcome = early_help(replace(BY_A_GROWN_UP, responsibility=Known.NO)).when(submit)
    outcome.refused_at("/consent/responsibility")
    assert outcome.refusal and "somebody with parental responsibility" in outcome.refusal.faults[0].says


def test_early_help_needs_to_know_who_agreed_and_with_what_right() -> None:
    early_help(Consent(agreed=True)).when(submit).refused_at("/consent/agreed_by", "/consent/giver")
    early_help(replace(AGREED, responsibility=None)).when(submit).refused_at("/consent/responsibility")


def test_nobody_has_to_know_whether_a_grandmother_has_parental_responsibility() -> None:
    early_help(replace(BY_A_GROWN_UP, responsibility=Known.NOT_KNOWN)).when(submit).then(submitted())


def test_young_people_of_16_and_17_can_agree_themselves() -> None:
    early_help(Consent(agreed=True, giver=Giver.YOUNG_PERSON, agreed_by="Elin")).when(submit).then(submitted())


def test_a_child_under_16_can_agree_who_understands_what_it_means() -> None:
    child = Consent(agreed=True, giver=Giver.CHILD, agreed_by="Elin")
    early_help(child).when(submit).refused_at("/consent/understands")
    understands = replace(child, understands="She told me in her own words who will ring and why.")
    early_help(understands).when(submit).then(submitted())


def test_young_people_who_ask_for_themselves_have_agreed_and_are_asked_nothing_more() -> None:
    by_herself = Consent(agreed=True, speak_alone=Known.YES)
    early_help(by_herself, MYSELF).when(partial(submit, referrer=PARENT)).then(submitted(referrer=PARENT))
    early_help(REFUSED, MYSELF).when(partial(submit, referrer=PARENT)).refused_at("/consent")
    asked = form_of(Service.EARLY_HELP).section(CONSENT)
    assert asked and [each.name for each in asked.asked_of(Capacity.SELF)] == ["agreed", "shared", "speak_alone"]


def test_parents_are_asked_who_has_parental_responsibility_too() -> None:
    early_help(AGREED, MOTHER).when(partial(submit, referrer=PARENT)).then(submitted(referrer=PARENT))
    not_said = replace(AGREED, giver=None, responsibility=None)
    early_help(not_said, MOTHER).when(partial(submit, referrer=PARENT)).refused_at("/consent/giver")


def test_early_help_is_no_answer_where_a_child_is_being_seriously_harmed_and_the_way_over_is_named() -> None:
    protects = replace(AGREED, protects=Known.YES)
    outcome = early_help(protects).when(submit)
    outcome.refused_at("/consent/protects")
    assert outcome.refusal and "refer to children's social care instead" in outcome.refusal.faults[0].says
    early_help(replace(AGREED, protects=Known.NOT_KNOWN)).when(submit).then(submitted())
    over = told(ServiceChanged, service=Service.SOCIAL_CARE)
    Given(*wanted(protects), over, answered(WORRIES)).when(submit).then(submitted())


def test_who_asks_for_themselves_is_not_held_up_by_what_they_are_not_asked() -> None:
    by_herself = Consent(agreed=True, protects=Known.YES)
    early_help(by_herself, MYSELF).when(partial(submit, referrer=PARENT)).then(submitted(referrer=PARENT))


# --- over to social care, with all that was answered ----------------------------------------------------------------


def test_who_cannot_have_early_help_goes_over_to_social_care_and_loses_nothing() -> None:
    history = wanted(SAID_NO)
    before = Given(*history).aggregate
    Given(*history).when(lambda referral: referral.change_service(Service.SOCIAL_CARE, NOW)).then(
        told(ServiceChanged, service=Service.SOCIAL_CARE)
    )
    after = Given(*history, told(ServiceChanged, service=Service.SOCIAL_CARE)).aggregate
    assert after.service is Service.SOCIAL_CARE
    for name in ("people", "confirmed", "capacities", "addresses", "danger", "consent", "answers"):
        assert getattr(after, name) == getattr(before, name), name


def test_after_going_over_only_what_social_care_needs_is_missing() -> None:
    over = (*wanted(SAID_NO), told(ServiceChanged, service=Service.SOCIAL_CARE))
    Given(*over).when(submit).refused_at("/answers/worries/worried_about", "/answers/worries/seen_or_heard")
    Given(*over, answered(WORRIES)).when(submit).then(submitted())


def test_what_the_other_form_does_not_ask_is_still_shown() -> None:
    over = (*wanted(SAID_NO), told(ServiceChanged, service=Service.SOCIAL_CARE), answered(WORRIES))
    names = [part.name for part in copy_of(Given(*over).aggregate).parts]
    assert names[-2:] == ["worries", "support"] and len(names) == len(set(names))


def test_a_draft_also_goes_from_social_care_to_early_help_and_back() -> None:
    for service in (Service.EARLY_HELP, Service.SOCIAL_CARE):
        given = Given(STARTED, told(ServiceChanged, service=service))
        given.when(partial(Referral.change_service, service=service, now=NOW)).then_nothing()
    there = told(ServiceChanged, service=Service.EARLY_HELP)
    Given(STARTED, there).when(lambda referral: referral.change_service(Service.SOCIAL_CARE, NOW)).then(
        told(ServiceChanged, service=Service.SOCIAL_CARE)
    )


def test_a_report_about_an_adult_who_works_with_children_stays_where_it_is() -> None:
    Given(LADO).when(lambda referral: referral.change_service(Service.SOCIAL_CARE, NOW)).refused("form of its own")
    Given(STARTED).when(lambda referral: referral.change_service(Service.LADO, NOW)).refused("form of its own")


def test_what_was_sent_goes_nowhere_else() -> None:
    Given(*SENT).when(lambda referral: referral.change_service(Service.EARLY_HELP, NOW)).refused("has been sent")


# --- social care, child in need: consent, or a reason why it was not sought -----------------------------------------


def test_social_care_for_a_child_in_need_asks_for_agreement_or_a_reason() -> None:
    social_care(None).when(submit).refused_at("/consent")
    social_care(REFUSED).when(submit).refused_at("/consent/why_not_agreed")
    social_care(AGREED).when(submit).then(submitted())


@pytest.mark.parametrize("why", WhyNotAgreed)
def test_every_reason_not_to_ask_or_tell_is_enough_for_social_care(why: WhyNotAgreed) -> None:
    said = Consent(agreed=False, why_not_agreed=why, why_not_in_words="Rang three times, no answer.")
    social_care(said).when(submit).then(submitted())


def test_social_care_is_told_from_whom_how_when_and_for_what_the_family_agreed() -> None:
    whole = replace(AGREED, on=NOW.date(), shared="With the school.", child_agrees=Known.YES)
    Given(STARTED).when(lambda referral: referral.record_consent(whole, NOW)).then(told(ConsentRecorded, consent=whole))
    asked = form_of(Service.SOCIAL_CARE).section(CONSENT)
    names = {each.name for each in asked.asked_of(Capacity.PROFESSIONAL)} if asked else set()
    assert {"giver", "agreed_by", "responsibility", "how", "on", "shared", "child_agrees", "speak_alone"} <= names


# --- social care, child protection: never a gate; told, and if not, why ---------------------------------------------


def test_a_child_who_must_be_protected_needs_nobodys_agreement_and_no_reason() -> None:
    social_care(Consent(agreed=False, protects=Known.YES)).when(submit).then(submitted())
    social_care(Consent(agreed=True, protects=Known.YES)).when(submit).then(submitted())


def test_nothing_waits_for_consent_while_somebody_is_in_danger() -> None:
    in_danger = told(DangerDeclared, danger=IN_DANGER)
    for consent in (None, REFUSED, Consent(agreed=True)):
        social_care(consent, in_danger).when(submit).then(submitted(urgent=True))


def test_who_protects_a_child_says_whether_the_family_has_been_told_and_if_not_why() -> None:
    not_told = Consent(
        agreed=False,
        protects=Known.YES,
        told=Known.NO,
        why_not_agreed=WhyNotAgreed.HIDDEN_HARM,
        why_not_in_words="Scars.",
    )
    social_care(not_told).when(submit).then(submitted())
    asked = form_of(Service.SOCIAL_CARE).section(CONSENT)
    [told_] = [each for each in asked.questions if each.name == "told"] if asked else []
    assert told_.applies({"agreed": False}) and not told_.applies({"agreed": True})


# --- the LADO: not needed; ask who has been told ---------------------------------------------------------------------


def test_the_lado_asks_nobodys_agreement() -> None:
    assert form_of(Service.LADO).section(CONSENT) is None
    Given(LADO).when(lambda referral: referral.record_consent(AGREED, NOW)).refused("asks for nobody's agreement")


def test_the_lado_asks_who_has_been_told_and_holds_nothing_up_for_it() -> None:
    section, allegation = (form_of(Service.LADO).section(name) for name in (WhoKnows.NAME, "allegation"))
    asked = {each.name for each in section.asked_of(Capacity.PROFESSIONAL)} if section else set()
    assert {"adult_knows", "adult_knows_of_this", "parents_know", "parents_told_by", "police_know"} <= asked
    assert not any(each.required for each in section.questions) if section else False
    for capacity in (Capacity.SELF, Capacity.PERSONAL):
        [who_knows] = [each for each in allegation.asked_of(capacity) if each.name == "who_knows"] if allegation else []
        assert not who_knows.required


# --- what holds for all ------------------------------------------------------------------------------------------


def test_professionals_cannot_be_anonymous() -> None:
    hidden = Contact(identity_may_be_shared=Known.NO)
    outcome = social_care(AGREED).when(lambda referral: referral.give_answers(hidden, NOW))
    outcome.refused_at("/identity_may_be_shared")
    shown = Contact(identity_may_be_shared=Known.YES)
    social_care(AGREED).when(lambda referral: referral.give_answers(shown, NOW)).then(answered(shown))


def test_nobody_is_sent_back_to_a_question_that_they_are_not_shown_as_a_professional() -> None:
    said_before = answered(Contact(identity_may_be_shared=Known.NO))
    history = (STARTED, *BEFORE_CONSENT, declared(AMARA, MOTHER), answered(WORRIES), said_before, *of(AGREED))
    Given(*history, declared(AMARA, AT_WORK)).when(submit).then(submitted())


def test_members_of_the_public_may_ask_not_to_be_named() -> None:
    hidden = Contact(identity_may_be_shared=Known.NO)
    neighbour = social_care(AGREED, answered(hidden), capacity=MOTHER)
    neighbour.when(partial(submit, referrer=PARENT)).then(submitted(referrer=PARENT))
    for service in Service:
        section = form_of(service).section(Contact.NAME)
        assert section and "identity_may_be_shared" in {each.name for each in section.asked_of(Capacity.PERSONAL)}
        assert "identity_may_be_shared" not in {each.name for each in section.asked_of(Capacity.PROFESSIONAL)}


@pytest.mark.parametrize("consent", [AGREED, Consent(agreed=False, why_not_agreed=WhyNotAgreed.DELAY), REFUSED])
@pytest.mark.parametrize("service", [Service.EARLY_HELP, Service.SOCIAL_CARE])
def test_whether_the_family_agreed_is_recorded_whatever_the_answer(service: Service, consent: Consent) -> None:
    Given(started(service)).when(lambda referral: referral.record_consent(consent, NOW)).then(
        told(ConsentRecorded, consent=consent)
    )


def test_the_same_consent_again_changes_nothing() -> None:
    given = Given(STARTED, told(ConsentRecorded, consent=AGREED))
    given.when(lambda referral: referral.record_consent(AGREED, NOW)).then_nothing()
    given.when(lambda referral: referral.record_consent(REFUSED, NOW)).then(told(ConsentRecorded, consent=REFUSED))


def test_a_consent_that_contradicts_itself_is_refused_with_every_contradiction() -> None:
    tomorrow = NOW.date() + timedelta(days=1)
    wrong = Consent(
        agreed=True, how=HowAgreed.SPOKEN, on=tomorrow, understands="Yes.", why_not_agreed=WhyNotAgreed.OTHER
    )
    Given(STARTED).when(lambda referral: referral.record_consent(wrong, NOW)).refused_at(
        "/on", "/why_not_in_words", "/understands", "/why_not_agreed"
    )


def test_who_could_not_be_reached_was_tried_to_be_reached() -> None:
    not_reached = Consent(agreed=False, why_not_agreed=WhyNotAgreed.NOT_REACHED)
    Given(STARTED).when(lambda referral: referral.record_consent(not_reached, NOW)).refused_at("/why_not_in_words")


def test_a_family_that_agreed_today_in_england_has_agreed() -> None:
    half_past_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    consent = replace(AGREED, on=date(2026, 7, 1))
    Given(STARTED).when(lambda referral: referral.record_consent(consent, half_past_midnight)).then(
        told(ConsentRecorded, half_past_midnight, consent=consent)
    )


def test_consent_may_be_withdrawn_and_what_was_sent_stays() -> None:
    Given(*SENT).when(lambda referral: referral.withdraw_consent("She wants to wait.", NOW)).then(
        told(ConsentWithdrawn, why="She wants to wait.")
    )
    withdrawn = Given(*SENT, told(ConsentWithdrawn, why="She wants to wait."))
    withdrawn.when(lambda referral: referral.withdraw_consent("Again.", NOW)).then_nothing()
    assert withdrawn.aggregate.consent == AGREED and withdrawn.aggregate.submission


def test_only_an_agreement_that_was_given_is_withdrawn() -> None:
    Given(*COMPLETE).when(lambda referral: referral.withdraw_consent("No.", NOW)).refused("not been sent")
    said = Consent(agreed=False, why_not_agreed=WhyNotAgreed.DELAY)
    sent = (*BUT_FOR_CONSENT, answered(WORRIES), told(ConsentRecorded, consent=said), submitted())
    Given(*sent).when(lambda referral: referral.withdraw_consent("No.", NOW)).refused("No agreement was recorded")


def test_young_people_are_asked_less_and_in_words_of_their_own() -> None:
    for service in Service:
        form, counts = form_of(service), {}
        for capacity in Capacity:
            counts[capacity] = sum(len(section.asked_of(capacity)) for section in form.sections)
        assert counts[Capacity.SELF] < counts[Capacity.PERSONAL] < counts[Capacity.PROFESSIONAL], service
    worries = form_of(Service.SOCIAL_CARE).section(Worries.NAME)
    assert worries and worries.questions[0].title_for(Capacity.SELF) != worries.questions[0].title
