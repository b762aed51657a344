"""Code sets: exactly the codes that are published, each on the days on which it holds, and readable for ever."""

from datetime import date

import msgspec
import pytest

from portal.domain.account_details import OrganisationKind
from portal.domain.codes.code_sets import Code, CodeSet, code_set, set_names
from portal.domain.options import Option
from portal.domain.services import Relationship

TODAY = date(2026, 11, 25)
EXACTLY = {
    "referral_source": "1A 1B 1C 1D 2A 2B 3A 3B 3C 3D 3E 3F 4 5A 5B 5C 5D 6 7 8 9 10",
    "contact_outcome": "no_further_action information_advice early_help_referral child_in_need_referral",
    "contact_flag": "NEW_REFERRAL EXISTING_REFERRAL CP_ENQUIRY NFA NON_AGENCY_ADOPTION PRIVATE_FOSTERING ADVICE "
    "MISSING OLA_CP OTHER_OUTCOMES_EXIST",
    "referral_outcome": "no_further_action advice_or_signposted early_help assessment strategy_discussion other",
    "referral_flag": "SINGLE_ASSESSMENT NFA STRATEGY_DISCUSSION CLA_REQUEST NON_AGENCY_ADOPTION PRIVATE_FOSTERING "
    "CP_TRANSFER_IN CP_CONFERENCE CARE_LEAVER OTHER_OUTCOMES_EXIST",
    "decision": "no_further_action information_advice signposted early_help child_family_assessment_s17 "
    "strategy_discussion_s47 passed_to_allocated_worker transferred_other_la more_information_requested duplicate "
    "other",
    "lado_triage": "advice_only below_threshold lado_consultation lado_referral_accepted other_la",
    "lado_outcome": "substantiated malicious false unsubstantiated unfounded",
    "lado_sector": "social_care health education early_years foster_carers residential police youth_offending "
    "probation cafcass secure_estate nspcc voluntary faith immigration armed_forces ofsted transport sport_leisure "
    "tuition other",
    "primary_need": "N1 N2 N3 N4 N5 N6 N7 N8 N9 N0",
    "category_of_abuse": "NEG PHY SAB EMO MUL",
    "assessment_factor": "1A 1B 1C 2A 2B 2C 3A 3B 3C 4A 4B 4C 5A 5B 5C 6A 6B 6C 7A 8B 8C 8D 8E 8F 9A 10A 11A 12A 13A "
    "14A 15A 16A 17A 18B 18C 19B 19C 20 21 22A 23A 24A",
    "closure_reason": "RC1 RC2 RC3 RC4 RC5 RC6 RC7 RC8 RC9",
    "ethnicity": "WBRI WIRI WIRT WROM WOTH MWBC MWBA MWAS MOTH AIND APKN ABAN CHNE AOTH BAFR BCRB BOTH OOTH REFU NOBT",
    "sex": "M F U",
    "gender": "00 01 02 09",
    "disability": "NONE MOB HAND PC INC COMM LD HEAR VIS BEH CON AUT DDA",
    "sen_type": "SPLD MLD SLD PMLD SEMH SLCN HI VI MSI PD ASD OTH",
    "upn_unknown": "UN1 UN2 UN3 UN4 UN5 UN6 UN7",
    "organisation_kind": " ".join(sorted(OrganisationKind)),
    "relationship": " ".join(sorted(Relationship)),
}
RETIRED = {"assessment_factor": "8A 18A 19A", "sex": "0 1 2 9"}
SINCE = [  # the last day without a code, the first with it
    ("referral_source", "5D", date(2022, 3, 31), date(2022, 4, 1)),
    ("closure_reason", "RC9", date(2022, 3, 31), date(2022, 4, 1)),
    ("assessment_factor", "18B", date(2020, 3, 31), date(2020, 4, 1)),
    ("assessment_factor", "19C", date(2020, 3, 31), date(2020, 4, 1)),
    ("assessment_factor", "24A", date(2021, 3, 31), date(2021, 4, 1)),
    ("sex", "M", date(2024, 3, 31), date(2024, 4, 1)),
]


def codes_on(name: str, day: date) -> set[str]:
    return {each.code for each in code_set(name).valid_on(day)}


@pytest.mark.parametrize(("name", "options"), [("relationship", Relationship), ("organisation_kind", OrganisationKind)])
def test_what_is_an_enumeration_too_has_the_same_words_in_both(name: str, options: type[Option]) -> None:
    assert {each.code: each.text for each in code_set(name).codes} == {each.value: each.text for each in options}


