"""Given these events, then this row: My submitted forms, the staff inbox and the dashboard; rules of every fold."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import reduce
from typing import Any
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.access import Looked, Opened
from portal.domain.account_events import EmailValidated
from portal.domain.referral_events import (
    Acknowledged,
    ChildAdded,
    ChildDetailsGiven,
    ChildRemoved,
    ConsentRecorded,
    DangerDeclared,
    DraftEnded,
    FeedbackIssued,
    NoParticularChild,
    ReferralAmended,
    ReferralClaimed,
    ReferralWithdrawn,
)
from portal.domain.referral_parts import Amendment
from portal.domain.services import Service
from portal.eventstore.envelope import Damaged, Envelope
from portal.projections import dashboard, staff_inbox, submitted_forms
from portal.projections.dashboard import DASHBOARD, Measure
from portal.projections.people_index import people_index
from portal.projections.projection import Projection
from portal.projections.staff_inbox import STAFF_INBOX, InboxContent, InboxRow, InboxStatus, Listed
from portal.projections.submitted_forms import SUBMITTED_FORMS, FormContent, FormStatus, SubmittedForm
from tests.domain.made_up import (
    AGREED,
    AMARA,
    ANSWER,
    COLIN,
    COMPLETE,
    IN_DANGER,
    JONAH,
    LADO,
    MOTHER,
    MYSELF,
    NAMED,
    PARENT,
    PRIYA,
    SENT,
    STARTED,
    TAMSIN,
    UNBORN,
    WITH_AMARA,
    WITH_BOTH,
    added,
    declared,
    lives,
    started,
    submitted,
)
from tests.domain.policy import NOW, STREAM, Told, enveloped, told

LATER = NOW + timedelta(hours=3)
EVERY: tuple[Projection[Any], ...] = (SUBMITTED_FORMS, STAFF_INBOX, DASHBOARD, people_index(b"b" * 32))
ANONYMOUS = started(owner=None, draft_key="hash of a token")
MORE = Amendment(text="He is back at school.", why="I learned more today")

ACKNOWLEDGED = told(Acknowledged, LATER)
ANSWERED = told(FeedbackIssued, LATER, feedback=ANSWER)
AMENDED = told(ReferralAmended, LATER, amendment=MORE)
WITHDRAWN = told(ReferralWithdrawn, LATER, why="It was sent twice")
ENDED = told(DraftEnded)


def folded(evolve: Callable[[Any, Envelope], Any], history: tuple[Told, ...]) -> Any:
    return reduce(evolve, enveloped(each.as_event(version) for version, each in enumerate(history, 1)), None)


def form(*history: Told) -> SubmittedForm:
    """The row on My submitted forms."""
    row = folded(submitted_forms.evolve, history)
    assert isinstance(row, SubmittedForm)
    return row


def listed(*history: Told) -> InboxRow:
    """The row in the staff inbox."""
    row = folded(staff_inbox.evolve, history)
    assert isinstance(row, InboxRow)
    return row


def measured(*history: Told) -> Measure:
    """The row of the dashboard."""
    row = folded(dashboard.evolve, history)
    assert isinstance(row, Measure)
    return row


# --- every fold ------------------------------------------------------------------------------------------------------


def test_every_event_of_a_referral_touches_its_row_and_no_other_event_does() -> None:
    [mine] = enveloped([STARTED.as_event(1)])
    assert STAFF_INBOX.concerns(mine)
    assert STAFF_INBOX.concerns(replace(mine, event=Damaged(mine.topic, "?")))
    others = [told(Opened, looked_at=Looked.REFERRAL).as_event(1), told(EmailValidated).as_event(1)]
    assert not any(map(STAFF_INBOX.concerns, enveloped(others)))


@pytest.mark.parametrize("projection", EVERY, ids=lambda projection: projection.table)
def test_a_draft_that_ended_leaves_no_row_and_nothing_that_comes_late_brings_it_back(
    projection: Projection[Any],
) -> None:
    assert folded(projection.evolve, (*WITH_AMARA, ENDED)) is None
    assert folded(projection.evolve, (*WITH_AMARA, ENDED, told(ReferralClaimed, owner=PRIYA))) is None


@pytest.mark.parametrize("projection", EVERY, ids=lambda projection: projection.table)
def test_a_referral_whose_beginning_cannot_be_read_has_a_row_that_can_be_marked(projection: Projection[Any]) -> None:
    [envelope] = enveloped([STARTED.as_event(1)])
    row = projection.stub(replace(envelope, event=Damaged("referral.started", "other bytes")))
    assert row.id == STREAM
    assert replace(row, cannot_read=1).cannot_read == 1


# --- my submitted forms ----------------------------------------------------------------------------------------------


def test_a_form_is_on_its_owners_list_from_the_first_moment() -> None:
    assert form(STARTED) == SubmittedForm(
        id=STREAM,
        owner=PRIYA,
        draft_key="",
        service=Service.SOCIAL_CARE,
        status=FormStatus.DRAFT,
        started_at=NOW,
        changed_at=NOW,
        content=FormContent(),
    )


def test_a_form_begun_before_signing_in_is_nobodys_until_it_is_taken_over() -> None:
    assert (form(ANONYMOUS).owner, form(ANONYMOUS).draft_key) == (None, "hash of a token")
    taken_over = form(ANONYMOUS, told(ReferralClaimed, owner=TAMSIN))
    assert (taken_over.owner, taken_over.draft_key) == (TAMSIN, "")


def test_a_form_is_listed_with_the_names_of_whom_it_is_about() -> None:
    def names(*history: Told) -> dict[UUID, str]:
        content = form(*history).content
        return content.names if content else {}

    assert names(*WITH_BOTH, *added(UNBORN)) == {
        AMARA.id: "Amara Okafor",
        JONAH.id: "Jonah Okafor",
        UNBORN.id: "Name not known",
    }
    assert names(LADO, NAMED, *added(AMARA)) == {COLIN.id: "Colin Marsh", AMARA.id: "Amara Okafor"}
    assert names(*WITH_BOTH, told(ChildRemoved, child_id=AMARA.id)) == {JONAH.id: "Jonah Okafor"}
    renamed = replace(AMARA, family_name="Frost")
    assert names(*WITH_AMARA, told(ChildDetailsGiven, child=renamed)) == {AMARA.id: "Amara Frost"}


def test_a_form_that_was_sent_shows_its_reference_and_when_it_arrived() -> None:
    sent = form(*COMPLETE, submitted(received_at=LATER))
    assert (sent.status, sent.reference, sent.received_at) == (FormStatus.SENT, "4H7K-PX2M", LATER)


@pytest.mark.parametrize(
    ("afterwards", "status", "answers"),
    [
        ((), FormStatus.SENT, 0),
        ((AMENDED,), FormStatus.SENT, 0),
        ((ACKNOWLEDGED,), FormStatus.ACKNOWLEDGED, 0),
        ((ACKNOWLEDGED, ANSWERED), FormStatus.ANSWERED, 1),
        ((ANSWERED, ANSWERED), FormStatus.ANSWERED, 2),
        ((ANSWERED, ACKNOWLEDGED), FormStatus.ANSWERED, 1),
        ((WITHDRAWN,), FormStatus.WITHDRAWN, 0),
        ((WITHDRAWN, ACKNOWLEDGED), FormStatus.WITHDRAWN, 0),
        ((WITHDRAWN, ANSWERED), FormStatus.ANSWERED, 1),
        ((ANSWERED, WITHDRAWN), FormStatus.WITHDRAWN, 1),
    ],
)
def test_the_three_rows_agree_on_where_a_referral_stands(
    afterwards: tuple[Told, ...], status: FormStatus, answers: int
) -> None:
    mine = form(*SENT, *afterwards)
    assert (mine.status, mine.feedback_count) == (status, answers)
    for row in (listed(*SENT, *afterwards), measured(*SENT, *afterwards)):
        assert row.status == {FormStatus.SENT: "new"}.get(status, status)


@pytest.mark.parametrize("last", [told(ConsentRecorded, LATER, consent=AGREED), ACKNOWLEDGED, ANSWERED, WITHDRAWN])
def test_a_form_was_last_changed_when_the_last_thing_happened_to_it(last: Told) -> None:
    assert form(*SENT, last).changed_at == LATER
    assert form(*SENT, last).started_at == NOW


# --- the staff inbox -------------------------------------------------------------------------------------------------


def content(*history: Told) -> InboxContent:
    found = listed(*history).content
    assert found
    return found


def test_a_draft_waits_behind_the_scenes() -> None:
    assert listed(STARTED) == InboxRow(
        id=STREAM, service=Service.SOCIAL_CARE, status=InboxStatus.DRAFT, content=InboxContent()
    )
    assert listed(*COMPLETE).status is InboxStatus.DRAFT
    assert listed(*COMPLETE).received_at is None


def test_the_inbox_shows_what_arrived_when_under_which_reference() -> None:
    row = listed(*COMPLETE, submitted(received_at=LATER))
    assert (row.status, row.reference, row.received_at) == (InboxStatus.NEW, "4H7K-PX2M", LATER)
    assert (row.urgent, row.acknowledged_at, row.changed_at) == (False, None, None)


def test_what_is_urgent_is_so_from_when_it_is_sent() -> None:
    in_danger = (*COMPLETE, told(DangerDeclared, danger=IN_DANGER))
    assert not listed(*in_danger).urgent
    assert listed(*in_danger, submitted(urgent=True)).urgent


def test_the_inbox_shows_initials_and_ages_and_never_a_name() -> None:
    row = listed(LADO, NAMED, *added(AMARA, JONAH, UNBORN), declared(COLIN), submitted())
    assert row.content == InboxContent(
        children={AMARA.id: Listed("AO", 9), JONAH.id: Listed("JO", 4), UNBORN.id: Listed("?", None)},
        adult=Listed("CM"),
        referrer="Oakfield Primary School",
    )
    for name in ("Amara", "Jonah", "Okafor", "Colin", "Marsh", "Priya", "Nair"):
        assert name not in repr(row)


def test_initials_and_ages_follow_what_is_known() -> None:
    better = replace(JONAH, family_name="Frost", estimated_age=None, born=date(2021, 1, 31))
    assert content(*WITH_BOTH, told(ChildDetailsGiven, child=better)).children[JONAH.id] == Listed("JF", 5)
    assert AMARA.id not in content(*WITH_BOTH, told(ChildRemoved, child_id=AMARA.id)).children
    assert content(LADO, told(NoParticularChild)).children == {}


def test_an_age_is_that_on_the_day_in_england() -> None:
    half_past_midnight = datetime(2026, 6, 30, 23, 30, tzinfo=UTC)
    birthday_child = replace(AMARA, born=date(2017, 7, 1))
    added_then = told(ChildAdded, half_past_midnight, child=birthday_child)
    assert content(STARTED, added_then).children[AMARA.id] == Listed("AO", 9)


def test_the_inbox_shows_where_a_professional_works_and_of_others_only_in_which_capacity_they_write() -> None:
    assert content(*WITH_AMARA, declared(AMARA), submitted()).referrer == "Oakfield Primary School"
    for given, word in ((MOTHER, "personal"), (MYSELF, "self")):
        assert content(*WITH_AMARA, declared(AMARA, given), submitted(referrer=PARENT)).referrer == word
    assert content(*WITH_AMARA, declared(AMARA, MOTHER), submitted()).referrer == "personal"


def test_staff_see_when_a_referral_was_acknowledged() -> None:
    assert listed(*SENT, ACKNOWLEDGED).acknowledged_at == LATER
    assert listed(*SENT, WITHDRAWN, ACKNOWLEDGED).acknowledged_at == LATER


def test_staff_see_that_the_referrer_added_something_or_withdrew() -> None:
    assert listed(*SENT, ACKNOWLEDGED, ANSWERED).changed_at is None
    assert listed(*SENT, AMENDED).changed_at == LATER
    assert listed(*SENT, WITHDRAWN).changed_at == LATER


def test_what_cannot_be_read_is_on_top_of_the_desk() -> None:
    [envelope] = enveloped([STARTED.as_event(1)])
    row = staff_inbox.stub(envelope)
    assert (row.status, row.urgent, row.received_at) == (InboxStatus.NEW, True, NOW)


# --- the dashboard ---------------------------------------------------------------------------------------------------


def test_the_dashboard_knows_nothing_of_persons() -> None:
    row = measured(LADO, NAMED, *added(AMARA), declared(COLIN), lives(COLIN), submitted(), ACKNOWLEDGED, ANSWERED)
    assert set(row.__struct_fields__) == {
        "id",
        "service",
        "status",
        "received_at",
        "received_on",
        "due_at",
        "acknowledged_at",
        "cannot_read",
    }
    assert "Oakfield" not in repr(row)


def test_a_draft_is_not_due() -> None:
    assert measured(*COMPLETE) == Measure(id=STREAM, service=Service.SOCIAL_CARE, status="draft")


@pytest.mark.parametrize(
    ("received_at", "received_on", "due_at"),
    [
        (datetime(2026, 11, 23, 10, 30, tzinfo=UTC), "2026-11-23", datetime(2026, 11, 25, tzinfo=UTC)),
        (datetime(2026, 11, 27, 16, 0, tzinfo=UTC), "2026-11-27", datetime(2026, 12, 1, tzinfo=UTC)),
        (datetime(2026, 12, 24, 16, 0, tzinfo=UTC), "2026-12-24", datetime(2026, 12, 30, tzinfo=UTC)),
        (datetime(2026, 6, 30, 23, 30, tzinfo=UTC), "2026-07-01", datetime(2026, 7, 2, 23, tzinfo=UTC)),
    ],
    ids=["Monday", "Friday", "Christmas Eve", "after midnight in summer"],
)
def test_a_referral_is_due_at_the_end_of_the_first_working_day_after_it_arrived(
    received_at: datetime, received_on: str, due_at: datetime
) -> None:
    row = measured(*COMPLETE, submitted(received_at=received_at))
    assert (row.status, row.received_at, row.received_on, row.due_at) == ("new", received_at, received_on, due_at)


def test_the_dashboard_keeps_when_a_referral_was_acknowledged() -> None:
    assert measured(*SENT).acknowledged_at is None
    assert measured(*SENT, ACKNOWLEDGED).acknowledged_at == LATER
    assert measured(*SENT, ANSWERED, ACKNOWLEDGED).acknowledged_at == LATER
