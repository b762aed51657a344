"""An account: registered, validated by code, or invited by the council; passwords are the owner's alone."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import asdict, replace

from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OrganisationKind, OwnerDetails, PersonDetails, Role
from portal.domain.account_events import (
    AccountClosed,
    AccountDisabled,
    AccountEnabled,
    AccountInvited,
    AccountRegistered,
    DetailsChanged,
    EmailChangeAsked,
    EmailChanged,
    EmailValidated,
    InvitationAccepted,
    PasswordChanged,
    PasswordRehashed,
    ProfessionalConfirmed,
    RegistrationGaveWay,
    RegistrationReplaced,
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


@pytest.mark.parametrize("history", [(REGISTERED, VALIDATED), (INVITED,)], ids=["validated", "invited"])
def test_only_a_registration_that_nobody_validated_gives_way(history: tuple[policy.Told, ...]) -> None:
    Given(REGISTERED).when(lambda account: account.give_way(NOW)).then(told(RegistrationGaveWay))
    gone = Given(REGISTERED, told(RegistrationGaveWay)).aggregate
    assert gone.shut and not gone.holds(PRIYA.email)
    Given(*history).when(lambda account: account.give_way(NOW)).refused("somebody's")


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
    teacher = Given(told(AccountRegistered, details=PRIYA, password_hash="")).aggregate
    assert teacher.referrer(("oakfield.example",)) == TEACHER
    assert teacher.referrer(()) == replace(TEACHER, not_verified=True)
    assert Given(REGISTERED).aggregate.referrer(()) == PARENT


# --- the life of an account ------------------------------------------------------------------------------------------

CHALLENGE = UUID(int=0xC)
NEW_EMAIL = "tamsin.okafor@example.net"
ASKED = told(EmailChangeAsked, email=NEW_EMAIL, challenge=CHALLENGE)
MOVED = told(EmailChanged, email=NEW_EMAIL, former=TAMSIN.email)
DISABLED = told(AccountDisabled, why="Somebody else uses it.")
ENABLED = told(AccountEnabled)
CLOSED = told(AccountClosed)
LATER = NOW + timedelta(hours=1)
OPEN = Given(REGISTERED, VALIDATED)


def person(details: OwnerDetails, **changes: object) -> PersonDetails:
    """The details without the e-mail address, which is not changed this way."""
    fields = {**asdict(details), **changes}
    fields.pop("email")
    return PersonDetails(**fields)


def test_details_are_changed_but_for_the_address() -> None:
    married = replace(TAMSIN, name="Tamsin Bello", phone="01632 960 018")
    OPEN.when(lambda account: account.change_details(person(married), NOW)).then(told(DetailsChanged, details=married))
    OPEN.when(lambda account: account.change_details(person(TAMSIN), NOW)).then_nothing()


def test_a_professional_cannot_take_away_where_they_work() -> None:
    given = Given(told(AccountRegistered, details=PRIYA, password_hash=""), VALIDATED)
    bare = person(PRIYA, organisation="", role="")
    given.when(lambda account: account.change_details(bare, NOW)).refused_at("/organisation", "/role")


def test_another_address_is_asked_for_and_counts_once_its_code_has_come_back() -> None:
    OPEN.when(lambda account: account.ask_for_email(NEW_EMAIL, CHALLENGE, NOW)).then(ASKED)
    asked = Given(REGISTERED, VALIDATED, ASKED)
    assert asked.aggregate.holds(TAMSIN.email) and not asked.aggregate.holds(NEW_EMAIL)
    asked.when(lambda account: account.change_email(CHALLENGE, NOW)).then(MOVED)
    moved = Given(REGISTERED, VALIDATED, ASKED, MOVED).aggregate
    assert moved.holds(NEW_EMAIL.upper()) and not moved.holds(TAMSIN.email)
    assert moved.details == replace(TAMSIN, email=NEW_EMAIL)


def test_only_the_newest_request_for_another_address_counts() -> None:
    newer = told(EmailChangeAsked, email="other@example.net", challenge=UUID(int=0xD))
    given = Given(REGISTERED, VALIDATED, ASKED, newer)
    given.when(lambda account: account.change_email(CHALLENGE, NOW)).refused("asked for another address since")
    used = Given(REGISTERED, VALIDATED, ASKED, MOVED)
    used.when(lambda account: account.change_email(CHALLENGE, NOW)).refused("asked for another address since")


def test_the_address_one_has_is_no_other_address() -> None:
    OPEN.when(lambda account: account.ask_for_email(" Tamsin@Example.org", CHALLENGE, NOW)).refused_at("/email")


@pytest.mark.parametrize("event", [CHANGED, MOVED, CLOSED, DISABLED], ids=lambda event: event.kind.__name__)
def test_what_was_begun_before_is_overtaken(event: policy.Told) -> None:
    account = Given(REGISTERED, VALIDATED, ASKED, replace_at(event)).aggregate
    assert account.overtakes(NOW)
    assert not OPEN.aggregate.overtakes(NOW)


def replace_at(event: policy.Told) -> policy.Told:
    return policy.Told(event.kind, event.fields, LATER)


def test_a_password_hashed_anew_is_the_same_password() -> None:
    rehashed = told(PasswordRehashed, password_hash="first, dearer")
    OPEN.when(lambda account: account.rehash_password("first", "first, dearer", NOW)).then(rehashed)
    account = Given(REGISTERED, VALIDATED, policy.Told(rehashed.kind, rehashed.fields, LATER)).aggregate
    assert account.password_hash == "first, dearer" and not account.overtakes(NOW)
    changed = Given(REGISTERED, VALIDATED, CHANGED)
    changed.when(lambda account: account.rehash_password("first", "first, dearer", NOW)).then_nothing()


def test_the_council_disables_an_account_and_enables_it_again() -> None:
    OPEN.when(lambda account: account.disable("Somebody else uses it.", NOW)).then(DISABLED)
    given = Given(REGISTERED, VALIDATED, DISABLED)
    assert given.aggregate.shut and given.aggregate.taken and given.aggregate.holds(TAMSIN.email)
    given.when(lambda account: account.disable("Again.", NOW)).then_nothing()
    given.when(lambda account: account.enable(NOW)).then(ENABLED)
    open_again = Given(REGISTERED, VALIDATED, DISABLED, ENABLED)
    assert not open_again.aggregate.shut
    open_again.when(lambda account: account.enable(NOW)).then_nothing()


def test_its_owner_closes_an_account_and_the_address_is_free() -> None:
    OPEN.when(lambda account: account.close(NOW)).then(CLOSED)
    given = Given(REGISTERED, VALIDATED, CLOSED)
    assert given.aggregate.shut and not given.aggregate.holds(TAMSIN.email)
    given.when(lambda account: account.close(NOW)).then_nothing()
    given.when(lambda account: account.enable(NOW)).refused("They can register again")
    given.when(lambda account: account.disable("Late.", NOW)).refused("closed by its owner")


def test_staff_do_not_close_what_is_the_councils() -> None:
    Given(INVITED, ACCEPTED).when(lambda account: account.close(NOW)).refused("Ask an administrator")


@pytest.mark.parametrize("shut", [DISABLED, CLOSED], ids=lambda event: event.kind.__name__)
def test_nothing_is_changed_in_an_account_that_is_shut(shut: policy.Told) -> None:
    given = Given(REGISTERED, VALIDATED, ASKED, shut)
    for change in (
        lambda account: account.change_password("second", NOW),
        lambda account: account.change_details(person(TAMSIN, name="Tamsin Bello"), NOW),
        lambda account: account.ask_for_email("other@example.net", CHALLENGE, NOW),
        lambda account: account.change_email(CHALLENGE, NOW),
        lambda account: account.offer_authenticator("SECRET", NOW),
        lambda account: account.confirm_professional("Rang them.", NOW),
    ):
        given.when(change).refused("cannot be used any more")


# --- professionals the council does not know -------------------------------------------------------------------------

AT_WORK = told(AccountRegistered, details=PRIYA, password_hash="first")
CONFIRMED = told(ProfessionalConfirmed, how="Rang the school.")


@pytest.mark.parametrize("domain", ["oakfield.example", "example", "OAKFIELD.example"])
def test_a_professional_with_an_address_the_council_trusts_is_verified(domain: str) -> None:
    assert not Given(AT_WORK, VALIDATED).aggregate.is_not_verified((domain,))


@pytest.mark.parametrize(
    "domain", ["field.example", "oakfield.example.org", "priya.nair@oakfield.example", "police.uk"]
)
def test_any_other_is_not_verified(domain: str) -> None:
    assert Given(AT_WORK, VALIDATED).aggregate.is_not_verified((domain,))


def test_members_of_the_public_and_staff_need_no_confirming() -> None:
    assert not OPEN.aggregate.is_not_verified(())
    assert not Given(INVITED, ACCEPTED).aggregate.is_not_verified(())
    OPEN.when(lambda account: account.confirm_professional("Rang.", NOW)).refused("nothing to confirm")


def test_staff_confirm_a_professional_once_and_say_how() -> None:
    given = Given(AT_WORK, VALIDATED)
    given.when(lambda account: account.confirm_professional("Rang the school.", NOW)).then(CONFIRMED)
    confirmed = Given(AT_WORK, VALIDATED, CONFIRMED)
    assert not confirmed.aggregate.is_not_verified(())
    confirmed.when(lambda account: account.confirm_professional("Again.", NOW)).then_nothing()


@pytest.mark.parametrize(
    ("changed", "still"),
    [
        (replace(PRIYA, role="Head teacher", phone="01632 960 019"), True),
        (replace(PRIYA, organisation="Elm Grove Nursery"), False),
        (replace(PRIYA, organisation_kind=OrganisationKind.GP), False),
    ],
)
def test_whoever_works_elsewhere_now_is_to_be_confirmed_again(changed: OwnerDetails, still: bool) -> None:
    account = Given(AT_WORK, VALIDATED, CONFIRMED, told(DetailsChanged, details=changed)).aggregate
    assert account.confirmed is still


def test_so_is_whoever_has_another_address() -> None:
    moved = told(EmailChanged, email=NEW_EMAIL, former=PRIYA.email)
    assert not Given(AT_WORK, VALIDATED, CONFIRMED, moved).aggregate.confirmed
