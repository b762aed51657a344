"""Which event puts which jobs on the queue, when, and for how long they are worth trying."""

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from portal.application import reactions
from portal.application.reactions import DAYS, JOBS, WEEKS, jobs_of
from portal.council.limits import Limits
from portal.domain.account_details import Role
from portal.domain.account_events import (
    AccountClosed,
    AccountInvited,
    AccountRegistered,
    EmailChanged,
    PasswordChanged,
    ProfessionalConfirmed,
)
from portal.domain.account_roles import RoleGranted, RoleRevoked
from portal.domain.aggregate import Event
from portal.domain.catalogue import CATALOGUE
from portal.domain.enquiry import FosterEnquirySent, ServiceFeedbackSent
from portal.domain.enquiry_forms import FosterEnquiry, ServiceFeedback
from portal.domain.login_challenge import CODE_LIFE, ChallengeIssued, CodeReissued, CodeSent, Purpose
from portal.domain.referral_events import (
    Acknowledged,
    ChildAdded,
    FeedbackIssued,
    ReferralAmended,
    ReferralClaimed,
    ReferralWithdrawn,
)
from portal.domain.referral_parts import Amendment
from portal.domain.services import Capacity, Service
from portal.eventstore.envelope import Damaged, Envelope, Unreadable
from portal.jobs.queue import Job
from tests.domain.made_up import AMARA, ANSWER, PRIYA, started, submitted
from tests.domain.policy import NOW, Told, enveloped, told
from tests.domain.test_account import SAM, TAMSIN, WORKER
from tests.domain.test_erasing import erased, erased_draft

LIMITS = Limits()
SOON = timedelta()
Wanted = list[tuple[str, timedelta, timedelta]]  # kind, when, how long

ISSUED = told(ChallengeIssued, account=PRIYA, purpose=Purpose.SIGNING_IN)
WATCH: Wanted = [
    ("remind_first", timedelta(days=1), WEEKS),
    ("remind_last", timedelta(days=25), WEEKS),
    ("end_draft", timedelta(hours=24), WEEKS),
]


INVITING = [("invitation_letter", SOON, DAYS), ("staff_letters", SOON, DAYS)]


def envelope(event: Told) -> Envelope:
    [only] = enveloped([event.as_event(1)])
    return replace(only, recorded_at=NOW + timedelta(seconds=2))


GRIPE = ServiceFeedback(capacity=Capacity.PERSONAL, which_service="Family support", went_well="All of it.")
KAMIL = FosterEnquiry(name="Kamil Nowak", phone="01632 960 055")
ENQUIRED: Wanted = [("enquiry_letter", SOON, DAYS), ("erase_enquiry", timedelta(days=365), WEEKS)]


def asked(event: Told, limits: Limits = LIMITS) -> Wanted:
    """What this event asks for; each job names the event, and counts from when it was recorded."""
    cause = envelope(event)
    jobs = jobs_of(cause, limits)
    assert all(isinstance(job, Job) and job.event_id == cause.id for job in jobs)
    return [(job.kind, job.run_at - cause.recorded_at, job.patience) for job in jobs]


