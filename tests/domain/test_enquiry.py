"""The two short forms: what must be said, that nobody has to be named, and how an enquiry ends."""

from datetime import timedelta
from typing import Any

import pytest

from portal.domain.enquiry import (
    Answer,
    Enquiry,
    EnquiryAnswered,
    EnquiryErased,
    FosterEnquirySent,
    ServiceFeedbackSent,
)
from portal.domain.enquiry_forms import SHORT_FORMS, EnquiryForm, EnquiryKind, FosterEnquiry, ServiceFeedback, asked
from portal.domain.referral_parts import EraseRule
from portal.domain.services import Capacity
from tests.domain import policy
from tests.domain.policy import NOW, STREAM, Outcome, begin, told

GivenEnquiry = policy.Given[Enquiry]
REFERENCE = "4H7K-PX2M"
PRAISE: dict[str, Any] = {
    "capacity": Capacity.PERSONAL,
    "which_service": "Family support",
    "went_well": "She listened.",
}
KAMIL: dict[str, Any] = {"name": "Kamil Nowak", "phone": "01632 960 055"}
SENT = told(ServiceFeedbackSent, reference=REFERENCE, form=ServiceFeedback(**PRAISE))
LATER = NOW + timedelta(days=3)


def sent(form: EnquiryForm) -> Outcome:
    return begin(lambda: Enquiry.send(STREAM, form, REFERENCE, None, NOW))


def feedback(**said: Any) -> Outcome:
    return sent(ServiceFeedback(**{**PRAISE, **said}))


def fostering(**said: Any) -> Outcome:
    return sent(FosterEnquiry(**{**KAMIL, **said}))


def test_feedback_about_a_service_needs_neither_a_name_nor_an_address() -> None:
    feedback().then(SENT)


@pytest.mark.parametrize("capacity", Capacity)
def test_a_young_person_a_parent_and_a_professional_give_feedback(capacity: Capacity) -> None:
    form = ServiceFeedback(**{**PRAISE, "capacity": capacity})
    sent(form).then(told(ServiceFeedbackSent, reference=REFERENCE, form=form))


def test_an_enquiry_about_fostering_needs_a_name_and_a_way_to_answer() -> None:
    fostering().then(told(FosterEnquirySent, reference=REFERENCE, form=FosterEnquiry(**KAMIL)))
    sent(FosterEnquiry(**KAMIL, email="", spare_room=False)).then(
        told(FosterEnquirySent, reference=REFERENCE, form=FosterEnquiry(**KAMIL, spare_room=False))
    )


def test_all_that_is_missing_is_named_at_once() -> None:
    feedback(which_service="  ", went_well="", wants_answer=True).refused_at("/which_service", "/went_well", "/email")
    sent(FosterEnquiry()).refused_at("/name", "/email")


def test_feedback_without_praise_and_without_criticism_says_nothing() -> None:
    feedback(went_well="").refused_at("/went_well")
    feedback(went_well="", could_be_better="Four people asked the same.").then(
        told(
            ServiceFeedbackSent,
            reference=REFERENCE,
            form=ServiceFeedback(**{**PRAISE, "went_well": "", "could_be_better": "Four people asked the same."}),
        )
    )


def test_who_wants_an_answer_says_how_to_reach_them() -> None:
    feedback(wants_answer=True).refused_at("/email")
    for reached in ({"email": "kamil.nowak@post.example"}, {"phone": "01632 960 055"}):
        form = ServiceFeedback(**{**PRAISE, "wants_answer": True, **reached})
        sent(form).then(told(ServiceFeedbackSent, reference=REFERENCE, form=form))


@pytest.mark.parametrize("email", ["kamil", "kamil@post", "a@b@c.example", "kamil nowak@post.example"])
def test_an_address_that_no_letter_reaches_is_refused(email: str) -> None:
    fostering(email=email).refused_at("/email")
    feedback(email=email).refused_at("/email")


def test_every_question_of_the_short_forms_says_why_it_is_asked() -> None:
    for form in SHORT_FORMS:
        questions = asked(form).questions
        assert {each.name for each in questions} == set(form.__struct_fields__)
        assert all(each.why for each in questions)


def test_an_answer_is_noted_once() -> None:
    answer = Answer(how="Rang on Tuesday.")
    noted = told(EnquiryAnswered, how="Rang on Tuesday.")
    GivenEnquiry(SENT).when(lambda enquiry: enquiry.answer(answer, NOW)).then(noted)
    GivenEnquiry(SENT, noted).when(lambda enquiry: enquiry.answer(answer, LATER)).refused("answered already")


def test_what_is_erased_leaves_which_form_it_was_and_when() -> None:
    noted = told(EnquiryAnswered, how="Rang on Tuesday.")
    GivenEnquiry(SENT, noted).when(lambda enquiry: enquiry.erase(EraseRule.RETENTION_OVER, LATER)).then(
        told(
            EnquiryErased,
            at=LATER,
            rule=EraseRule.RETENTION_OVER,
            enquiry_kind=EnquiryKind.SERVICE_FEEDBACK,
            sent_at=NOW,
            answered_at=NOW,
        )
    )
    assert EnquiryErased.IN_CLEAR and EnquiryErased.ENDS_KEY


def test_it_is_erased_once_and_by_no_rule_for_drafts() -> None:
    gone = told(EnquiryErased, rule=EraseRule.RETENTION_OVER, enquiry_kind=EnquiryKind.SERVICE_FEEDBACK, sent_at=NOW)
    GivenEnquiry(SENT, gone).when(lambda enquiry: enquiry.erase(EraseRule.REQUEST_GRANTED, LATER)).then_nothing()
    GivenEnquiry(SENT).when(lambda enquiry: enquiry.erase(EraseRule.DRAFT_NOT_SENT, NOW)).refused("not for what was")
