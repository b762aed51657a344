"""A copy of a referral: every answer with its question, as it was asked then."""

from msgspec.structs import replace

from portal.domain.copy import Copy, copy_of
from portal.domain.forms.form import FORM_VERSION, form_of
from portal.domain.referral_events import (
    AdultOfConcernNamed,
    AnswersGiven,
    ConsentRecorded,
    ConsentWithdrawn,
    NoParticularChild,
    ReferralAmended,
    ReferralWithdrawn,
    ServiceChanged,
)
from portal.domain.referral_parts import Amendment
from portal.domain.services import Service
from tests.domain.made_up import (
    AGREED,
    AMARA,
    COLIN,
    COMPLETE,
    JONAH,
    LADO,
    NO_FIXED_ABODE,
    SENT,
    SUPPORT,
    TANNERY_ROW,
    Given,
    added,
    answered,
    lives,
    started,
)
from tests.domain.made_up import WORRIES as ANSWERS
from tests.domain.policy import Told, told


def copied(*history: Told) -> Copy:
    return copy_of(Given(*history).aggregate)


def said(copy: Copy) -> dict[str, str]:
    """Every answer under its heading and question."""
    return {f"{part.title} / {each.title}": each.answer for part in copy.parts for each in part.told}


def test_a_copy_of_what_was_sent_holds_who_sent_it_and_every_answer() -> None:
    copy, answers = copied(*SENT), said(copied(*SENT))
    assert (copy.reference, copy.form_version) == ("4H7K-PX2M", FORM_VERSION) and copy.received_at
    assert answers["Who sent this / Name"] == "Priya Nair"
    assert answers["Who sent this / Organisation"] == "Oakfield Primary School"
    assert answers["Child: Amara Okafor / Date of birth"] == "27 March 2017"
    assert answers["Child: Amara Okafor / Address (home)"] == "14 Tannery Row\nSevernmouth\nZZ1 4QP"
    assert (
        answers["What you are worried about / What are you worried about, and what does it do to the child?"]
        == ANSWERS.worried_about
    )
    assert answers["Agreement / What is their name, and what are they to the child?"] == "The children's mother"


def test_a_draft_is_told_with_what_is_not_provided_yet() -> None:
    copy = copied(started(), *added(AMARA))
    assert (copy.reference, copy.received_at) == ("", None)
    assert said(copy)["Child: Amara Okafor / First language"] == "Not provided"
    assert "Who sent this" not in [part.title for part in copy.parts]


def test_every_question_that_was_answered_stands_in_it() -> None:
    section = form_of(Service.SOCIAL_CARE).section("worries")
    assert section is not None
    told_at_length = {each.name: f"Answer to {each.name}" for each in section.questions if each.kind == "story"}
    answers = said(copied(*COMPLETE, answered(replace(ANSWERS, **told_at_length)))).values()
    assert len(told_at_length) > 3 and set(told_at_length.values()) <= set(answers)


def test_an_address_that_must_stay_secret_says_so_and_a_missing_one_why() -> None:
    secret = said(copied(started(), *added(AMARA), lives(AMARA, replace(TANNERY_ROW, secret=True))))
    assert secret["Child: Amara Okafor / Must this address stay secret?"].startswith("Yes")
    none = said(copied(started(), *added(JONAH), lives(JONAH, NO_FIXED_ABODE)))
    assert none["Child: Jonah Okafor / Address (home)"] == "No fixed abode"


def test_the_lados_copy_names_the_adult_first_and_says_that_no_child_is_meant() -> None:
    copy = copied(started(Service.LADO), told(AdultOfConcernNamed, adult=COLIN), told(NoParticularChild))
    titles = [part.title for part in copy.parts]
    assert titles == ["Adult of concern: Colin Marsh", "Children"]


def test_what_was_written_for_early_help_is_told_after_going_over_to_social_care() -> None:
    over = told(ServiceChanged, service=Service.SOCIAL_CARE)
    copy = copied(started(Service.EARLY_HELP), *added(AMARA), answered(SUPPORT), over, answered(ANSWERS))
    assert copy.service is Service.SOCIAL_CARE
    titles = [part.title for part in copy.parts]
    assert titles[-2:] == ["What you are worried about", "The support you would like"]
    assert SUPPORT.going_on in said(copy).values()


def test_that_the_family_took_back_its_agreement_stands_at_the_end() -> None:
    copy = copied(*SENT, told(ConsentWithdrawn, why="She wants to wait."))
    assert said(copy)["Agreement taken back on 23 November 2026 / What they said"] == "She wants to wait."


def test_what_was_added_and_taken_back_afterwards_stands_at_the_end() -> None:
    added_later = told(ReferralAmended, amendment=Amendment(text="He is back.", why="I saw him"))
    copy = copied(*SENT, added_later, told(ReferralWithdrawn, why="Sent twice"))
    assert [part.title for part in copy.parts][-2:] == ["Added on 23 November 2026", "Withdrawn on 23 November 2026"]
    assert said(copy)["Withdrawn on 23 November 2026 / Why"] == "Sent twice"


def test_agreement_that_was_said_when_the_lados_form_still_asked_for_it_is_told() -> None:
    answers = said(copied(LADO, told(ConsentRecorded, consent=AGREED)))
    assert answers["Agreement / What is their name, and what are they to the child?"] == AGREED.agreed_by


def test_what_no_form_that_we_know_asks_is_told_by_its_bare_name() -> None:
    rows = [{"name": "Efua", "helps": True, "shouts": False}]
    answers = {"free_text": "Ring after six.", "days": ["Monday", "Friday"], "aunts": rows, "empty": "", "none": None}
    copy = copied(started(), told(AnswersGiven, section="was_there_once", answers=answers, form_version=1))
    [part] = copy.parts
    assert part.name == "was_there_once"
    assert [(each.name, each.title, each.answer) for each in part.told] == [
        ("free_text", "free_text", "Ring after six."),
        ("days", "days", "Monday\nFriday"),
        ("aunts", "aunts", ""),
    ]
    assert [[each.answer for each in row] for row in part.told[2].group] == [["Efua", "Yes"]]


def test_an_answer_that_this_services_form_does_not_ask_is_told_beside_the_others() -> None:
    given = {"needs": "An interpreter for Twi.", "best_time": "After four."}
    copy = copied(LADO, told(AnswersGiven, section="contact", answers=given, form_version=FORM_VERSION))
    assert "An interpreter for Twi." in said(copy).values()