def test_every_set_there_is_holds_exactly_these_codes_today() -> None:
    assert set(set_names()) == set(EXACTLY)
    for name, codes in EXACTLY.items():
        assert codes_on(name, TODAY) == set(codes.split()), name


def test_every_set_holds_no_other_codes_than_those_and_the_retired() -> None:
    for name, codes in EXACTLY.items():
        retired = RETIRED.get(name, "").split()
        assert {each.code for each in code_set(name).codes} == {*codes.split(), *retired}, name


@pytest.mark.parametrize(("name", "code", "not_yet", "since"), SINCE)
def test_a_new_code_holds_from_its_first_day_on(name: str, code: str, not_yet: date, since: date) -> None:
    assert code not in codes_on(name, not_yet)
    assert code in codes_on(name, since)


@pytest.mark.parametrize("code", ["18A", "19A"])
def test_a_retired_factor_held_until_its_last_day_and_gave_way_to_two_others(code: str) -> None:
    factors = code_set("assessment_factor")
    last = date(2020, 3, 31)
    assert list(factors.faults([code], last)) == []
    (fault,) = factors.faults([code], date(2020, 4, 1), "/factors")
    assert fault.at == "/factors/0"
    assert "cannot be used for 01/04/2020" in fault.says
    assert {f"{code[:2]}B", f"{code[:2]}C"} <= codes_on("assessment_factor", date(2020, 4, 1))


def test_a_retired_code_is_readable_for_ever_and_refused_for_a_new_day() -> None:
    for name, codes in RETIRED.items():
        for code in codes.split():
            assert code_set(name).text(code) not in ("", code)
            assert code_set(name).find(code) is not None
            assert len(list(code_set(name).faults([code], TODAY))) == 1


def test_a_code_that_never_was_is_shown_as_it_is_and_refused() -> None:
    assert code_set("ethnicity").find("CNHE") is None  # as another model misspells it
    assert code_set("ethnicity").text("CNHE") == "CNHE"
    assert code_set("ethnicity").text("CHNE") == "Chinese"
    (fault,) = code_set("ethnicity").faults(["CNHE"], TODAY)
    assert fault.says == "CNHE is not one of the codes for ethnicity."


def test_no_disability_excludes_every_disability_and_none_is_named_twice() -> None:
    disability = code_set("disability")
    assert list(disability.faults(["NONE"], TODAY)) == []
    assert list(disability.faults(["MOB", "AUT"], TODAY)) == []
    assert [fault.at for fault in disability.faults(["MOB", "NONE"], TODAY, "/disability")] == ["/disability/1"]
    assert [fault.at for fault in disability.faults(["MOB", "MOB"], TODAY, "/disability")] == ["/disability/1"]


def test_no_factors_identified_stands_alone() -> None:
    (fault,) = code_set("assessment_factor").faults(["21", "16A"], TODAY)
    assert "cannot be chosen together" in fault.says


def test_a_decision_that_waits_for_information_is_not_final_and_every_other_one_says_its_outcome() -> None:
    for code in code_set("decision").codes:
        assert code.final == (code.code != "more_information_requested")
        assert bool(code.means) == code.final, code.code


def test_what_a_code_means_in_another_set_is_a_code_there() -> None:
    for name in set_names():
        for code in code_set(name).codes:
            for other, meant in code.means.items():
                assert code_set(other).find(meant) is not None, (name, code.code)


def test_every_set_says_what_it_is_who_defines_it_and_which_issue_it_is() -> None:
    for name in set_names():
        found = code_set(name)
        assert found.title and found.source and found.version, name


@pytest.mark.parametrize(
    ("codes", "says"),
    [
        ((Code("A", "One"), Code("A", "Another")), "A is there 2 times"),
        ((Code("A", " "),), "A says nothing"),
        ((Code("A", "One", valid_from=date(2024, 4, 1), valid_until=date(2024, 3, 31)),), "ends before it begins"),
    ],
)
def test_a_set_that_is_not_sound_is_refused_as_it_is_read(codes: tuple[Code, ...], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        CodeSet("Made up", "Nobody", "1", codes)
    written = msgspec.json.encode({"title": "Made up", "source": "Nobody", "version": "1", "codes": codes})
    with pytest.raises(msgspec.ValidationError, match=says):
        msgspec.json.decode(written, type=CodeSet)


def test_a_set_that_nobody_made_is_not_looked_for_on_the_disk() -> None:
    for name in ("", "../../account", "nothing"):
        with pytest.raises(LookupError):
            code_set(name)
