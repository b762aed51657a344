"""Given these events, then this row: documents in the inbox, and those that wait for the scanner or are due again."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.documents import Verdict
from portal.domain.referral_events import DocumentAttached, DocumentChecked, DocumentRemoved, DraftEnded, ReferralErased
from portal.domain.referral_parts import EraseRule, Status
from portal.domain.services import Service
from portal.projections import document_checks
from portal.projections.document_checks import DocumentChecks
from tests.domain.made_up import SENT, STARTED
from tests.domain.policy import NOW, Told, told
from tests.domain.test_documents import DRAFT, PLAN
from tests.projections.test_folds import folded, listed

OTHER = replace(PLAN, id=UUID(int=0xD1))
LATER = NOW + timedelta(hours=3)
ATTACHED = told(DocumentAttached, document=PLAN)
ADDED = told(DocumentAttached, LATER, document=OTHER)


def checked(
    verdict: Verdict, at: timedelta = timedelta(minutes=1), document: UUID = PLAN.id, scanner: str = "1"
) -> Told:
    return told(DocumentChecked, NOW + at, document=document, verdict=verdict, scanner=scanner)


def waiting(*history: Told) -> DocumentChecks | None:
    row: DocumentChecks | None = folded(document_checks.evolve, history)
    return row


def test_a_referral_without_documents_has_no_row() -> None:
    assert waiting(*SENT) is None
    assert waiting(*DRAFT, ATTACHED, told(DocumentRemoved, document=PLAN.id)) is None


def test_what_was_attached_waits_until_it_is_checked_whatever_was_found() -> None:
    row = waiting(*SENT, ATTACHED, ADDED)
    assert row is not None and (row.waiting, row.waiting_since, row.due_at) == (2, NOW, None)
    for verdict in (Verdict.CLEAN, Verdict.INFECTED, Verdict.UNSCANNABLE):
        row = waiting(*SENT, ATTACHED, ADDED, checked(verdict))
        assert row is not None and (row.waiting, row.waiting_since) == (1, LATER)


def test_the_clean_one_that_is_due_first_says_when_and_by_which_scanner_it_was_checked() -> None:
    minute, day = timedelta(minutes=1), timedelta(days=1)
    history = (*SENT, ATTACHED, ADDED, checked(Verdict.CLEAN, minute, scanner="old"))
    row = waiting(*history)
    assert row is not None and (row.due_at, row.scanner) == (NOW + minute + day, "old")
    row = waiting(*history, checked(Verdict.CLEAN, 5 * minute, OTHER.id, "new"))
    assert row is not None and (row.due_at, row.scanner) == (NOW + minute + day, "old")
    row = waiting(*history, checked(Verdict.CLEAN, 4 * day, scanner="new"))
    assert row is not None and (row.due_at, row.scanner) == (NOW + 8 * day, "new")
    for verdict in (Verdict.INFECTED, Verdict.UNSCANNABLE):
        row = waiting(*history, checked(verdict, 2 * day))
        assert row is not None and (row.due_at, row.scanner) == (None, "")


def test_after_thirty_days_it_is_left_alone() -> None:
    row = waiting(*SENT, ATTACHED, checked(Verdict.CLEAN, timedelta(days=16)))
    assert row is not None and row.due_at is None


ERASED = told(
    ReferralErased,
    rule=EraseRule.RETENTION_OVER,
    service=Service.SOCIAL_CARE,
    status=Status.NEW,
    started_at=NOW,
    reference="4H7K-PX2M",
    received_at=NOW,
)


@pytest.mark.parametrize("end", [ERASED, told(DraftEnded)])
def test_what_is_over_has_no_row(end: Told) -> None:
    assert waiting(*SENT, ATTACHED, end) is None
    assert waiting(STARTED, end) is None


def test_the_inbox_counts_documents_by_what_was_found() -> None:
    row = listed(*SENT, ATTACHED, ADDED, checked(Verdict.INFECTED))
    assert row.content is not None
    assert row.content.documents == {PLAN.id: Verdict.INFECTED, OTHER.id: Verdict.PENDING}
    assert row.changed_at == LATER, "something was added to what had been sent"


def test_a_document_of_a_draft_is_no_change_of_what_was_sent() -> None:
    row = listed(*DRAFT, ATTACHED, checked(Verdict.CLEAN), told(DocumentRemoved, document=PLAN.id))
    assert row.changed_at is None and row.content is not None and row.content.documents == {}
