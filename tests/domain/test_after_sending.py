"""What was sent stays as it was; it can be added to, withdrawn, acknowledged and answered."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.referral import MOST_AMENDMENTS, Referral
from portal.domain.referral_events import (
    Acknowledged,
    DraftEnded,
    FeedbackIssued,
    ReferralAmended,
    ReferralWithdrawn,
)
from portal.domain.referral_parts import Amendment
from tests.domain.made_up import (
    AGREED,
    AMARA,
    ANSWER,
    AT_WORK,
    COLIN,
    COMPLETE,
    IN_DANGER,
    JONAH,
    SENT,
    TANNERY_ROW,
    WORRIES,
    Given,
    submit,
)
from tests.domain.policy import NOW, told

LATER = NOW + timedelta(hours=3)
MORE = Amendment(text="He is back at school.", why="I learned more today")
AMENDED = told(ReferralAmended, amendment=MORE)
WITHDRAWN = told(ReferralWithdrawn, why="It was sent twice")
ACKNOWLEDGED = told(Acknowledged)
ANSWERED = told(FeedbackIssued, feedback=ANSWER)


CHANGES: dict[str, Callable[[Referral], object]] = {
    "a child is added": lambda referral: referral.add_child(JONAH, LATER),
    "a child is changed": lambda referral: referral.give_child_details(replace(AMARA, family_name="Frost"), LATER),
    "a child is removed": lambda referral: referral.remove_child(AMARA.id, LATER),
    "no particular child": lambda referral: referral.say_no_particular_child(LATER),
    "the children are confirmed": lambda referral: referral.confirm_children(LATER),
    "an adult is named": lambda referral: referral.name_adult(COLIN, LATER),
    "a capacity": lambda referral: referral.declare_capacity([AMARA.id], AT_WORK, LATER),
    "danger": lambda referral: referral.declare_danger(IN_DANGER, LATER),
    "an address": lambda referral: referral.confirm_address([AMARA.id], TANNERY_ROW, LATER),
    "a copied address": lambda referral: referral.copy_address(AMARA.id, JONAH.id, LATER),
    "answers": lambda referral: referral.give_answers(WORRIES, LATER),
    "consent": lambda referral: referral.record_consent(AGREED, LATER),
    "sending": submit,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_in_a_referral_changes_after_it_was_sent(change: Callable[[Referral], object]) -> None:
    Given(*SENT).when(change).refused("has been sent")
    Given(*SENT, WITHDRAWN).when(change).refused("has been sent")


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_draft_that_has_ended_is_closed(change: Callable[[Referral], object]) -> None:
    Given(*COMPLETE, told(DraftEnded)).when(change).refused("has ended")


AFTERWARDS: dict[str, Callable[[Referral], object]] = {
    "adding to it": lambda referral: referral.amend(MORE, NOW),
    "withdrawing it": lambda referral: referral.withdraw("It was sent twice", NOW),
    "acknowledging it": lambda referral: referral.acknowledge(NOW),
    "answering it": lambda referral: referral.issue_feedback(ANSWER, NOW),
}


@pytest.mark.parametrize("act", AFTERWARDS.values(), ids=AFTERWARDS)
def test_what_comes_after_sending_does_not_come_before(act: Callable[[Referral], object]) -> None:
    Given(*COMPLETE).when(act).refused("has not been sent yet")
    Given(*COMPLETE, told(DraftEnded)).when(act).refused("has not been sent yet")


def test_the_referrer_adds_to_what_was_sent_and_says_why() -> None:
    Given(*SENT).when(lambda referral: referral.amend(MORE, NOW)).then(AMENDED)
    Given(*SENT, AMENDED).when(lambda referral: referral.amend(MORE, NOW)).then(AMENDED)
    Given(*SENT, ACKNOWLEDGED, ANSWERED).when(lambda referral: referral.amend(MORE, NOW)).then(AMENDED)


def test_what_was_sent_stays_as_it_was_when_something_is_added() -> None:
    before, after = Given(*SENT).aggregate, Given(*SENT, AMENDED).aggregate
    assert (after.answers, after.submission) == (before.answers, before.submission)
    assert [amended.amendment for amended in after.amendments] == [MORE]


def test_somebody_who_adds_very_often_is_asked_to_ring() -> None:
    most = [AMENDED] * MOST_AMENDMENTS
    Given(*SENT, *most[1:]).when(lambda referral: referral.amend(MORE, NOW)).then(AMENDED)
    Given(*SENT, *most).when(lambda referral: referral.amend(MORE, NOW)).refused("Call us instead")


def test_the_referrer_withdraws_once() -> None:
    Given(*SENT).when(lambda referral: referral.withdraw("It was sent twice", NOW)).then(WITHDRAWN)
    Given(*SENT, WITHDRAWN).when(lambda referral: referral.withdraw("Another reason", NOW)).then_nothing()


def test_nobody_adds_to_what_they_withdrew() -> None:
    Given(*SENT, WITHDRAWN).when(lambda referral: referral.amend(MORE, NOW)).refused("You have withdrawn")


def test_the_council_has_what_was_withdrawn_and_can_answer_it() -> None:
    Given(*SENT, WITHDRAWN).when(lambda referral: referral.acknowledge(NOW)).then(ACKNOWLEDGED)
    answer = Given(*SENT, WITHDRAWN).when(lambda referral: referral.issue_feedback(ANSWER, NOW))
    answer.then(ACKNOWLEDGED, ANSWERED)


def test_a_referral_is_acknowledged_once() -> None:
    Given(*SENT).when(lambda referral: referral.acknowledge(NOW)).then(ACKNOWLEDGED)
    Given(*SENT, ACKNOWLEDGED).when(lambda referral: referral.acknowledge(LATER)).then_nothing()
    assert Given(*SENT, ACKNOWLEDGED).aggregate.acknowledged_at == NOW


def test_the_council_answers_as_often_as_there_is_something_to_say() -> None:
    read = (*SENT, ACKNOWLEDGED)
    Given(*read).when(lambda referral: referral.issue_feedback(ANSWER, NOW)).then(ANSWERED)
    Given(*read, ANSWERED).when(lambda referral: referral.issue_feedback(ANSWER, NOW)).then(ANSWERED)


def test_whoever_answers_has_read_it() -> None:
    Given(*SENT).when(lambda referral: referral.issue_feedback(ANSWER, NOW)).then(ACKNOWLEDGED, ANSWERED)


def test_an_answer_can_be_about_one_child_of_the_referral_and_no_other() -> None:
    on_amara, on_jonah = replace(ANSWER, child_id=AMARA.id), replace(ANSWER, child_id=JONAH.id)
    Given(*SENT, ACKNOWLEDGED).when(lambda referral: referral.issue_feedback(on_amara, NOW)).then(
        told(FeedbackIssued, feedback=on_amara)
    )
    Given(*SENT).when(lambda referral: referral.issue_feedback(on_jonah, NOW)).refused_at("/child_id")
    on_the_adult = replace(ANSWER, child_id=UUID(int=0xE))
    Given(*SENT).when(lambda referral: referral.issue_feedback(on_the_adult, NOW)).refused_at("/child_id")
