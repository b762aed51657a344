"""Proving that one reads a mailbox: a code of five minutes and five tries, or a link of thirty minutes, used once."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from portal.domain.login_challenge import (
    MOST_ISSUES,
    MOST_TRIES,
    ChallengeAccepted,
    ChallengeGivenUp,
    ChallengeIssued,
    CodeReissued,
    CodeSent,
    CodeTried,
    Factor,
    LoginChallenge,
    Purpose,
)
from tests.domain import policy
from tests.domain.policy import NOW, STREAM, Told, begin, told

Given = policy.Given[LoginChallenge]

ACCOUNT = UUID(int=0x11)
CODES = {issue: f"00000{issue}" for issue in range(1, MOST_ISSUES + 1)}
RIGHT, WRONG = CODES[1], "999999"
BY_CODE = (Purpose.REGISTERING, Purpose.SIGNING_IN, Purpose.CHANGING_EMAIL)


def issued(purpose: Purpose = Purpose.SIGNING_IN, factor: Factor = Factor.MAIL) -> Told:
    return told(ChallengeIssued, account=ACCOUNT, purpose=purpose, factor=factor)


def reissued(issue: int, minutes: float) -> Told:
    return told(CodeReissued, after(minutes=minutes), issue=issue)


def after(**time: float) -> datetime:
    return NOW + timedelta(**time)


ISSUED = issued()
TRIED = told(CodeTried)
ACCEPTED = told(ChallengeAccepted)
GIVEN_UP = told(ChallengeGivenUp)


def accept(challenge: LoginChallenge) -> None:
    challenge.accept(RIGHT, CODES, NOW)


def guess(challenge: LoginChallenge) -> None:
    challenge.accept(WRONG, CODES, NOW)


@pytest.mark.parametrize("purpose", Purpose)
def test_a_challenge_is_issued(purpose: Purpose) -> None:
    begin(lambda: LoginChallenge.issue(STREAM, ACCOUNT, purpose, NOW)).then(issued(purpose))


def test_a_try_is_counted_before_anything_is_compared() -> None:
    Given(ISSUED).when(lambda challenge: challenge.try_code(NOW)).then(TRIED)
    assert Given(ISSUED, TRIED, TRIED).aggregate.tries == 2


@pytest.mark.parametrize("purpose", BY_CODE)
def test_the_right_code_is_accepted_also_on_the_last_try(purpose: Purpose) -> None:
    Given(issued(purpose), TRIED).when(accept).then(ACCEPTED)
    Given(issued(purpose), *[TRIED] * 5).when(accept).then(ACCEPTED)


@pytest.mark.parametrize(
    ("tries", "words"),
    [
        (1, "That is not the right code. You can try 4 more times."),
        (2, "That is not the right code. You can try 3 more times."),
        (3, "That is not the right code. You can try 2 more times."),
        (4, "That is not the right code. You can try 1 more time."),
    ],
)
def test_whoever_enters_a_wrong_code_is_told_how_often_they_may_try_again(tries: int, words: str) -> None:
    outcome = Given(ISSUED, *[TRIED] * tries).when(guess).refused_at("/code")
    assert outcome.refusal and outcome.refusal.says == words


def test_after_the_fifth_wrong_code_the_challenge_is_given_up_for_good() -> None:
    given = Given(ISSUED, *[TRIED] * MOST_TRIES)
    given.when(guess).then(GIVEN_UP)
    ended = Given(ISSUED, *[TRIED] * MOST_TRIES, GIVEN_UP)
    ended.when(guess).then_nothing()
    ended.when(lambda challenge: challenge.refuse_if_given_up()).refused("Please start again.").refused_at("/code")
    for again in (lambda challenge: challenge.try_code(NOW), lambda challenge: challenge.reissue(after(minutes=2))):
        ended.when(again).refused("wrong code 5 times")


def test_a_right_code_that_was_on_its_way_with_the_fifth_wrong_one_counts() -> None:
    ended = Given(ISSUED, *[TRIED] * MOST_TRIES, GIVEN_UP)
    ended.when(accept).then(ACCEPTED)
    Given(ISSUED, *[TRIED] * MOST_TRIES, GIVEN_UP, ACCEPTED).aggregate.refuse_if_given_up()


def test_there_is_no_sixth_try() -> None:
    Given(ISSUED, *[TRIED] * 4).when(lambda challenge: challenge.try_code(NOW)).then(TRIED)
    given = Given(ISSUED, *[TRIED] * 5)
    given.when(lambda challenge: challenge.try_code(NOW)).refused("5 times. Please start again").refused_at("/code")


def test_a_new_code_brings_no_new_tries() -> None:
    given = Given(ISSUED, *[TRIED] * 5, told(CodeReissued, issue=2))
    given.when(lambda challenge: challenge.try_code(NOW)).refused("Please start again")


def test_a_code_is_good_for_five_minutes_from_when_its_mail_left() -> None:
    given = Given(ISSUED, told(CodeSent, after(minutes=2), issue=1))
    in_time, late = after(minutes=7), after(minutes=7, seconds=1)
    given.when(lambda challenge: challenge.try_code(in_time)).then(told(CodeTried, in_time))
    given.when(lambda challenge: challenge.accept(RIGHT, CODES, in_time)).then(told(ChallengeAccepted, in_time))
    given.when(lambda challenge: challenge.try_code(late)).refused("has expired. Ask for a new one").refused_at("/code")
    given.when(lambda challenge: challenge.accept(RIGHT, CODES, late)).refused("not the right code")


def test_an_expired_code_costs_no_try() -> None:
    outcome = Given(ISSUED).when(lambda challenge: challenge.try_code(after(minutes=6))).refused("has expired")
    assert isinstance(outcome.aggregate, LoginChallenge) and outcome.aggregate.tries == 0


def test_a_code_whose_mail_has_not_left_yet_counts_from_when_it_was_asked_for() -> None:
    Given(ISSUED).when(lambda challenge: challenge.try_code(after(minutes=5))).then(told(CodeTried, after(minutes=5)))


def test_that_the_mail_left_is_recorded() -> None:
    sent = told(CodeSent, after(seconds=4), issue=1)
    Given(ISSUED).when(lambda challenge: challenge.note_sent(1, after(seconds=4))).then(sent)
    Given(ISSUED, ACCEPTED).when(lambda challenge: challenge.note_sent(1, after(seconds=4))).then_nothing()


def test_a_new_code_can_be_asked_for_a_minute_after_the_last() -> None:
    at = after(minutes=1)
    Given(ISSUED).when(lambda challenge: challenge.reissue(at)).then(reissued(2, 1))
    Given(ISSUED).when(lambda challenge: challenge.reissue(after(seconds=59))).refused("Wait a minute")
    given = Given(ISSUED, reissued(2, 1))
    given.when(lambda challenge: challenge.reissue(after(seconds=119))).refused("Wait a minute")
    given.when(lambda challenge: challenge.reissue(after(minutes=2))).then(reissued(3, 2))


def test_the_minute_runs_from_when_one_asked_however_late_the_mail_left() -> None:
    given = Given(ISSUED, told(CodeSent, after(seconds=50), issue=1))
    given.when(lambda challenge: challenge.reissue(after(minutes=1))).then(reissued(2, 1))


def test_after_three_codes_that_ran_out_only_the_password_begins_anew() -> None:
    two_dead = Given(ISSUED, reissued(2, 6))
    two_dead.when(lambda challenge: challenge.reissue(after(minutes=12))).then(reissued(3, 12))
    three_dead = Given(ISSUED, reissued(2, 6), reissued(3, 12))
    at = after(minutes=18)
    three_dead.when(lambda challenge: challenge.reissue(at)).then(told(ChallengeGivenUp, at))
    ended = Given(ISSUED, reissued(2, 6), reissued(3, 12), told(ChallengeGivenUp, at))
    for again in (
        lambda challenge: challenge.refuse_if_given_up(),
        lambda challenge: challenge.reissue(at),
        lambda challenge: challenge.try_code(at),
    ):
        ended.when(again).refused("3 codes have run out. Please start again.")


def test_an_expired_challenge_lives_again_with_a_new_code() -> None:
    given = Given(ISSUED, told(CodeReissued, after(minutes=9), issue=2))
    at = after(minutes=10)
    given.when(lambda challenge: challenge.accept(CODES[2], CODES, at)).then(told(ChallengeAccepted, at))
    given.when(lambda challenge: challenge.accept(CODES[1], CODES, at)).refused("not the right code")


def test_an_earlier_code_stays_good_until_its_own_end() -> None:
    given = Given(ISSUED, told(CodeReissued, after(minutes=4), issue=2))
    before, over = after(minutes=5), after(minutes=5, seconds=1)
    assert given.aggregate.live_issues(before) == [1, 2]
    assert given.aggregate.live_issues(over) == [2]
    for code in (CODES[1], CODES[2]):
        outcome = given.when(lambda challenge: challenge.accept(code, CODES, before))  # noqa: B023 - called at once
        outcome.then(told(ChallengeAccepted, before))
    given.when(lambda challenge: challenge.accept(CODES[1], CODES, over)).refused("not the right code")


def test_only_codes_that_were_issued_count() -> None:
    Given(ISSUED).when(lambda challenge: challenge.accept(CODES[2], CODES, NOW)).refused("not the right code")


def test_five_codes_are_sent_and_no_more() -> None:
    later = [reissued(issue, issue - 1) for issue in range(2, MOST_ISSUES + 1)]
    assert MOST_ISSUES == 5
    Given(ISSUED, *later[:-1]).when(lambda challenge: challenge.reissue(after(minutes=4))).then(later[-1])
    Given(ISSUED, *later).when(lambda challenge: challenge.reissue(after(minutes=5))).refused("too many codes")


def test_an_address_that_is_registered_already_is_never_let_in() -> None:
    given = Given(issued(Purpose.ALREADY_REGISTERED), TRIED)
    given.when(accept).refused("That is not the right code. You can try 4 more times.")
    given.when(lambda challenge: challenge.accept_link(NOW)).refused("has expired")


def test_an_address_that_is_registered_already_looks_like_any_other_from_outside() -> None:
    given = Given(issued(Purpose.ALREADY_REGISTERED))
    given.when(lambda challenge: challenge.try_code(NOW)).then(TRIED)
    given.when(lambda challenge: challenge.reissue(after(minutes=1))).then(reissued(2, 1))
    given.when(lambda challenge: challenge.try_code(after(minutes=6))).refused("has expired")


def test_a_challenge_is_used_once() -> None:
    given = Given(issued(Purpose.NEW_PASSWORD), ACCEPTED)
    for again in (
        accept,
        lambda challenge: challenge.accept_link(NOW),
        lambda challenge: challenge.try_code(NOW),
        lambda challenge: challenge.reissue(NOW),
    ):
        given.when(again).refused("has been used already").refused_at("/code")


def test_a_link_to_a_new_password_works_for_thirty_minutes() -> None:
    given = Given(issued(Purpose.NEW_PASSWORD))
    in_time, late = after(minutes=30), after(minutes=30, seconds=1)
    given.when(lambda challenge: challenge.accept_link(in_time)).then(told(ChallengeAccepted, in_time))
    given.when(lambda challenge: challenge.accept_link(late)).refused("This link has expired")


# --- a code that an app shows --------------------------------------------------------------------------------

OF_APP = issued(factor=Factor.AUTHENTICATOR)


def test_a_challenge_can_ask_for_the_code_of_an_app() -> None:
    begin(lambda: LoginChallenge.issue(STREAM, ACCOUNT, Purpose.SIGNING_IN, NOW, Factor.AUTHENTICATOR)).then(OF_APP)


def test_then_it_is_settled_by_whoever_knows_the_app() -> None:
    Given(OF_APP, TRIED).when(lambda challenge: challenge.settle(True, NOW)).then(ACCEPTED)
    Given(OF_APP, TRIED).when(lambda challenge: challenge.settle(False, NOW)).refused("You can try 4 more times.")
    Given(OF_APP, *[TRIED] * 5).when(lambda challenge: challenge.settle(False, NOW)).then(GIVEN_UP)
    Given(OF_APP, ACCEPTED).when(lambda challenge: challenge.settle(True, NOW)).refused("has been used already")
    Given(OF_APP, TRIED, GIVEN_UP).when(lambda challenge: challenge.settle(True, NOW)).refused("Please start again")
    late = after(minutes=11)
    Given(OF_APP, TRIED).when(lambda challenge: challenge.settle(True, late)).refused("took too long")


def test_then_no_mailed_code_is_right_and_none_is_sent() -> None:
    Given(OF_APP, TRIED).when(accept).refused("not the right code")
    Given(OF_APP).when(lambda challenge: challenge.reissue(after(minutes=2))).refused("authenticator app")


def test_then_there_are_ten_minutes_to_find_the_phone() -> None:
    in_time, late = after(minutes=10), after(minutes=10, seconds=1)
    Given(OF_APP).when(lambda challenge: challenge.try_code(in_time)).then(told(CodeTried, in_time))
    Given(OF_APP).when(lambda challenge: challenge.try_code(late)).refused("took too long").refused_at("/code")


@pytest.mark.parametrize("purpose", BY_CODE)
def test_nobody_gets_past_a_code_by_a_link(purpose: Purpose) -> None:
    Given(issued(purpose)).when(lambda challenge: challenge.accept_link(NOW)).refused("has expired")
