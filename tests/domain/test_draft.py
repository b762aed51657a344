"""A draft: begun by anybody, taken over at sign-in, ended when it is not sent in time."""

import pytest

from portal.domain.referral import Referral
from portal.domain.referral_events import ChildAdded, DraftEnded, ReferralClaimed
from portal.domain.services import Service
from tests.domain.made_up import AMARA, PRIYA, SENT, STARTED, TAMSIN, Given, started
from tests.domain.policy import NOW, STREAM, begin, told

ANONYMOUS = started(owner=None, draft_key="hash of a token")
ENDED = (STARTED, told(DraftEnded))


@pytest.mark.parametrize("service", Service)
def test_an_account_begins_a_draft(service: Service) -> None:
    begin(lambda: Referral.start(STREAM, service, PRIYA, "", NOW)).then(started(service))


def test_somebody_who_has_not_signed_in_begins_a_draft() -> None:
    begin(lambda: Referral.start(STREAM, Service.SOCIAL_CARE, None, "hash of a token", NOW)).then(ANONYMOUS)


def test_a_draft_begun_before_signing_in_is_taken_over() -> None:
    Given(ANONYMOUS).when(lambda referral: referral.claim(PRIYA, NOW)).then(told(ReferralClaimed, owner=PRIYA))


def test_whoever_took_a_draft_over_is_its_only_owner() -> None:
    referral = Given(ANONYMOUS, told(ReferralClaimed, owner=PRIYA)).aggregate
    assert (referral.owner, referral.draft_key) == (PRIYA, "")


def test_claiming_ones_own_draft_changes_nothing() -> None:
    Given(STARTED).when(lambda referral: referral.claim(PRIYA, NOW)).then_nothing()
    Given(*SENT).when(lambda referral: referral.claim(PRIYA, NOW)).then_nothing()


def test_nobody_takes_over_what_belongs_to_somebody_else() -> None:
    Given(STARTED).when(lambda referral: referral.claim(TAMSIN, NOW)).refused("belongs to somebody else")
    Given(*SENT).when(lambda referral: referral.claim(TAMSIN, NOW)).refused("belongs to somebody else")


def test_a_draft_that_was_not_sent_in_time_ends() -> None:
    Given(STARTED).when(lambda referral: referral.end_draft(NOW)).then(told(DraftEnded))


def test_no_draft_ends_twice_and_nothing_that_was_sent_ends() -> None:
    Given(*ENDED).when(lambda referral: referral.end_draft(NOW)).then_nothing()
    Given(*SENT).when(lambda referral: referral.end_draft(NOW)).then_nothing()


def test_nobody_takes_over_a_draft_that_has_ended() -> None:
    Given(ANONYMOUS, told(DraftEnded)).when(lambda referral: referral.claim(PRIYA, NOW)).refused("has ended")


def test_every_event_leaves_its_mark_on_the_part_it_replaces() -> None:
    referral = Given(STARTED, told(ChildAdded, child=AMARA)).aggregate
    change = referral.changed[f"child:{AMARA.id}"]
    assert (change.version, change.at) == (2, NOW)
