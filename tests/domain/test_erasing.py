"""Erasing leaves a tombstone: what statistics may keep, nothing personal; after it nothing happens any more."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest

from portal.domain.catalogue import EVENTS
from portal.domain.enquiry import EnquiryErased
from portal.domain.referral import Referral
from portal.domain.referral_events import (
    Acknowledged,
    DangerDeclared,
    DraftEnded,
    FeedbackIssued,
    ReferralErased,
    ReferralWithdrawn,
)
from portal.domain.referral_parts import EraseRule, Status
from portal.domain.services import Channel, Service
from portal.eventstore.envelope import Metadata
from portal.eventstore.keyring import Key
from portal.eventstore.rows import to_row
from tests.domain.made_up import ANSWER, COMPLETE, IN_DANGER, LADO, NAMED, PRIYA, SENT, STARTED, Given, submitted
from tests.domain.policy import NOW, STREAM, Told, told
from tests.domain.test_after_sending import AFTERWARDS, CHANGES

LATER = NOW + timedelta(days=90)
READ_AND_ANSWERED = (told(Acknowledged), told(FeedbackIssued, feedback=ANSWER))
SENT_RULES = [rule for rule in EraseRule if rule is not EraseRule.DRAFT_NOT_SENT]


def erase(rule: EraseRule = EraseRule.RETENTION_OVER, at: datetime = LATER) -> Callable[[Referral], None]:
    return lambda referral: referral.erase(rule, at)


def erased(**otherwise: Any) -> Told:
    """The tombstone of a referral to social care that nobody has read yet."""
    usual = {
        "rule": EraseRule.RETENTION_OVER,
        "service": Service.SOCIAL_CARE,
        "status": Status.NEW,
        "started_at": NOW,
        "owner": PRIYA,
        "reference": "4H7K-PX2M",
        "channel": Channel.PORTAL,
        "received_at": NOW,
    }
    return told(ReferralErased, LATER, **{**usual, **otherwise})


def erased_draft(service: Service = Service.SOCIAL_CARE) -> Told:
    """The tombstone of a draft: it has never arrived, and is on nobody's list."""
    rule, status = EraseRule.DRAFT_NOT_SENT, Status.DRAFT
    return told(ReferralErased, LATER, rule=rule, service=service, status=status, started_at=NOW)


@pytest.mark.parametrize("rule", SENT_RULES)
def test_what_was_sent_is_erased_under_a_rule_and_leaves_what_statistics_may_keep(rule: EraseRule) -> None:
    Given(*SENT).when(erase(rule)).then(erased(rule=rule))


@pytest.mark.parametrize(
    ("happened", "remains"),
    [
        ((told(Acknowledged),), {"status": Status.ACKNOWLEDGED, "acknowledged_at": NOW}),
        (
            (told(Acknowledged), told(FeedbackIssued, feedback=ANSWER)),
            {"status": Status.ANSWERED, "acknowledged_at": NOW},
        ),
        ((told(ReferralWithdrawn, why="It was sent twice"),), {"status": Status.WITHDRAWN}),
    ],
)
def test_a_tombstone_says_how_far_the_council_had_come(happened: tuple[Told, ...], remains: dict[str, Any]) -> None:
    Given(*SENT, *happened).when(erase()).then(erased(**remains))


def test_a_tombstone_says_whether_it_was_urgent_and_how_it_came() -> None:
    urgent = (*COMPLETE, told(DangerDeclared, danger=IN_DANGER), submitted(urgent=True, channel=Channel.PHONE))
    Given(*urgent).when(erase()).then(erased(urgent=True, channel=Channel.PHONE))


def test_a_draft_is_erased_once_it_has_ended_and_not_before() -> None:
    rule = EraseRule.DRAFT_NOT_SENT
    Given(*COMPLETE, told(DraftEnded)).when(erase(rule)).then(erased_draft())
    Given(LADO, NAMED, told(DraftEnded)).when(erase(rule)).then(erased_draft(Service.LADO))
    for each in EraseRule:
        Given(*COMPLETE).when(erase(each)).refused("has not been sent yet")


@pytest.mark.parametrize("rule", SENT_RULES)
def test_a_rule_for_what_was_sent_is_not_for_drafts(rule: EraseRule) -> None:
    Given(STARTED, told(DraftEnded)).when(erase(rule)).refused("is not for a draft")


def test_the_rule_for_drafts_is_not_for_what_was_sent() -> None:
    Given(*SENT).when(erase(EraseRule.DRAFT_NOT_SENT)).refused("is not for what was sent")


@pytest.mark.parametrize("rule", EraseRule)
def test_erasing_twice_changes_nothing(rule: EraseRule) -> None:
    Given(*SENT, erased()).when(erase(rule)).then_nothing()
    Given(STARTED, told(DraftEnded), erased_draft()).when(erase(rule)).then_nothing()


@pytest.mark.parametrize("act", [*CHANGES.values(), *AFTERWARDS.values()], ids=[*CHANGES, *AFTERWARDS])
def test_nothing_happens_to_a_referral_after_it_was_erased(act: Callable[[Referral], object]) -> None:
    Given(*SENT, erased()).when(act).refused("has been erased")
    Given(*COMPLETE, told(DraftEnded), erased_draft()).when(act).refused("has been erased")


def test_a_draft_that_was_erased_does_not_end_again() -> None:
    Given(STARTED, told(DraftEnded), erased_draft()).when(lambda referral: referral.end_draft(LATER)).then_nothing()


def test_a_tombstone_has_room_for_ids_dates_and_closed_lists_only() -> None:
    """Free text in it would be written in clear: nobody may add any."""
    kinds = {field.name: str(field.type) for field in msgspec.structs.fields(ReferralErased)}
    assert [name for name, kind in kinds.items() if "str" in kind] == ["reference"]
    assert all("dict" not in kind and "tuple" not in kind for kind in kinds.values())


def test_a_tombstone_is_stored_in_clear_and_every_other_event_sealed() -> None:
    key = Key(STREAM, b"k" * 32)
    for event in (*Given(*SENT, erased()).history, *Given(STARTED, erased_draft()).history):
        row = to_row(STREAM, event, key, Metadata())
        assert (row.key_id is None) == isinstance(event, ReferralErased)
        assert row.state.startswith(b'{"') == isinstance(event, ReferralErased)


def test_a_tombstone_is_the_last_word_of_its_stream() -> None:
    assert [kind for kind in EVENTS if kind.ENDS_KEY] == [ReferralErased, EnquiryErased]
