"""The catalogue lists every event there is, by a topic that is its own and will never be another's."""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest

import portal.domain
from portal.domain.account import Account
from portal.domain.aggregate import Created, Event
from portal.domain.catalogue import CATALOGUE
from portal.domain.enquiry import Enquiry
from portal.domain.login_challenge import LoginChallenge
from portal.domain.referral import Referral
from portal.domain.staff_list import StaffList

for found in pkgutil.walk_packages(portal.domain.__path__, "portal.domain."):
    importlib.import_module(found.name)


def descendants(kind: type[Event]) -> Iterator[type[Event]]:
    for child in kind.__subclasses__():
        yield child
        yield from descendants(child)


EVENTS = {kind for kind in descendants(Event) if kind.__module__.startswith("portal.") and kind.TOPIC}


def test_every_event_is_in_the_catalogue_and_nothing_else_is() -> None:
    assert set(CATALOGUE.values()) == EVENTS
    assert len(CATALOGUE) == len(EVENTS)


@pytest.mark.parametrize("topic", CATALOGUE)
def test_an_event_says_in_words_what_happened_under_a_topic_of_its_own(topic: str) -> None:
    kind = CATALOGUE[topic]
    assert kind.__dict__["TOPIC"] == topic
    assert re.fullmatch(r"[a-z_]+\.[a-z_]+", topic)
    assert kind.__doc__ and kind.__doc__.strip().endswith((".", "?"))
    assert kind.__struct_config__.frozen and kind.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("topic", [topic for topic, kind in CATALOGUE.items() if issubclass(kind, Created)])
def test_the_first_event_of_a_stream_names_its_aggregate(topic: str) -> None:
    kind = CATALOGUE[topic]
    assert issubclass(kind, Created)
    assert kind.AGGREGATE in {Referral.TOPIC, Account.TOPIC, LoginChallenge.TOPIC, StaffList.TOPIC, Enquiry.TOPIC}
    assert topic.split(".")[0] == kind.AGGREGATE


def test_topics_stay_what_they_are_whatever_becomes_of_the_classes() -> None:
    """Stored events are found by these. A new event adds its line; no line is ever changed or taken away."""
    assert set(CATALOGUE) >= {
        "referral.started",
        "referral.claimed",
        "referral.child_added",
        "referral.child_details_given",
        "referral.child_removed",
        "referral.no_particular_child",
        "referral.children_confirmed",
        "referral.adult_of_concern_named",
        "referral.capacity_declared",
        "referral.danger_declared",
        "referral.address_confirmed",
        "referral.answers_given",
        "referral.consent_recorded",
        "referral.submitted",
        "referral.amended",
        "referral.withdrawn",
        "referral.acknowledged",
        "referral.feedback_issued",
        "referral.referrer_confirmed",
        "referral.draft_ended",
        "referral.erased",
        "account.registered",
        "account.registration_replaced",
        "account.invited",
        "account.invitation_accepted",
        "account.email_validated",
        "account.password_changed",
        "account.password_rehashed",
        "account.details_changed",
        "account.email_change_asked",
        "account.email_changed",
        "account.professional_confirmed",
        "account.disabled",
        "account.enabled",
        "account.closed",
        "account.authenticator_offered",
        "account.authenticator_enrolled",
        "account.authenticator_used",
        "account.recovery_code_used",
        "account.authenticator_removed",
        "login_challenge.issued",
        "login_challenge.code_reissued",
        "login_challenge.code_sent",
        "login_challenge.code_tried",
        "login_challenge.given_up",
        "login_challenge.accepted",
        "enquiry.service_feedback_sent",
        "enquiry.foster_enquiry_sent",
        "enquiry.answered",
        "enquiry.erased",
        "access.opened",
        "account.role_granted",
        "account.role_revoked",
        "account.came_by_directory",
        "account.directory_details_changed",
        "staff_list.begun",
        "staff_list.listed",
        "staff_list.administrator_added",
        "staff_list.administrator_removed",
        "access.opening_refused",
        "access.granted",
        "access.revoked",
    }
