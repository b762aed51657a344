"""The definition of the forms: nothing is asked without a reason, old versions stay, answers are told as they were
given."""

import re
from datetime import date
from typing import Annotated

import pytest

from portal.domain.forms.answering import answer_faults, missing, not_asked, still_asked
from portal.domain.forms.asked import Asked, AskedSection, Kind, questions_of
from portal.domain.forms.contact import Contact, SafeWay
from portal.domain.forms.form import CONSENT, FORM_VERSION, FORMS, form_of
from portal.domain.forms.question import AT_WORK, Data, Words, ask, ask_line, ask_story
from portal.domain.forms.section import Section
from portal.domain.forms.telling import NOT_GIVEN, in_words, told
from portal.domain.forms.versions import FOLDER, form_then, written
from portal.domain.options import Known
from portal.domain.services import Capacity, Service

WHY = "To know who could help."


class Aunt(Section, frozen=True, kw_only=True):
    """One of a list of people."""

    name: Annotated[str, ask_line("Name", why=WHY, data=Data.PERSONAL, required=True, missing="Enter her name.")] = ""
    helps: Annotated[Known, ask("Does she help?", why=WHY, data=Data.PERSONAL)] | None = None


class Family(Section, frozen=True, kw_only=True):
    """A section with one question of each kind."""

    has_aunts: Annotated[bool, ask("Are there aunts?", why=WHY, data=Data.PERSONAL, required=True)] = False
    aunts: Annotated[tuple[Aunt, ...], ask("Aunts", why=WHY, data=Data.PERSONAL, most=5, when=("has_aunts", True))] = ()
    story: Annotated[
        str,
        ask_story(
            "What happened?",
            why=WHY,
            data=Data.SPECIAL,
            required=AT_WORK,
            words={Capacity.SELF: Words("What happened to you?"), Service.LADO: "What did the adult do?"},
        ),
    ] = ""
    level: Annotated[str, ask_line("Level of need", why=WHY, data=Data.PERSONAL, of=AT_WORK)] = ""


FAMILY = AskedSection(name="family", title="Family", questions=questions_of(Family))


def code_text(code_set: str, code: str) -> str:
    return f"{code_set} {code}"


@pytest.mark.parametrize("service", Service)
def test_every_question_of_every_form_says_why_it_is_asked_and_what_kind_of_data_it_is(service: Service) -> None:
    asked = [each for section in form_of(service).sections for each in _all(section.questions)]
    assert len(asked) > 20
    for each in asked:
        assert each.why.endswith(".") and each.data in Data, each.name


def test_nobody_can_add_a_question_without_its_reason() -> None:
    with pytest.raises(TypeError, match="why"):
        ask("What is your shoe size?", data=Data.PERSONAL)  # type: ignore[call-arg]
    with pytest.raises(ValueError, match="reason"):
        ask("What is your shoe size?", why="", data=Data.PERSONAL)
    with pytest.raises(TypeError, match="data"):
        ask("What is your shoe size?", why=WHY)  # type: ignore[call-arg]


def test_nobody_must_answer_what_they_are_not_asked() -> None:
    with pytest.raises(ValueError, match="asked of some"):
        ask("Level of need", why=WHY, data=Data.PERSONAL, of=AT_WORK, required=tuple(Capacity))


def test_today_s_form_is_kept_as_its_version_says() -> None:
    kept = (FOLDER / f"{FORM_VERSION}.json").read_bytes()
    assert kept == written(), "a question was changed: give FORM_VERSION the next number, then record_form"


@pytest.mark.parametrize("version", range(1, FORM_VERSION + 1))
@pytest.mark.parametrize("service", Service)
def test_every_version_there_ever_was_can_be_shown(service: Service, version: int) -> None:
    form = form_then(service, version)
    assert (form.service, form.version) == (service, version) and len(form.sections) > 5


def test_what_is_missing_depends_on_whom_one_is() -> None:
    assert [fault.at for fault in missing(FAMILY, {}, Capacity.SELF)] == ["/has_aunts"]
    assert [fault.at for fault in missing(FAMILY, {}, Capacity.PROFESSIONAL)] == ["/has_aunts", "/story"]


