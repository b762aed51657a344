"""Sending: refused with every gap at once until the form is complete."""

from datetime import timedelta
from functools import partial

import pytest
from msgspec.structs import replace

from portal.domain.forms.consent import Consent, WhyNotAgreed
from portal.domain.people import Adult, Child
from portal.domain.referral_events import (
    ChildDetailsGiven,
    ConsentRecorded,
    DangerDeclared,
    NoParticularChild,
)
from portal.domain.services import Channel, Service
from tests.domain.made_up import (
    AGREED,
    ALLEGATION,
    AMARA,
    BUT_FOR_CONSENT,
    COLIN,
    COMPLETE,
    IN_DANGER,
    JONAH,
    LADO,
    MOTHER,
    MYSELF,
    NAMED,
    NO_FIXED_ABODE,
    NOT_KNOWN,
    PARENT,
    SAFE,
    STARTED,
    SUPPORT,
    TEACHER,
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
from tests.domain.policy import NOW, told

IN_SUPPORT = ("/answers/support/going_on", "/answers/support/would_help")
IN_WORRIES = ("/answers/worries/worried_about", "/answers/worries/seen_or_heard")
IN_ALLEGATION = ("/answers/allegation/limbs", "/answers/allegation/what_happened", "/answers/allegation/when")


def of(person: Child | Adult, gap: str) -> str:
    return f"/people/{person.id}/{gap}"


@pytest.mark.parametrize(
    ("service", "gaps"),
    [
        (Service.EARLY_HELP, ("/children", "/danger", *IN_SUPPORT, "/consent")),
        (Service.SOCIAL_CARE, ("/children", "/danger", *IN_WORRIES, "/consent")),
        (Service.LADO, ("/adult", "/children", "/danger", *IN_ALLEGATION)),
    ],
)
def test_an_empty_form_is_refused_with_every_gap_at_once(service: Service, gaps: tuple[str, ...]) -> None:
    Given(started(service)).when(submit).refused("not complete yet").refused_at(*gaps)


def test_every_person_is_asked_about() -> None:
    given = Given(LADO, NAMED, *added(AMARA, JONAH), lives(JONAH), declared(COLIN))
    given.when(submit).refused_at(
        "/children",
        of(COLIN, "address"),
        of(AMARA, "capacity"),
        of(AMARA, "address"),
        of(JONAH, "capacity"),
        "/danger",
        *IN_ALLEGATION,
    )


def test_whoever_misses_something_is_named_as_the_referrer_called_them() -> None:
    outcome = Given(STARTED, *added(replace(AMARA, given_name="", family_name="", name_not_known=True))).when(submit)
    assert outcome.refusal and "Name not known" in outcome.refusal.faults[1].says


@pytest.mark.parametrize(
    ("left_out", "gap"),
    [
        (confirmed(AMARA), "/children"),
        (declared(AMARA), of(AMARA, "capacity")),
        (lives(AMARA), of(AMARA, "address")),
        (told(DangerDeclared, danger=SAFE), "/danger"),
        (answered(WORRIES), IN_WORRIES),
        (told(ConsentRecorded, consent=AGREED), "/consent"),
    ],
    ids=["confirming", "capacity", "address", "danger", "answers", "consent"],
)
def test_nothing_is_sent_while_one_thing_is_missing(left_out: object, gap: str | tuple[str, ...]) -> None:
    assert left_out in COMPLETE
    gaps = (gap,) if isinstance(gap, str) else gap
    Given(*(each for each in COMPLETE if each != left_out)).when(submit).refused_at(*gaps)


def test_a_child_added_or_changed_after_confirming_must_be_confirmed_before_sending() -> None:
    changed = told(ChildDetailsGiven, child=replace(AMARA, family_name="Frost"))
    Given(*COMPLETE, changed).when(submit).refused_at("/children")
    with_jonah = (*COMPLETE, *added(JONAH), declared(JONAH), lives(JONAH))
    Given(*with_jonah).when(submit).refused_at("/children")
    Given(*with_jonah, confirmed(AMARA, JONAH)).when(submit).then(submitted())


@pytest.mark.parametrize("none", [NO_FIXED_ABODE, NOT_KNOWN], ids=["no fixed abode", "not known"])
def test_a_reason_for_having_no_address_is_enough_to_send(none: object) -> None:
    complete = [each for each in COMPLETE if each != lives(AMARA)]
    Given(*complete, told(lives(AMARA).kind, person=AMARA.id, address=none)).when(submit).then(submitted())


def test_a_form_that_nobody_signed_in_for_is_not_sent() -> None:
    anonymous = started(owner=None, draft_key="hash of a token")
    Given(anonymous, *COMPLETE[1:]).when(submit).refused("Sign in")


def test_only_a_professional_account_writes_as_a_professional() -> None:
    Given(*COMPLETE).when(lambda referral: submit(referral, PARENT)).refused_at("/referrer")
    Given(STARTED, *added(AMARA), declared(AMARA)).when(lambda referral: submit(referral, PARENT)).refused_at(
        "/children", of(AMARA, "address"), "/danger", *IN_WORRIES, "/consent", "/referrer"
    )


@pytest.mark.parametrize("given", [MOTHER, MYSELF], ids=["a parent", "the child itself"])
def test_in_a_personal_capacity_any_account_will_do(given: object) -> None:
    for referrer in (PARENT, TEACHER):
        personal = [declared(AMARA, given) if each == declared(AMARA) else each for each in COMPLETE]  # type: ignore[arg-type]
        Given(*personal).when(partial(submit, referrer=referrer)).then(submitted(referrer=referrer))


def test_a_complete_referral_to_social_care_is_sent() -> None:
    Given(*COMPLETE).when(submit).then(submitted())


def test_a_referral_to_social_care_is_sent_without_agreement_where_there_is_a_reason() -> None:
    complete = (*BUT_FOR_CONSENT, answered(WORRIES))
    refused, reason = Consent(agreed=False), Consent(agreed=False, why_not_agreed=WhyNotAgreed.RISK_TO_CHILD)
    Given(*complete, told(ConsentRecorded, consent=refused)).when(submit).refused_at("/consent/why_not_agreed")
    Given(*complete, told(ConsentRecorded, consent=reason)).when(submit).then(submitted())


def test_a_request_for_early_help_is_sent_with_the_familys_agreement_only() -> None:
    complete = (started(Service.EARLY_HELP), *BUT_FOR_CONSENT[1:], answered(SUPPORT))
    reason = Consent(agreed=False, why_not_agreed=WhyNotAgreed.RISK_TO_CHILD)
    Given(*complete, told(ConsentRecorded, consent=reason)).when(submit).refused_at("/consent")
    Given(*complete, told(ConsentRecorded, consent=AGREED)).when(submit).then(submitted())


def test_a_lado_referral_is_sent_with_and_without_children_and_asks_nobodys_agreement() -> None:
    about_colin = (LADO, NAMED, declared(COLIN), lives(COLIN), told(DangerDeclared, danger=SAFE), answered(ALLEGATION))
    Given(*about_colin).when(submit).refused_at("/children")
    Given(*about_colin, told(NoParticularChild)).when(submit).then(submitted())
    children = (*added(AMARA, JONAH), confirmed(AMARA, JONAH), *map(declared, (AMARA, JONAH)), lives(AMARA))
    Given(*about_colin, *children).when(submit).refused_at(of(JONAH, "address"))
    Given(*about_colin, *children, lives(JONAH)).when(submit).then(submitted())


def test_a_referral_is_urgent_when_somebody_is_in_danger() -> None:
    in_danger = (*COMPLETE, told(DangerDeclared, danger=IN_DANGER))
    Given(*in_danger).when(submit).then(submitted(urgent=True))


def test_what_was_posted_is_recorded_as_received_when_it_was() -> None:
    on_saturday = NOW - timedelta(days=2)
    Given(*COMPLETE).when(
        lambda referral: referral.submit("4H7K-PX2M", TEACHER, Channel.LETTER, on_saturday, NOW)
    ).then(submitted(channel=Channel.LETTER, received_at=on_saturday))
