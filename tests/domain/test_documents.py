"""Documents on a referral: who attaches them, how many, and what becomes of them."""

from uuid import UUID

import msgspec
import pytest

from portal.domain.account_details import AccountKind
from portal.domain.documents import MEGABYTE, Attached, Document, DocumentLimits, Verdict, in_megabytes, in_words
from portal.domain.referral_events import (
    DocumentAttached,
    DocumentChecked,
    DocumentDescribed,
    DocumentRemoved,
    DraftEnded,
    ReferralErased,
    ReferralWithdrawn,
)
from portal.domain.referral_parts import EraseRule, Status
from portal.domain.services import Service
from tests.domain.made_up import (
    AMARA,
    COMPLETE,
    MOTHER,
    SENT,
    WITH_AMARA,
    Given,
    declared,
    submit,
    submitted,
)
from tests.domain.policy import NOW, Outcome, Told, told

LIMITS = DocumentLimits(count=3, size=10 * MEGABYTE, total=15 * MEGABYTE, kinds=("pdf", "jpeg"))
PLAN = Document(
    id=UUID(int=0xD0),
    name="Body map.pdf",
    description="Where the bruises are",
    kind="pdf",
    media_type="application/pdf",
    size=4 * MEGABYTE,
    sha256="0" * 64,
)
AT_WORK = AccountKind.PROFESSIONAL
DRAFT = (*WITH_AMARA, declared(AMARA))


def document(number: int, size: int = 1000, kind: str = "pdf") -> Document:
    return msgspec.structs.replace(PLAN, id=UUID(int=number), size=size, kind=kind)


def attached(*documents: Document) -> tuple[Told, ...]:
    return tuple(told(DocumentAttached, document=each) for each in documents)


def checked(each: Document, verdict: Verdict) -> Told:
    return told(DocumentChecked, document=each.id, verdict=verdict, scanner="ClamAV 1.4.6/27500")


def attach(history: tuple[Told, ...], each: Document = PLAN, kind: AccountKind = AT_WORK) -> Outcome:
    return Given(*history).when(lambda referral: referral.attach_document(each, kind, LIMITS, NOW))


def test_a_professional_attaches_a_file_to_a_draft() -> None:
    attach(DRAFT).then(told(DocumentAttached, document=PLAN))


def test_a_professional_attaches_a_file_to_what_was_sent() -> None:
    attach(SENT).then(told(DocumentAttached, document=PLAN))
    later = Given(*SENT, *attached(PLAN)).aggregate.documents[PLAN.id]
    assert later == Attached(document=PLAN, at=NOW, after_sending=True, verdict=Verdict.PENDING)
    assert not Given(*DRAFT, *attached(PLAN)).aggregate.documents[PLAN.id].after_sending


@pytest.mark.parametrize(
    ("history", "kind"),
    [
        (WITH_AMARA, AT_WORK),
        ((*WITH_AMARA, declared(AMARA, MOTHER)), AT_WORK),
        (DRAFT, AccountKind.PUBLIC),
        ((*WITH_AMARA, declared(AMARA, MOTHER)), AccountKind.PUBLIC),
    ],
)
def test_only_professionals_attach_by_their_account_and_by_what_they_say(
    history: tuple[Told, ...], kind: AccountKind
) -> None:
    attach(history, kind=kind).refused("Only professionals can attach documents")


def test_whoever_becomes_a_parent_on_the_form_takes_the_files_off_before_sending() -> None:
    given = Given(*COMPLETE, *attached(PLAN), declared(AMARA, MOTHER))
    given.when(submit).refused_at("/documents")
    assert Given(*COMPLETE, *attached(PLAN)).when(submit).refusal is None


@pytest.mark.parametrize(
    ("before", "new", "says"),
    [
        ((document(1), document(2), document(3)), PLAN, "up to 3 files"),
        ((), document(1, size=10 * MEGABYTE + 1), "The selected file must be smaller than 10MB"),
        ((document(1, 9 * MEGABYTE),), document(2, 6 * MEGABYTE + 1), "together must be smaller than 15MB"),
        ((document(1, 9 * MEGABYTE), document(2, 6 * MEGABYTE)), PLAN, "together must be smaller than 15MB"),
        ((), document(1, kind="docx"), "The selected file must be a PDF or JPG"),
    ],
)
def test_the_limits_are_kept_and_said_in_words(before: tuple[Document, ...], new: Document, says: str) -> None:
    attach((*DRAFT, *attached(*before)), new).refused(says).refused_at("/document")


def test_files_up_to_the_limits_are_taken() -> None:
    for before, new in (
        ((document(1), document(2)), PLAN),
        ((), document(1, 10 * MEGABYTE)),
        ((document(1, 9 * MEGABYTE),), document(2, 6 * MEGABYTE)),
    ):
        attach((*DRAFT, *attached(*before)), new).then(told(DocumentAttached, document=new))