def test_what_is_missing_in_a_list_is_named_where_it_is() -> None:
    answers = {"has_aunts": True, "aunts": [{"name": "Efua"}, {"name": ""}]}
    [fault] = missing(FAMILY, answers, Capacity.SELF)
    assert (fault.at, fault.says) == ("/aunts/1/name", "Enter her name.")


def test_an_answer_that_another_one_rules_out_is_pointed_at() -> None:
    [fault] = not_asked(FAMILY.questions, {"has_aunts": False, "aunts": [{"name": "Efua"}]})
    assert fault.at == "/aunts" and "Are there aunts?" in fault.says
    assert not list(not_asked(FAMILY.questions, {"has_aunts": True, "aunts": [{"name": "Efua"}]}))


def test_a_page_drops_what_was_chosen_and_is_ruled_out_with_all_that_hangs_on_it_but_no_words() -> None:
    asked = form_of(Service.SOCIAL_CARE).section(CONSENT)
    assert asked
    typed = {"agreed": False, "giver": "child", "responsibility": "yes", "on": "2026-11-20", "agreed_by": "Elin"}
    assert still_asked(asked.questions, typed) == {"agreed": False, "agreed_by": "Elin"}
    parent = {"agreed": True, "giver": "parent", "responsibility": "yes"}
    assert still_asked(asked.questions, parent) == parent
    assert still_asked(asked.questions, {**parent, "giver": "child"}) == {"agreed": True, "giver": "child"}
    [fault] = not_asked(asked.questions, still_asked(asked.questions, typed))
    assert fault.at == "/agreed_by" and "Clear it" in fault.says


def test_a_question_is_put_in_the_words_of_whoever_reads_it() -> None:
    [story] = [each for each in FAMILY.questions if each.name == "story"]
    assert story.title_for(Capacity.SELF) == "What happened to you?"
    assert story.title_for(Capacity.PERSONAL) == "What happened?"
    [of_lado] = [each for each in questions_of(Family, Service.LADO) if each.name == "story"]
    assert of_lado.title_for(Capacity.PERSONAL) == "What did the adult do?"


def test_answers_are_told_as_they_were_given_and_gaps_as_gaps() -> None:
    answers = {"has_aunts": True, "aunts": [{"name": "Efua", "helps": "not_known"}], "story": "a\nb <b>"}
    one, aunts, story = told(FAMILY, answers, Capacity.PERSONAL, code_text)
    assert (one.title, one.answer) == ("Are there aunts?", "Yes")
    assert [(each.title, each.answer) for each in aunts.group[0]] == [
        ("Name", "Efua"),
        ("Does she help?", "I do not know"),
    ]
    assert story.answer == "a\nb <b>"
    assert told(FAMILY, {}, Capacity.PERSONAL, code_text)[1].answer == NOT_GIVEN


def test_an_answer_stays_when_its_question_is_not_asked_any_more() -> None:
    titles = [each.title for each in told(FAMILY, {"level": "3"}, Capacity.PERSONAL, code_text)]
    assert "Level of need" in titles
    assert "Level of need" not in [each.title for each in told(FAMILY, {}, Capacity.PERSONAL, code_text)]


@pytest.mark.parametrize(
    ("kind", "given", "words"),
    [
        (Kind.YES_NO, False, "No"),
        (Kind.DATE, "2026-11-20", "20 November 2026"),
        (Kind.NUMBER, 0, "0"),
        (Kind.CODES, ["WBRI", "OOTH"], "ethnicity WBRI\nethnicity OOTH"),
        (Kind.LINES, ["14 Tannery Row", "Severnmouth"], "14 Tannery Row\nSevernmouth"),
        (Kind.LINE, "${7*7} <script>", "${7*7} <script>"),
    ],
)
def test_every_kind_of_answer_has_words(kind: Kind, given: object, words: str) -> None:
    asked = Asked(name="x", kind=kind, title="x", why=WHY, data=Data.PERSONAL, codes="ethnicity")
    assert in_words(asked, given, code_text) == words