@pytest.mark.parametrize(
    ("event", "jobs"),
    [
        (ISSUED, [("send_challenge", SOON, CODE_LIFE)]),
        (told(CodeReissued, issue=2), [("send_challenge", SOON, CODE_LIFE)]),
        (told(AccountInvited, details=SAM, roles=WORKER), INVITING),
        (told(RoleGranted, role=Role.LADO), [("staff_letters", SOON, DAYS)]),
        (told(RoleRevoked, role=Role.LADO), [("staff_letters", SOON, DAYS)]),
        (told(PasswordChanged, password_hash="second"), [("password_letter", SOON, DAYS)]),
        (told(EmailChanged, email="b@x.example", former="a@x.example"), [("old_address_letter", SOON, DAYS)]),
        (told(AccountClosed), [("closed_letter", SOON, DAYS), ("end_drafts_of_closed", SOON, WEEKS)]),
        (
            told(ProfessionalConfirmed, how="Rang."),
            [("confirmed_letter", SOON, DAYS), ("confirm_referrals", SOON, WEEKS)],
        ),
        (submitted(), [("arrival_letter", SOON, DAYS), ("receipt_letter", SOON, DAYS)]),
        (told(ReferralAmended, amendment=Amendment(text="More.", why="New")), [("change_letter", SOON, DAYS)]),
        (told(ReferralWithdrawn, why="It was sent twice"), [("change_letter", SOON, DAYS)]),
        (told(FeedbackIssued, feedback=ANSWER), [("feedback_letter", SOON, DAYS)]),
        (told(ServiceFeedbackSent, reference="4H7K-PX2M", form=GRIPE), ENQUIRED),
        (told(FosterEnquirySent, reference="4H7K-PX2M", form=KAMIL), ENQUIRED),
        (erased(), [("destroy_key", SOON, WEEKS)]),
        (erased_draft(), [("destroy_key", SOON, WEEKS)]),
        (started(), WATCH),
        (started(Service.LADO, owner=None, draft_key="hash of a token"), WATCH),
    ],
    ids=lambda value: value.kind.__name__ if isinstance(value, Told) else "",
)
def test_what_an_event_asks_for(event: Told, jobs: Wanted) -> None:
    assert asked(event) == jobs


@pytest.mark.parametrize(
    "event",
    [
        told(AccountRegistered, details=TAMSIN, password_hash="first"),
        told(CodeSent, issue=1),
        told(ReferralClaimed, owner=PRIYA),
        told(ChildAdded, child=AMARA),
        told(Acknowledged),
    ],
    ids=lambda event: event.kind.__name__,
)
def test_other_events_ask_for_nothing(event: Told) -> None:
    assert asked(event) == []


def test_an_erased_event_asks_for_nothing() -> None:
    assert jobs_of(replace(envelope(submitted()), event=Unreadable("referral.submitted")), LIMITS) == []


@pytest.mark.parametrize("happened", [submitted(), started()], ids=["sent", "started"])
def test_an_event_that_cannot_be_read_just_now_asks_for_what_it_would_otherwise(happened: Told) -> None:
    whole = envelope(happened)
    damaged = replace(whole, event=Damaged(whole.topic, "other bytes"))
    assert jobs_of(damaged, LIMITS) == jobs_of(whole, LIMITS) != []


def test_an_event_that_nobody_knows_asks_for_nothing() -> None:
    unknown = replace(envelope(submitted()), topic="referral.praised", event=Damaged("referral.praised", "unknown"))
    assert jobs_of(unknown, LIMITS) == []


def test_how_a_draft_is_watched_is_for_the_council_to_set() -> None:
    limits = Limits(unclaimed_draft_hours=48, unsent_draft_days=14, first_reminder_days=2, last_reminder_days=5)
    assert [(kind, when) for kind, when, _ in asked(started(), limits)] == [
        ("remind_first", timedelta(days=2)),
        ("remind_last", timedelta(days=9)),
        ("end_draft", timedelta(hours=48)),
    ]


def test_how_long_an_enquiry_is_kept_is_for_the_council_to_set() -> None:
    event = told(FosterEnquirySent, reference="4H7K-PX2M", form=KAMIL)
    assert asked(event, Limits(enquiry_days=90))[1] == ("erase_enquiry", timedelta(days=90), WEEKS)


def test_each_job_is_asked_for_once_by_an_event_and_somebody_does_it() -> None:
    done = {kind for kind, _, _ in (job for jobs in JOBS.values() for job in jobs)} | {
        kind for kind, _, _ in (*WATCH, *ENQUIRED)
    }
    no_portal: Any = None  # only their names are asked for
    assert done == set(reactions.handlers(no_portal))
    for jobs in JOBS.values():
        assert len({kind for kind, _, _ in jobs}) == len(jobs)


def test_reactions_are_to_events_that_there_are() -> None:
    kinds: set[type[Event]] = set(CATALOGUE.values())
    assert set(JOBS) <= kinds


def test_nobody_on_the_staff_is_invited_without_a_letter() -> None:
    for role in Role:
        assert asked(told(AccountInvited, details=SAM, roles=frozenset({role}))) == INVITING
