"""An account: registered, validated by code, or invited by the council; passwords are the owner's alone."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from portal.domain.account import (
    Account,
    AccountInvited,
    AccountRegistered,
    EmailValidated,
    InvitationAccepted,
    PasswordChanged,
    RegistrationReplaced,
)
from portal.domain.account_details import (
    PASSWORD_LEAST,
    PASSWORD_MOST,
    AccountKind,
    OrganisationKind,
    OwnerDetails,
    Role,
    password_faults,
)
from tests.domain import policy
from tests.domain.made_up import PARENT, TEACHER
from tests.domain.policy import NOW, STREAM, begin, told

Given = policy.Given[Account]

TAMSIN = OwnerDetails(kind=AccountKind.PUBLIC, name="Tamsin Okafor", email="tamsin@example.org")
PRIYA = OwnerDetails(
    kind=AccountKind.PROFESSIONAL,
    name="Priya Nair",
    email="priya.nair@oakfield.example",
    phone="01632 960 017",
    organisation="Oakfield Primary School",
    organisation_kind=OrganisationKind.SCHOOL,
    role="Designated safeguarding lead",
)
SAM = OwnerDetails(kind=AccountKind.PUBLIC, name="Sam Holt", email="sam.holt@severnshire.example")
WORKER = frozenset({Role.WORKER})

REGISTERED = told(AccountRegistered, details=TAMSIN, password_hash="first")
VALIDATED = told(EmailValidated)
INVITED = told(AccountInvited, details=SAM, roles=WORKER)
ACCEPTED = told(InvitationAccepted, password_hash="first")
CHANGED = told(PasswordChanged, password_hash="second")


def test_somebody_registers() -> None:
    begin(lambda: Account.register(STREAM, TAMSIN, "first", NOW)).then(REGISTERED)


def test_a_new_account_opens_nothing_until_its_address_is_validated() -> None:
    assert not Given(REGISTERED).aggregate.validated
    assert Given(REGISTERED, VALIDATED).aggregate.validated


def test_a_professional_says_where_they_work_as_what_and_how_to_ring_back() -> None:
    bare = OwnerDetails(kind=AccountKind.PROFESSIONAL, name="Priya Nair", email="priya.nair@oakfield.example")
    missing = ("/organisation", "/organisation_kind", "/role", "/phone")
    begin(lambda: Account.register(STREAM, bare, "first", NOW)).refused_at(*missing)
    Given(REGISTERED).when(lambda account: account.register_again(bare, "second", NOW)).refused_at(*missing)
    begin(lambda: Account.register(STREAM, PRIYA, "first", NOW)).then(
        told(AccountRegistered, details=PRIYA, password_hash="first")
    )


def test_registering_again_replaces_an_account_that_was_never_validated() -> None:
    given = Given(REGISTERED)
    given.when(lambda account: account.register_again(PRIYA, "second", NOW)).then(
        told(RegistrationReplaced, details=PRIYA, password_hash="second")
    )
    account = Given(REGISTERED, told(RegistrationReplaced, details=PRIYA, password_hash="second")).aggregate
    assert (account.details, account.password_hash, account.validated) == (PRIYA, "second", False)


@pytest.mark.parametrize(
    "history", [(REGISTERED, VALIDATED), (INVITED,), (INVITED, ACCEPTED)], ids=["validated", "invited", "accepted"]
)
def test_nobody_registers_over_an_account_that_is_somebodys(history: tuple[policy.Told, ...]) -> None:
    given = Given(*history)
    given.when(lambda account: account.register_again(TAMSIN, "second", NOW)).refused("exists already")


def test_the_right_code_validates_the_address_once() -> None:
    Given(REGISTERED).when(lambda account: account.validate_email(NOW)).then(VALIDATED)
    Given(REGISTERED, VALIDATED).when(lambda account: account.validate_email(NOW)).then_nothing()


def test_the_council_invites_its_staff() -> None:
    begin(lambda: Account.invite(STREAM, SAM, WORKER, NOW)).then(INVITED)
    account = Given(INVITED).aggregate
    assert (account.roles, account.validated, account.password_hash) == (WORKER, False, "")


def test_whoever_was_invited_chooses_a_password_which_validates_the_address() -> None:
    Given(INVITED).when(lambda account: account.accept_invitation("first", NOW)).then(ACCEPTED)
    account = Given(INVITED, ACCEPTED).aggregate
    assert (account.roles, account.validated, account.password_hash) == (WORKER, True, "first")


@pytest.mark.parametrize("history", [(INVITED, ACCEPTED), (REGISTERED,)], ids=["used", "never invited"])
def test_an_invitation_works_once_and_for_whoever_was_invited(history: tuple[policy.Told, ...]) -> None:
    Given(*history).when(lambda account: account.accept_invitation("second", NOW)).refused("has been used")


def test_a_password_is_changed() -> None:
    Given(REGISTERED, VALIDATED).when(lambda account: account.change_password("second", NOW)).then(CHANGED)
    assert Given(REGISTERED, VALIDATED, CHANGED).aggregate.password_hash == "second"


def test_changing_the_password_by_the_mailed_link_proves_the_address() -> None:
    Given(REGISTERED).when(lambda account: account.change_password("second", NOW)).then(CHANGED, VALIDATED)


def test_an_invitation_is_used_up_by_choosing_a_password_under_forgotten_password() -> None:
    given = Given(INVITED, CHANGED, VALIDATED)
    given.when(lambda account: account.accept_invitation("third", NOW)).refused("has been used")


def test_a_referral_records_its_referrer_as_the_account_says() -> None:
    assert Given(told(AccountRegistered, details=PRIYA, password_hash="")).aggregate.referrer == TEACHER
    assert Given(REGISTERED).aggregate.referrer == PARENT


# --- passwords -------------------------------------------------------------------------------------------------------


def says(password: str, details: OwnerDetails = PRIYA) -> Iterator[str]:
    for fault in password_faults(password, details):
        assert fault.at == "/password"
        yield fault.says


@pytest.mark.parametrize(
    "password", ["coffee-otter-bicycle", "three random words", "correct hórse ☂ báttery", "é" * 8 + "abcd"]
)
def test_any_long_password_is_good(password: str) -> None:
    assert not list(says(password))


def test_a_password_is_between_twelve_and_128_characters_long() -> None:
    assert (PASSWORD_LEAST, PASSWORD_MOST) == (12, 128)
    assert list(says("coffee-otte")) == ["Use 12 characters or more. Three random words are a good way."]
    assert not list(says("coffee-otter"))
    longest = ("coffee-otter-bicycle " * 7)[:128]
    assert not list(says(longest))
    assert list(says(longest + "!")) == ["Use 128 characters or fewer."]


@pytest.mark.parametrize("part", ["Priya", "nair", "priya.nair", "PRIYA"])
def test_a_password_holds_neither_the_owners_name_nor_their_address(part: str) -> None:
    assert list(says(f"my-{part}-password")) == ["Do not use your name or e-mail address in the password."]


def test_a_short_name_is_no_part_of_ones_own() -> None:
    assert not list(says("boxing day walks", replace(PRIYA, name="Bo Xi", email="day@example.org")))


def test_every_fault_of_a_password_is_named_at_once() -> None:
    assert list(says("nairnair")) == [
        "Use 12 characters or more. Three random words are a good way.",
        "Do not use your name or e-mail address in the password.",
        "Use more different characters.",
    ]
    assert list(says("abababababababab")) == ["Use more different characters."]