def test_an_infected_file_takes_nobodys_place() -> None:
    three = [document(number, 4 * MEGABYTE) for number in (1, 2, 3)]
    history = (*DRAFT, *attached(*three), checked(three[0], Verdict.INFECTED))
    attach(history).then(told(DocumentAttached, document=PLAN))
    attach((*DRAFT, *attached(*three), checked(three[0], Verdict.UNSCANNABLE))).refused("up to 3 files")


def test_removing_and_attaching_ends_somewhere() -> None:
    history = [*DRAFT]
    for number in range(100):
        history += [*attached(document(number)), told(DocumentRemoved, document=UUID(int=number))]
    attach(tuple(history)).refused("Call us instead")


def test_a_check_is_recorded_on_a_draft_and_on_what_was_sent_and_a_later_one_counts() -> None:
    for history in ((*DRAFT, *attached(PLAN)), (*SENT, *attached(PLAN)), (*COMPLETE, *attached(PLAN), submitted())):
        outcome = Given(*history).when(lambda referral: referral.check_document(PLAN.id, Verdict.CLEAN, "x", NOW))
        outcome.then(told(DocumentChecked, document=PLAN.id, verdict=Verdict.CLEAN, scanner="x"))
    again = Given(*DRAFT, *attached(PLAN), checked(PLAN, Verdict.CLEAN), checked(PLAN, Verdict.INFECTED))
    assert again.aggregate.documents[PLAN.id].verdict is Verdict.INFECTED


def test_a_referral_is_sent_while_its_documents_wait_to_be_checked() -> None:
    outcome = Given(*COMPLETE, *attached(PLAN)).when(submit)
    assert outcome.refusal is None
    assert outcome.aggregate is not None and outcome.aggregate.status is Status.NEW  # type: ignore[attr-defined]


def test_its_owner_removes_a_file_from_the_draft_and_never_from_what_was_sent() -> None:
    given = Given(*DRAFT, *attached(PLAN))
    given.when(lambda referral: referral.remove_document(PLAN.id, NOW)).then(told(DocumentRemoved, document=PLAN.id))
    removed = (*DRAFT, *attached(PLAN), told(DocumentRemoved, document=PLAN.id))
    Given(*removed).when(lambda referral: referral.remove_document(PLAN.id, NOW)).then_nothing()
    Given(*removed).when(lambda referral: referral.check_document(PLAN.id, Verdict.CLEAN, "x", NOW)).then_nothing()
    sent = Given(*COMPLETE, *attached(PLAN), submitted())
    sent.when(lambda referral: referral.remove_document(PLAN.id, NOW)).refused("has been sent")


def test_nothing_is_attached_to_what_was_withdrawn_has_ended_or_was_erased() -> None:
    erased = told(
        ReferralErased,
        rule=EraseRule.RETENTION_OVER,
        service=Service.SOCIAL_CARE,
        status=Status.NEW,
        started_at=NOW,
    )
    attach((*SENT, told(ReferralWithdrawn, why="Sent twice"))).refused("withdrawn")
    attach((*DRAFT, told(DraftEnded))).refused("has ended")
    attach((*SENT, erased)).refused("has been erased")
    given = Given(*SENT, *attached(PLAN), erased)
    given.when(lambda referral: referral.check_document(PLAN.id, Verdict.CLEAN, "x", NOW)).refused("has been erased")


def test_sizes_and_kinds_are_written_as_gov_uk_writes_them() -> None:
    assert [in_megabytes(size) for size in (10 * MEGABYTE, 5 * MEGABYTE // 2, 100 * MEGABYTE)] == [
        "10MB",
        "2.5MB",
        "100MB",
    ]
    assert in_words(("pdf",)) == "PDF"
    assert in_words(("pdf", "docx", "jpeg")) == "PDF, DOCX or JPG"


def describe(history: tuple[Told, ...], says: str) -> Outcome:
    return Given(*history).when(lambda referral: referral.describe_document(PLAN.id, says, NOW))


def test_what_a_file_shows_can_be_said_and_changed_until_the_form_is_sent() -> None:
    described = told(DocumentDescribed, document=PLAN.id, description="Both arms")
    describe((*DRAFT, *attached(PLAN)), "Both arms").then(described)
    describe((*DRAFT, *attached(PLAN)), PLAN.description).then()
    later = Given(*DRAFT, *attached(PLAN), described).aggregate.documents[PLAN.id]
    assert later.document == msgspec.structs.replace(PLAN, description="Both arms")


def test_once_sent_it_can_be_said_of_a_file_of_which_nothing_was_said_and_then_stays() -> None:
    added = attached(msgspec.structs.replace(PLAN, description=""))
    described = told(DocumentDescribed, document=PLAN.id, description="Both arms")
    describe((*SENT, *added), "Both arms").then(described)
    describe((*SENT, *added, described), "Only one arm").refused("stays as it is")
    describe((*SENT, *added, told(ReferralWithdrawn, why="Sent twice")), "Both arms").refused(
        "You have withdrawn this referral"
    )


def test_a_small_file_is_told_in_kilobytes() -> None:
    assert [in_megabytes(size) for size in (1, 3000, MEGABYTE, 15 * MEGABYTE // 10)] == ["1KB", "3KB", "1MB", "1.5MB"]
