"""The council's own configuration: whatever is wrong in it is named before anything starts."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

import portal
from portal.council.documents import DocumentRules
from portal.council.limits import Limits
from portal.council.rates import Allowance, Rates
from portal.council.reading import read_council
from portal.settings import MissingSettings

DEMONSTRATION = Path(portal.__file__).with_name("demonstration.toml")


def test_the_demonstration_is_a_council_like_any_other() -> None:
    council = read_council(DEMONSTRATION)
    assert council.name == "Severnshire County Council"
    assert council.limits == Limits()
    for mailbox in msgspec.structs.astuple(council.team_mailboxes):
        assert mailbox.endswith(".example")


def test_the_numbers_of_the_demonstration_are_set_aside_for_stories() -> None:
    council = read_council(DEMONSTRATION)
    for phone in (council.front_door_phone, council.out_of_hours_phone, council.help_phone):
        assert phone.startswith("01632 960 ")


def test_without_limits_of_its_own_a_council_has_the_usual_ones() -> None:
    limits = Limits()
    assert (limits.idle, limits.session) == (timedelta(minutes=30), timedelta(hours=12))
    assert (limits.unclaimed_draft, limits.unsent_draft) == (timedelta(hours=24), timedelta(days=28))


def test_a_council_can_set_its_own_limits(tmp_path: Path) -> None:
    changed = written(tmp_path, "[limits]\nidle_minutes = 20\nunsent_draft_days = 90\n")
    limits = read_council(changed).limits
    assert (limits.idle, limits.unsent_draft) == (timedelta(minutes=20), timedelta(days=90))
    assert limits.session_hours == 12


def test_a_council_names_networks_that_many_share_and_rates_of_its_own(tmp_path: Path) -> None:
    council = read_council(
        written(
            tmp_path,
            "[networks]\nknown = ['203.0.113.0/24', '2001:db8:77::/48']\n[rates]\ndrafts = { one = 5, network = 50 }\n",
        )
    )
    known = [council.networks.know(each) for each in ("203.0.113.9", "2001:db8:77:1::9", "198.51.100.9", "::1")]
    assert known == [True, True, False, False]
    assert (council.rates.drafts, council.rates.codes) == (Allowance(5, 50), Rates().codes)


def test_a_council_says_for_each_service_which_files_it_takes(tmp_path: Path) -> None:
    few = "[documents.lado]\nmost = 2\nmegabytes = 5\nkinds = ['pdf']\n"
    documents = read_council(written(tmp_path, few)).documents
    assert documents.lado == DocumentRules(most=2, megabytes=5, together=100, kinds=("pdf",))
    usual = documents.social_care
    assert (usual.most, usual.megabytes, usual.together) == (10, 10, 100)
    assert usual.kinds == ("pdf", "jpeg", "png", "docx", "xlsx", "txt")


@pytest.mark.parametrize(
    ("addition", "named"),
    [
        ("[limits]\nidle_minuets = 20\n", "idle_minuets"),
        ("[limits]\nidle_minutes = 4\n", "limits.idle_minutes"),
        ("[documents.lado]\nmost = 0\n", "documents.lado.most"),
        ("[documents.lado]\nkinds = []\n", "documents.lado.kinds"),
        ("[limits]\nidle_minutes = 'thirty'\n", "limits.idle_minutes"),
        ("[limits]\nunsent_draft_days = 366\n", "limits.unsent_draft_days"),
        ("[team_mailbox]\n", "team_mailbox"),
        ("[networks]\nknown = ['203.0.113.0/33']\n", "203.0.113.0/33"),
        ("[rates.drafts]\none = 0\nnetwork = 5\n", "rates.drafts.one"),
        ("[rates]\nlooking = { one = 1, network = 5 }\n", "looking"),
    ],
)
def test_a_key_that_is_misspelt_or_out_of_bounds_is_named(tmp_path: Path, addition: str, named: str) -> None:
    assert named in refusal(written(tmp_path, addition))


@pytest.mark.parametrize(
    ("line", "instead", "named"),
    [
        ('name = "Severnshire County Council"', "", "name"),
        ("front_door_phone", "frontdoor_phone", "front"),
        ('lado = "team-three@severnshire.example"', "", "lado"),
        ('lado = "team-three@severnshire.example"', 'lado = "team three"', "team_mailboxes.lado"),
    ],
)
def test_what_is_missing_or_wrong_is_named_with_its_file(tmp_path: Path, line: str, instead: str, named: str) -> None:
    text = DEMONSTRATION.read_text()
    assert line in text
    path = tmp_path / "council.toml"
    path.write_text(text.replace(line, instead, 1))
    says = refusal(path)
    assert named in says
    assert str(path) in says


def test_all_that_is_wrong_is_named_at_once_with_what_it_is_for_and_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "council.toml"
    text = DEMONSTRATION.read_text().replace('help_phone = "01632 960 111"', 'help_phone = "ask us"')
    text = text.replace('monday = "08:45-17:15"', 'monday = "8.45 to 17.15"').replace("lado =", "lad =")
    path.write_text(f"{text}\n[limits]\nidle_minutes = 4\nunsent_draft_dys = 9\n[directory]\nroles = 7\n")
    lines = refusal(path).splitlines()
    assert lines[0] == f"{path}: 7 to put right (docs/council.md has every key)"
    assert set(lines[1:]) == {
        "help_phone: it must be: phone number. The number for people who are stuck with the portal itself.",
        "hours.front_door.monday: it must be: hours, like 08:45-17:15. Hours on Mondays.",
        "team_mailboxes.lado is missing: The designated officer (LADO) and their team.",
        "team_mailboxes.lad: there is no such key. Did you mean lado?",
        "limits.idle_minutes: it must be 5 or more. Minutes of inactivity that end a session.",
        "limits.unsent_draft_dys: there is no such key. Did you mean unsent_draft_days?",
        "directory.roles: it must be a table, with keys of its own. The roles of each group, by the group's name or id "
        "in the directory. Whoever is in none of them may refer, as anybody.",
    }


def test_a_section_that_is_missing_is_named_with_the_keys_it_needs(tmp_path: Path) -> None:
    path = tmp_path / "council.toml"
    path.write_text(DEMONSTRATION.read_text().partition("[hours.front_door]")[0])
    assert refusal(path).splitlines()[1:] == ["hours is missing: add a section [hours] with front_door"]


@pytest.mark.parametrize(
    ("addition", "says"),
    [
        ("[services]\nearly_help = { name = 'Family Help' }\n", "services.early_help: `about` is missing"),
        ("[services]\nearly_help = { name = ' ', about = 'x' }\n", "services.early_help.name: it must not be empty"),
        ("[hours.out_of_hours]\nclosed = [2026-12-24]\n", "hours.out_of_hours: give hours for at least one day"),
        ("[hours.out_of_hours]\nmonday = '25:00-26:00'\n", "hours.out_of_hours.monday: it must be: hours, like"),
        ("[limits]\nidle_minutes = true\n", "limits.idle_minutes: it must be a whole number"),
    ],
)
def test_what_cannot_be_is_said_in_plain_words(tmp_path: Path, addition: str, says: str) -> None:
    assert says in refusal(written(tmp_path, addition))


def test_levels_of_need_are_each_there_once_the_lowest_first(tmp_path: Path) -> None:
    path = tmp_path / "council.toml"
    levels = ", ".join(f"{{ level = {level}, name = 'Level', about = 'Needs' }}" for level in (2, 1))
    path.write_text(f"levels_of_need = [{levels}]\n{DEMONSTRATION.read_text()}")
    assert "levels_of_need: give each level once, the lowest first" in refusal(path)


def test_a_council_calls_its_services_what_it_likes(tmp_path: Path) -> None:
    services = read_council(
        written(tmp_path, "[services]\nearly_help = { name = 'Family Help', about = 'For families.' }\n")
    ).services
    assert (services.early_help.name, services.social_care.name) == ("Family Help", "Children's Social Care")


@pytest.mark.parametrize("content", [b"name =", b"\xff\xfe", b"name = 'A'\nname = 'B'\n"])
def test_a_file_that_is_no_toml_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "council.toml"
    path.write_bytes(content)
    assert str(path) in refusal(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "nowhere.toml cannot be read" in refusal(tmp_path / "nowhere.toml")


def written(folder: Path, addition: str) -> Path:
    path = folder / "council.toml"
    path.write_text(f"{DEMONSTRATION.read_text()}\n{addition}")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(MissingSettings) as wrong:
        read_council(path)
    return str(wrong.value)


def test_a_colour_on_which_white_cannot_be_read_is_refused(tmp_path: Path) -> None:
    for colour, fits in (("#00524c", True), ("#1d70b8", True), ("#ffdd00", False), ("#85994b", False)):
        changed = tmp_path / "council.toml"
        changed.write_text(DEMONSTRATION.read_text().replace("[pages]", f'[pages]\ncolour = "{colour}"'))
        if fits:
            assert read_council(changed).pages.colour == colour
        else:
            with pytest.raises(MissingSettings, match="contrast"):
                read_council(changed)
