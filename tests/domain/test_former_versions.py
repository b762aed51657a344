"""Forms of former times: what was sent under one is replayed, shown and printed in its words, whatever came since."""

import msgspec

from portal.domain.catalogue import CATALOGUE
from portal.domain.copy import copy_of
from portal.domain.forms.form import CONSENT, FORM_VERSION
from portal.domain.forms.telling import told
from portal.domain.forms.versions import form_then
from portal.domain.referral import Referral
from portal.domain.referral_events import AnswersGiven
from portal.domain.services import Capacity, Service
from portal.eventstore.codec import decode
from tests.domain.corpus import Stored, read_corpus
from tests.domain.made_up import COMPLETE, Given, submitted
from tests.domain.policy import STREAM, replayed
from tests.domain.policy import told as told_
from tests.domain.test_filling import assert_told_as_typed, code_text

OF_VERSION_1 = {"support": Service.EARLY_HELP, "worries": Service.SOCIAL_CARE, "allegation": Service.LADO}
WORDS_OF_VERSION_1 = {
    "support": [
        "What is going on for the family?",
        "What would help?",
        "What is going well?",
        "What has been tried already?",
        "When and how is it best to get in touch?",
    ],
    "worries": [
        "What are you worried about?",
        "What did you see or hear, when and where?",
        "Is anyone hurt, or in need of a doctor?",
        "What does the child say or want?",
        "What is going well?",
        "What have you or others done already?",
    ],
    "allegation": [
        "The adult may have",
        "What happened?",
        "When did it happen?",
        "Where did it happen?",
        "Who has been told already?",
        "Other work or volunteering with children",
    ],
}
SENT_UNDER_VERSION_1 = (  # as it stands in a log that is older than version 2
    (
        "referral.started",
        b'{"timestamp":"2026-11-20T09:00:00Z","service":"social_care",'
        b'"owner":"00000000-0000-0000-0000-000000000011","draft_key":""}',
    ),
    (
        "referral.child_added",
        b'{"timestamp":"2026-11-20T09:01:00Z","child":{"given_name":"Amara","family_name":"Okafor",'
        b'"name_not_known":false,"description":"","born":"2017-03-27","estimated_age":null,"due":null,'
        b'"was_child_then":false,"upn":"","nhs_number":"","id":"00000000-0000-0000-0000-00000000000a"}}',
    ),
    (
        "referral.answers_given",
        b'{"timestamp":"2026-11-20T09:02:00Z","section":"worries","answers":{"worried_about":"Bruises.",'
        b'"seen_or_heard":"On Monday.","injury":"","child_says":"","going_well":"","done_already":""},'
        b'"form_version":1}',
    ),
    (
        "referral.consent_recorded",
        b'{"timestamp":"2026-11-20T09:03:00Z","consent":{"agreed":true,"agreed_by":"The children\'s mother",'
        b'"how":null,"on":null,"why_not_agreed":null,"why_not_in_words":""}}',
    ),
    (
        "referral.submitted",
        b'{"timestamp":"2026-11-20T09:04:00Z","reference":"4H7K-PX2M","declaration":"True.","form_version":1,'
        b'"channel":"portal","received_at":"2026-11-20T09:04:00Z","urgent":false,"referrer":{"name":"Priya Nair",'
        b'"email":"priya.nair@oakfield.example","phone":"","professional":true,"organisation":"Oakfield",'
        b'"organisation_kind":"school","role":"Lead","not_verified":false}}',
    ),
)


def test_a_referral_sent_under_version_1_replays_and_is_told_in_the_words_of_version_1() -> None:
    at_first = {service: form_then(service, 1) for service in Service}
    checked = 0
    for stored in read_corpus():
        if not isinstance(stored, Stored) or stored.topic != "referral.answers_given" or stored.class_version != 1:
            continue
        fields = msgspec.json.decode(stored.state)
        service = OF_VERSION_1.get(fields["section"])
        if fields["form_version"] != 1 or service is None:
            continue
        section = at_first[service].section(fields["section"])
        assert section
        shown = told(section, fields["answers"], Capacity.PROFESSIONAL, code_text)
        assert [each.title for each in shown] == WORDS_OF_VERSION_1[fields["section"]]
        assert_told_as_typed(section.questions, fields["answers"], shown)
        checked += 1
    assert checked >= 6


def test_what_was_sent_under_version_1_is_shown_with_the_sections_it_had() -> None:
    sent = version_1_referral()
    assert sent.submission and sent.submission.form_version == 1 and FORM_VERSION > 1
    names = [each.name for each in form_then(sent.service, sent.submission.form_version).sections]
    assert names == ["danger", "consent", "adult", "child", "capacity", "worries"]
    consent = form_then(sent.service, 1).section(CONSENT)
    assert consent and sent.consent
    shown = told(consent, msgspec.to_builtins(sent.consent), Capacity.PROFESSIONAL, code_text)
    assert [(each.title, each.answer) for each in shown[:2]] == [
        ("Has the family agreed to this being sent?", "Yes"),
        ("Who agreed?", "The children's mother"),
    ]


def test_the_copy_of_a_referral_sent_under_version_1_is_what_it_was() -> None:
    copy = copy_of(version_1_referral())
    assert copy.form_version == 1
    shown = {part.title: [(each.title, each.answer) for each in part.told] for part in copy.parts}
    assert shown["Child: Amara Okafor"][:2] == [("First name", "Amara"), ("Last name", "Okafor")]
    assert shown["What you are worried about"][:2] == [
        ("What are you worried about?", "Bruises."),
        ("What did you see or hear, when and where?", "On Monday."),
    ]
    assert all("Other names" not in title for part in shown.values() for title, _ in part), "version 1 did not ask it"


def test_what_was_answered_under_version_1_and_sent_under_the_next_is_told_in_its_own_words() -> None:
    answers = {"worried_about": "Bruises.", "seen_or_heard": "On Monday.", "injury": "A cut."}
    old = told_(AnswersGiven, section="worries", answers=answers, form_version=1)
    copy = copy_of(Given(*COMPLETE, old, submitted()).aggregate)
    assert copy.form_version == FORM_VERSION
    [worries] = [part for part in copy.parts if part.name == "worries"]
    assert [each.title for each in worries.told][:3] == WORDS_OF_VERSION_1["worries"][:3]


def version_1_referral() -> Referral:
    """A referral sent then, read as the store reads it."""
    events = [decode(CATALOGUE, topic, state, STREAM, at) for at, (topic, state) in enumerate(SENT_UNDER_VERSION_1, 1)]
    referral = replayed(events)
    assert isinstance(referral, Referral)
    return referral
