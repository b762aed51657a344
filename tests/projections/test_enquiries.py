"""The list of the teams for feedback and fostering: what an event makes of a row, and how pages follow each other."""

from datetime import timedelta
from uuid import UUID

import pytest
from msgspec.structs import replace

from portal.domain.enquiry import EnquiryAnswered, EnquiryErased, FosterEnquirySent, ServiceFeedbackSent
from portal.domain.enquiry_forms import EnquiryKind, FosterEnquiry, ServiceFeedback
from portal.domain.referral_parts import EraseRule
from portal.domain.services import Capacity
from portal.eventstore.envelope import Damaged
from portal.projections.enquiries import ENQUIRIES, EnquiryRow, EnquiryStatus, enquiries_page, evolve, stub
from tests.domain.made_up import started
from tests.domain.policy import NOW, STREAM, Told, enveloped, told
from tests.portals import Playground

GRIPE = ServiceFeedback(capacity=Capacity.SELF, which_service="Family support", could_be_better="Less waiting.")
SENT = told(ServiceFeedbackSent, reference="4H7K-PX2M", form=GRIPE)
ASKED = told(FosterEnquirySent, reference="4H7K-PX2M", form=FosterEnquiry(name="Kamil Nowak", phone="01632 960 055"))
ANSWERED = told(EnquiryAnswered, how="Rang on Tuesday.", at=NOW + timedelta(days=1))
ERASED = told(EnquiryErased, rule=EraseRule.RETENTION_OVER, enquiry_kind=EnquiryKind.SERVICE_FEEDBACK, sent_at=NOW)


def folded(*history: Told) -> EnquiryRow | None:
    row = None
    for envelope in enveloped([each.as_event(version) for version, each in enumerate(history, 1)]):
        assert ENQUIRIES.concerns(envelope)
        row = evolve(row, envelope)
    return row


def test_what_arrives_is_new_and_shows_nobody() -> None:
    row = folded(SENT)
    assert row == EnquiryRow(
        id=STREAM,
        kind=EnquiryKind.SERVICE_FEEDBACK,
        status=EnquiryStatus.NEW,
        reference="4H7K-PX2M",
        sent_at=NOW,
    )
    asked = folded(ASKED)
    assert asked is not None and asked.kind is EnquiryKind.FOSTER_ENQUIRY


def test_what_is_answered_says_when() -> None:
    row = folded(SENT, ANSWERED)
    assert row is not None
    assert (row.status, row.answered_at) == (EnquiryStatus.ANSWERED, NOW + timedelta(days=1))


def test_what_is_erased_leaves_no_row_in_a_rebuild_either() -> None:
    assert folded(SENT, ANSWERED, ERASED) is None
    assert folded(ERASED) is None


def test_referrals_are_none_of_its_business() -> None:
    [referral] = enveloped([started().as_event(1)])
    assert not ENQUIRIES.concerns(referral)


@pytest.mark.parametrize(("event", "kind"), [(SENT, EnquiryKind.SERVICE_FEEDBACK), (ASKED, EnquiryKind.FOSTER_ENQUIRY)])
def test_one_that_cannot_be_read_is_on_the_list_of_its_team(event: Told, kind: EnquiryKind) -> None:
    [envelope] = enveloped([event.as_event(1)])
    assert stub(replace(envelope, event=Damaged(envelope.topic, "?"))).kind is kind


async def test_pages_follow_each_other_without_a_gap(play: Playground) -> None:
    insert = "insert into enquiries (id, kind, status, sent_at) values ($1, 'foster_enquiry', 'new', $2)"
    for number in range(7):  # some at the same instant
        await play.as_owner(insert, UUID(int=number), NOW + timedelta(seconds=number // 3))
    found, after = [], None
    while True:
        async with play.portal.pool.acquire() as connection:
            rows, after = await enquiries_page(
                connection, [EnquiryKind.FOSTER_ENQUIRY], [EnquiryStatus.NEW], after, size=3
            )
        found += [row.id.int for row in rows]
        if after is None:
            break
    assert found == list(range(7))
