"""What changed between two versions of a referral, in the words of the form."""

from portal.domain.copy import Copy, Part
from portal.domain.copy_changes import MOST_WORDS, Changed, Kind, Stretch, changes, stretches
from portal.domain.forms.telling import NOT_GIVEN, Told
from portal.domain.services import Capacity, Service


def copy(*parts: Part) -> Copy:
    return Copy(service=Service.SOCIAL_CARE, capacity=Capacity.PROFESSIONAL, form_version=2, parts=parts)


def answer(text: str) -> Part:
    return Part("worries", "What you are worried about", (Told("worried_about", "What are you worried about?", text),))


def test_the_words_that_stayed_went_and_came_are_told_apart() -> None:
    [changed] = changes(copy(answer("A bruise on one arm.")), copy(answer("A bruise on each arm.")))
    assert (changed.part, changed.title, changed.kind) == (
        "What you are worried about",
        "What are you worried about?",
        Kind.SAME,
    )
    assert changed.stretches == (
        Stretch(Kind.SAME, "A bruise on "),
        Stretch(Kind.REMOVED, "one"),
        Stretch(Kind.ADDED, "each"),
        Stretch(Kind.SAME, " arm."),
    )


def test_put_together_they_are_both_answers_again() -> None:
    was, now = "One two\n\nthree  four", "Zero two\nthree four five"
    found = stretches(was, now)
    assert "".join(each.text for each in found if each.kind is not Kind.ADDED) == was
    assert "".join(each.text for each in found if each.kind is not Kind.REMOVED) == now


def test_words_that_changed_one_after_the_other_are_read_in_one_go() -> None:
    assert stretches("14 Tannery Row\nSevernmouth", "2 Weir Lane\nSevernmouth") == (
        Stretch(Kind.REMOVED, "14 Tannery Row"),
        Stretch(Kind.ADDED, "2 Weir Lane"),
        Stretch(Kind.SAME, "\nSevernmouth"),
    )


def test_answers_as_long_as_a_form_takes_are_shown_whole_and_at_once() -> None:
    was, now = "a " * MOST_WORDS, "b " * MOST_WORDS
    assert stretches(was, now) == (Stretch(Kind.REMOVED, was), Stretch(Kind.ADDED, now))


def test_what_is_as_it_was_is_no_change_and_not_provided_is_no_answer() -> None:
    assert changes(copy(answer("The same")), copy(answer("The same"))) == ()
    assert changes(None, copy(answer(NOT_GIVEN))) == () == changes(copy(answer(NOT_GIVEN)), None)


def test_the_first_answer_is_new_and_a_removed_one_is_gone() -> None:
    [new] = changes(None, copy(answer("Bruises")))
    assert (new.kind, new.stretches) == (Kind.ADDED, (Stretch(Kind.ADDED, "Bruises"),))
    [gone] = changes(copy(answer("Bruises")), copy())
    assert (gone.kind, gone.stretches) == (Kind.REMOVED, (Stretch(Kind.REMOVED, "Bruises"),))


def test_people_on_a_list_and_what_was_added_later_each_have_a_place() -> None:
    def people(*names: str) -> Part:
        group = tuple((Told("given_name", "First name", name),) for name in names)
        return Part("household", "The family", (Told("people", "People", "", group),))

    [changed] = changes(copy(people("Rhys")), copy(people("Rhys", "Tamsin")))
    assert changed == Changed("The family", "People 2: First name", Kind.ADDED, (Stretch(Kind.ADDED, "Tamsin"),))
    later = [_added("1 May", "He is back"), _added("2 May", "He is not")]
    assert [each.part for each in changes(copy(later[0]), copy(*later))] == ["Added on 2 May"]


def _added(day: str, text: str) -> Part:
    return Part("amendment", f"Added on {day}", (Told("text", "What was added", text),))
