"""An authenticator app instead of mailed codes: confirmed before it counts, each code good once."""

from datetime import timedelta

import pytest

from portal.domain.account import Account
from portal.domain.authenticator import (
    AuthenticatorEnrolled,
    AuthenticatorOffered,
    AuthenticatorRemoved,
    AuthenticatorUsed,
    RecoveryCodeUsed,
)
from tests.domain import policy
from tests.domain.policy import NOW, told
from tests.domain.test_account import REGISTERED, VALIDATED

Given = policy.Given[Account]
CODES = {99: "000099", 100: "000100", 101: "000101"}  # step -> code
HASHES = ("hash of one", "hash of two")
OFFERED = told(AuthenticatorOffered, secret="SECRET")
ENROLLED = told(AuthenticatorEnrolled, secret="SECRET", step=100, recovery=HASHES)
REMOVED = told(AuthenticatorRemoved)
WITH_APP = (REGISTERED, VALIDATED, OFFERED, ENROLLED)


def used(step: int) -> policy.Told:
    return told(AuthenticatorUsed, step=step)


def test_an_app_is_offered_and_counts_once_it_has_shown_a_code() -> None:
    given = Given(REGISTERED, VALIDATED)
    given.when(lambda account: account.offer_authenticator("SECRET", NOW)).then(OFFERED)
    offered = Given(REGISTERED, VALIDATED, OFFERED)
    assert offered.aggregate.authenticator is None
    offered.when(lambda account: account.enrol_authenticator("000100", CODES, HASHES, NOW)).then(ENROLLED)


def test_an_app_that_shows_another_code_is_not_confirmed() -> None:
    offered = Given(REGISTERED, VALIDATED, OFFERED)
    offered.when(lambda account: account.enrol_authenticator("000102", CODES, HASHES, NOW)).refused_at("/code")


def test_nothing_is_confirmed_that_was_not_offered() -> None:
    given = Given(REGISTERED, VALIDATED)
    given.when(lambda account: account.enrol_authenticator("000100", CODES, HASHES, NOW)).refused("Begin again")
    Given(*WITH_APP).when(lambda account: account.enrol_authenticator("000101", CODES, HASHES, NOW)).refused("Begin")


def test_a_second_app_takes_removing_the_first() -> None:
    Given(*WITH_APP).when(lambda account: account.offer_authenticator("OTHER", NOW)).refused("Remove it first")
    Given(*WITH_APP, REMOVED).when(lambda account: account.offer_authenticator("SECRET", NOW)).then(OFFERED)


def test_a_code_of_the_app_is_right_once() -> None:
    Given(*WITH_APP).when(lambda account: account.use_authenticator("000101", CODES, NOW)).then(used(101))
    Given(*WITH_APP, used(101)).when(lambda account: account.use_authenticator("000101", CODES, NOW)).then_nothing()


@pytest.mark.parametrize("code", ["000100", "000099", "999999", ""])
def test_neither_the_code_that_confirmed_the_app_nor_an_older_or_wrong_one_is_right(code: str) -> None:
    outcome = Given(*WITH_APP).when(lambda account: account.use_authenticator(code, CODES, NOW))
    outcome.then_nothing()
    assert not Given(*WITH_APP).aggregate.use_authenticator(code, CODES, NOW)


def test_a_recovery_code_is_right_once() -> None:
    by_paper = told(RecoveryCodeUsed, hashed="hash of two")
    Given(*WITH_APP).when(lambda account: account.use_recovery_code("hash of two", NOW)).then(by_paper)
    given = Given(*WITH_APP, by_paper)
    given.when(lambda account: account.use_recovery_code("hash of two", NOW)).then_nothing()
    assert given.aggregate.authenticator and given.aggregate.authenticator.recovery == ("hash of one",)


def test_without_an_app_no_code_of_one_is_right() -> None:
    for history in ((REGISTERED, VALIDATED, OFFERED), (*WITH_APP, REMOVED)):
        account = Given(*history).aggregate
        assert not account.use_authenticator("000101", CODES, NOW)
        assert not account.use_recovery_code("hash of one", NOW)
        assert not account.pending_events


def test_an_app_is_removed_once() -> None:
    Given(*WITH_APP).when(lambda account: account.remove_authenticator(NOW)).then(REMOVED)
    Given(*WITH_APP, REMOVED).when(lambda account: account.remove_authenticator(NOW)).then_nothing()


def test_what_was_begun_with_the_former_factor_is_overtaken() -> None:
    later = NOW + timedelta(minutes=1)
    enrolled = policy.Told(ENROLLED.kind, ENROLLED.fields, later)
    assert Given(REGISTERED, VALIDATED, OFFERED, enrolled).aggregate.overtakes(NOW)
    assert Given(*WITH_APP, policy.Told(REMOVED.kind, {}, later)).aggregate.overtakes(NOW)
