"""Accounts of staff: roles come and go, the directory's members follow it, somebody is always left to administer."""

from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.account import Account
from portal.domain.account_details import AccountKind, OwnerDetails, PersonDetails, Role
from portal.domain.account_events import AccountInvited, DetailsChanged, DetailsCorrected, InvitationAccepted
from portal.domain.account_membership import Membership
from portal.domain.account_roles import (
    CameByDirectory,
    DirectoryDetailsChanged,
    RoleGranted,
    RoleRevoked,
)
from portal.domain.staff_list import (
    STAFF_LIST,
    AdministratorAdded,
    AdministratorRemoved,
    StaffList,
    StaffListBegun,
    StaffListed,
)
from tests.domain import policy
from tests.domain.policy import NOW, STREAM, begin, told

GivenAccount = policy.Given[Account]
GivenList = policy.Given[StaffList]

SAM = OwnerDetails(kind=AccountKind.PUBLIC, name="Sam Holt", email="sam.holt@severnshire.example")
MARRIED = OwnerDetails(kind=AccountKind.PUBLIC, name="Sam Frost", email="sam.frost@severnshire.example")
WORKER, LADO = frozenset({Role.WORKER}), frozenset({Role.LADO})
INVITED = (told(AccountInvited, details=SAM, roles=WORKER), told(InvitationAccepted, password_hash="first"))
MEMBER = Membership("https://directory.severnshire.example", "7f3a")
CAME = told(CameByDirectory, details=SAM, membership=MEMBER)
ONE, TWO = UUID(int=0x31), UUID(int=0x32)
BEGUN = told(StaffListBegun)


def test_a_role_is_granted_once_and_taken_away_once() -> None:
    granted, revoked = told(RoleGranted, role=Role.LADO), told(RoleRevoked, role=Role.WORKER)
    GivenAccount(*INVITED).when(lambda account: account.grant_role(Role.LADO, NOW)).then(granted)
    GivenAccount(*INVITED).when(lambda account: account.grant_role(Role.WORKER, NOW)).refused("already")
    GivenAccount(*INVITED).when(lambda account: account.revoke_role(Role.WORKER, NOW)).then(revoked)
    GivenAccount(*INVITED).when(lambda account: account.revoke_role(Role.LADO, NOW)).refused("do not have")
    assert GivenAccount(*INVITED, granted, revoked).aggregate.roles == LADO


def test_staff_keep_the_name_and_phone_number_that_the_council_knows_them_by() -> None:
    with_phone = replace(SAM, phone="01632 960 144")
    given = GivenAccount(*INVITED, told(DetailsChanged, details=with_phone))
    renamed = PersonDetails(kind=SAM.kind, name="Sam Frost")
    given.when(lambda account: account.change_details(renamed, NOW)).refused_at("/name", "/phone")
    first_phone = PersonDetails(kind=SAM.kind, name=SAM.name, phone=with_phone.phone)
    GivenAccount(*INVITED).when(lambda account: account.change_details(first_phone, NOW)).then(
        told(DetailsChanged, details=with_phone)
    )


def test_an_administrator_corrects_the_name_and_phone_number_of_staff() -> None:
    corrected = told(DetailsCorrected, details=replace(SAM, name="Sam Frost", phone="01632 960 144"))
    given = GivenAccount(*INVITED)
    given.when(lambda account: account.correct_details("Sam Frost", "01632 960 144", NOW)).then(corrected)
    given.when(lambda account: account.correct_details(SAM.name, SAM.phone, NOW)).then_nothing()
    GivenAccount(CAME).when(lambda account: account.correct_details("Sam Frost", "", NOW)).refused("directory")
    assert SAM in GivenAccount(*INVITED, corrected).aggregate.known_as


def test_an_invitation_whose_roles_were_all_taken_away_opens_nothing() -> None:
    given = GivenAccount(INVITED[0], told(RoleRevoked, role=Role.WORKER))
    given.when(lambda account: account.accept_invitation("first", NOW)).refused("has been used")


def test_a_member_of_the_directory_has_an_account_without_a_password_and_the_roles_of_their_groups() -> None:
    begin(lambda: Account.come_by_directory(STREAM, SAM, MEMBER, NOW)).then(CAME)
    account = GivenAccount(CAME, told(RoleGranted, role=Role.WORKER)).aggregate
    assert (account.validated, account.password_hash, account.roles) == (True, "", WORKER)


def test_an_account_follows_the_directory() -> None:
    given = GivenAccount(CAME, told(RoleGranted, role=Role.WORKER))
    given.when(lambda account: account.follow_directory(SAM, WORKER, NOW)).then_nothing()
    given.when(lambda account: account.follow_directory(MARRIED, LADO, NOW)).then(
        told(DirectoryDetailsChanged, details=MARRIED),
        told(RoleRevoked, role=Role.WORKER),
        told(RoleGranted, role=Role.LADO),
    )
    assert GivenAccount(CAME, told(DirectoryDetailsChanged, details=MARRIED)).aggregate.details == MARRIED


def test_nobody_but_the_directory_changes_the_roles_of_its_members() -> None:
    GivenAccount(CAME).when(lambda account: account.grant_role(Role.LADO, NOW)).refused("council's directory")
    GivenAccount(CAME).when(lambda account: account.revoke_role(Role.LADO, NOW)).refused("council's directory")


def test_the_list_holds_every_account_of_staff_and_who_may_administer() -> None:
    policy.begin(lambda: StaffList.begin(NOW))
    assert StaffList.begin(NOW).id == STAFF_LIST
    listed, added = told(StaffListed, account=ONE), told(AdministratorAdded, account=ONE)
    GivenList(BEGUN).when(lambda staff: staff.enlist(ONE, False, NOW)).then(listed)
    GivenList(BEGUN).when(lambda staff: staff.enlist(ONE, True, NOW)).then(listed, added)
    GivenList(BEGUN, listed, added).when(lambda staff: staff.enlist(ONE, True, NOW)).then_nothing()
    found = GivenList(BEGUN, listed, added).aggregate
    assert (found.accounts, found.administrators) == ([ONE], frozenset({ONE}))


def both() -> tuple[policy.Told, ...]:
    listed = [told(StaffListed, account=each) for each in (ONE, TWO)]
    return (BEGUN, *listed, *(told(AdministratorAdded, account=each) for each in (ONE, TWO)))


def test_the_last_administrator_stays() -> None:
    removed = told(AdministratorRemoved, account=ONE)
    GivenList(*both()).when(lambda staff: staff.stand_down(ONE, NOW)).then(removed)
    GivenList(*both(), removed).when(lambda staff: staff.stand_down(ONE, NOW)).then_nothing()
    GivenList(*both(), removed).when(lambda staff: staff.stand_down(TWO, NOW)).refused("last administrator")


@pytest.mark.parametrize("history", [both(), (*both(), told(AdministratorRemoved, account=ONE))], ids=["two", "last"])
def test_whoever_the_directory_removes_is_removed(history: tuple[policy.Told, ...]) -> None:
    given = GivenList(*history)
    given.when(lambda staff: staff.stand_down(TWO, NOW, even_the_last=True)).then(
        told(AdministratorRemoved, account=TWO)
    )