def test_an_answer_that_stands_alone_says_so_and_is_not_chosen_with_others() -> None:
    asked = {each.name: each for section in form_of(Service.SOCIAL_CARE).sections for each in section.questions}
    for name in ("ways", "disabilities"):
        assert [choice.value.lower() for choice in asked[name].choices if choice.alone] == ["none"]
    both = Contact(ways=(SafeWay.TEXT, SafeWay.NONE))
    assert [fault.at for fault in both.faults(date(2026, 11, 23))] == ["/ways"]
    assert not list(Contact(ways=(SafeWay.NONE,)).faults(date(2026, 11, 23)))


@pytest.mark.parametrize("capacity", [Capacity.SELF, Capacity.PERSONAL])
@pytest.mark.parametrize("service", Service)
def test_a_child_of_nine_could_read_what_the_public_is_asked(service: Service, capacity: Capacity) -> None:
    """Flesch-Kincaid: a grade of 4 is what nine-year-olds read."""
    texts = [text for section in form_of(service).sections for text in _words_of(section, capacity)]
    assert grade(texts) < 4, grade(texts)
    for text in texts:
        assert all(len(re.findall(r"\w+", sentence)) <= 25 for sentence in re.split(r"[.?!:]", text)), text


def grade(texts: list[str]) -> float:
    """The Flesch-Kincaid grade of texts taken together, syllables counted by their vowels."""
    words = [word for text in texts for word in re.findall(r"[a-z']+", text.lower())]
    sentences = sum(max(1, len(re.findall(r"[.?!]", text))) for text in texts)
    syllables = sum(max(1, len(re.findall(r"[aeiouy]+", re.sub(r"e$", "", word)))) for word in words)
    return 0.39 * len(words) / sentences + 11.8 * syllables / len(words) - 15.59


def _words_of(section: AskedSection, capacity: Capacity) -> list[str]:
    asked = [each for each in _all(section.asked_of(capacity)) if capacity in each.of]
    texts = [section.intro_for(capacity)] if asked else []
    texts += [text for each in asked for text in (each.title_for(capacity), each.hint_for(capacity), each.why)]
    return list(filter(None, texts))


def _all(questions: tuple[Asked, ...]) -> list[Asked]:
    return [one for each in questions for one in (each, *_all(each.group))]


class Rota(Section, frozen=True, kw_only=True):
    """A section for those at work, whose questions do not say so again."""

    NAME, TITLE, OF = "rota", "Rota", AT_WORK
    shift: Annotated[str, ask_line("Which shift?", why=WHY, data=Data.PERSONAL, required=True)] = ""


def test_the_questions_of_a_section_are_asked_of_nobody_who_is_not_shown_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(FORMS, Service.LADO, (Rota,))
    section = form_of.__wrapped__(Service.LADO).section("rota")
    assert section and [(each.of, each.required) for each in section.questions] == [(AT_WORK, AT_WORK)]
    assert not list(missing(section, {}, Capacity.PERSONAL)) and list(missing(section, {}, Capacity.PROFESSIONAL))


class Visit(Section, frozen=True, kw_only=True):
    """A day that has been."""

    day: Annotated[date, ask("Which day?", why=WHY, data=Data.PERSONAL, past=True)] | None = None


class Visits(Visit, frozen=True, kw_only=True):
    """The first one, and others."""

    others: Annotated[tuple[Visit, ...], ask("Others", why=WHY, data=Data.PERSONAL)] = ()


def test_a_day_that_has_been_is_not_still_to_come_also_in_a_list() -> None:
    today, tomorrow = date(2026, 11, 23), date(2026, 11, 24)
    faults = answer_faults(Visits(day=tomorrow, others=(Visit(day=today), Visit(day=tomorrow))), today)
    assert [fault.at for fault in faults] == ["/day", "/others/1/day"]
    asked = {(section.name, each.name) for section in _of_all_forms() for each in _all(section.questions) if each.past}
    assert asked == {
        *(("consent", "on"), ("household", "born"), ("earlier", "last_meeting"), ("level", "spoken_on")),
        *(("duty", "learned_on"), ("allegation", "happened_on"), ("allegation", "learned_on")),
        ("employment", "dbs_on"),
    }


def _of_all_forms() -> list[AskedSection]:
    return [section for service in Service for section in form_of(service).sections]
